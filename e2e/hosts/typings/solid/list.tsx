// Uses of the list's tag that the type check of Solid accepts and refuses. Nothing runs this file.
import type { BatchTaskListElement } from "batch-task-widget/all/solid";

let list: BatchTaskListElement | undefined;

export const right = [
  <batch-task-list
    ref={(element) => (list = element)}
    class="first"
    endpoint="/api/DescribeBatchTasks"
    batchUrl="/batches/{BatchId}"
    status={["running", "failed"]}
    range="30d"
    prop:fetcher={() => ({})}
    on:batch-task-open={(event) => event.detail.batchId.trim()}
  >
    Loading…
  </batch-task-list>,
  <batch-task-widget batchId="pcb-demo" />,
];

export const wrong = [
  // @ts-expect-error not a range
  <batch-task-list range="1y" />,
  // @ts-expect-error not a property
  <batch-task-list batchId="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <batch-task-list on:batch-task-open={(event) => event.detail.task} />,
];

void list?.refresh();
