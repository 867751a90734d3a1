// After `trap()`, the next call into the module throws as a trap does. `calls` counts the calls. Must run before the page's
// scripts.
const { instantiate } = WebAssembly;
window.calls = 0;
let isDue = false;
window.trap = () => { isDue = true; };
WebAssembly.instantiate = async (module, imports) => {
  const { exports } = await instantiate(module, imports);
  const trapping = ([name, it]) => [name, typeof it !== "function" ? it : (...args) => {
    window.calls += 1;
    if (isDue) { isDue = false; throw new WebAssembly.RuntimeError("unreachable"); }
    return it(...args);
  }];
  return { exports: Object.fromEntries(Object.entries(exports).map(trapping)) };
};
