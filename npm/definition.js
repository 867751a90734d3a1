// Defines custom elements.

/** Defines the elements whose tags are not defined yet, and then starts loading their WebAssembly. */
export function define(elements, init) {
  const { customElements, document } = globalThis;
  const missing = Object.entries(elements).filter(([tag]) => customElements && !customElements.get(tag));
  for (const [tag, element] of missing) customElements.define(tag, element);
  // During server-side rendering there may be custom elements, but there is no document. In a microtask, so that the module that
  // imports this one can call `init` first; file.js has another wait for WebKit. The elements report a failure.
  if (missing.length > 0 && document) queueMicrotask(() => init());
}
