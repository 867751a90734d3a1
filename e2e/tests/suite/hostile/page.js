// Measures how long the page is blocked, and finds what a body has turned into markup or has broken in the layout.
window.heartbeat = { longest: 0 };
const waiting = [];
{
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    heartbeat.longest = Math.max(heartbeat.longest, now - last);
    last = now;
    waiting.splice(0).forEach((done) => done());
    setTimeout(beat, 4);
  };
  beat();
}
// Resolves when the heartbeat has measured all tasks up to now.
const nextBeat = () => new Promise((done) => { waiting.push(done); });

// Records only the names of events. `listen.js` would read the task of each event, which builds an object for every row;
// with a million rows, that would block the page.
for (const name of ["update", "error"]) {
  document.getElementById("told").addEventListener(`batch-task-${name}`, (event) => {
    event.stopPropagation();
    log.push([name, null]);
  });
}

// How long the engine alone blocks the page while a reader reads the same body and ignores the data.
window.readWithoutWidget = async () => {
  heartbeat.longest = 0;
  const response = await fetch("api/DescribeBatchTask");
  const reader = response.body?.getReader();
  for (let read = 0; reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    read += value.length;
    if (read > 64 * 1024 * 1024) {
      reader.cancel();
      break;
    }
  }
  await nextBeat();
  await nextBeat();
  return heartbeat.longest;
};

// How many times longer a fixed computation takes now than at best: how busy the machine is.
let fastest = Infinity;
window.slowdown = () => {
  let slowest = 0;
  for (let run = 0; run < 10; run += 1) {
    const start = performance.now();
    for (let step = 0, sum = 0; step < 1e7; step += 1) sum ^= step;
    const taken = performance.now() - start;
    slowest = Math.max(slowest, taken);
    fastest = Math.min(fastest, taken);
  }
  return slowest / Math.max(fastest, 1);
};

const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/u;
const FORBIDDEN = "script, iframe, img, object, embed, base, meta, link, form, [srcdoc], [style*=url]";

// Whether bidirectional control characters in `text` affect the text beside it: it is neither alone in its block nor isolated.
const reordersNeighbours = (text) => {
  for (let element = text.parentElement; element; element = element.parentElement) {
    const { display, unicodeBidi } = getComputedStyle(element);
    if (unicodeBidi.startsWith("isolate") || unicodeBidi === "plaintext") return false;
    if (element.textContent.trim() !== text.data.trim()) return true;
    if (display !== "inline") return false;
  }
  return false;
};

// The longest text or attribute that the document may have: the details of a row show 10,000 characters of a message, and a name
// that combines several texts has 2,000 of each.
const LONGEST_SHOWN = 12_000;

const textNodes = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
};

window.findProblems = () => {
  const root = document.querySelector("batch-task-widget").shadowRoot;
  const problems = [];
  const elements = [...root.querySelectorAll("*")];
  const markup = root.querySelector(FORBIDDEN) ?? elements.find((each) => [...each.attributes].some(({ name }) => name.startsWith("on")));
  if (markup) problems.push(`the body became markup: ${markup.outerHTML.slice(0, 100)}`);
  for (const { href } of root.querySelectorAll("a")) {
    if (!/^https?:/.test(href)) problems.push(`a link to ${href.slice(0, 100)}`);
  }
  if ({}.polluted !== undefined) problems.push("the prototype of all objects is polluted");
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) problems.push(`the page is ${scrollWidth} px wide in ${clientWidth}`);
  const own = root.querySelector(".batch-task-widget");
  if (own.scrollWidth > own.clientWidth + 1) {
    const { right } = own.getBoundingClientRect();
    const wide = elements.filter((each) => each.getBoundingClientRect().right > right + 1).map((each) => each.className);
    problems.push(`the widget is ${own.scrollWidth} px wide in ${own.clientWidth}: ${wide.slice(0, 4)}`);
  }
  for (const part of ["header", "notice", "failures", "toolbar", "progress", "freshness"]) {
    const height = root.querySelector(`[part~=${part}]`)?.getBoundingClientRect().height ?? 0;
    if (height > 700) problems.push(`${part} is ${Math.round(height)} px high`);
  }
  const checkLength = (what, { length }) => {
    if (length > LONGEST_SHOWN) problems.push(`${what} has ${length} characters`);
  };
  for (const each of elements) {
    for (const { name, value } of each.attributes) checkLength(`${name} of ${each.getAttribute("class")}`, value);
  }
  for (const text of textNodes(root)) {
    checkLength(`a text in ${text.parentElement.className}`, text.data);
    if (DIRECTIONS.test(text.data) && reordersNeighbours(text)) {
      problems.push(`${text.parentElement.outerHTML.slice(0, 150)} reorders its neighbours`);
    }
  }
  return problems;
};

// Sets the width of the page, and checks the widget after the next frame and all tasks that follow from it.
window.checkAt = async (widthPx) => {
  document.body.style.width = `${widthPx}px`;
  await new Promise(requestAnimationFrame);
  for (let beat = 0; beat < 4; beat += 1) await nextBeat();
  return { longest_task_ms: heartbeat.longest, problems: findProblems() };
};

await import("./npm/define.js");
window.isReady = true;
