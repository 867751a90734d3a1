// Two widgets with state that the test changes: the panel of the README with the component, and a plain tag
// with all kinds of properties and a ref.

import { type BatchTaskWidgetElement } from "batch-task-widget";
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

  // Type-checks everything that a page can do with the element.
  useEffect(() => {
    const element: BatchTaskWidgetElement | null = widget.current ?? document.querySelector("batch-task-widget");
    const onUpdate = (changed: boolean) => void changed;
    element?.addEventListener("batch-task-update", (event) => onUpdate(event.detail.changed), { once: true });
  }, []);

  if (!isShown) return <p>nothing here</p>;
  return (
    <>
      <batch-task-widget
        ref={widget}
        className="first"
        endpoint="/api/DescribeBatchTask"
        batchId={state.batchId}
        interval={600}
        filter={state.filter}
        theme={state.theme}
        headers={() => ({ "X-Host": "react" })}
        compact={false}
        onbatch-task-update={(event) => heard.push(`update ${event.detail.task.Status}`)}
      />
      <BatchTaskPanel
        batchId={state.batchId}
        token="t0ken"
        retry={async (instanceIds) => `done ${heard.push(`action ${instanceIds}`)}`}
        onFinish={(task) => heard.push(`finish ${task.Status}`)}
        onError={(error) => heard.push(`error ${error.class}`)}
      />
    </>
  );
}
