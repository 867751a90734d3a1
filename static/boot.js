// Starts the standalone page. An external file, because a strict content security policy forbids inline scripts. Shows a message
// if the WebAssembly cannot be loaded or has crashed.

/**
 * The links that Trunk writes for the program. A hash, if there is one, is in `integrity` or, where Chromium would warn about
 * that attribute, in `data-integrity`. The hashes of the language files, if there are any, are in `data-languages`.
 */
const glueLink = document.querySelector("link[rel=modulepreload]");
const wasmLink = document.querySelector("link[rel=preload][as=fetch]");
/** The element of the page's content: at first the loading state, or what the proxy has drawn (crates/prerender). */
const main = document.getElementById("batch-task");
/** The element that the program draws in. */
const root = "drawn" in main.dataset ? rootBeside(main) : main;
const languages = Object.fromEntries(main.dataset.languages.split(" ").map((language) => language.split(":")));
/** The name and the hash of the program's second file. The name is empty if the program has one file. */
const [extras, extrasHash] = (main.dataset.extras ?? "").split(":");

// Set before the first render, so that the other theme does not flash.
const theme = new URLSearchParams(location.search).get("theme");
if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;

/** A response to an older request is not used: the widget asks again. */
const MAX_AGE_MS = 60_000;

/**
 * How long a program that is ready waits for the response to its first request. Nobody notices this wait, and a placeholder that
 * is replaced at once costs more.
 */
const PATIENCE_MS = 100;

/**
 * Puts an element for the program beside what the proxy has drawn, which stays until the program has something to show. The new one
 * is laid out, but not visible. It is the first one, so that scripts that look for parts of the widget find those of the program.
 */
function rootBeside(drawn) {
  const root = drawn.cloneNode(false);
  root.removeAttribute("data-drawn");
  root.className = "page-unseen";
  drawn.removeAttribute("id");
  drawn.before(root);
  return root;
}

/** How many languages are being loaded. Until then, the program draws English texts. */
let loadingLanguages = 0;

/**
 * Whether the second file is needed at once, and is not loaded: for the list of a page without a batch, or for choices in the URL that
 * the proxy has drawn. If loading fails, the program says so.
 */
let needsExtras = Boolean(extras) && (main.dataset.drawn === "all" || document.documentElement.dataset.page === "home");

/** How long a language or the second file is waited for while there is the drawing of the proxy. */
const FILES_PATIENCE_MS = 10_000;

/** Whether the program has crashed, or could not be loaded. */
let hasFailed = false;

/** Whether the program shows a placeholder, or only a part of the first response. */
const isWaiting = (startedMs) =>
  ((needsExtras || loadingLanguages > 0) && performance.now() < startedMs + FILES_PATIENCE_MS) ||
  root.childElementCount === 0 ||
  root.querySelector(".btw-skeleton, [aria-busy=true]");

/**
 * Shows what the program has drawn in place of what the proxy has drawn, with what the viewer has typed, focused and scrolled, once
 * nothing has been missing in it for a frame: it may add styles after it has drawn.
 */
