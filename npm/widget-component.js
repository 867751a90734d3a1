// `BatchTaskWidget`: the custom element as a React component.

import { component } from "./component.js";

export const BatchTaskWidget = /* @__PURE__ */ component("BatchTaskWidget", "batch-task-widget", {
  attributes: {
    batchId: "batch-id",
    bodyPointer: "body-pointer",
    timeZone: "time-zone",
    taskId: "task",
    instanceUrl: "instance-url",
    longerThan: "longer-than",
    className: "class",
  },
  flags: ["compact", "redact", "paused", "hidden", "inert"],
  lists: ["columns", "filter"],
  objects: ["headers", "fetcher", "messages", "actions"],
  events: {
    onBatchTaskUpdate: "batch-task-update",
    onBatchTaskFinish: "batch-task-finish",
    onBatchTaskError: "batch-task-error",
    onBatchTaskViewChange: "batch-task-view-change",
    onBatchTaskAction: "batch-task-action",
  },
});
