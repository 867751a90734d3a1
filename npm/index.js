import createGlue, { BUILD } from "./batch-task-widget.glue.js";
import { FILES } from "./languages.js";
import { mountApp } from "./mount.js";
import { Runtime } from "./runtime.js";
import { widgetElement } from "./widget-element.js";
import { Widget } from "./widget.js";

// The URLs of the files are in a form that bundlers recognize.
const runtime = /* @__PURE__ */ new Runtime(
  BUILD,
  createGlue,
  FILES,
  () => new URL("./batch-task-widget.wasm", import.meta.url),
  () => new URL("./batch-task-widget.extras.wasm", import.meta.url),
);

export const BatchTaskWidgetElement = /* @__PURE__ */ widgetElement(runtime);
export const mount = (target, options) => mountApp(runtime, Widget, target, options);
export const init = (input, extras) => runtime.init(input, extras);