function showProgram(startedMs, wasComplete = false) {
  if (hasFailed) return undefined;
  const isComplete = !isWaiting(startedMs);
  if (!isComplete || !wasComplete) return requestAnimationFrame(() => showProgram(startedMs, isComplete));
  for (const selector of ["#btw-ask-id", ".btw-search"]) {
    const [from, to] = [main, root].map((it) => it.querySelector(selector));
    if (!from || !to || from.value === from.defaultValue) continue;
    to.value = from.value;
    to.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  const focused = counterpart(document.activeElement) ?? document.getElementById("btw-ask-id");
  const [drawn, scroller] = [main, root].map((it) => it.querySelector(".btw-table-scroll"));
  const top = drawn?.scrollTop;
  main.remove();
  root.removeAttribute("class");
  if (top && scroller) scroller.scrollTop = top;
  return focused?.focus({ preventScroll: true });
}

/** Returns the program's element at the place of one that the proxy has drawn, if it is of the same kind. */
function counterpart(element) {
  if (element === main) return root;
  if (!main.contains(element)) return undefined;
  const parent = counterpart(element.parentElement);
  const found = parent?.children[[...element.parentElement.children].indexOf(element)];
  return found?.localName === element.localName ? found : undefined;
}

/** The key of a request: what is asked, without the time of asking, to which the list's range is relative. */
const keyOf = (lines) =>
  lines.join("\n").replace(/StartTime=(.*)\nEndTime=(.*)/, (_, start, end) => Math.round((Date.parse(end) - Date.parse(start)) / 864e5));

/**
 * Takes the response that the proxy has put into the page (crates/prerender), as if this script had sent the request for it.
 *
 * @returns {boolean} whether there is one
 */
function takeEmbedded() {
  const block = document.getElementById("batch-task-response");
  const [navigation] = performance.getEntriesByType("navigation");
  block?.remove();
  // A page from the browser's history can be of any age.
  if (!block || !navigation || navigation.type === "back_forward") return false;
  const { key, headers, status } = block.dataset;
  const bytes = new TextEncoder().encode(block.textContent);
  const head = new Response(bytes, { status: Number(status), headers: JSON.parse(headers) });
  const at = (time) => Math.round(performance.timeOrigin + time);
  const [sentMs, receivedMs] = [at(navigation.requestStart), at(navigation.responseStart)];
  let request = { sentMs, receivedMs, head, bytes, response: Promise.resolve(head), take: () => (request = undefined) };
  const asked = keyOf([...new URLSearchParams(key)].map((parameter) => parameter.join("=")));
  root.findEarly = (wanted) => {
    const [credentials, , ...parameters] = wanted.split("\n");
    const isFresh = Date.now() - receivedMs <= MAX_AGE_MS;
    return isFresh && credentials === "same-origin" && keyOf(parameters) === asked ? request : undefined;
  };
  return true;
}

/**
 * Sends the first request of a page with one batch while the program is loading, exactly as the widget would send it, and keeps
 * it until the widget takes it (src/effect/fetch/early.rs). npm/early.js is the same for any number of widgets.
 *
 * @returns {Promise<void> | undefined} resolves when the response was received; never rejects
 */
function sendEarly() {
  const MAX_BYTES = 256 * 1024;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content.trim();
  const batchId = meta("batch-task-batch-id") || new URLSearchParams(location.search).get("batch-id")?.trim() || "";
  const endpoint = meta("batch-task-endpoint") || "api/DescribeBatchTask";
  const url = new URL(endpoint, document.baseURI);
  const isActive = document.visibilityState === "visible" && navigator.onLine;
  if (!/^[\w.~+-]{1,128}$/.test(batchId) || url.origin !== globalThis.origin || !isActive) return undefined;
  url.search += `${url.search ? "&" : "?"}${new URLSearchParams({ BatchId: batchId })}`;
  const abort = new AbortController();
  const { signal } = abort;
  const options = { signal, credentials: "same-origin", cache: "no-store", headers: { accept: "application/json" } };
  const sentMs = Date.now();
  let isKept = true;
  const drop = () => {
    if (isKept) abort.abort();
    isKept = false;
  };
  const request = {
    sentMs,
    receivedMs: sentMs,
    response: fetch(url, options),
    take(signal) {
      isKept = false;
      signal?.addEventListener("abort", () => abort.abort());
    },
  };
  const read = async () => {
    const response = await request.response;
    request.receivedMs = Date.now();
    // A large body would take the line from the program. It is aborted, and the widget asks for it again.
    if (Number(response.headers.get("content-length")) > MAX_BYTES) return drop();
    if (!isKept || !response.body) return;
    const copy = response.clone().body.getReader();
    request.head = response;
    const chunks = [];
    let length = 0;
    for (let chunk = await copy.read(); !chunk.done; chunk = await copy.read()) {
      chunks.push(chunk.value);
      length += chunk.value.length;
      if (!isKept) return copy.cancel();
      if (length > MAX_BYTES) return drop();
    }
    // Not by a Blob: reading that takes another process, and so longer than starting the program.
    const bytes = new Uint8Array(length);
    for (const chunk of chunks.reverse()) bytes.set(chunk, (length -= chunk.length));
    request.bytes = bytes;
  };
  const key = `same-origin\n${endpoint}\nBatchId=${batchId}`;
  root.findEarly = (wanted) => {
    if (Date.now() - sentMs > MAX_AGE_MS) drop();
    return isKept && wanted === key ? request : undefined;
  };
  // The widget reports a failure.
  return read().catch(() => {});
}
let received;
try {
  received = takeEmbedded() ? undefined : sendEarly();
} catch (error) {
  // The widget sends its request, and reports what is wrong with it.
  console.debug("batch-task-widget: no early request:", error);
}

/** Returns the URL and the hash of a link. The hash is empty if the build wrote none. */
const file = ({ href, integrity, dataset }) => ({ href, integrity: dataset.integrity || integrity });

function explain(error) {
  hasFailed = true;
  console.error("batch-task-widget: the page could not start or has crashed:", error);
  const message = document.createElement("div");
  message.className = "page-message";
  message.setAttribute("role", "alert");
  const title = document.createElement("h1");
  title.textContent = "The page could not start";
  const reason = document.createElement("p");
  reason.textContent =
    typeof WebAssembly !== "object"
      ? "It requires a browser with WebAssembly."
      : refusal
        ? "The content security policy refuses “batch-task-boot”. The server, or a gateway that adds trusted-types, must allow this name."
        : (document.documentElement.dataset.reason ?? "It could not be loaded, or it has crashed.");
  const reload = document.createElement("button");
  reload.type = "button";
  reload.textContent = "Reload";
  reload.addEventListener("click", async () => {
    // On a reload, WebKit uses its cached copy even of a missing or wrong file.
    await Promise.allSettled([glueLink, wasmLink].map(({ href }) => fetch(href, { cache: "reload" })));
    location.reload();
  });
  message.append(title, reason, reload);
  // The drawing of the proxy stays, unless the program has replaced it.
  if (root !== main && main.isConnected) main.prepend(message);
  else root.replaceChildren(message);
}

/** A page whose program crashes is loaded again, but not twice in this time in ms. */
const RESTART_INTERVAL_MS = 60_000;

/** Loads the page again after a crash; its URL has the viewer's choices. After another one shortly before, the viewer decides. */
function recover(error) {
  const key = "batch-task-widget.crashed";
  let isRepeated = true;
  try {
    isRepeated = Date.now() - Number(sessionStorage.getItem(key)) < RESTART_INTERVAL_MS;
    sessionStorage.setItem(key, Date.now());
  } catch {
    // A page without storage cannot tell.
  }
  if (isRepeated) {
    explain(error);
    return;
  }
  hasFailed = true;
  console.error("batch-task-widget: the page has crashed, and is loaded again:", error);
  location.reload();
}

/** The Trusted Types policy for the addresses of scripts, and the error of a content security policy that refuses its name. */
let addresses;
let refusal;
try {
  addresses = globalThis.trustedTypes?.createPolicy("batch-task-boot", { createScriptURL: (address) => address });
} catch (error) {
  // Works if the page is not required to use such policies.
  refusal = error;
}

/**
 * Loads a module and checks its hash. `import` accepts no hash, so a script element, which does, loads the module first;
 * `import` then returns that module.
 */
async function load({ href, integrity }) {
  await new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { type: "module", integrity, crossOrigin: "anonymous" });
    script.addEventListener("load", done);
    script.addEventListener("error", () => fail(new Error(`${href} could not be loaded, or its hash is wrong`)));
    script.src = addresses ? addresses.createScriptURL(href) : href;
    document.head.append(script);
  });
  return import(href);
}

