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

// The names in the custom elements manifest, and those that the class of an element has: attributes, then members.
const manifestAndClass = async (tag) => {
  const manifest = await (await fetch("npm/custom-elements.json")).json();
  const declarations = manifest.modules.flatMap(({ declarations }) => declarations);
  const { attributes, members } = declarations.find(({ tagName }) => tagName === tag);
  const names = (list) => list.map(({ name }) => name).sort().join();
  const element = customElements.get(tag);
  const own = ["lang"];
  for (let { prototype } = element; prototype !== HTMLElement.prototype; prototype = Object.getPrototypeOf(prototype)) {
    own.push(...Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor" && !name.endsWith("Callback")));
  }
  return [names(attributes), [...element.observedAttributes].sort().join(), names(members), own.sort().join()];
};
