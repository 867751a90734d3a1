import createGlue, { BUILD } from "../batch-task-all.glue.js";
import { listElement } from "../list-element.js";
import { LIST_FILES } from "../list-languages.js";
import { List } from "../list.js";
import { mountApp } from "../mount.js";
import { Runtime } from "../runtime.js";
import { widgetElement } from "../widget-element.js";
import { Widget } from "../widget.js";

// The URLs of the files are in a form that bundlers recognize.
const runtime = /* @__PURE__ */ new Runtime(
  BUILD,
  createGlue,
  LIST_FILES,
  () => new URL("../batch-task-all.wasm", import.meta.url),
  () => new URL("../batch-task-all.extras.wasm", import.meta.url),
);

export const BatchTaskWidgetElement = /* @__PURE__ */ widgetElement(runtime);
export const BatchTaskListElement = /* @__PURE__ */ listElement(runtime);
export const mount = (target, options) => mountApp(runtime, Widget, target, options);
export const mountList = (target, options) => mountApp(runtime, List, target, options);
export const init = (input, extras) => runtime.init(input, extras);
