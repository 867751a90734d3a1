//! The result of decoding a body.

use crate::model::BatchTask;

/// A decoded body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The batch task.
    pub task: BatchTask,
    /// `RequestId`, which differs in every response; empty if the body has none.
    pub request_id: Box<str>,
}

impl Decoded {
    /// Uses the RequestId of an envelope, if the batch task has none.
    #[inline]
    pub(super) fn or_request_id(mut self, envelope: impl FnOnce() -> Box<str>) -> Self {
        if self.request_id.is_empty() {
            self.request_id = envelope();
        }
        self
    }
}
