//! The data that a poller holds: what the state machine needs to know of it.

use std::fmt::Debug;

use super::data::PartialTask;
use crate::model::BatchTask;

/// The data of a response, as a poller holds it. Equal data keeps the old pointer, so that nothing renders.
pub trait Content: Clone + Debug + Eq + 'static {
    /// The first response while it is being received.
    type Partial: Clone + Debug + Eq + 'static;

    /// Whether nothing will change any more, so that polling ends.
    fn has_ended(&self) -> bool;
}

impl Content for BatchTask {
    type Partial = PartialTask;

    fn has_ended(&self) -> bool {
        self.status.has_ended()
    }
}
