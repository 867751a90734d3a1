import { BatchTaskWidget } from "batch-task-widget/react";

interface Props {
  batchId: string;
  reason: string;
  taskId: string;
}

export function LongFailures({ batchId, reason, taskId }: Props) {
  return (
    <BatchTaskWidget
      endpoint="/api/DescribeBatchTask"
      batchId={batchId}
      filter={["failed", "attention"]}
      longerThan="10m"
      reason={reason}
      taskId={taskId}
    />
  );
}
