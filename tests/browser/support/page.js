// Replaces `fetch`, timers and visibility of the page for the browser tests.
const realFetch = globalThis.fetch;
const realTimeout = globalThis.setTimeout;
const realInterval = globalThis.setInterval;
let responses = [], calls = [], open = 0;

function body(scripted) {
  if (scripted.megabytes) {
    let left = scripted.megabytes;
    return new ReadableStream({ pull(c) { left-- > 0 ? c.enqueue(new Uint8Array(1 << 20).fill(32)) : c.close(); } });
  }
  const bytes = new TextEncoder().encode(scripted.body ?? "");
  if (scripted.native) return bytes;
  const step = scripted.chunk ?? bytes.length + 1;
  let at = 0;
  return new ReadableStream({
    pull(c) {
      if (at < bytes.length) { c.enqueue(bytes.slice(at, at += step)); return; }
      if (scripted.cut) c.error(new TypeError("network error")); else c.close();
    },
  });
}

// Scripts the responses of `fetch`; `responses` in `mod.rs` documents the format. The last one is repeated.
export function script(list) {
  responses = list; calls = []; open = 0;
  globalThis.fetch = (request) => {
    const scripted = responses.length > 1 ? responses.shift() : responses[0];
    if (scripted.again) responses.push(scripted);
    const call = {
      url: request.url, method: request.method, aborted: false, overlap: open > 0,
      validator: request.headers.get("if-none-match"),
    };
    calls.push(call);
    open++;
    return new Promise((resolve, reject) => {
      const settle = (f) => { open--; f(); };
      request.signal.addEventListener("abort", () => {
        call.aborted = true;
        settle(() => reject(new DOMException("aborted", "AbortError")));
      });
      if (scripted.hang) return;
      if (scripted.refuse) return settle(() => reject(new TypeError("Failed to fetch")));
      realTimeout(() => settle(() => {
        const response = new Response([204, 304].includes(scripted.status) ? null : body(scripted), {
          status: scripted.status ?? 200,
          headers: { "content-type": scripted.type ?? "application/json", ...scripted.headers },
        });
        if (scripted.streamless) Object.defineProperty(response, "body", { value: null });
        resolve(response);
      }), scripted.delay ?? 0);
    });
  };
}
// Whether a task that is queued now has run: the only element of the array.
export function queued_task() {
  const state = [false];
  realTimeout(() => { state[0] = true; }, 0);
  return state;
}
export function calls_made() { return calls; }
// Makes all later timers fire earlier by this factor.
export function accelerate_timers(factor) {
  globalThis.setTimeout = (f, ms, ...rest) => realTimeout(f, ms / factor, ...rest);
  globalThis.setInterval = (f, ms, ...rest) => realInterval(f, ms / factor, ...rest);
}
// No later repeated timer fires: the widget's seconds do not pass.
export function stop_seconds() { globalThis.setInterval = () => 0; }
export function restore() {
  globalThis.fetch = realFetch;
  globalThis.setTimeout = realTimeout;
  globalThis.setInterval = realInterval;
}
export function next_frame() {
  // The engine draws no frames for a window that it considers covered; the test must not hang then.
  return new Promise((done) => { requestAnimationFrame(() => realTimeout(done, 0)); realTimeout(done, 500); });
}
export function set_visibility(state) {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
export function set_online(state) {
  Object.defineProperty(navigator, "onLine", { value: state, configurable: true });
  window.dispatchEvent(new Event(state ? "online" : "offline"));
}
export function written_texts(root, selector) {
  const found = [];
  const observer = new MutationObserver(() => found.push(root.querySelector(selector).textContent));
  observer.observe(root.querySelector(selector), { subtree: true, childList: true, characterData: true });
  return found;
}
export function mutations(root) {
  const found = [];
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      if (!element?.closest("[part~=freshness], [part~=request-id]")) found.push(String(element?.outerHTML));
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  return found;
}
