// Mounts a widget with an inline function for `window.option`, and makes a new one for each update.
import { mount } from "./npm/index.js";
window.called = [];
const headers = (number) => () => {
  called.push(number);
  return {};
};
const fetcher = (number) => ({ signal }) => {
  called.push(number);
  return fetch("api/DescribeBatchTask", { signal });
};
const options = (number) =>
  window.option === "headers" ? { endpoint: "api/DescribeBatchTask", headers: headers(number) } : { fetcher: fetcher(number) };
window.handle = await mount(document.getElementById("target"), { batchId: "pcb-mine", ...options(0) });
window.updates = async (count) => {
  for (let number = 1; number <= count; number++) {
    handle.update(options(number));
    await new Promise((done) => requestAnimationFrame(done));
  }
};
