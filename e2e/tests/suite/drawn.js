// Runs before the scripts of the page: records what each frame shows, and how far anything has moved.
window.frames = [];
window.shift = 0;

const PARTS = [".page-back", ".btw-title", ".btw-badge", ".btw-percent", ".btw-progress", ".btw-failures", ".btw-notice", ".btw-toolbar", ".btw-row", ".btw-row:nth-of-type(3)", ".btw-footer"];

const visible = (selector) =>
  [...document.querySelectorAll(selector)].filter((it) => it.getClientRects().length > 0 && getComputedStyle(it).visibility === "visible");

const look = () => {
  requestAnimationFrame(look);
  const main = document.querySelector("main");
  if (!main || visible("main").length === 0) return;
  const places = {};
  for (const part of PARTS) {
    const box = visible(part)[0]?.getBoundingClientRect();
    if (box) places[part] = [box.left, box.top + scrollY, box.height].map(Math.round);
  }
  const texts = [".btw-badge", ".btw-percent", ".btw-row"].map((part) => visible(part)[0]?.innerText.split("\n")[0]);
  const frame = { mains: visible("main").length, skeletons: visible(".btw-skeleton").length, places, texts };
  if (JSON.stringify(frame) !== JSON.stringify(window.frames.at(-1))) window.frames.push(frame);
};
requestAnimationFrame(look);

if (PerformanceObserver.supportedEntryTypes.includes("layout-shift")) {
  const observer = new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      window.shift += value;
      window.shifted = sources.map(({ node }) => node?.outerHTML?.slice(0, 200));
    }
  });
  observer.observe({ type: "layout-shift", buffered: true });
}
