//! The activity of the poller, and the result of its last request.

use std::rc::Rc;

use crate::error::Error;

/// The activity of the poller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is scheduled: not started yet, or the one response of an interval of 0 has been received.
    Idle,
    /// A request is in flight.
    Fetching,
    /// The next request is scheduled.
    Waiting {
        /// The duration of the timer, in milliseconds.
        delay_ms: u32,
        /// When the timer fires, in Unix milliseconds.
        due_ms: u64,
    },
    /// Paused for one of the [`PauseReasons`](super::PauseReasons).
    Paused,
    /// Stopped by a permanent error. Only a refresh continues. Errors that are
    /// [retried slowly](Error::is_retried_slowly) do not lead here.
    Stopped,
    /// The task has ended.
    Finished,
}

/// The result of the last request, for those who asked for a refresh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The highest refresh ticket that the request answers; 0 if none.
    pub ticket: u32,
    /// The error, if the request failed.
    pub error: Option<Rc<Error>>,
}
