// Records all layout shifts since the start of the page.
const observeShifts = () => {
  window.shifts = [];
  const add = (entries) => shifts.push(...entries.map(({ value }) => value));
  window.shiftObserver = new PerformanceObserver((list) => add(list.getEntries()));
  shiftObserver.observe({ type: "layout-shift", buffered: true });
  window.addPendingShifts = () => add(shiftObserver.takeRecords());
};

// The shifts of all frames up to now: a shift is reported at most two frames later.
const shiftsSoFar = async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  addPendingShifts();
  return shifts;
};

// When the first content was painted; and by what each WebAssembly file was requested, and when it was loaded.
const paintAndWasm = () => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null;
  const files = performance.getEntriesByType("resource").filter(({ name }) => name.includes(".wasm"));
  return [paint, files.map(({ initiatorType, responseEnd }) => [initiatorType, responseEnd])];
};

const pushDown = () => {
  const bar = document.createElement("div");
  bar.textContent = "bar";
  bar.style.height = "200px";
  document.body.prepend(bar);
};

// The boxes of these elements that are visible.
const boxes = (selector) => all(selector).filter((element) => element.getClientRects().length > 0).map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height];
});

// The boxes of the link to the list, the header and the skeleton's bones.
const positions = () => boxes(".page-back, .btw-header, .btw-skeleton, .btw-bone");

// The box of the form's section and of its parts, and the corner of what is below it.
const homePositions = () => [
  ...boxes(".page-home > section:first-child, .page-ask, .page-ask > *"),
  ...boxes(".page-home > :nth-child(2)").map(([x, y, width]) => [x, y, width, 0]),
];
