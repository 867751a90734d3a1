import { BatchTaskWidgetElement, init } from "batch-task-widget/define.js";
import extras from "batch-task-widget/batch-task-widget.extras.wasm";
import wasm from "batch-task-widget/batch-task-widget.wasm";

// esbuild imports the files as names relative to the bundle.
await init(new URL(wasm, import.meta.url), new URL(extras, import.meta.url));

const heard: string[] = [];
const element = document.createElement("batch-task-widget");
element.endpoint = "/api/DescribeBatchTask";
element.batchId = "pcb-demo";
element.interval = 600;
element.addEventListener("batch-task-update", (event) => heard.push(`update ${event.detail.task.Status}`));
element.addEventListener("batch-task-finish", (event) => heard.push(`finish ${event.detail.task.Status}`));
element.addEventListener("batch-task-error", (event) => heard.push(`error ${event.detail.class}`));

window.host = {
  heard,
  show: async (isShown) => (isShown ? document.body.append(element) : element.remove()),
  set: async (changes) => void Object.assign(element, changes),
};
await window.host.show(true);
console.assert(element instanceof BatchTaskWidgetElement);
