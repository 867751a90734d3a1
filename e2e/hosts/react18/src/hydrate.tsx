// Hydrates the page long after the tag is defined and the WebAssembly loaded, as a slow page does.
import { init } from "batch-task-widget/react";
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";

import { Hydrated } from "./Hydrated";

const root = document.getElementById("root");
await init();
// By the second task, an element that does not wait has sent its request.
for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve));
if (root) {
  hydrateRoot(
    root,
    <StrictMode>
      <Hydrated />
    </StrictMode>,
  );
}
