//! Sends one request to the proxy, and decodes the response while it is received. `poll` decides when to send the next one.

mod batch_body;
mod batch_list;
mod context;
mod early;
mod headers;
mod host;
mod json;
mod limits;
mod origin;
mod outage;
mod place;
#[cfg(feature = "prerender")]
mod plain;
mod response_body;
mod sending;
mod subject;
mod target;

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::Response;
use web_sys::AbortController;
use yew::platform::spawn_local;

pub use self::batch_list::{ListBody, decode as decode_list};
pub use self::context::Answer;
use self::context::{IdleTimeout, RequestContext};
#[cfg(any(feature = "element", feature = "page"))]
pub use self::early::set_early_requests;
pub use self::early::{early_answer, is_sent_early};
pub use self::host::{Fetcher, RequestHeaders};
use self::limits::ERROR_BODY_LIMIT_BYTES;
pub use self::limits::{BODY_LIMIT_BYTES, IDLE_TIMEOUT_MS};
pub use self::outage::Outage;
pub use self::place::Place;
#[cfg(feature = "prerender")]
pub(crate) use self::plain::PlainResponse;
use self::response_body::read;
use self::sending::{Sent, send};
use self::subject::PartialOf;
pub use self::subject::{Batch, Body, Received, Subject};
pub use self::target::{Credentials, Method, Target};
use crate::effect::clock;
use crate::error::Error;
use crate::poll::{ResponseTimes, ServerTime};
use crate::redact::Accounts;
use crate::wire::ApiError;

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
        let context = RequestContext {
            target: target.asked(clock::now_ms()),
            last_etag: last.as_ref().and_then(|last| last.etag.clone()),
            has_last: last.is_some(),
            idle_timeout: IdleTimeout::new(controller),
            is_dropped,
            outage,
            needs_local_network: Cell::default(),
        };
        let result = ask::<S>(&context, last.as_ref(), &partial).await;
        let result = result.map_err(|error| context.describe(error));
        let is_dropped = context.is_dropped.get();
        has_ended.set(true);
        drop(context);
        if !is_dropped {
            done(result);
        }
    });
    in_flight
}

async fn ask<S: Subject>(
    context: &RequestContext,
    last: Option<&Answer<S::Content>>,
    partial: &impl Fn(PartialOf<S::Body>),
) -> Result<Answer<S::Content>, Error> {
    let Sent { response, sent_ms, received_ms } = send(context).await?;
    let last_time = last.map_or_else(ServerTime::default, |last| last.server_time);
    let server_time = last_time.observe(times(&response, sent_ms, received_ms));
    context.idle_timeout.reset();
    let (status, is_ok) = (response.status(), response.ok());
    if let (304, Some(last)) = (status, last) {
        return Ok(Answer { server_time, is_stale: headers::is_stale(&response), ..last.clone() });
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    if is_ok {
        let mut body = S::body(last.map(|last| &*last.content), context.target.accounts);
        let expected_bytes = last.map_or(usize::MAX, |last| S::body_bytes(&last.content));
        read(&response, BODY_LIMIT_BYTES, expected_bytes, &mut body, context, partial).await?;
        let received = body
            .finish(context.target.body_pointer.as_deref())
            .map_err(|error| Error::from_wire(error, status, &content_type))?;
        return Ok(answer(&response, received, server_time));
    }
    let mut body = S::body(None, Accounts::Shown);
    let is_read = read(&response, ERROR_BODY_LIMIT_BYTES, 0, &mut body, context, partial).await;
    let error = failure(is_read.ok().and_then(|()| body.into_api_error()), status, &content_type);
    Err(error.with_retry_after_ms(headers::retry_after_ms(&response)))
}

/// Returns the error of a response that is not a success, with that in its body, if there is one.
#[inline(never)]
fn failure(api: Option<ApiError>, status: u16, content_type: &str) -> Error {
    match api {
        Some(api) => Error::from_api(api, status),
        None => Error::from_status(status, content_type),
    }
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
