// Functions for the scripts of `hosts.rs`, used instead of those in `fixture.js`. A host may show several widgets, each in a
// shadow root of its own or all in the document.
const roots = () => {
  const shadowRoots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean);
  return shadowRoots.length > 0 ? shadowRoots : [document];
};
const all = (selector) => roots().flatMap((root) => [...root.querySelectorAll(selector)]);
const texts = (selector) => all(selector).map((element) => element.innerText.trim());
const every = (selector, expected) => texts(selector).every((text) => text === expected);
const shownText = () => JSON.stringify([texts(".batch-task-widget"), window.host?.heard]);
const pressTabs = (name) =>
  all("[role=tab]").filter((tab) => tab.innerText === name).forEach((tab) => tab.click());
const hover = () =>
  all(".batch-task-widget")[0].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));

// The size of each WebAssembly file that the page has loaded.
const wasmSizes = async () => {
  const names = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".wasm"));
  return Promise.all([...new Set(names)].map(async (name) => (await (await fetch(name)).arrayBuffer()).byteLength));
};

// Lets the host render again and again, with new inline functions each time.
const renders = async (count) => {
  for (let i = 0; i < count; i++) {
    await host.set({ theme: i % 2 ? "light" : "dark" });
    await new Promise((done) => requestAnimationFrame(done));
  }
};

const until = async (condition) => {
  while (!condition()) await new Promise((done) => now.setTimeout(done, 5));
};
// Shows and removes the widgets. Every other time, they are removed while their first request is open.
const cycles = async (count) => {
  for (let i = 0; i < count; i++) {
    await host.show(true);
    if (i % 2) await until(() => texts(".btw-percent").includes("33 %"));
    await host.show(false);
    await until(() => all(".batch-task-widget").length === 0);
  }
};
