// The element, with plain Rollup and two plugins.
import "batch-task-widget/define.js";

const heard = [];
const element = document.createElement("batch-task-widget");
Object.assign(element, { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo", interval: 600 });
element.addEventListener("batch-task-update", (event) => heard.push(`update ${event.detail.task.Status}`));
element.addEventListener("batch-task-finish", (event) => heard.push(`finish ${event.detail.task.Status}`));
element.addEventListener("batch-task-error", (event) => heard.push(`error ${event.detail.class}`));

window.host = {
  heard,
  show: async (isShown) => (isShown ? document.body.append(element) : element.remove()),
  set: async (changes) => void Object.assign(element, changes),
};
await window.host.show(true);