/**
 * Compiles the WebAssembly, whatever its media type, while it streams in. It is requested without its hash, because a request
 * with one would not use the preload; the hash is compared before any of it runs. `crypto.subtle` exists in secure contexts
 * only: elsewhere the browser compares.
 */
async function compiled({ href, integrity }) {
  const canHash = globalThis.crypto?.subtle !== undefined;
  const response = await fetch(href, canHash ? {} : { integrity });
  if (!response.ok) throw new Error(`${href} returned HTTP ${response.status}`);
  // compileStreaming accepts exactly this type, without parameters such as a charset.
  const isStreamed = response.headers.get("content-type")?.toLowerCase() === "application/wasm";
  const mustHash = canHash && integrity;
  if (isStreamed && !mustHash) return WebAssembly.compileStreaming(response);
  const bytes = (isStreamed ? response.clone() : response).arrayBuffer();
  const module = isStreamed ? WebAssembly.compileStreaming(response) : bytes.then((it) => WebAssembly.compile(it));
  // Both may reject; the first one that is awaited reports the error.
  for (const promise of [bytes, module]) promise.catch(() => {});
  if (mustHash) {
    const [algorithm] = integrity.split("-");
    const hash = new Uint8Array(await crypto.subtle.digest(algorithm.replace("sha", "SHA-"), await bytes));
    if (integrity !== `${algorithm}-${btoa(String.fromCharCode(...hash))}`) throw new Error(`${href} is not what was built`);
  }
  return module;
}

