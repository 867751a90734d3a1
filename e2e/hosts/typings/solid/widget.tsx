// Uses of the tag that the type check of Solid accepts and refuses. Nothing runs this file.
import type { BatchTaskWidgetElement } from "batch-task-widget/solid";

let widget: BatchTaskWidgetElement | undefined;

export const right = [
  <batch-task-widget
    ref={(element) => (widget = element)}
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
    prop:fetcher={() => ({})}
    on:batch-task-finish={(event) => event.detail.task.Status.trim()}
    on:batch-task-error={(event) => event.detail.retryInMs?.toFixed()}
  >
    Loading…
  </batch-task-widget>,
];

export const attribute = <batch-task-widget task="629271331" />;

export const wrong = [
  // @ts-expect-error not a theme
  <batch-task-widget theme="blue" />,
  // @ts-expect-error seconds are a number
  <batch-task-widget interval="5" />,
  // @ts-expect-error not a property
  <batch-task-widget batchID="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <batch-task-widget on:batch-task-finish={(event) => event.detail.changed} />,
];

void widget?.refresh();
