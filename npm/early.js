// Sends the first request of a widget while the WebAssembly is loading, exactly as the widget would send it, and keeps it until
// the widget takes it (src/effect/fetch/early.rs). static/boot.js has its own, smaller copy; docs/decisions.md says why.

/** A larger body would take the line from the WebAssembly. It is aborted, and the widget asks for it again. */
const MAX_BYTES = 256 * 1024;

/** A response to an older request is not used: the widget asks again. In milliseconds. */
const MAX_AGE_MS = 60_000;

/**
 * How long a program that is ready waits for the response to its first request, in milliseconds. Nobody notices this wait, and a
 * placeholder that is replaced at once costs more.
 */
const PATIENCE_MS = 100;

/** How many are open at the same time: as many as widgets have open per origin. */
const MAX_OPEN = 5;

/** The requests that no widget has taken, by key. @type {Map<string, EarlyRequest>} */
const requests = new Map();

/**
 * Resolves when the scripts of the page have run, which may set properties such as `headers`: after those in its HTML, or in the
 * next task if elements are added later.
 */
export const scriptsHaveRun = () =>
  new Promise((done) => {
    const [navigation] = performance.getEntriesByType("navigation");
    const hasLoaded = document.readyState === "complete" || navigation?.domContentLoadedEventStart > 0;
    if (!hasLoaded) return document.addEventListener("DOMContentLoaded", done, { once: true });
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(port1.close());
    port2.postMessage(null);
  });

/**
 * Sends the first request of a widget with these options, if the widget would send it and needs no function of the page for it.
 * Widgets with the same target share it.
 *
 * @param {object} options the widget's options
 * @returns {EarlyRequest | undefined} to be released when the widget goes or its options change
 */
export function send(options) {
  const target = targetOf(options);
  if (!target) return undefined;
  let request = requests.get(target.key);
  if (!request) {
    if (requests.size >= MAX_OPEN) return undefined;
    request = new EarlyRequest(target);
    requests.set(target.key, request);
  }
  request.owners += 1;
  return request;
}

/** Whether `request` is that of a widget with these options. */
export const isFor = (request, options) => request.key === targetOf(options)?.key;

/**
 * Resolves when the responses to all requests have been received, or soon. All widgets wait for it, and so start in their order:
 * otherwise those without a request would send theirs while others still have these open.
 */
export async function settled() {
  if (requests.size === 0) return;
  const received = [...requests.values()].map((request) => request.received);
  await Promise.race([Promise.all(received), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

/** Aborts a request that no widget waits for any more, unless one has taken it. */
export function release(request) {
  request.owners -= 1;
  if (request.owners === 0) request.drop();
}

/** Hands the requests to a module that takes them by their keys. */
export const connect = (glue) => glue.setEarlyRequests(find);

function find(key) {
  const request = requests.get(key);
  if (request && Date.now() - request.sentMs > MAX_AGE_MS) request.drop();
  return requests.get(key);
}

/**
 * The URL and the key of the first request; undefined if it is not sent early. Options that are not valid are left to the
 * widget, which reports them.
 */
function targetOf({ endpoint, batchId, method, credentials, headers, fetcher, paused }) {
  const isPlain = (method || "get") === "get" && !headers && !fetcher && !paused;
  const isActive = document.visibilityState === "visible" && navigator.onLine;
  credentials ||= "same-origin";
  if (!isPlain || !isActive || !["same-origin", "include", "omit"].includes(credentials)) return undefined;
  if (typeof endpoint !== "string" || endpoint.trim() === "" || typeof (batchId ?? "") !== "string") return undefined;
  let url;
  try {
    url = new URL(endpoint, document.baseURI);
  } catch {
    return undefined;
  }
  if (url.origin !== globalThis.origin) return undefined;
  const parameters = batchId === null || batchId === undefined ? [] : [["BatchId", batchId]];
  const key = [credentials, endpoint, ...parameters.map((parameter) => parameter.join("="))].join("\n");
  // The rest of the query stays as it is written.
  const query = new URLSearchParams(parameters).toString();
  if (query) url.search += (url.search ? "&" : "?") + query;
  return { url: url.href, credentials, key };
}

class EarlyRequest {
  key;
  /** How many widgets wait for it. */
  owners = 0;
  sentMs = Date.now();
  receivedMs = this.sentMs;
  /** @type {Promise<Response>} */
  response;
  /** Resolves when the response was received, as far as it is read here. Never rejects. @type {Promise<void>} */
  received;
  /** The response with its body unread, once its head was received. @type {Response | undefined} */
  head;
  /** The whole body, once it was received. @type {Uint8Array | undefined} */
  bytes;
  #abort = new AbortController();
  #isTaken = false;

  constructor({ url, credentials, key }) {
    this.key = key;
    const { signal } = this.#abort;
    this.response = fetch(url, { credentials, signal, cache: "no-store", headers: { accept: "application/json" } });
    // The widget reports a failure.
    this.received = this.#read().catch(() => {});
  }

  /** Called by the WebAssembly, whose signal aborts the request from now on. */
  take(signal) {
    this.#isTaken = true;
    requests.delete(this.key);
    signal?.addEventListener("abort", () => this.#abort.abort());
  }

  /** Aborts it, unless it was taken. */
  drop() {
    if (this.#isTaken) return;
    requests.delete(this.key);
    this.#abort.abort();
  }

  /** Reads a copy of the body, up to the limit. */
  async #read() {
    const response = await this.response;
    this.receivedMs = Date.now();
    if (Number(response.headers.get("content-length")) > MAX_BYTES) return this.drop();
    if (this.#isTaken || !response.body) return;
    const reader = response.clone().body.getReader();
    this.head = response;
    const chunks = [];
    let length = 0;
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(chunk.value);
      length += chunk.value.length;
      if (this.#isTaken) return reader.cancel();
      if (length > MAX_BYTES) return this.drop();
    }
    // Not by a Blob: reading that takes another process, and so longer than starting the WebAssembly.
    const bytes = new Uint8Array(length);
    for (const chunk of chunks.reverse()) bytes.set(chunk, (length -= chunk.length));
    this.bytes = bytes;
  }
}
