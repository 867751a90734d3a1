// Hand-written JavaScript: a fixed set of row elements is moved, and only texts that differ are written.
import {
  BUCKETS,
  COLUMNS,
  OVERSCAN,
  ROW_PX,
  fetchBatch,
  formatCount,
  formatDuration,
  formatTime,
  labelOf,
  nextSort,
  summarize,
  visibleRows,
} from "../shared/batch.js";

const state = { batch: null, rows: [], sort: null, filter: null, query: "" };

function element(name, className, text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const percent = element("div", "percent");
percent.dataset.percent = "";
const bar = element("progress", "bar");
bar.max = 100;

const chips = element("div", "chips");
const counts = new Map();
for (const [bucket, label] of [["all", "All"], ...BUCKETS]) {
  const chip = element("button");
  chip.dataset.filter = bucket;
  const count = element("span");
  chip.append(`${label} `, count);
  chip.addEventListener("click", () => {
    state.filter = bucket === "all" || state.filter === bucket ? null : bucket;
    scroll.scrollTop = 0;
    order();
  });
  counts.set(bucket, { chip, count });
  chips.append(chip);
}

const search = element("input");
search.type = "search";
search.placeholder = "Search";
search.dataset.search = "";
search.addEventListener("input", () => {
  state.query = search.value;
  scroll.scrollTop = 0;
  order();
});
chips.append(search);

const head = element("div", "head");
for (const [column, label] of COLUMNS) {
  const button = element("button", "", label);
  button.dataset.sort = column;
  button.addEventListener("click", () => {
    state.sort = nextSort(state.sort, column);
    scroll.scrollTop = 0;
    order();
  });
  head.append(button);
}

const scroll = element("div", "scroll");
scroll.dataset.scroller = "";
const room = element("div", "room");
scroll.append(room);
scroll.addEventListener("scroll", draw, { passive: true });
document.getElementById("root").append(percent, bar, chips, head, scroll);

// The elements into which rows are rendered, each with its current position.
const drawn = [];

function rowElement(slot) {
  while (drawn.length <= slot) {
    const node = element("div", "row");
    node.dataset.row = "";
    const cells = COLUMNS.map(() => element("span"));
    node.append(...cells);
    room.append(node);
    drawn.push({ node, cells, position: -1 });
  }
  return drawn[slot];
}

let boxPx = 0;
new ResizeObserver(([entry]) => {
  boxPx = entry.contentRect.height;
  draw();
}).observe(scroll);

function draw() {
  const { rows } = state;
  const first = Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - OVERSCAN);
  const end = Math.min(rows.length, Math.ceil((scroll.scrollTop + boxPx) / ROW_PX) + OVERSCAN);
  const slots = Math.max(end - first, drawn.length);
  for (let position = first; position < first + slots; position++) {
    // A position keeps its element, so that scrolling by one row rewrites one element.
    const row = rowElement(position % slots);
    row.node.hidden = position >= end;
    if (position < end) fill(row, rows[position], position);
  }
}

function fill(row, task, position) {
  if (row.position !== position) {
    row.node.style.transform = `translateY(${position * ROW_PX}px)`;
    row.position = position;
  }
  const [id, status, instance, begin, end, duration, message] = row.cells;
  setText(id, task.TaskId);
  setText(status, labelOf(task.Status));
  setText(instance, task.InstanceId);
  setText(begin, formatTime(task.TaskBegin));
  setText(end, formatTime(task.TaskEnd));
  setText(duration, formatDuration(task));
  setText(message, task.ErrorMsg);
}

function order() {
  for (const [bucket, { chip }] of counts) {
    chip.setAttribute("aria-pressed", String((state.filter ?? "all") === bucket));
  }
  state.rows = visibleRows(state.batch.SubTasks, state.sort, state.filter, state.query);
  const height = `${state.rows.length * ROW_PX}px`;
  if (room.style.height !== height) room.style.height = height;
  draw();
}

function show(batch) {
  const isFirst = state.batch === null;
  state.batch = batch;
  const summary = summarize(batch);
  setText(percent, `${summary.percent} %`);
  if (bar.value !== summary.percent) bar.value = summary.percent;
  for (const [bucket, { count }] of counts) {
    setText(count, formatCount(bucket === "all" ? summary.total : summary.counts[bucket]));
  }
  if (isFirst || state.sort || state.filter || state.query) return order();
  state.rows = batch.SubTasks;
  const height = `${state.rows.length * ROW_PX}px`;
  if (room.style.height !== height) room.style.height = height;
  draw();
}

const refresh = async () => show(await fetchBatch());

window.bench = { refresh };
await refresh();
