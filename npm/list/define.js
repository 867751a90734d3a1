// Defines <batch-task-list>, unless another copy of this module already has, and starts loading its WebAssembly.

import { define } from "../definition.js";
import { BatchTaskListElement, init } from "./index.js";

define({ "batch-task-list": BatchTaskListElement }, init);

export * from "./index.js";
