// Ten elements and ten mounted widgets of the same batch.
import { mount } from "./npm/define.js";
const options = { endpoint: "api/DescribeBatchTask", batchId: "pcb-stub", interval: 600 };
for (let i = 0; i < 10; i++) {
  const element = document.createElement("batch-task-widget");
  document.body.append(Object.assign(element, options));
  mount(document.getElementById("target"), options);
}
