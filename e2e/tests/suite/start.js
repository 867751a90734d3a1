// After `window.trap()`, the next call into the module throws as a trap does. `window.calls` counts the calls.
const { instantiate } = WebAssembly;
window.calls = 0;
let isDue = false;
window.trap = () => { isDue = true; };
WebAssembly.instantiate = async (module, imports) => {
  const exports = {};
  for (const [name, value] of Object.entries((await instantiate(module, imports)).exports)) {
    exports[name] = typeof value !== "function" ? value : (...args) => {
      window.calls += 1;
      if (isDue) { isDue = false; throw new WebAssembly.RuntimeError("unreachable"); }
      return value(...args);
    };
  }
  return { exports };
};

// `window.gaps` counts the frames in which the widget has no content.
window.gaps = 0;
window.watchForGaps = () => {
  const look = () => {
    if (!document.querySelector("batch-task-widget").shadowRoot.querySelector(".batch-task-widget")) window.gaps += 1;
    requestAnimationFrame(look);
  };
  look();
};

await import("./npm/define.js");
window.isHostAlive = true;
