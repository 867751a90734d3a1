//! One request to the proxy: built, sent, read as a stream of bytes, decoded.
//!
//! It owns the time-out and the size limit. It decides nothing about when to ask again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_net::http::{Method as HttpMethod, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials};
use yew::AttrValue;
use yew::platform::spawn_local;

use super::clock;
use crate::error::{Error, ErrorClass};
use crate::wire::{self, Decoded};

/// How long the server may be silent, before its answer and between any two pieces of it, in milliseconds.
///
/// It is silence that is limited, not the whole: a large body on a slow line takes longer than this and is fine.
pub const SILENCE_TIMEOUT_MS: u32 = 10_000;

/// The largest body that is taken, in bytes.
pub const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The largest body that is taken from a failed answer, in bytes: an error is short.
const ERROR_BODY_LIMIT_BYTES: usize = 256 * 1024;

/// How the proxy is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`, the default.
    #[default]
    Get,
    /// `POST` with an empty body, as the API itself is asked.
    Post,
}

/// Whether cookies go with the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// To our own origin, the default.
    #[default]
    SameOrigin,
    /// To every origin.
    Include,
    /// Never.
    Omit,
}

/// What is asked for, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The proxy's URL, relative to the document or absolute.
    pub endpoint: AttrValue,
    /// The batch; the request is sent without one if there is none.
    pub batch_id: Option<AttrValue>,
    /// How it is asked.
    pub method: Method,
    /// Whether cookies go along.
    pub credentials: Credentials,
    /// JSON Pointer to the body in an envelope; `/data` is found without.
    pub body_pointer: Option<AttrValue>,
}

/// A good answer, and how fresh it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the body says.
    pub decoded: Decoded,
    /// `Age`: how old the answer was when it came, in milliseconds; 0 if nothing is said, or may be read, of it.
    pub age_ms: u64,
    /// Whether `Cache-Status` (RFC 9211) says that a cache gave it because what is behind failed.
    pub is_stale: bool,
}

/// A request under way; its drop aborts it, and then its end is not told.
pub struct InFlight {
    controller: Option<AbortController>,
    is_dropped: Rc<Cell<bool>>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.is_dropped.set(true);
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Asks once; `done` is told the end, unless the handle is dropped before.
pub fn start(target: Target, done: impl FnOnce(Result<Answer, Error>) + 'static) -> InFlight {
    let controller = AbortController::new().ok();
    let is_dropped = Rc::new(Cell::new(false));
    let in_flight = InFlight { controller: controller.clone(), is_dropped: Rc::clone(&is_dropped) };
    spawn_local(async move {
        let silence = Silence::new(controller);
        let result = ask(&target, &silence).await;
        let result = result.map_err(|error| if silence.is_over() { timed_out(&target) } else { error });
        drop(silence);
        if !is_dropped.get() {
            done(result);
        }
    });
    in_flight
}

/// Aborts the request when the server has been silent for too long.
struct Silence {
    controller: Option<AbortController>,
    timer: RefCell<Option<Timeout>>,
    over: Rc<Cell<bool>>,
}

impl Silence {
    fn new(controller: Option<AbortController>) -> Self {
        let silence = Self { controller, timer: RefCell::default(), over: Rc::default() };
        silence.broken();
        silence
    }

    /// Something came: the wait begins again.
    fn broken(&self) {
        let (controller, over) = (self.controller.clone(), Rc::clone(&self.over));
        *self.timer.borrow_mut() = Some(Timeout::new(SILENCE_TIMEOUT_MS, move || {
            over.set(true);
            if let Some(controller) = controller {
                controller.abort();
            }
        }));
    }

