// The custom element `<batch-task-list>`.

import { elementOf } from "./element.js";
import { List } from "./list.js";

const members = {
  texts: {
    endpoint: "endpoint",
    batchUrl: "batch-url",
    method: "method",
    credentials: "credentials",
    bodyPointer: "body-pointer",
    timeZone: "time-zone",
    theme: "theme",
    status: "status",
    type: "type",
    range: "range",
    page: "page",
    pageSize: "page-size",
  },
  flags: ["redact", "paused"],
  objects: ["headers", "fetcher", "messages"],
  interval: 30,
};

export const listElement = (runtime) => class BatchTaskListElement extends elementOf(runtime, List, members) {};
