//! The events that change a [`State`](super::State). They are plain data: effects create them.

use std::rc::Rc;

use super::content::Content;
use super::pause_reasons::PauseReasons;
use crate::error::Error;
use crate::model::BatchTask;

/// Something that happened. Events that end a request or a wait carry the generation in which it was started.
#[derive(Clone, Debug)]
pub enum Event<T: Content = BatchTask> {
    /// The widget is on the page.
    Started {
        /// Unix milliseconds.
        now_ms: u64,
        /// Why polling is paused from the start, if it is.
        pause_reasons: PauseReasons,
    },
    /// A whole response was received and decoded. If the request was sent while the browser said that it is offline,
    /// it is online.
    ResponseReceived {
        /// The generation of the request.
        generation: u32,
        /// The decoded content.
        content: Rc<T>,
        /// Its RequestId.
        request_id: Rc<str>,
        /// The age of the response now, in milliseconds.
        age_ms: u64,
        /// The server's time minus the viewer's, in milliseconds, if known.
        clock_offset_ms: Option<i64>,
        /// Whether a cache served it because the API failed.
        is_stale: bool,
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// Some rows of the first response were received.
    RowsReceived {
        /// The generation of the request.
        generation: u32,
        /// The rows received so far.
        partial: T::Partial,
    },
    /// A request ended without a usable response.
    FetchFailed {
        /// The generation of the request.
        generation: u32,
        /// The reason.
        error: Rc<Error>,
        /// Unix milliseconds.
        now_ms: u64,
        /// A uniform random number, for the jitter.
        random: u32,
    },
    /// The timer of a wait fired.
    TimerFired {
        /// The generation of the wait.
        generation: u32,
    },
    /// The page was hidden.
    PageHidden {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The page became visible.
    PageShown {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The viewer left the page, which may be kept in the back/forward cache, or the browser froze the tab.
    PageSuspended,
    /// The page came back from the back/forward cache, or the browser resumed the tab.
    PageResumed {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The browser went offline.
    WentOffline,
    /// The browser came online.
    WentOnline {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The viewer or the host paused polling.
    Paused,
    /// The viewer or the host resumed polling.
    Resumed {
        /// Unix milliseconds.
        now_ms: u64,
    },
    /// The viewer or the host requested a response newer than this moment.
    RefreshRequested {
        /// Larger for each request. [`State::settled`](super::State::settled) reports when it has been answered.
        ticket: u32,
    },
    /// The viewer asked to be notified of the end of the task, or no longer wants to be.
    EndAwaited {
        /// Whether the viewer waits for the end.
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
    /// Something else is watched now: the data is discarded.
    TargetChanged {
        /// Whether polling is held because the browser is offline.
        is_offline: bool,
    },
    /// The turn of a request has come that waited for others.
    TurnCame {
        /// The generation of the request.
        generation: u32,
    },
}
