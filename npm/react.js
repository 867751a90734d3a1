"use client";
// `BatchTaskWidget` for React 18 and 19.

import { BatchTaskWidgetElement, init, mount } from "./define.js";
import { BatchTaskWidget } from "./widget-component.js";

// Without `export *`, which a client boundary does not support.
export { BatchTaskWidget, BatchTaskWidgetElement, init, mount };
