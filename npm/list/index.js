import createGlue, { BUILD } from "../batch-task-list.glue.js";
import { listElement } from "../list-element.js";
import { LIST_FILES } from "../list-languages.js";
import { List } from "../list.js";
import { mountApp } from "../mount.js";
import { Runtime } from "../runtime.js";

// The URL of the file is in a form that bundlers recognize.
const runtime = /* @__PURE__ */ new Runtime(BUILD, createGlue, LIST_FILES, () => new URL("../batch-task-list.wasm", import.meta.url));

export const BatchTaskListElement = /* @__PURE__ */ listElement(runtime);
export const mountList = (target, options) => mountApp(runtime, List, target, options);
export const init = (input) => runtime.init(input);