/**
 * Guards the exports: an exception leaves the program's state inconsistent, so later calls do nothing. npm/runtime.js has its
 * own copy; docs/decisions.md says why.
 */
function guard(exports) {
  let isWorking = true;
  const guarded = (call) => (...args) => {
    // The glue reads members of some results.
    if (!isWorking) return [];
    try {
      return call(...args);
    } catch (error) {
      isWorking = false;
      recover(error);
      throw error;
    }
  };
  const entries = Object.entries(exports);
  return Object.fromEntries(entries.map(([name, it]) => [name, typeof it === "function" ? guarded(it) : it]));
}

// Called by the page when it needs a language. Until the file is loaded, and if that fails, the page keeps its language.
root.loadLanguage = async (name) => {
  loadingLanguages += 1;
  try {
    return await load({ href: new URL(`./lang/${name}.js`, import.meta.url).href, integrity: languages[name] ?? "" });
  } catch (error) {
    console.warn(`batch-task-widget: could not load the language ${name}:`, error);
    throw error;
  } finally {
    loadingLanguages -= 1;
  }
};

try {
  const { instantiate } = WebAssembly;
  let unguarded;
  // The glue calls this and so receives guarded exports.
  WebAssembly.instantiate = async (module, imports) => {
    const { exports } = await instantiate(module, imports);
    unguarded = exports;
    return { module, instance: { exports: guard(exports) } };
  };
  const compiledExtras = () => compiled({ href: new URL(extras, import.meta.url).href, integrity: extrasHash });
  const files = [load(file(glueLink)), compiled(file(wasmLink))];
  let early = needsExtras ? compiledExtras() : undefined;
  early?.catch(() => {});
  const [glue, module] = await Promise.all(files);
  // Called by the page when it is idle, or on the first interaction with it. It may call this again after a failure.
  if (extras) root.loadExtras = async () => {
    try {
      const request = early ?? compiledExtras();
      early = undefined;
      const second = await request;
      // Each call between the two files is inside a guarded call already.
      await instantiate(second, { __wasm_split: unguarded });
      glue.linkExtras();
    } catch (error) {
      console.warn("batch-task-widget: could not load the second file of the program:", error);
      throw error;
    } finally {
      needsExtras = false;
    }
  };
  await Promise.race([received, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  await glue.default({ module_or_path: module });
  if (root !== main) showProgram(performance.now());
} catch (error) {
  // A crash has been handled by the guard.
  if (!hasFailed) explain(error);
}
