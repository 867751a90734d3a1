"use client";
// `BatchTaskList` for React 18 and 19.

import { BatchTaskListElement, init, mountList } from "./define.js";
import { BatchTaskList } from "../list-component.js";

// Without `export *`, which a client boundary does not support.
export { BatchTaskList, BatchTaskListElement, init, mountList };
