// The gallery: the standalone page with fixed responses and a held clock.
//
// It is at the end of the page's HTML, so it runs before `boot.js`, and replaces the clock, timers and network. `?state=` names a
// state; without it, the page shows a list. `lang` and `theme` are the page's own parameters; `width` is the width of the
// simulated window in CSS px.
(() => {
  const { galleryBodies: bodies, galleryStates: states } = window;
  const parameters = new URLSearchParams(location.search);
  const name = parameters.get("state");
  const state = states[name];
  const main = document.getElementById("batch-task");
  // boot.js loads the files that the page's links name. The replacement has no known hash.
  const replace = (selector, file) => {
    const link = document.querySelector(selector);
    link.removeAttribute("integrity");
    link.removeAttribute("data-integrity");
    link.href = file;
  };
  document.title = name ? `${name} · Gallery` : "Gallery";
  if (!state) {
    replace("link[rel=modulepreload]", "gallery-index.js");
    return;
  }

  // The clock
  const START_MS = 90_000;
  let passedMs = 0;
  // To simulate long work, each reading of the clock advances it by this much.
  let tickMs = 0;
  let workedMs = 0;
  Date.now = () => bodies.NOW_MS + passedMs;
  performance.now = () => {
    workedMs += tickMs;
    return START_MS + passedMs + workedMs;
  };

  // Timers with a delay wait for `pass`; those without one fire, and those that a program waits for the first response.
  const UNNOTICED_MS = 100;
  const real = { setTimeout: window.setTimeout, clearTimeout: window.clearTimeout };
  const later = (callback) => real.setTimeout.call(window, callback, 0);
  const held = new Map();
  let lastTimer = 1_000_000_000;
  const hold = (callback, delayMs, everyMs) => {
    lastTimer += 1;
    held.set(lastTimer, { callback, dueMs: passedMs + delayMs, everyMs });
    return lastTimer;
  };
  window.setTimeout = (callback, delayMs = 0, ...more) =>
    delayMs > UNNOTICED_MS ? hold(() => callback(...more), delayMs) : real.setTimeout.call(window, callback, 0, ...more);
  window.setInterval = (callback, delayMs = 0, ...more) => hold(() => callback(...more), delayMs, Math.max(delayMs, 1));
  window.clearTimeout = (id) => (held.delete(id) ? undefined : real.clearTimeout.call(window, id));
  window.clearInterval = window.clearTimeout;

  // The network
  const requests = { DescribeBatchTask: 0, DescribeBatchTasks: 0 };
  let isOnline = true;
  Object.defineProperty(navigator, "onLine", { get: () => isOnline });
  const fetchFile = window.fetch.bind(window);
  window.fetch = (request, options) => {
    const action = new URL(request.url ?? request, document.baseURI).pathname.split("/").at(-1);
    if (!(action in requests)) return fetchFile(request, options);
    const responses = action === "DescribeBatchTask" ? state.responses : state.list;
    const respond = responses[Math.min(requests[action], responses.length - 1)];
    requests[action] += 1;
    return Promise.resolve().then(respond);
  };

  // The batches that were opened in this browser: those of the state, and not the viewer's own.
  const isRecent = (key) => key.startsWith("batch-task-widget.recent.");
  for (const [name, replacement] of Object.entries({ getItem: () => state.recent ?? null, setItem() {}, removeItem() {} })) {
    const original = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...more) {
      return isRecent(key) ? replacement() : original.call(this, key, ...more);
    };
  }

  // The page's parameters, settings and WebAssembly.
  const query = { "batch-id": "pcb-gallery", "time-zone": "UTC", ...state.query };
  for (const [key, value] of Object.entries(query)) {
    if (value !== null) parameters.set(key, value);
  }
  history.replaceState(null, "", `?${parameters}`);
  for (const [key, value] of Object.entries(state.meta ?? {})) {
    document.querySelector(`meta[name="${key}"]`).content = value;
  }
  if (state.element) replace("link[rel=modulepreload]", "gallery-element.js");
  if (state.wasm) replace("link[rel=preload][as=fetch]", state.wasm);

  const setWidth = (width) => {
    document.documentElement.classList.toggle("gallery-fixed", Boolean(width));
    document.documentElement.style.setProperty("--gallery-width", `${width}px`);
  };
  const setTheme = (theme) => {
    document.documentElement.style.colorScheme = theme;
  };

  // Functions for the states.
  const seen = async (selector) => {
    for (;;) {
      const element = document.querySelector(selector);
      if (element) return element;
      await new Promise(later);
    }
  };
  const settled = async () => {
    for (let turn = 0; turn < 4; turn += 1) await new Promise(later);
    await new Promise((done) => requestAnimationFrame(() => later(done)));
  };
  const page = {
    // `boot.js` replaces this with a function for the page's own glue.
    instantiate: WebAssembly.instantiate,
    seen,
    settled,
    setWidth,
    setTheme,
    // Chooses a language in the page's menu. Returns false if another state is shown, or the menu does not have the language.
    async switchLanguage(wanted, tag) {
      const menu = document.querySelector(".page-language");
      if (wanted !== name || ![...(menu?.options ?? [])].some(({ value }) => value === tag)) return false;
      menu.value = tag;
      menu.dispatchEvent(new Event("input", { bubbles: true }));
      while (document.documentElement.lang !== tag) await new Promise(later);
      await settled();
      return true;
    },
    async press(selector) {
      const element = await seen(selector);
      const { top, height } = element.getBoundingClientRect();
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, clientY: top + height / 2 }));
      await settled();
    },
    // Presses the first button of the host with this label.
    async pressAction(label) {
      await seen(".btw-action");
      const button = [...document.querySelectorAll(".btw-action")].find(({ innerText }) => innerText.trim() === label);
      button.click();
      await settled();
    },
    async key(selector, key) {
      const element = await seen(selector);
      element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await settled();
    },
    // Advances the clock and fires the timers that become due.
    async pass(durationMs) {
      const endMs = passedMs + durationMs;
      for (;;) {
        const [id, timer] = [...held].sort(([, a], [, b]) => a.dueMs - b.dueMs)[0] ?? [];
        if (!timer || timer.dueMs > endMs) break;
        passedMs = Math.max(passedMs, timer.dueMs);
        if (timer.everyMs) timer.dueMs += timer.everyMs;
        else held.delete(id);
        timer.callback();
        await settled();
      }
      passedMs = endMs;
      await settled();
    },
    async goOffline() {
      isOnline = false;
      window.dispatchEvent(new Event("offline"));
      await settled();
    },
    // Stops work in slices after this many slices.
    stopAfterSlices(slices) {
      tickMs = 5;
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (...message) {
        slices -= 1;
        if (slices >= 0) post.apply(this, message);
      };
    },
  };
  window.gallery = page;

  setWidth(Number(parameters.get("width")) || 0);
  (async () => {
    await seen(state.ready);
    // The file of a language may be loaded after the rows are shown.
    const lang = parameters.get("lang");
    while (lang && !state.wasm && document.documentElement.lang !== lang) await new Promise(later);
    await settled();
    await state.then?.(page);
    await settled();
    document.documentElement.dataset.gallery = "ready";
  })();
})();
