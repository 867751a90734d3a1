// Ant Design's virtual table with its own sorting. The status filter is a row of buttons, as in the other contestants.
import { Button, Input, Progress, Space, Statistic, Table, Tag } from "antd";
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

import {
  BUCKETS,
  ascending,
  bucketOf,
  byTime,
  durationOf,
  fetchBatch,
  formatCount,
  formatDuration,
  formatTime,
  labelOf,
  matchingRows,
  summarize,
} from "../shared/batch.js";

const NO_ROWS = [];

const COLOR_OF = {
  succeeded: "success",
  failed: "error",
  attention: "warning",
  running: "processing",
  waiting: "default",
};

const COLUMNS = [
  { title: "Task ID", dataIndex: "TaskId", width: 122, sorter: (a, b) => a.TaskId - b.TaskId },
  {
    title: "Status",
    dataIndex: "Status",
    width: 164,
    render: (status) => <Tag color={COLOR_OF[bucketOf(status)]}>{labelOf(status)}</Tag>,
    sorter: (a, b) => ascending(a.Status, b.Status),
  },
  { title: "Instance", dataIndex: "InstanceId", width: 188, ellipsis: true },
  {
    title: "Started",
    dataIndex: "TaskBegin",
    width: 126,
    render: formatTime,
    sorter: byTime("TaskBegin"),
  },
  { title: "Ended", dataIndex: "TaskEnd", width: 126, render: formatTime },
  {
    title: "Duration",
    key: "Duration",
    width: 104,
    render: (_, task) => formatDuration(task),
    sorter: (a, b) => (durationOf(a) ?? Infinity) - (durationOf(b) ?? Infinity) || 0,
  },
  { title: "Error", dataIndex: "ErrorMsg", width: 300, ellipsis: true },
];

const SCROLL = { x: 1130, y: Math.max(320, innerHeight - 384) };

function App() {
  const [batch, setBatch] = useState(null);
  const [filter, setFilter] = useState(null);
  const [query, setQuery] = useState("");
  const searched = useDeferredValue(query);
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
    () => (batch ? matchingRows(batch.SubTasks, filter, searched) : NO_ROWS),
    [batch, filter, searched],
  );
  const onFilter = (bucket) => setFilter(bucket === "all" || filter === bucket ? null : bucket);

  return (
    <>
      {summary && (
        <>
          <Statistic value={summary.percent} suffix="%" data-percent="" />
          <Progress percent={summary.percent} showInfo={false} />
          <Space>
            {[["all", "All"], ...BUCKETS].map(([bucket, label]) => (
              <Button
                key={bucket}
                data-filter={bucket}
                type={(filter ?? "all") === bucket ? "primary" : "default"}
                onClick={() => onFilter(bucket)}
              >
                {label} {formatCount(bucket === "all" ? summary.total : summary.counts[bucket])}
              </Button>
            ))}
            <Input placeholder="Search" data-search="" value={query} onChange={(event) => setQuery(event.target.value)} />
          </Space>
        </>
      )}
      <Table
        virtual
        size="small"
        rowKey="TaskId"
        columns={COLUMNS}
        dataSource={rows}
        loading={!batch}
        pagination={false}
        scroll={SCROLL}
      />
    </>
  );
}

createRoot(document.getElementById("root")).render(<App />);
