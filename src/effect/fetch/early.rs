//! The first request to a target, which the page's script may have sent while the WebAssembly was loading.
//!
//! `npm/early.js` and `static/boot.js` send it as this module's parent would have sent it, and keep it until it is taken here.

use std::cell::RefCell;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Response};

use super::host::RequestHeaders;
use super::subject::{Body, Received, Subject};
use super::target::{Asked, Credentials, Method, Target};
use super::{Answer, answer, times};
use crate::poll::ServerTime;

#[wasm_bindgen]
extern "C" {
    /// A request that the script has sent.
    pub(super) type EarlyRequest;
    /// The promise of its response.
    #[wasm_bindgen(method, getter)]
    pub(super) fn response(this: &EarlyRequest) -> Promise;
    /// The response, once its head was received. Its body has not been read.
    #[wasm_bindgen(method, getter)]
    fn head(this: &EarlyRequest) -> Option<Response>;
    /// The whole body, once it was received.
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &EarlyRequest) -> Option<Uint8Array>;
    /// When it was sent, in Unix milliseconds.
    #[wasm_bindgen(method, getter, js_name = sentMs)]
    pub(super) fn sent_ms(this: &EarlyRequest) -> f64;
    /// When the head was received, in Unix milliseconds; now if it was not.
    #[wasm_bindgen(method, getter, js_name = receivedMs)]
    pub(super) fn received_ms(this: &EarlyRequest) -> f64;
    /// Takes it, so that no other widget gets it. The signal aborts it from now on.
    #[wasm_bindgen(method)]
    pub(super) fn take(this: &EarlyRequest, signal: Option<&AbortSignal>);
}

thread_local! {
    static FIND: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Sets the function of the script that returns the request with a key, or `undefined`.
#[cfg(any(feature = "element", feature = "page"))]
pub fn set_early_requests(find: Function) {
    FIND.set(Some(find));
}

/// Returns the request to `target` that the script has sent and nobody has taken.
pub(super) fn find(target: &Target<Asked>) -> Option<EarlyRequest> {
    let is_plain =
        matches!(target, Target { method: Method::Get, headers: RequestHeaders::None, fetcher: None, .. });
    let find = FIND.with_borrow(|find| find.clone().filter(|_| is_plain))?;
    let credentials = match target.credentials {
        Credentials::SameOrigin => "same-origin",
        Credentials::Include => "include",
        Credentials::Omit => "omit",
    };
    let mut key = format!("{credentials}\n{}", target.endpoint);
    for (name, value) in &target.subject.parameters {
        key.extend(["\n", name, "=", value]);
    }
    let found = find.call1(&JsValue::UNDEFINED, &key.into()).ok()?;
    found.is_object().then(|| found.unchecked_into())
}

/// Whether the script has sent the request to `target` and nobody has taken it.
pub fn is_sent_early<S: Subject>(target: &Target<S>) -> bool {
    find(&target.asked(0)).is_some()
}

/// Returns the response to the early request, if the whole of it has been received and is a success. Everything else is left to
/// [`start`](super::start).
pub fn early_answer<S: Subject>(target: &Target<S>) -> Option<Answer<S::Content>> {
    // No script asks for what depends on the time.
    let request = find(&target.asked(0))?;
    let (head, bytes) = (request.head()?, request.bytes()?);
    if !head.ok() {
        return None;
    }
    let mut body = S::body(None, target.accounts);
    body.fill(bytes.length() as usize, |room| bytes.copy_to(room));
    body.check().ok()?;
    let received: Received<S::Content> = body.finish(target.body_pointer.as_deref()).ok()?;
    request.take(None);
    let head = head.into();
    let times = times(&head, request.sent_ms() as u64, request.received_ms() as u64);
    Some(answer(&head, received, ServerTime::default().observe(times)))
}
