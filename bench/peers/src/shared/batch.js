// Code of all JavaScript contestants: fetch, count, sort, format. Each bundle has a copy.

export const ROW_PX = 34;
export const OVERSCAN = 8;

export const BUCKETS = [
  ["succeeded", "Succeeded"],
  ["failed", "Failed"],
  ["attention", "Needs attention"],
  ["running", "Running"],
  ["waiting", "Waiting"],
];

export const COLUMNS = [
  ["TaskId", "Task ID"],
  ["Status", "Status"],
  ["InstanceId", "Instance"],
  ["TaskBegin", "Started"],
  ["TaskEnd", "Ended"],
  ["Duration", "Duration"],
  ["ErrorMsg", "Error"],
];

const BUCKET_OF = {
  COMPLETED: "succeeded",
  FAILED: "failed",
  PAUSE: "attention",
  BLOCKING: "attention",
  TEMP_TERMINATED: "attention",
  HUMAN_PROCESSING: "attention",
  RUNNING: "running",
  WAITING: "waiting",
};

const LABEL_OF = {
  COMPLETED: "Succeeded",
  FAILED: "Failed",
  PAUSE: "Paused",
  BLOCKING: "Blocked",
  TEMP_TERMINATED: "Temporarily closed",
  HUMAN_PROCESSING: "Handled manually",
  RUNNING: "Running",
  WAITING: "Waiting",
};

export const bucketOf = (status) => BUCKET_OF[status] ?? "other";
export const labelOf = (status) => LABEL_OF[status] ?? status;

export async function fetchBatch() {
  const response = await fetch("api/DescribeBatchTask?BatchId=pcb-bench");
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return response.json();
}

export function summarize(batch) {
  const counts = { succeeded: 0, failed: 0, attention: 0, running: 0, waiting: 0, other: 0 };
  for (const task of batch.SubTasks) counts[bucketOf(task.Status)]++;
  const floor = Math.floor((100 * batch.SuccessCount) / batch.TotalCount);
  const hasEnded = batch.Status === "COMPLETED" || batch.Status === "FAILED";
  return { counts, total: batch.SubTasks.length, percent: hasEnded ? floor : Math.min(99, floor) };
}

// The API writes 2026/05/28T16:38:20Z, which Date.parse() does not read.
export const timeOf = (text) => Date.parse(text.replaceAll("/", "-"));

// Milliseconds; undefined while the subtask has not ended.
export function durationOf(task) {
  return task.TaskBegin && task.TaskEnd ? timeOf(task.TaskEnd) - timeOf(task.TaskBegin) : undefined;
}

export function isSameRow(a, b) {
  return (
    a.TaskId === b.TaskId &&
    a.Status === b.Status &&
    a.InstanceId === b.InstanceId &&
    a.TaskBegin === b.TaskBegin &&
    a.TaskEnd === b.TaskEnd &&
    a.ErrorMsg === b.ErrorMsg
  );
}

export const ascending = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// All times have the same format, so they can be compared as text. Missing times are last.
export function byTime(column) {
  return (a, b) => {
    const left = a[column];
    const right = b[column];
    return left && right ? ascending(left, right) : !left - !right;
  };
}

const ORDERS = {
  TaskId: (a, b) => a.TaskId - b.TaskId,
  Status: (a, b) => ascending(a.Status, b.Status),
  InstanceId: (a, b) => ascending(a.InstanceId, b.InstanceId),
  TaskBegin: byTime("TaskBegin"),
  TaskEnd: byTime("TaskEnd"),
  ErrorMsg: (a, b) => ascending(a.ErrorMsg, b.ErrorMsg),
};

// Parsing two times for each comparison would be slow, so durations are computed once.
function byDuration(rows) {
  const durations = new Map(rows.map((task) => [task, durationOf(task)]));
  return (a, b) => (durations.get(a) ?? Infinity) - (durations.get(b) ?? Infinity) || 0;
}

// The rows of a status of which a field contains the query, in any case.
export function matchingRows(rows, filter, query) {
  const kept = filter ? rows.filter((task) => bucketOf(task.Status) === filter) : rows;
  const text = query.trim().toLowerCase();
  if (!text) return kept;
  const contains = (field) => field.toLowerCase().includes(text);
  return kept.filter((task) => contains(task.TaskId) || contains(task.InstanceId) || contains(task.ErrorMsg));
}

// The rows to show, in order.
export function visibleRows(rows, sort, filter, query) {
  const kept = matchingRows(rows, filter, query);
  if (!sort) return kept;
  const order = ORDERS[sort.column] ?? byDuration(kept);
  return kept.toSorted(sort.descending ? (a, b) => order(b, a) : order);
}

export function nextSort(sort, column) {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

const two = (number) => String(number).padStart(2, "0");

export function formatTime(text) {
  if (!text) return "–";
  const time = new Date(timeOf(text));
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
}

export function formatDuration(task) {
  const seconds = Math.floor(durationOf(task) / 1000);
  if (!(seconds >= 0)) return "–";
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const digits = new Intl.NumberFormat("en");
export const formatCount = (count) => digits.format(count);
