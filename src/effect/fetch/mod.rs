//! One request to the proxy: built, sent, its answer decoded as it comes.
//!
//! It owns the time-out and what an answer is worth keeping. It decides nothing about when to ask again.

mod body;
mod headers;
mod host;

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::{Method as HttpMethod, Request, RequestBuilder, Response};
use gloo_timers::callback::Interval;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestCredentials};
use yew::AttrValue;
use yew::platform::spawn_local;

pub use self::body::BODY_LIMIT_BYTES;
use self::body::{ERROR_BODY_LIMIT_BYTES, read};
pub use self::host::{Fetcher, RequestHeaders};
use crate::error::{Error, ErrorClass};
use crate::model::BatchTask;
use crate::poll::Arriving;
use crate::redact::Accounts;
use crate::wire::{Decoded, Decoder};

/// How long the server may be silent, before its answer and between any two pieces of it, in milliseconds.
///
/// It is silence that is limited, not the whole: a large body on a slow line takes longer than this and is fine.
pub const SILENCE_TIMEOUT_MS: u32 = 10_000;

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
    /// Whether account ids are kept: in the task, and in an error.
    pub accounts: Accounts,
    /// What the host adds to the request.
    pub headers: RequestHeaders,
    /// The host's client, which then is all that is asked; the endpoint only names it.
    pub fetcher: Option<Fetcher>,
}

/// A good answer, and how fresh it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the body says.
    pub task: Rc<BatchTask>,
    /// Its RequestId; empty if it has none.
    pub request_id: Rc<str>,
    /// `Age`: how old the answer was when it came, in milliseconds; 0 if nothing is said, or may be read, of it.
    pub age_ms: u64,
    /// The server's time when the answer came, in Unix milliseconds, if it says: `Date` may be read of our own origin.
    pub server_ms: Option<u64>,
    /// Whether `Cache-Status` (RFC 9211) says that a cache gave it because what is behind failed.
    pub is_stale: bool,
    /// `ETag`, of an answer from our own origin: asking for anything newer takes a header, which another origin would
    /// have to be asked for first.
    pub etag: Option<Rc<str>>,
}

/// A request under way; its drop aborts it, and then its end is not told.
pub struct InFlight {
    controller: Option<AbortController>,
    is_dropped: Rc<Cell<bool>>,
    has_ended: Rc<Cell<bool>>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.is_dropped.set(true);
        if let Some(controller) = self.controller.as_ref().filter(|_| !self.has_ended.get()) {
            controller.abort();
        }
    }
}

/// Asks once for something newer than `last`, the last good answer from the same target.
///
/// The first answer is told of in parts as it comes: `arriving` is not called where there was one before. `done` is told
/// the end. Neither is called once the handle is dropped.
pub fn start(
    target: Target,
    last: Option<Answer>,
    arriving: impl Fn(Arriving) + 'static,
    done: impl FnOnce(Result<Answer, Error>) + 'static,
) -> InFlight {
    let controller = AbortController::new().ok();
    let (is_dropped, has_ended) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let in_flight = InFlight {
        controller: controller.clone(),
        is_dropped: Rc::clone(&is_dropped),
        has_ended: Rc::clone(&has_ended),
    };
    spawn_local(async move {
        let call = Call { target, last, silence: Silence::new(controller), is_dropped, arriving };
        let result = ask(&call).await;
        let result =
            result.map_err(|error| if call.silence.is_over() { timed_out(&call.target) } else { error });
        let result = result.map_err(|error| error.masked(call.target.accounts));
        let is_dropped = call.is_dropped.get();
        has_ended.set(true);
        drop(call);
        if !is_dropped {
            done(result);
        }
    });
    in_flight
}

/// All that belongs to one request.
struct Call<F> {
    target: Target,
    last: Option<Answer>,
    silence: Silence,
    is_dropped: Rc<Cell<bool>>,
    arriving: F,
}

/// Aborts the request when the server has been silent for too long, give or take a part of [`SILENCE_PARTS`]: one timer for
/// the whole request, since a body has very many pieces.
struct Silence {
    controller: Option<AbortController>,
    /// How many parts of the longest silence have passed without a sign.
    parts: Rc<Cell<u32>>,
    _timer: Interval,
}

/// Into how many parts the longest silence is divided.
const SILENCE_PARTS: u32 = 8;

impl Silence {
    fn new(controller: Option<AbortController>) -> Self {
        let parts = Rc::new(Cell::new(0));
        let (passed, aborted) = (Rc::clone(&parts), controller.clone());
        let timer = Interval::new(SILENCE_TIMEOUT_MS / SILENCE_PARTS, move || {
            passed.set(passed.get() + 1);
            if let Some(controller) = aborted.as_ref().filter(|_| passed.get() == SILENCE_PARTS) {
                controller.abort();
            }
        });
        Self { controller, parts, _timer: timer }
    }

