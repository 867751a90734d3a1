// Creates a widget before its class is defined, with properties instead of attributes.
const addUndefinedElement = () => {
  const element = document.createElement("batch-task-widget");
  element.endpoint = "api/DescribeBatchTask";
  element.batchId = "pcb-stub";
  element.interval = 600;
  element.compact = true;
  element.fetcher = null;
  element.textContent = "Nothing yet";
  document.body.append(element);
};

// Replaces the widget by one that the constructor makes.
const replaceByConstructed = async () => {
  const { BatchTaskWidgetElement } = await window.index();
  widget().remove();
  const element = new BatchTaskWidgetElement();
  element.setAttribute("endpoint", "api/DescribeBatchTask");
  element.interval = 600;
  document.body.append(element);
};

// The names in the custom elements manifest, and those that the class has: attributes, then members.
const manifestAndClass = async () => {
  const manifest = await (await fetch("npm/custom-elements.json")).json();
  const { attributes, members } = manifest.modules[1].declarations[0];
  const names = (list) => list.map(({ name }) => name).sort().join();
  const own = Object.getOwnPropertyNames(window.Widget.prototype)
    .filter((name) => name !== "constructor" && !name.endsWith("Callback")).concat("lang");
  return [names(attributes), [...window.Widget.observedAttributes].sort().join(), names(members), own.sort().join()];
};
