//! Sends one request to the proxy, and decodes the response while it is received. `poll` decides when to send the next one.

mod batch_body;
mod batch_list;
mod context;
mod early;
mod headers;
mod host;
mod limits;
mod origin;
mod outage;
mod place;
mod response_body;
mod subject;
mod target;

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::{Method as HttpMethod, Request, RequestBuilder, Response};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestCredentials};
use yew::platform::spawn_local;

pub use self::batch_list::{ListBody, decode as decode_list};
pub use self::context::Answer;
use self::context::{IdleTimeout, RequestContext};
pub use self::early::early_answer;
#[cfg(any(feature = "element", feature = "page"))]
pub use self::early::set_early_requests;
pub use self::host::{Fetcher, RequestHeaders};
use self::limits::ERROR_BODY_LIMIT_BYTES;
pub use self::limits::{BODY_LIMIT_BYTES, IDLE_TIMEOUT_MS};
pub use self::outage::Outage;
pub use self::place::Place;
use self::response_body::read;
use self::subject::PartialOf;
pub use self::subject::{Batch, Body, Received, Subject};
pub use self::target::{Credentials, Method, Target};
use crate::effect::{clock, page};
use crate::error::{Error, ErrorClass};
use crate::poll::{ResponseTimes, ServerTime};
use crate::redact::Accounts;

/// A request in flight. Dropping it aborts it; `done` is not called then.
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

/// Requests a response newer than `last`, the last response from the same target.
///
/// `partial` is called with parts of the first response while they are received; not if there is a `last`. `done` is
/// called with the result. Neither is called after the handle has been dropped. `outage` is the same for all requests to a
/// target.
pub fn start<S: Subject>(
    target: Target<S>,
    last: Option<Answer<S::Content>>,
    outage: Outage,
    partial: impl Fn(PartialOf<S::Body>) + 'static,
    done: impl FnOnce(Result<Answer<S::Content>, Error>) + 'static,
) -> InFlight {
    let controller = AbortController::new().ok();
    let (is_dropped, has_ended) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let in_flight = InFlight {
        controller: controller.clone(),
        is_dropped: Rc::clone(&is_dropped),
        has_ended: Rc::clone(&has_ended),
    };
    spawn_local(async move {
        let idle_timeout = IdleTimeout::new(controller);
        let needs_local_network = Cell::default();
        let context =
            RequestContext { target, last, idle_timeout, is_dropped, outage, needs_local_network, partial };
        let result = ask(&context).await;
        let result = result.map_err(|error| {
            if context.idle_timeout.has_expired() { timed_out(context.target.display()) } else { error }
        });
        let needs_local_network = context.needs_local_network.get();
        let result = result.map_err(|error| {
            error
                .of_operation(S::OPERATION)
                .masked(context.target.accounts)
                .with_local_network(needs_local_network)
        });
        let is_dropped = context.is_dropped.get();
        has_ended.set(true);
        drop(context);
        if !is_dropped {
            done(result);
        }
    });
    in_flight
}

fn timed_out(endpoint: &str) -> Error {
    let seconds = IDLE_TIMEOUT_MS / 1_000;
    Error::new(ErrorClass::Timeout, format!("no data from {endpoint} for {seconds} s"))
}

