import { lazy, StrictMode, Suspense } from "react";
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

/** The list, whose program only the page that shows it loads. */
const BatchList = lazy(async () => ({ default: (await import("./BatchList")).BatchList }));
const heard: string[] = [];
const list = (
  <Suspense fallback="Loading…">
    <BatchList open={(batchId) => heard.push(`open ${batchId}`)} />
  </Suspense>
);

const root = document.getElementById("root");
if (root) {
  if (location.search === "?list") window.host = { heard, show: async () => {}, set: async () => {} };
  const content = { "?linked": linked, "?list": list }[location.search] ?? <App />;
  createRoot(root).render(<StrictMode>{content}</StrictMode>);
}
