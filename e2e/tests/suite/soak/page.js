// Counters of the soak test, and functions that simulate its network, its visibility and its viewer.
window.soak = { updates: 0, errors: 0, finished: 0, notified: 0, listeners: 0, requests: 0, mostRequests: 0, memory: null };

for (const [name, counter] of [["update", "updates"], ["error", "errors"], ["finish", "finished"]]) {
  document.addEventListener(`batch-task-${name}`, () => { soak[counter] += 1; window.log.length = 0; });
}
for (const target of [window, document]) {
  const { addEventListener: add, removeEventListener: remove } = target;
  target.addEventListener = function (...args) { soak.listeners += 1; return add.apply(this, args); };
  target.removeEventListener = function (...args) { soak.listeners -= 1; return remove.apply(this, args); };
}
const realFetch = window.fetch;
window.fetch = (...args) => {
  // The lazy-loaded second file is not a poll.
  if (!String(args[0].url ?? args[0]).includes("/api/")) return realFetch(...args);
  // The widget's endpoint is not on this machine, because a loopback endpoint is polled offline, too.
  const here = new URL(args[0].url);
  here.host = location.host;
  soak.requests += 1;
  soak.mostRequests = Math.max(soak.mostRequests, soak.requests);
  const end = () => { soak.requests -= 1; };
  const response = realFetch(new Request(here, args[0]));
  response.then(end, end);
  return response;
};
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (module, imports) => {
  const instance = await instantiate(module, imports);
  // The second file shares the memory of the first.
  soak.memory = instance.exports.memory ?? soak.memory;
  return instance;
};
window.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor() { soak.notified += 1; }
};

const property = (object, name, value) => Object.defineProperty(object, name, { configurable: true, get: () => value });
soak.online = (isOnline) => {
  property(navigator, "onLine", isOnline);
  window.dispatchEvent(new Event(isOnline ? "online" : "offline"));
};
soak.visible = (isVisible) => {
  property(document, "visibilityState", isVisible ? "visible" : "hidden");
  property(document, "hidden", !isVisible);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};
soak.button = (wanted) => {
  const buttons = [...document.querySelector("batch-task-widget").shadowRoot.querySelectorAll("button")];
  return buttons.find((each) => each.innerText.replace(/\s+/g, " ").trim() === wanted);
};
soak.counts = () => ({
  elements: document.querySelector("batch-task-widget").shadowRoot.querySelectorAll("*").length,
  timers: clock.timers(),
  listeners: soak.listeners,
  requests: soak.requests,
  wasm_bytes: soak.memory.buffer.byteLength,
});

await import("./npm/define.js");
window.isReady = true;
