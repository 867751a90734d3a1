"use client";
// `BatchTaskWidget` and `BatchTaskList` for React 18 and 19.

import { BatchTaskListElement, BatchTaskWidgetElement, init, mount, mountList } from "./define.js";
import { BatchTaskList } from "../list-component.js";
import { BatchTaskWidget } from "../widget-component.js";

// Without `export *`, which a client boundary does not support.
export { BatchTaskList, BatchTaskListElement, BatchTaskWidget, BatchTaskWidgetElement, init, mount, mountList };
