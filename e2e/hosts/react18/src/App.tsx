// Two widgets with state that the test changes: the component with all kinds of props and a ref, and the panel of the README.
// Each render has new functions. A third is the plain tag, for which React 18 writes `batchid` and `compact="false"`.

import { BatchTaskWidget, type BatchTaskWidgetElement } from "batch-task-widget/react";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { BatchTaskPanel } from "./BatchTaskPanel";

type Changes = Parameters<Host["set"]>[0];

const heard: string[] = [];

export function App() {
  const [isShown, setShown] = useState(true);
  const [state, setState] = useState<Required<Changes>>({ batchId: "pcb-demo", filter: "", theme: "light" });
  const widget = useRef<BatchTaskWidgetElement>(null);

  useEffect(() => {
    // StrictMode runs an effect twice in a development build; the test checks this.
    document.documentElement.dataset.effects = String(Number(document.documentElement.dataset.effects ?? 0) + 1);
    window.host = {
      heard,
      show: async (isShown) => flushSync(() => setShown(isShown)),
      set: async (changes) => flushSync(() => setState((state) => ({ ...state, ...changes }))),
    };
  }, []);

  if (!isShown) return <p>nothing here</p>;
  return (
    <>
      <BatchTaskWidget
        ref={widget}
        className="first"
        endpoint="/api/DescribeBatchTask"
        batchId={state.batchId}
        interval={600}
        filter={state.filter}
        theme={state.theme}
        columns={["TaskId", "Status", "InstanceId", "ErrorMsg"]}
        fetcher={({ batchId, signal }) => fetch(`/api/DescribeBatchTask?BatchId=${batchId}`, { signal })}
        messages={{ instance: "Cluster" }}
        compact={false}
        hidden={false}
        onBatchTaskUpdate={(event) => heard.push(`update ${event.detail.task.Status} ${widget.current?.task?.TotalCount}`)}
      />
      <BatchTaskPanel
        batchId={state.batchId}
        token="t0ken"
        retry={async (instanceIds) => `done ${heard.push(`action ${instanceIds}`)}`}
        onFinish={(task) => heard.push(`finish ${task.Status}`)}
        onError={(error) => heard.push(`error ${error.class}`)}
      />
      <batch-task-widget endpoint="/api/DescribeBatchTask" batchId={state.batchId} interval={600} compact={false} />
    </>
  );
}
