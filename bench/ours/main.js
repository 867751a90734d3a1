// An embedding page: it loads the widget's module and mounts it.
import init, { mount } from "./batch_task_widget.js";

const wasm = await init();
const widget = await mount(document.getElementById("root"), {
  endpoint: "api/DescribeBatchTask",
  batchId: "pcb-bench",
  // The bench asks when it wants to.
  interval: 86400,
});
document.getElementById("skeleton").remove();

window.bench = {
  refresh: () => widget.refresh(),
  wasmBytes: () => wasm.memory.buffer.byteLength,
};
