// Runs in each contestant's page before its own scripts. Finds the elements of the page, measures when they are painted, and
// holds bodies that are "already in the page".
(() => {
  const { kind, rows: rowCount } = CONFIG;

  // The elements of each kind of page, and how it polls. The cells are id, status, instance, begin, end, duration, message.
  const PEER = {
    isReady: () => Boolean(window.bench),
    refresh: () => window.bench.refresh(),
    root: () => document.getElementById("root"),
    rows: (root) => root.querySelectorAll("[data-row]"),
    scroller: (root) => root.querySelector("[data-scroller]"),
    percent: (root) => root.querySelector("[data-percent]"),
    filter: (root, bucket) => root.querySelector(`[data-filter="${bucket}"]`),
    sort: (root, column) => root.querySelector(`[data-sort="${column}"]`),
    search: (root) => root.querySelector("[data-search]"),
  };
  const LABELS = {
    all: "All",
    succeeded: "Succeeded",
    failed: "Failed",
    attention: "Needs attention",
    running: "Running",
    waiting: "Waiting",
    TaskBegin: "Started",
    Status: "Status",
  };
  const labelled = (buttons, label) => [...buttons].find((button) => button.textContent.trim().startsWith(label));
  const requestId = (root) => root.querySelector("[part~=request-id]")?.textContent;
  const OURS = {
    // The first response is complete, and the second file is loaded: the placeholders of its parts are gone.
    isReady: (root) => requestId(root) && !root.querySelector(".btw-coming"),
    rows: (root) => root.querySelectorAll("[part~=row]"),
    scroller: (root) => root.querySelector("[part~=table]").closest("[role=region]"),
    percent: (root) => root.querySelector("[part~=progress]"),
    filter: (root, bucket) => labelled(root.querySelectorAll("[part~=progress] button, [part~=toolbar] button"), LABELS[bucket]),
    sort: (root, column) => labelled(root.querySelectorAll("thead button"), LABELS[column]),
    search: (root) => root.querySelector("[type=search]"),
  };
  const element = () => document.querySelector("batch-task-widget");
  const ADAPTERS = {
    floor: { ...PEER, root: () => null, rows: () => [] },
    peer: PEER,
    antd: {
      ...PEER,
      rows: (root) => root.querySelectorAll(".ant-table-tbody-virtual-holder .ant-table-row"),
      scroller: (root) => root.querySelector(".ant-table-tbody-virtual-holder"),
      percent: (root) => root.querySelector(".ant-statistic-content"),
      sort: (root, column) => labelled(root.querySelectorAll("th"), LABELS[column]),
    },
    element: { ...OURS, root: () => element()?.shadowRoot, refresh: () => element().refresh() },
    page: { ...OURS, root: () => document.getElementById("batch-task"), refresh: clickRefresh },
    drawn: { ...OURS, isReady: (root) => !isDrawn(root) && OURS.isReady(root), root: drawnRoot, refresh: clickRefresh },
  };
  const page = ADAPTERS[kind];

  // The content that the server has drawn, until the program replaces it.
  function drawnRoot() {
    return document.querySelector("main[data-drawn]") ?? document.getElementById("batch-task");
  }

  function isDrawn(root) {
    return root.hasAttribute("data-drawn");
  }

  // Clicks the button of the standalone page. Resolves when the page shows another RequestId.
  function clickRefresh() {
    const root = page.root();
    const before = requestId(root);
    const refreshed = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (requestId(root) === before) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(root, { subtree: true, childList: true, characterData: true });
    });
    root.querySelector("button[title=Refresh]").click();
    return refreshed;
  }

  // The memory of a WebAssembly program. Its second file has none of its own.
  let memory;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const result = await instantiate(module, imports);
    const { exports } = result.instance ?? result;
    memory ??= Object.values(exports).find((it) => it instanceof WebAssembly.Memory);
    return result;
  };
  const wasmBytes = () => memory?.buffer.byteLength ?? 0;

  // Frames

  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()();
  const posted = (callback) => {
    waiting.push(callback);
    channel.port2.postMessage(0);
  };
  // A message that is posted during a frame arrives after its paint.
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => posted(resolve)));

  const drawnRows = () => {
    const root = page.root();
    return root ? page.rows(root) : [];
  };

  // When the first row was painted, in ms since the start of the navigation, and the number of its frame; 0 for a page without rows.
  const firstRow = (async () => {
    let frames = 0;
    for (; drawnRows().length === 0; frames++) {
      if (kind === "floor" && window.bench) return { ms: 0, frames };
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await new Promise((resolve) => posted(resolve));
    return { ms: performance.now(), frames };
  })();

  // When what the program has drawn was painted in place of what the server has drawn.
  const live = (async () => {
    if (kind !== "drawn") return null;
    while (!drawnRoot() || isDrawn(drawnRoot())) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => posted(resolve));
    return performance.now();
  })();

  // Without the second file of the widget. A preloaded file may have two entries.
  function bytesBefore(endMs) {
    const files = performance
      .getEntriesByType("resource")
      .filter(({ name, responseEnd }) => responseEnd <= endMs && /\.(js|wasm|css)$/.test(name) && !name.includes("extras"));
    const sizes = new Map(files.map(({ name, encodedBodySize }) => [name, encodedBodySize]));
    return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async function loaded() {
    const { ms, frames } = await firstRow;
    if (kind === "floor") return { firstRowMs: ms, firstPaintMs: 0, bytes: 0, liveMs: null };
    // The entry appears a few frames later. The first paint of any kind: a skeleton is not a contentful paint.
    const paint = () => performance.getEntriesByName("first-paint")[0];
    while (!paint()) await frame();
    const firstPaintMs = paint().startTime;
    // Rows of the first frame are in the first paint; the message after it waits for scripts that are ready to run.
    const shownMs = frames === 1 ? firstPaintMs : Math.max(ms, firstPaintMs);
    return { firstRowMs: shownMs, firstPaintMs, bytes: bytesBefore(shownMs), liveMs: await live };
  }

  const ready = () => until("the page is ready", () => page.isReady(page.root()));

  // Bodies in the page

  // Other RequestIds than the server's.
  const held = { bodies: [], step: 0, polls: 2 ** 31, series: "changed", isOn: false };
  const REQUEST_ID = '{"RequestId":"'.length;
  const realFetch = window.fetch;

  async function hold() {
    held.bodies = await Promise.all(
      [0, 1].map(async (step) => {
        const response = await realFetch(`/bodies/${rowCount}/${step}`);
        return new Uint8Array(await response.arrayBuffer());
      }),
    );
    held.isOn = true;
  }

  const release = () => void (held.isOn = false);

  function nextBody() {
    if (held.series === "changed") held.step = 1 - held.step;
    const body = held.bodies[held.step];
    const id = (++held.polls).toString(16).toUpperCase().padStart(8, "0");
    for (let index = 0; index < 8; index++) body[REQUEST_ID + index] = id.charCodeAt(index);
    return body;
  }

  window.fetch = (input, options) => {
    const url = typeof input === "string" ? input : (input.url ?? String(input));
    if (!held.isOn || !url.includes("api/DescribeBatchTask")) return realFetch(input, options);
    const response = new Response(nextBody(), { headers: { "content-type": "application/json" } });
    return Promise.resolve(response);
  };

  // Reading the page

  const byPlace = () =>
    [...drawnRows()]
      .map((row) => ({ row, top: row.getBoundingClientRect().top, height: row.offsetHeight }))
      .filter(({ height }) => height > 0)
      .sort((a, b) => a.top - b.top)
      .map(({ row }) => row);

  const signature = () => byPlace().map((row) => row.firstElementChild.textContent.trim()).join();

  // The rows may appear before the percentage, while the response is still arriving.
  async function seen() {
    while (!page.percent(page.root())) await frame();
    const root = page.root();
    const numberOf = (bucket) => {
      const button = page.filter(root, bucket);
      return button ? Number(button.textContent.replace(/\D/g, "")) : null;
    };
    const names = ["all", "succeeded", "failed", "attention", "running", "waiting"];
    return {
      percent: Number(/(\d+)\s*%/.exec(page.percent(root).textContent)?.[1]),
      counts: Object.fromEntries(names.map((bucket) => [bucket, numberOf(bucket)])),
      rows: byPlace().map((row) => [...row.children].map((cell) => cell.textContent.trim())),
    };
  }

  // Waits until nothing has moved for ten frames: Ant Design animates its scrolling.
  async function settled() {
    const look = () => `${page.scroller(page.root()).scrollTop} ${signature()}`;
    let last = look();
    for (let still = 0; still < 10; still++) {
      await frame();
      const now = look();
      if (now !== last) still = 0;
      last = now;
    }
  }

  async function scrollTo(part) {
    await settled();
    const box = page.scroller(page.root());
    box.scrollTop = part * (box.scrollHeight - box.clientHeight);
    await settled();
  }

  // Actions

  async function polls(count) {
    for (let poll = 0; poll < count; poll++) {
      await page.refresh();
      await frame();
    }
  }

  // Work that a page defers until after the paint is part of the poll; it has ended when the page is idle.
  async function rest() {
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => requestIdleCallback(resolve));
  }

  async function pollsAndRest(count) {
    await polls(count);
    await rest();
    return count;
  }

  async function markedPolls(count) {
    await frame();
    performance.mark("bench-begin");
    await pollsAndRest(count);
    performance.mark("bench-end");
  }

  // The mutation records of one poll, without those of the freshness line and the RequestId.
  async function mutations() {
    const records = [];
    const observer = new MutationObserver((list) => records.push(...list));
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(page.root(), all);
    await polls(1);
    records.push(...observer.takeRecords());
    observer.disconnect();
    const isFreshness = ({ target }) => {
      const element = target instanceof Element ? target : target.parentElement;
      return Boolean(element?.closest("[part~=freshness], [part~=request-id]"));
    };
    return records.filter((record) => !isFreshness(record)).length;
  }

  // Clicks a button at the start of a frame; returns the ms until a frame with other rows has been painted.
  async function press(find) {
    const before = signature();
    const button = find();
    if (!button) throw new Error("the page has no such button");
    await frame();
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const start = performance.now();
        button.click();
        const look = () =>
          posted(() => {
            const now = performance.now();
            if (signature() !== before) resolve(now - start);
            else requestAnimationFrame(look);
          });
        look();
      });
    });
  }

  const pressSort = (column) => press(() => page.sort(page.root(), column));
  const pressFilter = (bucket) => press(() => page.filter(page.root(), bucket));

  // Clicks until the rows are in the order of the body again.
  async function resetSort() {
    for (let presses = 0; presses < 2; presses++) {
      page.sort(page.root(), "TaskBegin").click();
      await settled();
    }
  }

  // Sorts by status, the other way round, and not at all; returns the number of clicks.
  async function sortByStatus() {
    const clicks = 3;
    for (let click = 0; click < clicks; click++) {
      page.sort(page.root(), "Status").click();
      await frame();
      await rest();
    }
    return clicks;
  }

  // React ignores a value that is set by the property of its input elements.
  const { set: setValue } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");

  function type(text) {
    const field = page.search(page.root());
    setValue.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  }

  // Searches for a text at once.
  async function search(text) {
    type(text);
    await until(`the result of “${text}”`, () => [...drawnRows()].some((row) => row.textContent.includes(text)));
    await settled();
  }

  // Types the start of the instance ID of a row into the search field, key by key; returns the number of keys.
  async function typeInstanceId() {
    const text = byPlace()[4].children[2].textContent.trim().slice(0, 8);
    for (let length = 1; length <= text.length; length++) {
      type(text.slice(0, length));
      await frame();
      await rest();
    }
    await until("the result of the search", () => byPlace().every((row) => row.textContent.includes(text)));
    return text.length;
  }

  // Scrolls from the first row to the last in `durationMs`; returns the number of frames. `look` is called in each.
  function scrollThrough(durationMs, look = () => {}) {
    const box = page.scroller(page.root());
    const way = box.scrollHeight - box.clientHeight;
    let frames = 0;
    return new Promise((resolve) => {
      let start;
      const step = (now) => {
        start ??= now;
        // After the paint, as for input: the page gets the scroll event before the next frame.
        posted(() => {
          look(now);
          const part = Math.min(1, (now - start) / durationMs);
          box.scrollTop = part * way;
          if (part === 1) return resolve(frames);
          frames++;
          requestAnimationFrame(step);
        });
      };
      requestAnimationFrame(step);
    });
  }

  // The frames of such a scroll. A frame is blank if a part of the window shows no row.
  async function watchScroll(durationMs) {
    const root = page.root();
    const bounds = page.scroller(root).getBoundingClientRect();
    // Only the part inside the viewport can be checked.
    const height = Math.min(bounds.bottom, innerHeight) - bounds.top;
    const finder = root.elementFromPoint ? root : document;
    const isCovered = () =>
      [0.3, 0.6, 0.9].every((part) => {
        const found = finder.elementFromPoint(bounds.left + 60, bounds.top + part * height);
        return [...drawnRows()].some((row) => row.contains(found));
      });
    const result = { dropped: 0, blank: 0, worstMs: 0 };
    let last;
    await scrollThrough(durationMs, (now) => {
      const frameMs = now - (last ?? now);
      last = now;
      result.dropped += Math.max(0, Math.round((frameMs * 60) / 1000) - 1);
      result.worstMs = Math.max(result.worstMs, frameMs);
      if (!isCovered()) result.blank++;
    });
    return result;
  }

  // Long work besides polls, which only the widget has.

  const letters = (number) => (number < 26 ? "" : letters(Math.floor(number / 26) - 1)) + String.fromCharCode(97 + (number % 26));

  // Makes every second row of the bodies fail, with one of 40,000 reasons, and no other row.
  function failForManyReasons() {
    const batch = JSON.parse(new TextDecoder().decode(held.bodies[0]));
    batch.SubTasks.forEach((row, index) => {
      row.Status = index % 2 ? "SUCCESS" : "FAILED";
      row.ErrorMsg = "";
      if (index % 2) return;
      row.ErrorMsg = `module ${letters((index / 2) % 40_000)} needs dependency ${index}, which db${index}.example.com does not have`;
    });
    const body = new TextEncoder().encode(JSON.stringify(batch));
    held.bodies = [body, body];
  }

  async function until(what, holds) {
    const end = performance.now() + 60_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`not within a minute: ${what}; ${page.root()?.textContent.slice(0, 2_000)}`);
      await frame();
    }
  }

  async function markedChores() {
    const root = page.root();
    const of = (selector) => root.querySelector(selector);
    let saved = false;
    HTMLAnchorElement.prototype.click = () => void (saved = true);
    await frame();
    performance.mark("bench-begin");
    await polls(1);
    await until("the reasons are grouped", () => of("[part~=failures]")?.textContent.includes("40,000 reasons"));
    // A phrase: the word alone is in many rows.
    const phrase = '"module xa"';
    for (let length = 1; length <= phrase.length; length++) {
      type(phrase.slice(0, length));
      await frame();
    }
    await until("the search result", () => [...drawnRows()].every((row) => row.textContent.includes("module xa")));
    type("");
    labelled(root.querySelectorAll("summary"), "Export").click();
    await until("the export menu", () => labelled(root.querySelectorAll("details button"), "CSV"));
    [...root.querySelectorAll("details button")].filter((button) => button.textContent.trim() === "CSV").at(-1).click();
    await until("the file is saved", () => saved);
    performance.mark("bench-end");
  }

  window.probe = {
    failForManyReasons,
    markedChores,
    loaded,
    ready,
    hold,
    release,
    held,
    seen,
    scrollTo,
    polls,
    pollsAndRest,
    markedPolls,
    mutations,
    pressSort,
    resetSort,
    pressFilter,
    sortByStatus,
    search,
    typeInstanceId,
    scrollThrough,
    watchScroll,
    wasmBytes,
  };
})();
