//! Shared by the browser tests: a `fetch` with scripted responses, widgets in a page, and waiting for conditions.

use batch_task_widget::effect::clock;
use batch_task_widget::element::{WidgetHandle, attach};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, ShadowRoot};

#[wasm_bindgen(module = "/tests/browser/support/page.js")]
extern "C" {
    pub(crate) fn script(answers: JsValue);
    /// Whether a task that this call queues has run: the only element.
    pub(crate) fn queued_task() -> js_sys::Array;
    pub(crate) fn calls_made() -> js_sys::Array;
    pub(crate) fn accelerate_timers(factor: f64);
    /// No second passes for widgets that are attached after this.
    pub(crate) fn stop_seconds();
    pub(crate) fn restore();
    fn next_frame() -> js_sys::Promise;
    pub(crate) fn set_visibility(state: &str);
    pub(crate) fn set_online(state: bool);
    /// Records the text of an element each time that it is written.
    pub(crate) fn written_texts(root: &ShadowRoot, selector: &str) -> js_sys::Array;
    /// Records the mutations outside the freshness line and the RequestId.
    pub(crate) fn mutations(root: &ShadowRoot) -> js_sys::Array;
}

/// The sample body of the API reference.
pub(crate) const SAMPLE: &str = include_str!("../../fixtures/describe-batch-task.sample.json");

/// Scripts the next responses: a JSON array of `{status, type, headers, body, delay, chunk, cut, hang, refuse}`. The last one
/// is repeated; those marked `again` are repeated in turn. A `native` body is the browser's own byte stream; a `streamless`
/// response has no stream.
pub(crate) fn responses(json: &str) {
    script(js_sys::JSON::parse(json).expect("the script is JSON"));
}

/// Scripts this body for all requests.
pub(crate) fn respond_with(body: &str) {
    responses(&format!("[{{\"body\": {}}}]", quoted(body)));
}

/// The JSON string of a text.
pub(crate) fn quoted(text: &str) -> String {
    js_sys::JSON::stringify(&text.into()).expect("a string has a JSON form").into()
}

/// A running batch with this many rows, SuccessCount and RequestId.
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

/// Adds an element of this width to the page, for a widget.
pub(crate) fn target(width_px: u32) -> HtmlElement {
    let document = document();
    let element: HtmlElement = document.create_element("div").expect("a div").unchecked_into();
    element.style().set_property("width", &format!("{width_px}px")).expect("a width");
    document.body().expect("a body").append_child(&element).expect("appended");
    element
}

fn document() -> web_sys::Document {
    js_sys::global().unchecked_into::<web_sys::Window>().document().expect("a document")
}

/// A JavaScript object with options.
pub(crate) fn options(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object takes a property");
    }
    object.into()
}

/// A shadow root in a new element inside `target`.
pub(crate) fn shadow(target: &Element) -> ShadowRoot {
    let host = document().create_element("div").expect("a div");
    target.append_child(&host).expect("appended");
    let open = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
    host.attach_shadow(&open).expect("a shadow root")
}

/// A widget without an event callback.
pub(crate) fn attached(root: &ShadowRoot, options: &JsValue) -> WidgetHandle {
    let element = document().create_element("div").expect("an element");
    root.append_child(&element).expect("it is in the root");
    attach(root, element, options, js_sys::Function::new_no_args("")).expect("attached")
}

/// The text of the first element that matches `selector`; empty without a match.
pub(crate) fn text(root: &ShadowRoot, selector: &str) -> String {
    let found = root.query_selector(selector).expect("a valid selector");
    found.and_then(|element| element.text_content()).unwrap_or_default()
}

/// An attribute of the first element that matches `selector`; empty without a match.
pub(crate) fn attribute(root: &ShadowRoot, selector: &str, name: &str) -> String {
    let found = root.query_selector(selector).expect("a valid selector");
    found.and_then(|element| element.get_attribute(name)).unwrap_or_default()
}

/// How many elements match `selector`.
pub(crate) fn count(root: &ShadowRoot, selector: &str) -> u32 {
    root.query_selector_all(selector).expect("a valid selector").length()
}

/// Waits until `condition` is true. Checks it in each frame.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    // Much longer than usual, because the machine may be busy.
    let deadline_ms = clock::now_ms() + 60_000;
    while !condition() {
        assert!(clock::now_ms() < deadline_ms, "waited for {what}");
        frame().await;
    }
}

/// Waits until `root` has not changed for ten frames: a new widget measures itself.
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
        assert!(clock::now_ms() < deadline_ms, "it keeps changing: {:?}", seen.get(0));
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
