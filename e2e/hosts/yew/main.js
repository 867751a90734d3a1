// Starts the app, and implements the interface for the tests by clicking its buttons.
import init from "./host.js";

await init({ module_or_path: new URL("host_bg.wasm", import.meta.url) });

const press = (id) => document.getElementById(id).click();
window.host = {
  get heard() {
    return [...document.querySelectorAll("#heard li")].map((line) => line.textContent);
  },
  async show(isShown) {
    const isThere = () => document.querySelector(".batch-task-widget") !== null;
    if (isThere() !== isShown) press("toggle");
    // Yew renders asynchronously.
    while (isThere() !== isShown) await new Promise(requestAnimationFrame);
  },
  async set({ batchId, filter, theme }) {
    if (batchId) press("another-batch");
    if (filter) press("running");
    if (theme) press(theme);
  },
};
