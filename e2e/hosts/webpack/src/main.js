// `mount` and its handle, in JavaScript with type checking by TypeScript.
import { mount } from "batch-task-widget";

/** @type {string[]} */
const heard = [];
const target = document.getElementById("target") ?? document.body;
/** @type {import("batch-task-widget").BatchTaskOptions} */
let options = { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo", interval: 600 };
/** @type {import("batch-task-widget").BatchTaskWidgetHandle | undefined} */
let widget;

target.addEventListener("batch-task-update", (event) => {
  heard.push(`update ${event.detail.task.Status}`);
});
target.addEventListener("batch-task-finish", (event) => {
  heard.push(`finish ${event.detail.task.Status}`);
});
target.addEventListener("batch-task-error", (event) => {
  heard.push(`error ${event.detail.class}`);
});

window.host = {
  heard,
  async show(isShown) {
    if (isShown) {
      widget ??= await mount(target, options);
    } else {
      widget?.destroy();
      widget = undefined;
    }
  },
  async set(changes) {
    options = { ...options, ...changes };
    widget?.update(options);
  },
};
await window.host.show(true);
