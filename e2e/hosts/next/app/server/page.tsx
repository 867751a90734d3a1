// A server component that renders the widget itself.
import { BatchTaskWidget } from "batch-task-widget/react";

export default function Page() {
  return (
    <BatchTaskWidget className="panel" endpoint="/api/DescribeBatchTask" batchId="pcb-demo">
      Loading…
    </BatchTaskWidget>
  );
}
