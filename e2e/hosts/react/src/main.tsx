import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { LongFailures } from "./LongFailures";

/** The same rows in the component and in the plain tag, whose attribute `task` React sets as a property. */
const linked = (
  <>
    <LongFailures batchId="pcb-demo" reason="925235d3" taskId="629271331" />
    <batch-task-widget
      endpoint="/api/DescribeBatchTask"
      batchId="pcb-demo"
      filter="failed,attention"
      longerThan="10m"
      reason="925235d3"
      task="629271331"
    />
  </>
);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(<StrictMode>{location.search === "?linked" ? linked : <App />}</StrictMode>);
}
