// Runs before the scripts of the page: records what the widget draws, and the signals of its requests to the API.
window.drawn = new Set();
window.signals = [];
const observed = new WeakSet();
const look = () => {
  const element = document.querySelector("batch-task-widget");
  const root = element ? element.shadowRoot : document.querySelector("#batch-task:not(:has(> .page-frame))");
  if (element && root && !observed.has(root)) {
    observed.add(root);
    observer.observe(root, { childList: true, subtree: true });
  }
  for (const name of [".btw-skeleton", ".btw-row"]) {
    if (root?.querySelector(name)) window.drawn.add(name);
  }
};
const observer = new MutationObserver(look);
observer.observe(document, { childList: true, subtree: true });
const original = window.fetch;
window.fetch = (url, options) => {
  const address = String(url.url ?? url);
  if (address.includes("/api/")) window.signals.push(options?.signal ?? url.signal);
  return original(url, options);
};
