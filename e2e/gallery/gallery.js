// The gallery: the page itself, with answers that are fixed and a clock that is held.
//
// It stands at the end of the page's own HTML, so it runs before `boot.js` starts the program, and replaces what the program
// would ask: the clock, timers, the network. `?state=` names what is shown; without it there is a list. `lang` and `theme` are
// the page's own parameters, `width` is that of the window to be pretended, in CSS px.
(() => {
  const { galleryBodies: bodies, galleryStates: states } = window;
  const parameters = new URLSearchParams(location.search);
  const name = parameters.get("state");
  const state = states[name];
  const main = document.getElementById("batch-task");
  // What boot.js loads is what the page's links name; of something else no hash is known.
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
  // Where work is to take time, each look at the clock finds it this much later.
  let tickMs = 0;
  let workedMs = 0;
  Date.now = () => bodies.NOW_MS + passedMs;
  performance.now = () => {
    workedMs += tickMs;
    return START_MS + passedMs + workedMs;
  };

  // Timers: what is to come later waits for `pass`; what is to come next comes.
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
    delayMs > 0 ? hold(() => callback(...more), delayMs) : real.setTimeout.call(window, callback, 0, ...more);
  window.setInterval = (callback, delayMs = 0, ...more) => hold(() => callback(...more), delayMs, Math.max(delayMs, 1));
  window.clearTimeout = (id) => (held.delete(id) ? undefined : real.clearTimeout.call(window, id));
  window.clearInterval = window.clearTimeout;

  // The network
  let asked = 0;
  let isOnline = true;
  Object.defineProperty(navigator, "onLine", { get: () => isOnline });
  const fetchFile = window.fetch.bind(window);
  window.fetch = (request, options) => {
    if (!new URL(request.url ?? request, document.baseURI).pathname.endsWith("/DescribeBatchTask")) {
      return fetchFile(request, options);
    }
    const answer = state.answers[Math.min(asked, state.answers.length - 1)];
    asked += 1;
    return Promise.resolve().then(answer);
  };

  // What the page is told: its parameters, its settings, its program.
  const query = { "batch-id": "pcb-gallery", "time-zone": "UTC", ...state.query };
  for (const [key, value] of Object.entries(query)) {
    if (value !== null) parameters.set(key, value);
  }
  history.replaceState(null, "", `?${parameters}`);
  for (const [key, value] of Object.entries(state.meta ?? {})) {
    document.querySelector(`meta[name="${key}"]`).content = value;
  }
  if (state.wasm) replace("link[rel=preload][as=fetch]", state.wasm);

  const setWidth = (width) => {
    document.documentElement.classList.toggle("gallery-fixed", Boolean(width));
    document.documentElement.style.setProperty("--gallery-width", `${width}px`);
  };
  const setTheme = (theme) => {
    document.documentElement.style.colorScheme = theme;
  };

  // What a state does once it is on the page.
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
    seen,
    settled,
    setWidth,
    setTheme,
    async press(selector) {
      const element = await seen(selector);
      const { top, height } = element.getBoundingClientRect();
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, clientY: top + height / 2 }));
      await settled();
    },
    // Lets the clock go on by so much, and with it what waits for it.
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
    // Work that is done in turns gets so many more, and no end.
    holdTurnsAfter(turns) {
      tickMs = 5;
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (...message) {
        turns -= 1;
        if (turns >= 0) post.apply(this, message);
      };
    },
  };
  window.gallery = page;

  setWidth(Number(parameters.get("width")) || 0);
  (async () => {
    await seen(state.sign);
    // A language is a file that may come after the rows.
    const lang = parameters.get("lang");
    while (lang && !state.wasm && document.documentElement.lang !== lang) await new Promise(later);
    await settled();
    await state.then?.(page);
    await settled();
    document.documentElement.dataset.gallery = "ready";
  })();
})();
