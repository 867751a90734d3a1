import { BatchTaskWidget } from "batch-task-widget/react";
import type { BatchTask, BatchTaskErrorDetail } from "batch-task-widget/react";

interface Props {
  batchId: string;
  token: string;
  retry: (instanceIds: readonly string[]) => Promise<string>;
  onFinish: (task: BatchTask) => void;
  onError: (error: BatchTaskErrorDetail) => void;
}

export function BatchTaskPanel({ batchId, token, retry, onFinish, onError }: Props) {
  return (
    <BatchTaskWidget
      endpoint="/api/DescribeBatchTask"
      batchId={batchId}
      headers={() => ({ Authorization: `Bearer ${token}` })}
      actions={[{ id: "retry", label: "Retry" }]}
      onBatchTaskAction={({ detail }) => detail.waitUntil(retry(detail.instanceIds))}
      onBatchTaskFinish={(event) => onFinish(event.detail.task)}
      onBatchTaskError={(event) => onError(event.detail)}
    >
      Loading…
    </BatchTaskWidget>
  );
}
