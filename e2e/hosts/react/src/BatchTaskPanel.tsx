import "batch-task-widget/react";
import type { BatchTask, BatchTaskErrorDetail } from "batch-task-widget";

interface Props {
  batchId: string;
  onFinish: (task: BatchTask) => void;
  onError: (error: BatchTaskErrorDetail) => void;
}

export function BatchTaskPanel({ batchId, onFinish, onError }: Props) {
  return (
    <batch-task-widget
      endpoint="/api/DescribeBatchTask"
      batchId={batchId}
      onbatch-task-finish={(event) => onFinish(event.detail.task)}
      onbatch-task-error={(event) => onError(event.detail)}
    >
      Loading…
    </batch-task-widget>
  );
}
