// After `window.trap()`, the next call into the module throws as a trap does. `window.calls` counts the calls.
const Instance = WebAssembly.Instance;
window.calls = 0;
let isDue = false;
window.trap = () => { isDue = true; };
WebAssembly.Instance = class {
  constructor(module, imports) {
    const exports = {};
    for (const [name, value] of Object.entries(new Instance(module, imports).exports)) {
      exports[name] = typeof value !== "function" ? value : (...args) => {
        window.calls += 1;
        if (isDue) { isDue = false; throw new WebAssembly.RuntimeError("unreachable"); }
        return value(...args);
      };
    }
    this.exports = exports;
  }
};
await import("./npm/define.js");
window.isHostAlive = true;
