//! The data received so far.

use std::rc::Rc;

use super::content::Content;
use crate::model::BatchTask;

/// The last successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data<T: Content = BatchTask> {
    /// The task, or other content. A response that differs only in its RequestId keeps the pointer, so that nothing renders.
    pub content: Rc<T>,
    /// The RequestId of the last response, whether or not the content changed.
    pub request_id: Rc<str>,
    /// When the last response was made, in Unix milliseconds by the viewer's clock.
    pub fetched_at_ms: u64,
    /// The server's time minus the viewer's, in milliseconds: 0 if that is possible, otherwise the possible value nearest to 0;
    /// `None` if no response had a readable `Date`.
    pub clock_offset_ms: Option<i64>,
    /// Whether a cache served the response because the API failed.
    pub is_stale: bool,
}

/// Stands for the first response while it is being received, of a content that is shown only as a whole. It has no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPartial {}

/// The first response while it is being received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialTask {
    /// The task with the first rows. Fields not received yet are empty, and its counts must not be shown.
    pub task: Rc<BatchTask>,
    /// How many rows have been received; `task` may hold fewer.
    pub rows: usize,
}
