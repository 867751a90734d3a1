//! A page of the list.

use crate::model::{ApiTime, BatchStatus};
use crate::poll::{Content, NoPartial};
use crate::redact::Accounts;

/// The most batches of a page that are kept; the API's limit for `PageSize`.
pub const MAX_ROWS: usize = 100;

/// The body of a `DescribeBatchTasks` response, without its `RequestId`. Two values are equal if nothing changed.
///
/// Counts are as the API gave them, so they can be negative, and disagree with each other and with the number of batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchPage {
    /// `TaskList`, in the order of the body; at most [`MAX_ROWS`]. A `BatchId` may occur more than once.
    pub batches: Vec<BatchSummary>,
    /// `PageNumber`; the first page is 1.
    pub page_number: Option<i64>,
    /// `PageSize`.
    pub page_size: Option<i64>,
    /// `TotalCount`: the number of batches that match, on all pages.
    pub total_count: Option<i64>,
}

/// An item of `TaskList`. Missing text fields are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    /// `BatchId`, such as `pcb-xxx`.
    pub batch_id: Box<str>,
    /// `TaskName`, chosen by the creator of the batch.
    pub task_name: Box<str>,
    /// `TaskType`, such as `polarclaw_install_skills`.
    pub task_type: Box<str>,
    /// `Status`.
    pub status: BatchStatus,
    /// `TotalCount`: the number of subtasks.
    pub total_count: Option<i64>,
    /// `SuccessCount`: the number of subtasks that succeeded.
    pub success_count: Option<i64>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'static>,
    /// `TaskEnd`. It may be earlier than `task_begin`.
    pub task_end: ApiTime<'static>,
}

impl Content for BatchPage {
    type Partial = NoPartial;

    /// Always false: other batches may follow.
    fn has_ended(&self) -> bool {
        false
    }
}

impl BatchPage {
    /// Masks account IDs in all texts, if `accounts` requires it.
    #[must_use]
    pub fn masked(mut self, accounts: Accounts) -> Self {
        for batch in &mut self.batches {
            for text in [&mut batch.batch_id, &mut batch.task_name, &mut batch.task_type] {
                accounts.mask(text);
            }
            if let BatchStatus::Other(text) = &mut batch.status {
                accounts.mask(text);
            }
            batch.task_begin.mask(accounts);
            batch.task_end.mask(accounts);
        }
        self
    }
}
