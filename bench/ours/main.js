// A host page that loads the module and mounts the widget.
import createGlue from "./batch-task-widget.glue.js";

const glue = createGlue(WebAssembly);
const wasm = await glue({ module_or_path: new URL("./batch-task-widget.wasm", import.meta.url) });
let extras;
// As in `npm/runtime.js`.
const loadExtras = () => (extras ??= addExtras());
const addExtras = async () => {
  const file = new URL("./batch-task-widget.extras.wasm", import.meta.url);
  await glue.addExtras(await WebAssembly.compileStreaming(fetch(file)));
};
glue.setExtrasLoader(loadExtras);
const host = document.getElementById("root").appendChild(document.createElement("div"));
const options = {
  endpoint: "api/DescribeBatchTask",
  batchId: "pcb-bench",
  // The benchmark triggers all requests.
  interval: 86400,
};
const root = host.attachShadow({ mode: "open" });
const widget = glue.attach(root, root.appendChild(document.createElement("div")), options, () => {});
document.getElementById("skeleton").remove();

window.bench = {
  refresh: () => {
    // As for a viewer, whose pointer is over the widget before a click.
    void loadExtras();
    return widget.refresh();
  },
  wasmBytes: () => wasm.memory.buffer.byteLength,
};
