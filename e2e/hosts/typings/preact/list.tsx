// Uses of the list's tag that the type check of Preact accepts and refuses. Nothing runs this file.
import type { BatchTaskListElement } from "batch-task-widget/list/preact";
import type { BatchTaskWidgetElement } from "batch-task-widget/all/preact";
import wasm from "batch-task-widget/batch-task-list.wasm";
import { init } from "batch-task-widget/list";
import { createRef } from "preact";

const list = createRef<BatchTaskListElement>();
const widget = createRef<BatchTaskWidgetElement>();

export const right = [
  <batch-task-list
    key="1"
    ref={list}
    class="first"
    endpoint="/api/DescribeBatchTasks"
    batchUrl="/batches/{BatchId}"
    status={["running", "failed"]}
    range="30d"
    page={2}
    onbatch-task-open={(event) => event.detail.batchId.trim()}
    onbatch-task-list-update={(event) => event.detail.page.TaskList.length.toFixed()}
  >
    Loading…
  </batch-task-list>,
  <batch-task-widget key="2" ref={widget} batchId="pcb-demo" />,
];

export const wrong = [
  // @ts-expect-error not a range
  <batch-task-list key="1" range="1y" />,
  // @ts-expect-error not a property
  <batch-task-list key="2" batchId="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <batch-task-list key="3" onbatch-task-open={(event) => event.detail.task} />,
];

await init(new URL(wasm, import.meta.url));
