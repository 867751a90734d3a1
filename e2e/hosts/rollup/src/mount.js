// Uses only `mount`: a bundle of this has no custom element.
import { mount } from "batch-task-widget";

await mount(document.body, { endpoint: "/api/DescribeBatchTask", batchId: "pcb-demo" });
