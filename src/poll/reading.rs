//! What others read of a state. It changes nothing.

use std::rc::Rc;

use super::{Phase, State};
use crate::model::BatchTask;

impl State {
    /// The task, if any answer was good.
    pub fn task(&self) -> Option<&Rc<BatchTask>> {
        self.data.as_ref().map(|data| &data.task)
    }

    /// The task whose rows are shown: that of the last good answer, or the first one as far as it has come.
    pub fn task_with_rows(&self) -> Option<&Rc<BatchTask>> {
        self.task().or_else(|| self.arriving.as_ref().map(|arriving| &arriving.task))
    }

    /// Whether what is shown is older than the last attempt to renew it, by us or by the proxy.
    pub fn is_stale(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.is_stale || self.last_error.is_some())
    }

    /// Whether this differs from `old` only in that the next answer has been asked for.
    pub fn only_asks_anew(&self, old: &Self) -> bool {
        matches!(old.phase, Phase::Waiting { .. }) && self.phase == Phase::Fetching && old.data.is_some()
    }

    /// Whether an end can be waited for: the task has not ended, and is asked after again and again.
    pub fn can_end(&self) -> bool {
        self.interval_ms != 0 && self.phase != Phase::Stopped && self.data.is_some() && !self.has_ended()
    }

    /// How many fetches in a row have failed.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// In how many milliseconds the next request is made by itself, if one is.
    pub const fn retry_in_ms(&self) -> Option<u32> {
        match self.phase {
            Phase::Waiting { delay_ms, .. } => Some(delay_ms),
            _ => None,
        }
    }
}
