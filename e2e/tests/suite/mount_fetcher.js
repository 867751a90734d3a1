// Mounts a widget with a fetcher that returns `window.body`.
import { mount } from "./npm/index.js";
window.fetcherCalls = [];
const fetcher = async ({ batchId, signal }) => {
  fetcherCalls.push([batchId, signal.aborted]);
  return window.body;
};
window.handle = await mount(document.getElementById("target"), { batchId: "pcb-mine", fetcher, interval: 600 });
