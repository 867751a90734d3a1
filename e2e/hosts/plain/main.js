// What the tests ask of every host, for a page without a bundler. The element was in the page before its class.
const heard = [];
const element = document.querySelector("batch-task-widget");
element.addEventListener("batch-task-update", (event) => heard.push(`update ${event.detail.task.Status}`));
element.addEventListener("batch-task-finish", (event) => heard.push(`finish ${event.detail.task.Status}`));
element.addEventListener("batch-task-error", (event) => heard.push(`error ${event.detail.class}`));

window.host = {
  heard,
  show: async (isShown) => (isShown ? document.body.append(element) : element.remove()),
  set: async (changes) => void Object.assign(element, changes),
};
