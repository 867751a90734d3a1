// Defines <batch-task-widget>, unless another copy of this module already has, and starts loading its WebAssembly.

import { define } from "./definition.js";
import { BatchTaskWidgetElement, init } from "./index.js";

define({ "batch-task-widget": BatchTaskWidgetElement }, init);

export * from "./index.js";
