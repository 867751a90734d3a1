//! What can happen to a watched task: plain data in the past tense, which effects make and the state machine takes.

use std::rc::Rc;

use super::{Arriving, Holds};
use crate::error::Error;
use crate::model::BatchTask;

/// What happened. Each event that ends a piece of work carries the generation that the work was started under.
#[derive(Clone, Debug)]
pub enum Event {
    /// The widget is on the page.
    Started {
        /// Unix milliseconds.
        now_ms: u64,
        /// What holds it from the first.
        holds: Holds,
    },
    /// A whole body was received and decoded.
    ResponseReceived {
        /// Of the fetch.
        generation: u32,
        /// The task.
        task: Rc<BatchTask>,
        /// Its RequestId.
        request_id: Rc<str>,
        /// How old the answer was when it came, in milliseconds: a cache may stand between.
        age_ms: u64,
        /// The server's time when it came, in Unix milliseconds, if it says.
        server_ms: Option<u64>,
        /// Whether a cache gave it because the API failed.
        is_stale: bool,
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// Some rows of the first body were received; more are to come.
    RowsReceived {
        /// Of the fetch.
        generation: u32,
        /// What there is so far.
        arriving: Arriving,
    },
    /// A fetch ended without a usable body.
    FetchFailed {
        /// Of the fetch.
        generation: u32,
        /// Why.
        error: Rc<Error>,
        /// Unix milliseconds.
        now_ms: u64,
        /// A uniform random number, for the jitter.
        random: u32,
    },
    /// The wait is over.
    TimerFired {
        /// Of the wait.
        generation: u32,
    },
    /// The page was hidden.
    PageHidden {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The page is to be seen again.
    PageShown {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The network went.
    WentOffline,
    /// The network came back.
    WentOnline {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The viewer or the host paused.
    Paused,
    /// The viewer or the host resumed.
    Resumed {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The viewer or the host wants an answer newer than this moment.
    RefreshRequested {
        /// Rises with each request; answered through [`State::settled`](super::State::settled).
        ticket: u32,
    },
    /// The viewer waits for the end, or no longer does.
    EndAwaited {
        /// Whether they do.
        is_awaited: bool,
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The interval was changed.
    IntervalChanged {
        /// Milliseconds; 0 fetches once.
        interval_ms: u32,
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// What is watched was changed: what we hold is of no use any more.
    TargetChanged,
}
