// The interface for the tests, on a page without a bundler. The element is in the page before its class is defined.
const heard = [];
const element = document.querySelector("batch-task-widget");
element.addEventListener("batch-task-update", (event) => heard.push(`update ${event.detail.task.Status}`));
element.addEventListener("batch-task-finish", (event) => heard.push(`finish ${event.detail.task.Status}`));
element.addEventListener("batch-task-error", (event) => heard.push(`error ${event.detail.class}`));

const retry = async (instanceIds) => `done ${heard.push(`action ${instanceIds}`)}`;
element.actions = [{ id: "retry", label: "Retry", for: "any" }];
element.addEventListener("batch-task-action", ({ detail }) => {
  if (detail.id === "retry") detail.waitUntil(retry(detail.instanceIds));
});

window.host = {
  heard,
  show: async (isShown) => (isShown ? document.body.append(element) : element.remove()),
  set: async (changes) => void Object.assign(element, changes),
};
