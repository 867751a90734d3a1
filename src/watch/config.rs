//! The configuration of a watcher: what is requested, and how often.

use std::rc::Rc;

use yew::AttrValue;

use crate::effect::fetch::{Batch, Subject, Target};
use crate::poll::{DEFAULT_INTERVAL_MS, State, clamp_interval_ms};

/// The target to watch, and how often to poll it. The crate's documentation has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchConfig<S = Batch> {
    /// The target. A change discards the data and starts again.
    pub target: Target<S>,
    /// Milliseconds from the end of one request to the start of the next, at least
    /// [`MIN_INTERVAL_MS`](crate::poll::MIN_INTERVAL_MS); 0 fetches once.
    pub interval_ms: u32,
    /// Whether polling is paused at first. A change pauses or resumes it; in between, the viewer can do either.
    pub paused: bool,
}

/// The batch to watch, and how often to poll it.
pub type BatchTaskConfig = WatchConfig<Batch>;

impl BatchTaskConfig {
    /// Watches this batch of this endpoint with the defaults: a GET request every five seconds, with cookies for the page's own
    /// origin only.
    pub fn new(endpoint: impl Into<AttrValue>, batch_id: impl Into<AttrValue>) -> Self {
        let target = Target::new(endpoint, Batch(Some(batch_id.into())));
        Self { target, interval_ms: DEFAULT_INTERVAL_MS, paused: false }
    }
}

impl<S: Subject> WatchConfig<S> {
    /// The interval, raised to the minimum.
    pub(super) fn effective_interval_ms(&self) -> u32 {
        clamp_interval_ms(self.interval_ms)
    }

    /// Returns the state before polling has started.
    pub fn initial_state(&self) -> Rc<State<S::Content>> {
        Rc::new(State::new(self.effective_interval_ms()))
    }
}
