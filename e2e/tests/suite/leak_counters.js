// Counts timers that have not fired, listeners on window and document, and open requests. Must run before the page's
// scripts. `window.left()` returns the counts and the number of elements, except those in the host's event log.
window.timers = new Set();
window.now = { setTimeout: window.setTimeout.bind(window) };
for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
  const [realSet, realClear] = [window[set], window[clear]];
  window[set] = (f, ...rest) => {
    const id = realSet((...args) => { if (set === "setTimeout") timers.delete(id); f(...args); }, ...rest);
    // WebKit's driver has a timer of its own in the page while it runs a script.
    if (!/^.*\n.*\nPromise@.*\n_execute@/.test(new Error().stack)) timers.add(id);
    return id;
  };
  window[clear] = (id) => { timers.delete(id); realClear(id); };
}
window.listeners = 0;
for (const target of [window, document]) {
  const [add, remove] = [target.addEventListener, target.removeEventListener];
  target.addEventListener = function (...args) { listeners += 1; return add.apply(this, args); };
  target.removeEventListener = function (...args) { listeners -= 1; return remove.apply(this, args); };
}
window.requests = 0;
const realFetch = window.fetch;
window.fetch = (...args) => {
  requests += 1;
  const response = realFetch(...args);
  response.then(() => { requests -= 1; }, () => { requests -= 1; });
  return response;
};
window.left = () => ({ timers: timers.size, listeners, requests, elements: document.querySelectorAll(":not(#heard *)").length });
