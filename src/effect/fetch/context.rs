//! A request in flight: its parameters, its timeout, and its response.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use web_sys::AbortController;

use super::limits::IDLE_TIMEOUT_MS;
use super::outage::Outage;
use super::target::{Asked, Target};
use crate::error::{Error, ErrorClass};
use crate::model::BatchTask;
use crate::poll::ServerTime;

/// A successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T = BatchTask> {
    /// The decoded content.
    pub content: Rc<T>,
    /// Its RequestId; may be empty.
    pub request_id: Rc<str>,
    /// The age of the response and the server's clock, from the responses so far.
    pub server_time: ServerTime,
    /// Whether `Cache-Status` (RFC 9211) says that a cache served it because the API failed.
    pub is_stale: bool,
    /// `ETag`, if the response is from the page's own origin. For other origins a conditional request would need a
    /// preflight.
    pub etag: Option<Rc<str>>,
}

/// The parameters and handles of a request in flight.
pub(super) struct RequestContext {
    pub(super) target: Target<Asked>,
    /// The `ETag` of the last response.
    pub(super) last_etag: Option<Rc<str>>,
    /// Whether there was a response before.
    pub(super) has_last: bool,
    pub(super) idle_timeout: IdleTimeout,
    pub(super) is_dropped: Rc<Cell<bool>>,
    pub(super) outage: Outage,
    /// Whether the request may need the browser's permission for local network access.
    pub(super) needs_local_network: Cell<bool>,
}

impl RequestContext {
    /// Returns the error with all that is known of the request.
    pub(super) fn describe(&self, error: Error) -> Error {
        let error = if self.idle_timeout.has_expired() {
            let (endpoint, seconds) = (self.target.display(), IDLE_TIMEOUT_MS / 1_000);
            Error::new(ErrorClass::Timeout, format!("no data from {endpoint} for {seconds} s"))
        } else {
            error.of_operation(self.target.subject.operation)
        };
        error.masked(self.target.accounts).with_local_network(self.needs_local_network.get())
    }
}

/// Aborts the request when the server has sent nothing for [`IDLE_TIMEOUT_MS`], measured in [`IDLE_PARTS`] steps. One timer
/// serves the whole request, since a body can have very many chunks.
pub(super) struct IdleTimeout {
    pub(super) controller: Option<AbortController>,
    /// How many steps have passed since the last data.
    parts: Rc<Cell<u32>>,
    _timer: Interval,
}

/// How many steps the timeout is divided into.
const IDLE_PARTS: u32 = 8;

impl IdleTimeout {
    pub(super) fn new(controller: Option<AbortController>) -> Self {
        let parts = Rc::new(Cell::new(0));
        let (passed, aborted) = (Rc::clone(&parts), controller.clone());
        let timer = Interval::new(IDLE_TIMEOUT_MS / IDLE_PARTS, move || {
            passed.set(passed.get() + 1);
            if let Some(controller) = aborted.as_ref().filter(|_| passed.get() == IDLE_PARTS) {
                controller.abort();
            }
        });
        Self { controller, parts, _timer: timer }
    }

    /// Starts the timeout again, since data has been received.
    pub(super) fn reset(&self) {
        if !self.has_expired() {
            self.parts.set(0);
        }
    }

    pub(super) fn has_expired(&self) -> bool {
        self.parts.get() >= IDLE_PARTS
    }
}
