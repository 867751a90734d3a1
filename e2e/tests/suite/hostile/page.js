// What the page of the hostile bodies watches: how long it is kept waiting, and what of a body has come alive.
window.beat = { worst: 0 };
{
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    beat.worst = Math.max(beat.worst, now - last);
    last = now;
    setTimeout(tick, 4);
  };
  tick();
}

// Who reads a task as an object has it built, row by row; a host that looks at a million rows waits for its own doing.
for (const name of ["update", "error"]) {
  document.getElementById("told").addEventListener(`batch-task-${name}`, (event) => {
    event.stopPropagation();
    log.push([name, null]);
  });
}

// How long the page is kept waiting by the engine alone, when somebody reads the same body and does nothing with it.
window.bare = async () => {
  beat.worst = 0;
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
  await new Promise((done) => setTimeout(done, 50));
  return beat.worst;
};

const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/u;
const FORBIDDEN = "script, iframe, img, object, embed, base, meta, link, form, [srcdoc], [style*=url]";

// The most characters of a text or an attribute in the document: the details of a row show 10,000 of a message, and a name that
// is put together of several texts has 2,000 of each.
const LONGEST_SHOWN = 12_000;

// A text that may turn the ones beside it around is alone in its block, or isolated from them.
const turnsOthersAround = (text) => {
  for (let element = text.parentElement; element; element = element.parentElement) {
    const { display, unicodeBidi } = getComputedStyle(element);
    if (unicodeBidi.startsWith("isolate") || unicodeBidi === "plaintext") return false;
    if (element.textContent.trim() !== text.data.trim()) return true;
    if (display !== "inline") return false;
  }
  return false;
};

const texts = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
};

window.problems = (element) => {
  const root = element.shadowRoot;
  const problems = [];
  const all = [...root.querySelectorAll("*")];
  const alive = root.querySelector(FORBIDDEN) ?? all.find((each) => [...each.attributes].some(({ name }) => name.startsWith("on")));
  if (alive) problems.push(`markup is alive: ${alive.outerHTML.slice(0, 100)}`);
  for (const { href } of root.querySelectorAll("a")) {
    if (!/^https?:/.test(href)) problems.push(`a link leads to ${href.slice(0, 100)}`);
  }
  if ({}.polluted !== undefined) problems.push("all objects are polluted");
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) problems.push(`the page is ${scrollWidth} px wide in ${clientWidth}`);
  const long = (what, { length }) => {
    if (length > LONGEST_SHOWN) problems.push(`${what} has ${length} characters`);
  };
  for (const text of texts(root)) long(`a text in ${text.parentElement.className}`, text.data);
  for (const each of all) {
    for (const { name, value } of each.attributes) long(`${name} of ${each.getAttribute("class")}`, value);
  }
  const own = root.querySelector(".batch-task-widget");
  if (own.scrollWidth > own.clientWidth + 1) {
    const { right } = own.getBoundingClientRect();
    const wide = all.filter((each) => each.getBoundingClientRect().right > right + 1).map((each) => each.className);
    problems.push(`the widget is ${own.scrollWidth} px wide in ${own.clientWidth}: ${wide.slice(0, 4)}`);
  }
  for (const part of ["header", "notice", "failures", "toolbar", "progress", "freshness"]) {
    const height = root.querySelector(`[part~=${part}]`)?.getBoundingClientRect().height ?? 0;
    if (height > 700) problems.push(`${part} is ${Math.round(height)} px high`);
  }
  for (const text of texts(root)) {
    if (DIRECTIONS.test(text.data) && turnsOthersAround(text)) {
      problems.push(`${text.parentElement.outerHTML.slice(0, 150)} turns around what is beside it`);
    }
  }
  return problems;
};

await import("./npm/define.js");
window.isReady = true;
