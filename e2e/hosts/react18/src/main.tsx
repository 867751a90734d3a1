import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { LongFailures } from "./LongFailures";

const root = document.getElementById("root");
if (root) {
  const linked = <LongFailures batchId="pcb-demo" reason="925235d3" taskId="629271331" />;
  createRoot(root).render(<StrictMode>{location.search === "?linked" ? linked : <App />}</StrictMode>);
}