async fn ask<S: Subject>(
    context: &RequestContext<S, impl Fn(PartialOf<S::Body>)>,
) -> Result<Answer<S::Content>, Error> {
    let Sent { response, sent_ms, received_ms } = send(context).await?;
    let last_time = context.last.as_ref().map_or_else(ServerTime::default, |last| last.server_time);
    let server_time = last_time.observe(times(&response, sent_ms, received_ms));
    context.idle_timeout.reset();
    let (status, is_ok) = (response.status(), response.ok());
    if let (304, Some(last)) = (status, &context.last) {
        return Ok(Answer { server_time, is_stale: headers::is_stale(&response), ..last.clone() });
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    if is_ok {
        let mut body = S::body(context.last.as_ref().map(|last| &*last.content), context.target.accounts);
        read(&response, BODY_LIMIT_BYTES, &mut body, context).await?;
        let received = body
            .finish(context.target.body_pointer.as_deref())
            .map_err(|error| Error::from_wire(error, status, &content_type))?;
        return Ok(answer(&response, received, server_time));
    }
    let mut body = S::body(None, Accounts::Shown);
    let is_read = read(&response, ERROR_BODY_LIMIT_BYTES, &mut body, context).await;
    let error = match is_read.ok().and_then(|()| body.into_api_error()) {
        Some(api) => Error::from_api(api, status),
        None => Error::from_status(status, &content_type),
    };
    Err(error.with_retry_after_ms(headers::retry_after_ms(&response)))
}

fn answer<T>(response: &Response, received: Received<T>, server_time: ServerTime) -> Answer<T> {
    let Received { content, request_id } = received;
    let (is_stale, etag) = (headers::is_stale(response), headers::etag(response));
    Answer { content: Rc::new(content), request_id, server_time, is_stale, etag }
}

fn times(response: &Response, sent_ms: u64, received_ms: u64) -> ResponseTimes {
    let (age_ms, date_ms) = (headers::age_ms(response), headers::date_ms(response));
    ResponseTimes { sent_ms, received_ms, age_ms, date_ms }
}

/// The head of a response. The times are those of the request and of the head, in Unix milliseconds.
struct Sent {
    response: Response,
    sent_ms: u64,
    received_ms: u64,
}

impl Sent {
    fn now(response: Response, sent_ms: u64) -> Self {
        Self { response, sent_ms, received_ms: clock::now_ms() }
    }
}

/// Sends the request, unless the page's script has sent it.
async fn send<S: Subject>(context: &RequestContext<S, impl Fn(PartialOf<S::Body>)>) -> Result<Sent, Error> {
    let target = &context.target;
    let signal = context.idle_timeout.controller.as_ref().map(AbortController::signal);
    if let Some(fetcher) = &target.fetcher {
        let sent_ms = clock::now_ms();
        let parameters = target.subject.parameters(sent_ms);
        return Ok(Sent::now(fetcher.ask(&parameters, signal.as_ref()).await?.into(), sent_ms));
    }
    if target.endpoint.trim().is_empty() {
        let operation = S::OPERATION;
        let message = format!("the endpoint is missing or empty; give the URL of the proxy's {operation}");
        return Err(Error::new(ErrorClass::Options, message));
    }
    let headers = target.headers.now(signal.as_ref()).await?;
    let mut builder = builder(target, &headers, signal.as_ref());
    if let Some(etag) = context.last.as_ref().and_then(|last| last.etag.as_deref()) {
        builder = builder.header("if-none-match", etag);
    }
    // The browser's message may contain the whole URL.
    let request: Request = builder.build().map_err(|_| {
        let message = format!("the endpoint “{}” is not a valid URL", target.display());
        Error::new(ErrorClass::Options, message)
    })?;
    let (url, page) = (request.url(), page::origins());
    context.needs_local_network.set(origin::needs_local_network_access(&url, &page.of_url));
    let early = early::find(target).filter(|_| context.last.is_none());
    let sent = match early {
        Some(early) => {
            early.take(signal.as_ref());
            let response = JsFuture::from(early.response()).await.ok();
            response.map(|response| Sent {
                response: response.unchecked_into::<web_sys::Response>().into(),
                sent_ms: early.sent_ms() as u64,
                received_ms: early.received_ms() as u64,
            })
        }
        None => {
            let sent_ms = clock::now_ms();
            request.send().await.ok().map(|response| Sent::now(response, sent_ms))
        }
    };
    match sent {
        Some(sent) => {
            context.outage.end();
            Ok(sent)
        }
        // The browser's message differs between engines and contains no more information.
        None => {
            if target.method == Method::Get && origin::is_same_origin(&url, &page.own) {
                context.outage.probe(context, &headers).await;
            }
            Err(context.outage.error(target.display()))
        }
    }
}

/// Returns the request with the host's headers.
fn builder<S: Subject>(
    target: &Target<S>,
    headers: &[(String, String)],
    signal: Option<&AbortSignal>,
) -> RequestBuilder {
    let method = match target.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
    };
    let credentials = match target.credentials {
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
        Credentials::Omit => RequestCredentials::Omit,
    };
    let mut builder = RequestBuilder::new(&target.endpoint)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .header("accept", "application/json")
        .abort_signal(signal);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.query(target.subject.parameters(clock::now_ms()))
}
