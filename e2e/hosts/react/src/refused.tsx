// What the type check has to refuse; nothing imports this.
import type { BatchTaskWidgetElement } from "batch-task-widget/react";

export const wrong = [
  // @ts-expect-error no such theme
  <batch-task-widget key="1" theme="blue" />,
  // @ts-expect-error seconds are a number
  <batch-task-widget key="2" interval="5" />,
  // @ts-expect-error no such property
  <batch-task-widget key="3" batchID="pcb-demo" />,
  // @ts-expect-error a detail has no such member
  <batch-task-widget key="4" onbatch-task-finish={(event) => event.detail.changed} />,
];

export const right = [
  // A page that a server renders first writes the attributes' names.
  <batch-task-widget key="1" batch-id="pcb-demo" time-zone="Asia/Shanghai" columns={["TaskId", "Status"]} sort="-TaskBegin" />,
];

export function heard(target: HTMLElement, widget: BatchTaskWidgetElement): void {
  target.addEventListener("batch-task-error", (event) => event.detail.retryInMs?.toFixed());
  document.addEventListener("batch-task-view-change", (event) => event.detail.filter === "failed");
  // @ts-expect-error the class has no such word
  target.addEventListener("batch-task-error", (event) => event.detail.class === "bad luck");
  widget.columns = ["TaskId"];
  // @ts-expect-error read only
  widget.task = null;
}
