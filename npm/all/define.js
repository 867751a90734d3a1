// Defines <batch-task-widget> and <batch-task-list>, unless another module already has, and starts loading their WebAssembly, which
// is one program.

import { define } from "../definition.js";
import { BatchTaskListElement, BatchTaskWidgetElement, init } from "./index.js";

define({ "batch-task-widget": BatchTaskWidgetElement, "batch-task-list": BatchTaskListElement }, init);

export * from "./index.js";
