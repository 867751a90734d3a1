import { BatchTaskList } from "batch-task-widget/list/react";

interface Props {
  open: (batchId: string) => void;
}

export function BatchList({ open }: Props) {
  return (
    <BatchTaskList
      endpoint="/api/DescribeBatchTasks"
      batchUrl="/batches/{BatchId}"
      onBatchTaskOpen={(event) => {
        event.preventDefault();
        open(event.detail.batchId);
      }}
    >
      Loading…
    </BatchTaskList>
  );
}
