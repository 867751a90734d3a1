// Preact with a hand-written virtual list, keyed by TaskId.
import { render } from "preact";
import { memo } from "preact/compat";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import {
  BUCKETS,
  COLUMNS,
  OVERSCAN,
  ROW_PX,
  fetchBatch,
  formatCount,
  formatDuration,
  formatTime,
  isSameRow,
  labelOf,
  nextSort,
  summarize,
  visibleRows,
} from "../shared/batch.js";

const NO_ROWS = [];

// Each poll makes new objects, so the fields are compared.
const Row = memo(
  function Row({ task, top }) {
    return (
      <div class="row" data-row="" style={{ transform: `translateY(${top}px)` }}>
        <span>{task.TaskId}</span>
        <span>{labelOf(task.Status)}</span>
        <span>{task.InstanceId}</span>
        <span>{formatTime(task.TaskBegin)}</span>
        <span>{formatTime(task.TaskEnd)}</span>
        <span>{formatDuration(task)}</span>
        <span>{task.ErrorMsg}</span>
      </div>
    );
  },
  (a, b) => a.top === b.top && isSameRow(a.task, b.task),
);

function List({ rows, scroller }) {
  const [{ first, end }, setRange] = useState({ first: 0, end: 32 });
  const boxPx = useRef(0);
  const measure = useCallback(() => {
    const top = scroller.current.scrollTop;
    const first = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
    const end = Math.ceil((top + boxPx.current) / ROW_PX) + OVERSCAN;
    setRange((range) => (range.first === first && range.end === end ? range : { first, end }));
  }, []);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      boxPx.current = entry.contentRect.height;
      measure();
    });
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="scroll" data-scroller="" ref={scroller} onScroll={measure}>
      <div class="room" style={{ height: `${rows.length * ROW_PX}px` }}>
        {rows.slice(first, end).map((task, index) => (
          <Row key={task.TaskId} task={task} top={(first + index) * ROW_PX} />
        ))}
      </div>
    </div>
  );
}

function App() {
  const [batch, setBatch] = useState(null);
  const [sort, setSort] = useState(null);
  const [filter, setFilter] = useState(null);
  const [query, setQuery] = useState("");
  const scroller = useRef(null);
  const shown = useRef(null);

  useEffect(() => {
    const refresh = async () => {
      const next = await fetchBatch();
      return new Promise((resolve) => {
        shown.current = resolve;
        setBatch(next);
      });
    };
    window.bench = { refresh };
    refresh();
  }, []);
  useLayoutEffect(() => shown.current?.(), [batch]);

  const summary = useMemo(() => batch && summarize(batch), [batch]);
  const rows = useMemo(
    () => (batch ? visibleRows(batch.SubTasks, sort, filter, query) : NO_ROWS),
    [batch, sort, filter, query],
  );
  const toTop = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
  };
  const onSort = (column) => {
    setSort((sort) => nextSort(sort, column));
    toTop();
  };
  const onFilter = (bucket) => {
    setFilter((filter) => (bucket === "all" || filter === bucket ? null : bucket));
    toTop();
  };
  const onSearch = (event) => {
    setQuery(event.currentTarget.value);
    toTop();
  };

  if (!summary) return <p role="status">Loading…</p>;
  return (
    <>
      <div class="percent" data-percent="">{`${summary.percent} %`}</div>
      <progress class="bar" max="100" value={summary.percent} />
      <div class="chips">
        {[["all", "All"], ...BUCKETS].map(([bucket, label]) => (
          <button
            key={bucket}
            data-filter={bucket}
            aria-pressed={(filter ?? "all") === bucket}
            onClick={() => onFilter(bucket)}
          >
            {label} <span>{formatCount(bucket === "all" ? summary.total : summary.counts[bucket])}</span>
          </button>
        ))}
        <input type="search" placeholder="Search" data-search="" value={query} onInput={onSearch} />
      </div>
      <div class="head">
        {COLUMNS.map(([column, label]) => (
          <button key={column} data-sort={column} onClick={() => onSort(column)}>
            {label}
          </button>
        ))}
      </div>
      <List rows={rows} scroller={scroller} />
    </>
  );
}

render(<App />, document.getElementById("root"));