    fn is_over(&self) -> bool {
        self.over.get()
    }
}

fn timed_out(target: &Target) -> Error {
    let seconds = SILENCE_TIMEOUT_MS / 1_000;
    Error::new(ErrorClass::Timeout, format!("nothing came from {} for {seconds} s", place(target)))
}

async fn ask(target: &Target, silence: &Silence) -> Result<Answer, Error> {
    let response = send(target, silence).await?;
    silence.broken();
    let (status, is_ok) = (response.status(), response.ok());
    let content_type = response.headers().get("content-type").unwrap_or_default();
    let limit = if is_ok { BODY_LIMIT_BYTES } else { ERROR_BODY_LIMIT_BYTES };
    let body = read(&response, limit, silence).await;
    if is_ok {
        let decoded = wire::decode(&body?, target.body_pointer.as_deref())
            .map_err(|error| Error::from_wire(error, status, &content_type))?;
        return Ok(Answer { decoded, age_ms: age_ms(&response), is_stale: is_stale(&response) });
    }
    let error = match body.ok().and_then(|body| wire::decode_api_error(&body)) {
        Some(api) => Error::from_api(api, status),
        None => Error::from_status(status, &content_type),
    };
    Err(error.with_retry_after_ms(retry_after_ms(&response)))
}

async fn send(target: &Target, silence: &Silence) -> Result<Response, Error> {
    let request: Request = builder(target, silence).build().map_err(|error| {
        Error::new(ErrorClass::Options, format!("the endpoint “{}” is not a URL: {error}", place(target)))
    })?;
    request.send().await.map_err(|error| {
        Error::new(ErrorClass::Network, format!("no answer from {}: {error}", place(target)))
    })
}

fn builder(target: &Target, silence: &Silence) -> RequestBuilder {
    let method = match target.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
    };
    let credentials = match target.credentials {
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
        Credentials::Omit => RequestCredentials::Omit,
    };
    let signal = silence.controller.as_ref().map(AbortController::signal);
    let builder = RequestBuilder::new(&target.endpoint)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .header("accept", "application/json")
        .abort_signal(signal.as_ref());
    match &target.batch_id {
        Some(batch_id) => builder.query([("BatchId", batch_id.as_str())]),
        None => builder,
    }
}

/// The endpoint as it may be shown: without its query, which may hold a token.
fn place(target: &Target) -> &str {
    target.endpoint.split(['?', '#']).next().unwrap_or_default()
}

/// Reads the whole body as bytes, chunk by chunk, up to `limit`.
async fn read(response: &Response, limit: usize, silence: &Silence) -> Result<Vec<u8>, Error> {
    let Some(stream) = response.body() else {
        return response.binary().await.map_err(|error| cut(0, &error.to_string()));
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::new();
    loop {
        let chunk =
            JsFuture::from(reader.read()).await.map_err(|error| cut(body.len(), &describe(&error)))?;
        silence.broken();
        let Some(bytes) = chunk_bytes(&chunk) else { return Ok(body) };
        let start = body.len();
        let end = start.saturating_add(bytes.length() as usize);
        if end > limit {
            drop(JsFuture::from(reader.cancel()));
            let mebibytes = limit / (1024 * 1024);
            return Err(Error::new(ErrorClass::TooLarge, format!("the body is larger than {mebibytes} MiB")));
        }
        body.resize(end, 0);
        if let Some(room) = body.get_mut(start..) {
            bytes.copy_to(room);
        }
    }
}

/// The bytes of a `{done, value}` that is not done.
fn chunk_bytes(chunk: &JsValue) -> Option<Uint8Array> {
    let field = |name: &str| Reflect::get(chunk, &JsValue::from_str(name)).ok();
    if field("done")?.is_truthy() { None } else { field("value")?.dyn_into().ok() }
}

fn cut(received: usize, reason: &str) -> Error {
    Error::new(ErrorClass::Truncated, format!("the body broke off after {received} bytes: {reason}"))
}

fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "unknown".to_owned(), |error| String::from(error.message()))
}

fn age_ms(response: &Response) -> u64 {
    let age = response.headers().get("age").and_then(|seconds| seconds.trim().parse::<u64>().ok());
    age.unwrap_or(0).saturating_mul(1_000)
}

fn is_stale(response: &Response) -> bool {
    let status = response.headers().get("cache-status").unwrap_or_default();
    status.split([';', ',']).any(|parameter| parameter.trim() == "fwd=stale")
}

/// What the server asked for: `x-acs-retry-after` is in milliseconds, `Retry-After` in seconds or a date.
fn retry_after_ms(response: &Response) -> Option<u64> {
    let headers = response.headers();
    let acs_ms = headers.get("x-acs-retry-after").and_then(|text| text.trim().parse::<u64>().ok());
    let standard_ms = headers.get("retry-after").and_then(|text| match text.trim().parse::<u64>() {
        Ok(seconds) => Some(seconds.saturating_mul(1_000)),
        Err(_) => {
            let date_ms = js_sys::Date::parse(&text);
            date_ms.is_finite().then(|| (date_ms as u64).saturating_sub(clock::now_ms()))
        }
    });
    acs_ms.max(standard_ms)
}
