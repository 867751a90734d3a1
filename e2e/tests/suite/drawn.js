// Runs before the scripts of the page: records what each frame shows, and how far anything has moved.
window.frames = [];
window.shifts = [];

const PARTS = [".page-back", ".btw-title", ".btw-badge", ".btw-percent", ".btw-progress", ".btw-failures", ".btw-notice", ".btw-toolbar", ".btw-row", ".btw-row:nth-of-type(3)", ".btw-footer", ".page-ask", ".page-note", ".btw-list", ".btw-list-row"];

const visible = (selector) =>
  [...document.querySelectorAll(selector)].filter((it) => it.getClientRects().length > 0 && getComputedStyle(it).visibility === "visible");

const hasSecondFile = () =>
  performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.includes(".extras.wasm") && responseEnd > 0);

const look = () => {
  requestAnimationFrame(look);
  const main = document.querySelector("main");
  // Until then, the parser may have seen only a part.
  if (document.readyState === "loading" || !main) return;
  window.parsedFrames = (window.parsedFrames ?? 0) + 1;
  if (window.parsedFrames === 2) window.parsedTime = performance.now();
  const places = {};
  for (const part of PARTS) {
    const box = visible(part)[0]?.getBoundingClientRect();
    if (box) places[part] = [box.left, box.top + scrollY, box.height].map(Math.round);
  }
  const texts = [".btw-badge", ".btw-percent", ".btw-row"].map((part) => visible(part)[0]?.innerText.trim().split(/\s+/).join(" "));
  if (!document.querySelector("main[data-drawn]")) window.liveFrames = (window.liveFrames ?? 0) + 1;
  if (window.liveFrames === 2) window.settledTime = performance.now();
  // In any page, the parts that the second file adds when it is idle move others.
  if (window.liveFrames === 1) window.hadSecondFile = hasSecondFile();
  if (window.liveFrames > 1 && !window.hadSecondFile && hasSecondFile()) return;
  const frame = { mains: visible("main").length, skeletons: visible(".btw-skeleton").length, places, texts };
  if (JSON.stringify(frame) !== JSON.stringify(window.frames.at(-1))) window.frames.push(frame);
};
requestAnimationFrame(look);

if (PerformanceObserver.supportedEntryTypes.includes("layout-shift")) {
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, value, sources } of list.getEntries()) {
      const moved = sources.map(({ node, previousRect, currentRect }) => {
        const [from, to] = [previousRect, currentRect].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" "));
        return `${(node?.outerHTML ?? node?.textContent ?? "").slice(0, 80)}: ${from} → ${to}`;
      });
      window.shifts.push({ startTime, value, moved });
    }
  });
  observer.observe({ type: "layout-shift", buffered: true });
}
