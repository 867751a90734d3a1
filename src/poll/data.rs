//! What is held of the answers.

use std::rc::Rc;

use crate::model::BatchTask;

/// The last good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// The task. An answer that is equal but for its RequestId keeps the pointer, so that nothing renders.
    pub task: Rc<BatchTask>,
    /// The RequestId of the last answer, changed or not.
    pub request_id: Rc<str>,
    /// When the last answer was made, in Unix milliseconds by the viewer's clock: when it came, less its age.
    pub fetched_at_ms: u64,
    /// The server's time when the last answer came, in Unix milliseconds, if it says.
    pub server_ms: Option<u64>,
    /// Whether a cache gave it because the API failed.
    pub is_stale: bool,
}

/// The first answer while it is still coming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arriving {
    /// The task with the first rows; what has not come is empty, and no figure of it is to be believed.
    pub task: Rc<BatchTask>,
    /// How many rows have come, those among them that `task` does not have yet.
    pub rows: usize,
}
