// Defines <batch-task-widget>, unless another copy of this module already has, and starts loading its WebAssembly.

import { BatchTaskWidgetElement, init } from "./index.js";

const TAG = "batch-task-widget";

if (globalThis.customElements && !customElements.get(TAG)) {
  customElements.define(TAG, BatchTaskWidgetElement);
  // During server-side rendering there may be custom elements, but there is no document. In a microtask, so that the module that
  // imports this one can call `init` first; file.js has another wait for WebKit. Widgets report a failure.
  if (globalThis.document) queueMicrotask(() => init());
}

export * from "./index.js";
