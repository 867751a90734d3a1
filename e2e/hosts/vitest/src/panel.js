import "batch-task-widget/define.js";

/** Shows a batch, and its status when it ends. */
export function show(parent, batchId) {
  const widget = document.createElement("batch-task-widget");
  widget.setAttribute("endpoint", "/api/DescribeBatchTask");
  widget.setAttribute("batch-id", batchId);
  widget.addEventListener("batch-task-finish", (event) => parent.append(event.detail.task.Status));
  parent.append(widget);
  return widget;
}
