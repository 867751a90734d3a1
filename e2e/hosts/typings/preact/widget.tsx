// Uses of the tag that the type check of Preact accepts and refuses. Nothing runs this file.
import type { BatchTaskWidgetElement } from "batch-task-widget/preact";
import wasm from "batch-task-widget/batch-task-widget.wasm";
import { init } from "batch-task-widget";
import { createRef } from "preact";

const widget = createRef<BatchTaskWidgetElement>();

export const right = [
  <batch-task-widget
    key="1"
    ref={widget}
    class="first"
    endpoint="/api/DescribeBatchTask"
    batchId="pcb-demo"
    interval={10}
    compact={false}
    columns={["TaskId", "Status"]}
    filter={["failed", "attention"]}
    longerThan="10m"
    reason="925235d3"
    taskId="629271331"
    headers={async () => ({ Authorization: "Bearer 1" })}
    onbatch-task-finish={(event) => event.detail.task.Status.trim()}
    onbatch-task-error={(event) => event.detail.retryInMs?.toFixed()}
  >
    Loading…
  </batch-task-widget>,
];

export const attribute = <batch-task-widget key="5" task="629271331" />;

export const wrong = [
  // @ts-expect-error not a theme
  <batch-task-widget key="1" theme="blue" />,
  // @ts-expect-error seconds are a number
  <batch-task-widget key="2" interval="5" />,
  // @ts-expect-error not a property
  <batch-task-widget key="3" batchID="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <batch-task-widget key="4" onbatch-task-finish={(event) => event.detail.changed} />,
];

await init(new URL(wasm, import.meta.url));
