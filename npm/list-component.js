// `BatchTaskList`: the custom element as a React component.

import { component } from "./component.js";

export const BatchTaskList = /* @__PURE__ */ component("BatchTaskList", "batch-task-list", {
  attributes: {
    batchUrl: "batch-url",
    bodyPointer: "body-pointer",
    timeZone: "time-zone",
    pageSize: "page-size",
    className: "class",
  },
  flags: ["redact", "paused", "hidden", "inert"],
  lists: ["status"],
  objects: ["headers", "fetcher", "messages"],
  events: {
    onBatchTaskListUpdate: "batch-task-list-update",
    onBatchTaskOpen: "batch-task-open",
    onBatchTaskError: "batch-task-error",
    onBatchTaskViewChange: "batch-task-view-change",
  },
});
