//! One request under way: what it was started with, and its time-out.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use web_sys::AbortController;

use super::limits::IDLE_TIMEOUT_MS;
use super::target::Target;
use crate::model::BatchTask;

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

/// All that belongs to one request.
pub(super) struct RequestContext<F> {
    pub(super) target: Target,
    pub(super) last: Option<Answer>,
    pub(super) idle_timeout: IdleTimeout,
    pub(super) is_dropped: Rc<Cell<bool>>,
    pub(super) partial: F,
}

/// Aborts the request when the server has been silent for too long, give or take a part of [`SILENCE_PARTS`]: one timer for
/// the whole request, since a body has very many pieces.
pub(super) struct IdleTimeout {
    pub(super) controller: Option<AbortController>,
    /// How many parts of the longest silence have passed without a sign.
    parts: Rc<Cell<u32>>,
    _timer: Interval,
}

/// Into how many parts the longest silence is divided.
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

    /// Something came: the wait begins again.
    pub(super) fn reset(&self) {
        if !self.has_expired() {
            self.parts.set(0);
        }
    }

    pub(super) fn has_expired(&self) -> bool {
        self.parts.get() >= IDLE_PARTS
    }
}
