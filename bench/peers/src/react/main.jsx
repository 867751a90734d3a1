// React 19 with TanStack Virtual: memoised rows, derived data in useMemo.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

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

const Row = memo(
  function Row({ task, top }) {
    return (
      <div className="row" data-row="" style={{ transform: `translateY(${top}px)` }}>
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
  // Each poll makes new objects, so the fields are compared.
  (a, b) => a.top === b.top && isSameRow(a.task, b.task),
);

const Chips = memo(
  function Chips({ summary, filter, onFilter }) {
    return (
      <div className="chips">
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
      </div>
    );
  },
);

const Head = memo(function Head({ onSort }) {
  return (
    <div className="head">
      {COLUMNS.map(([column, label]) => (
        <button key={column} data-sort={column} onClick={() => onSort(column)}>
          {label}
        </button>
      ))}
    </div>
  );
});

const Search = memo(function Search({ query, onSearch }) {
  return <input type="search" placeholder="Search" data-search="" value={query} onChange={onSearch} />;
});

function App() {
  const [batch, setBatch] = useState(null);
  const [sort, setSort] = useState(null);
  const [filter, setFilter] = useState(null);
  const [query, setQuery] = useState("");
  // The field must not wait for the rows.
  const searched = useDeferredValue(query);
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

  const toTop = useCallback(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, []);
  const onSort = useCallback((column) => {
    setSort((sort) => nextSort(sort, column));
    toTop();
  }, []);
  const onFilter = useCallback((bucket) => {
    setFilter((filter) => (bucket === "all" || filter === bucket ? null : bucket));
    toTop();
  }, []);
  const onSearch = useCallback((event) => {
    setQuery(event.target.value);
    toTop();
  }, []);

  const summary = useMemo(() => batch && summarize(batch), [batch]);
  const rows = useMemo(
    () => (batch ? visibleRows(batch.SubTasks, sort, filter, searched) : NO_ROWS),
    [batch, sort, filter, searched],
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });

  if (!summary) return <p role="status">Loading…</p>;
  return (
    <>
      <div className="percent" data-percent="">{`${summary.percent} %`}</div>
      <progress className="bar" max="100" value={summary.percent} />
      <Chips summary={summary} filter={filter} onFilter={onFilter} />
      <Search query={query} onSearch={onSearch} />
      <Head onSort={onSort} />
      <div className="scroll" data-scroller="" ref={scroller}>
        <div className="room" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <Row key={rows[index].TaskId} task={rows[index]} top={start} />
          ))}
        </div>
      </div>
    </>
  );
}

createRoot(document.getElementById("root")).render(<App />);
