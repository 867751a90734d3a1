//! What browser tests share: a `fetch` that gives scripted answers, and waiting for a condition instead of a time.

#![allow(dead_code, reason = "each test file uses a part of it")]

use batch_task_widget::effect::clock;
use batch_task_widget::element::{WidgetHandle, attach};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, ShadowRoot};

#[wasm_bindgen(inline_js = r#"
const realFetch = globalThis.fetch;
const realTimeout = globalThis.setTimeout;
const realInterval = globalThis.setInterval;
let answers = [], calls = [], underWay = 0;

function body(answer, signal) {
  if (answer.megabytes) {
    let left = answer.megabytes;
    return new ReadableStream({ pull(c) { left-- > 0 ? c.enqueue(new Uint8Array(1 << 20).fill(32)) : c.close(); } });
  }
  const bytes = new TextEncoder().encode(answer.body ?? "");
  if (answer.native) return bytes;
  const step = answer.chunk ?? bytes.length + 1;
  let at = 0;
  return new ReadableStream({
    pull(c) {
      if (at < bytes.length) { c.enqueue(bytes.slice(at, at += step)); return; }
      if (answer.cut) c.error(new TypeError("network error")); else c.close();
    },
  });
}

export function script(list) {
  answers = list; calls = []; underWay = 0;
  globalThis.fetch = (request) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer.again) answers.push(answer);
    const call = {
      url: request.url, method: request.method, aborted: false, overlap: underWay > 0,
      validator: request.headers.get("if-none-match"),
    };
    calls.push(call);
    underWay++;
    return new Promise((resolve, reject) => {
      const settle = (f) => { underWay--; f(); };
      request.signal.addEventListener("abort", () => {
        call.aborted = true;
        settle(() => reject(new DOMException("aborted", "AbortError")));
      });
      if (answer.hang) return;
      if (answer.refuse) return settle(() => reject(new TypeError("Failed to fetch")));
      realTimeout(() => settle(() => {
        const response = new Response([204, 304].includes(answer.status) ? null : body(answer), {
          status: answer.status ?? 200,
          headers: { "content-type": answer.type ?? "application/json", ...answer.headers },
        });
        if (answer.streamless) Object.defineProperty(response, "body", { value: null });
        resolve(response);
      }), answer.delay ?? 0);
    });
  };
}
export function task_to_come() { const seen = [false]; realTimeout(() => { seen[0] = true; }, 0); return seen; }
export function calls_made() { return calls; }
export function time_divided_by(factor) {
  globalThis.setTimeout = (f, ms, ...rest) => realTimeout(f, ms / factor, ...rest);
  globalThis.setInterval = (f, ms, ...rest) => realInterval(f, ms / factor, ...rest);
}
export function restore() { globalThis.fetch = realFetch; globalThis.setTimeout = realTimeout; globalThis.setInterval = realInterval; }
export function next_frame() {
  // A window that its engine takes for covered gets no frames, and a test must not wait for ever.
  return new Promise((done) => { requestAnimationFrame(() => realTimeout(done, 0)); realTimeout(done, 500); });
}
export function pretend_visibility(state) {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
export function texts_written(root, selector) {
  const seen = [];
  const observer = new MutationObserver(() => seen.push(root.querySelector(selector).textContent));
  observer.observe(root.querySelector(selector), { subtree: true, childList: true, characterData: true });
  return seen;
}
export function mutations(root) {
  const seen = [];
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      if (!element?.closest("[part~=freshness], [part~=request-id]")) seen.push(String(element?.outerHTML));
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  return seen;
}
"#)]
extern "C" {
    pub(crate) fn script(answers: JsValue);
    /// Whether a task that was to come when this was called has come: the only element.
    pub(crate) fn task_to_come() -> js_sys::Array;
    pub(crate) fn calls_made() -> js_sys::Array;
    pub(crate) fn time_divided_by(factor: f64);
    pub(crate) fn restore();
    fn next_frame() -> js_sys::Promise;
    pub(crate) fn pretend_visibility(state: &str);
    /// What an element says, each time that it is written.
    pub(crate) fn texts_written(root: &ShadowRoot, selector: &str) -> js_sys::Array;
    pub(crate) fn mutations(root: &ShadowRoot) -> js_sys::Array;
}

/// The reference's own body.
pub(crate) const SAMPLE: &str = include_str!("../fixtures/describe-batch-task.sample.json");

/// Scripts the answers to come: a JSON array of `{status, body, headers, delay, chunk, cut, hang, refuse}`; the last
/// one is given for ever, and those marked `again` by turns. A `native` body is a byte stream of the browser's own, a `streamless` one is no stream.
pub(crate) fn answers(json: &str) {
    script(js_sys::JSON::parse(json).expect("the script is JSON"));
}

/// One good answer, for ever.
pub(crate) fn answer_with(body: &str) {
    answers(&format!("[{{\"body\": {}}}]", quoted(body)));
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    js_sys::JSON::stringify(&text.into()).expect("a string has a JSON form").into()
}

/// A running batch of `rows` subtasks, with the given RequestId and count of successes.
pub(crate) fn running(rows: u32, success: u32, request_id: &str) -> String {
    let rows: Vec<String> = (0..rows)
        .map(|row| format!("{{\"TaskId\":\"{row}\",\"InstanceId\":\"pc-{row}\",\"Status\":\"RUNNING\"}}"))
        .collect();
    format!(
        "{{\"RequestId\":\"{request_id}\",\"TaskName\":\"t\",\"Status\":\"RUNNING\",\"TotalCount\":{},\"SuccessCount\":{success},\"SubTasks\":[{}]}}",
        rows.len(),
        rows.join(",")
    )
}

/// An element in the page for a widget to be put in, `width_px` wide.
pub(crate) fn target(width_px: u32) -> HtmlElement {
    let document = gloo_document();
    let element: HtmlElement = document.create_element("div").expect("a div").unchecked_into();
    element.style().set_property("width", &format!("{width_px}px")).expect("a width");
    document.body().expect("a body").append_child(&element).expect("appended");
    element
}

fn gloo_document() -> web_sys::Document {
    js_sys::global().unchecked_into::<web_sys::Window>().document().expect("a document")
}

/// Options for `mount`.
pub(crate) fn options(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object takes a property");
    }
    object.into()
}

