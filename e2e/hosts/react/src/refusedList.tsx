// Type errors of the list that the type check must find. Nothing imports this file.
import { BatchTaskList, BatchTaskWidget, mountList } from "batch-task-widget/all/react";
import type { BatchTaskListElement } from "batch-task-widget/list/react";

export const wrong = [
  // @ts-expect-error not a range
  <BatchTaskList key="1" range="1y" />,
  // @ts-expect-error not a property
  <BatchTaskList key="2" batchId="pcb-demo" />,
  // @ts-expect-error not a member of the detail
  <BatchTaskList key="3" onBatchTaskOpen={(event) => event.detail.task} />,
  // @ts-expect-error not a range
  <batch-task-list key="4" range="1y" />,
];

export const right = (theme: "dark" | undefined) => [
  <BatchTaskList key="1" id="a" status={["running", "failed"]} type="install" page={2} page-size="50" theme={theme} />,
  <batch-task-list key="2" batch-url="/{BatchId}" onbatch-task-open={(event) => event.preventDefault()} />,
  <BatchTaskWidget key="3" batchId="pcb-demo" />,
];

export async function heard(list: BatchTaskListElement, target: HTMLElement): Promise<void> {
  list.addEventListener("batch-task-view-change", (event) => event.detail.range === "7d");
  target.addEventListener("batch-task-open", (event) => event.detail.batchId.trim());
  target.addEventListener("batch-task-list-update", (event) => event.detail.page.TaskList.map(({ BatchId }) => BatchId));
  const handle = await mountList(target, { endpoint: "/api", fetcher: async ({ pageNumber, status }) => ({ pageNumber, status }) });
  handle.update({ page: 2 });
  // @ts-expect-error not an option
  handle.update({ batchId: "pcb-demo" });
}
