// Type errors that the type check must find. Nothing imports this file.
import type { BatchTaskWidgetElement } from "batch-task-widget/react";

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

export const right = [
  // Server-rendered pages use the attribute names.
  <batch-task-widget key="1" batch-id="pcb-demo" time-zone="Asia/Shanghai" columns={["TaskId", "Status"]} sort="-TaskBegin" longer-than="10m" task="1" />,
];

export function heard(target: HTMLElement, widget: BatchTaskWidgetElement): void {
  target.addEventListener("batch-task-error", (event) => event.detail.retryInMs?.toFixed());
  document.addEventListener("batch-task-view-change", (event) => event.detail.filter === "failed");
  // @ts-expect-error not an error class
  target.addEventListener("batch-task-error", (event) => event.detail.class === "bad luck");
  widget.columns = ["TaskId"];
  // The attribute as a property.
  widget.task = "629271331";
  // @ts-expect-error neither a TaskId nor data
  widget.task = 629271331;
}