/// A shadow root for a widget, in an element of its own in `target`.
pub(crate) fn shadow(target: &Element) -> ShadowRoot {
    let host = gloo_document().create_element("div").expect("a div");
    target.append_child(&host).expect("appended");
    let open = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
    host.attach_shadow(&open).expect("a shadow root")
}

/// A widget that tells nobody.
pub(crate) fn attached(root: &ShadowRoot, options: &JsValue) -> WidgetHandle {
    let element = gloo_document().create_element("div").expect("an element");
    root.append_child(&element).expect("it is in the root");
    attach(root, element, options, js_sys::Function::new_no_args("")).expect("attached")
}

/// The text of what a selector finds, or empty.
pub(crate) fn text(root: &ShadowRoot, selector: &str) -> String {
    let found = root.query_selector(selector).expect("a valid selector");
    found.and_then(|element| element.text_content()).unwrap_or_default()
}

/// An attribute of the first element that a selector finds, or nothing.
pub(crate) fn attribute(root: &ShadowRoot, selector: &str, name: &str) -> String {
    let found = root.query_selector(selector).expect("a valid selector");
    found.and_then(|element| element.get_attribute(name)).unwrap_or_default()
}

/// How many elements a selector finds.
pub(crate) fn count(root: &ShadowRoot, selector: &str) -> u32 {
    root.query_selector_all(selector).expect("a valid selector").length()
}

/// Waits, frame by frame, until `condition` holds.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    // Long enough for a busy machine; nobody waits for it unless the test fails.
    let deadline_ms = clock::now_ms() + 60_000;
    while !condition() {
        assert!(clock::now_ms() < deadline_ms, "never came: {what}");
        frame().await;
    }
}

/// Waits until nothing has changed in `root` for some frames: a widget that has just come still measures itself.
pub(crate) async fn at_rest(root: &ShadowRoot) {
    let deadline_ms = clock::now_ms() + 60_000;
    loop {
        let seen = mutations(root);
        for _ in 0..10 {
            frame().await;
        }
        if seen.length() == 0 {
            return;
        }
        assert!(clock::now_ms() < deadline_ms, "it never comes to rest: {:?}", seen.get(0));
    }
}

/// Waits for one frame.
pub(crate) async fn frame() {
    JsFuture::from(next_frame()).await.expect("frames come");
}

/// A field of a JavaScript object.
pub(crate) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}