    /// Something came: the wait begins again.
    fn broken(&self) {
        if !self.is_over() {
            self.parts.set(0);
        }
    }

    fn is_over(&self) -> bool {
        self.parts.get() >= SILENCE_PARTS
    }
}

fn timed_out(target: &Target) -> Error {
    let seconds = SILENCE_TIMEOUT_MS / 1_000;
    Error::new(ErrorClass::Timeout, format!("no data from {} for {seconds} s", place(target)))
}

async fn ask(call: &Call<impl Fn(Arriving)>) -> Result<Answer, Error> {
    let response = send(call).await?;
    call.silence.broken();
    let (status, is_ok) = (response.status(), response.ok());
    let (age_ms, is_stale) = (headers::age_ms(&response), headers::is_stale(&response));
    let server_ms = headers::server_ms(&response);
    if let (304, Some(last)) = (status, &call.last) {
        return Ok(Answer { age_ms, server_ms, is_stale, ..last.clone() });
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    if is_ok {
        let mut decoder = match &call.last {
            Some(last) => Decoder::after(&last.task.sub_tasks),
            None => Decoder::new(),
        }
        .with_accounts(call.target.accounts);
        read(&response, BODY_LIMIT_BYTES, &mut decoder, call).await?;
        let Decoded { task, request_id } = decoder
            .into_decoded(call.target.body_pointer.as_deref())
            .map_err(|error| Error::from_wire(error, status, &content_type))?;
        let (task, request_id, etag) = (Rc::new(task), request_id.into(), headers::etag(&response));
        return Ok(Answer { task, request_id, age_ms, server_ms, is_stale, etag });
    }
    let mut decoder = Decoder::new();
    let body = read(&response, ERROR_BODY_LIMIT_BYTES, &mut decoder, call).await;
    let error = match body.ok().and_then(|()| decoder.into_api_error()) {
        Some(api) => Error::from_api(api, status),
        None => Error::from_status(status, &content_type),
    };
    Err(error.with_retry_after_ms(headers::retry_after_ms(&response)))
}

async fn send(call: &Call<impl Fn(Arriving)>) -> Result<Response, Error> {
    let target = &call.target;
    let signal = call.silence.controller.as_ref().map(AbortController::signal);
    if let Some(fetcher) = &target.fetcher {
        return Ok(fetcher.ask(target.batch_id.as_deref(), signal.as_ref()).await?.into());
    }
    if target.endpoint.trim().is_empty() {
        let message = "the endpoint is missing or empty; give the URL of the proxy's DescribeBatchTask";
        return Err(Error::new(ErrorClass::Options, message));
    }
    let mut builder = builder(target, signal.as_ref());
    for (name, value) in target.headers.now(signal.as_ref()).await?.iter() {
        builder = builder.header(name, value);
    }
    if let Some(etag) = call.last.as_ref().and_then(|last| last.etag.as_deref()) {
        builder = builder.header("if-none-match", etag);
    }
    // The browser's own words may quote all of the URL.
    let request: Request = builder.build().map_err(|_| {
        let message = format!("the endpoint “{}” is not a valid URL", place(target));
        Error::new(ErrorClass::Options, message)
    })?;
    // The browser's own words for it differ from engine to engine, and no engine lets a page know more.
    request.send().await.map_err(|_| {
        let message =
            format!("no response from {}, or CORS does not allow this page to read it", place(target));
        Error::new(ErrorClass::Network, message)
    })
}

fn builder(target: &Target, signal: Option<&AbortSignal>) -> RequestBuilder {
    let method = match target.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
    };
    let credentials = match target.credentials {
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
        Credentials::Omit => RequestCredentials::Omit,
    };
    let builder = RequestBuilder::new(&target.endpoint)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .header("accept", "application/json")
        .abort_signal(signal);
    match &target.batch_id {
        Some(batch_id) => builder.query([("BatchId", batch_id.as_str())]),
        None => builder,
    }
}

/// The endpoint as it may be shown: without its query, which may hold a token, and from its host on if it has a password.
fn place(target: &Target) -> &str {
    if target.fetcher.is_some() {
        return "the fetcher";
    }
    let (mut begin, mut end, mut slashes) = (0, 0, 0);
    for byte in target.endpoint.bytes() {
        match byte {
            b'?' | b'#' => break,
            b'/' => slashes += 1,
            // The third slash ends the host, and what is before it may hold a password.
            b'@' if slashes < 3 => begin = end + 1,
            _ => {}
        }
        end += 1;
    }
    target.endpoint.get(begin..end).unwrap_or_default()
}
