// The custom element `<batch-task-widget>`.

import { appIn, elementOf } from "./element.js";
import { Widget } from "./widget.js";

const members = {
  texts: {
    endpoint: "endpoint",
    batchId: "batch-id",
    method: "method",
    credentials: "credentials",
    bodyPointer: "body-pointer",
    timeZone: "time-zone",
    theme: "theme",
    view: "view",
    filter: "filter",
    longerThan: "longer-than",
    reason: "reason",
    taskId: "task",
    q: "q",
    sort: "sort",
    columns: "columns",
    instanceUrl: "instance-url",
  },
  flags: ["compact", "redact", "paused"],
  objects: ["headers", "fetcher", "messages", "actions"],
  interval: 5,
};

export const widgetElement = (runtime) => class BatchTaskWidgetElement extends elementOf(runtime, Widget, members) {
  /** The latest data as an object with the API's field names, built on each read; null if there is none. */
  get task() {
    return appIn(this)?.data ?? null;
  }

  /** Vue and React set an attribute whose name is that of a property as the property: a text is the attribute's value. */
  set task(value) {
    if (value === null || typeof value !== "object") this.taskId = value;
  }
};
