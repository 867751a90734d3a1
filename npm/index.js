export { BatchTaskWidgetElement } from "./element.js";
export { mount } from "./mount.js";
export { init } from "./runtime.js";
