// Defines <batch-task-widget>, unless another copy of this module already has.

import { BatchTaskWidgetElement } from "./element.js";

const TAG = "batch-task-widget";

if (globalThis.customElements && !customElements.get(TAG)) {
  customElements.define(TAG, BatchTaskWidgetElement);
}

export * from "./index.js";
