"use client";

import { BatchTaskWidget } from "batch-task-widget/react";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

type Changes = Parameters<Host["set"]>[0];

const heard: string[] = [];

export function Panel() {
  const [isShown, setShown] = useState(true);
  const [state, setState] = useState<Required<Changes>>({ batchId: "pcb-demo", filter: "", theme: "light" });

  useEffect(() => {
    window.host = {
      heard,
      show: async (isShown) => flushSync(() => setShown(isShown)),
      set: async (changes) => flushSync(() => setState((state) => ({ ...state, ...changes }))),
    };
  }, []);

  if (!isShown) return <p>nothing here</p>;
  return (
    <BatchTaskWidget
      endpoint="/api/DescribeBatchTask"
      batchId={state.batchId}
      interval={600}
      filter={state.filter}
      theme={state.theme}
      headers={() => ({ Authorization: "Bearer t0ken" })}
      onBatchTaskUpdate={(event) => heard.push(`update ${event.detail.task.Status}`)}
      onBatchTaskFinish={(event) => heard.push(`finish ${event.detail.task.Status}`)}
      onBatchTaskError={(event) => heard.push(`error ${event.detail.class}`)}
    />
  );
}
