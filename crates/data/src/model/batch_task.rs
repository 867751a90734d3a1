//! The batch.

use super::api_time::ApiTime;
use super::status::BatchStatus;
use super::sub_tasks::SubTasks;
use crate::redact::Accounts;

/// The body of a `DescribeBatchTask` response, without its `RequestId`.
///
/// The `RequestId` differs in every response and is stored elsewhere, so that two values are equal if nothing changed.
/// Missing text fields are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchTask {
    /// `BatchId`, such as `pcb-xxx`.
    pub batch_id: Box<str>,
    /// `TaskName`, chosen by the creator of the batch.
    pub task_name: Box<str>,
    /// `TaskType`, such as `polarclaw_install_skills`.
    pub task_type: Box<str>,
    /// `ApplicationType`, such as `polarclaw` or `supabase`; often empty.
    pub application_type: Box<str>,
    /// `Status`.
    pub status: BatchStatus,
    /// `TotalCount`: the number of subtasks. It may exceed the number of rows.
    pub total_count: Option<i64>,
    /// `SuccessCount`: the number of subtasks that succeeded. It may disagree with the rows.
    pub success_count: Option<i64>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'static>,
    /// `TaskEnd`. It may be earlier than `task_begin`.
    pub task_end: ApiTime<'static>,
    /// `SubTasks`, in the order of the body. A `TaskId` may occur more than once.
    pub sub_tasks: SubTasks,
}

impl BatchTask {
    /// Masks account IDs in all fields except the subtasks, if `accounts` requires it. Rows are masked when they are packed.
    #[inline]
    pub(crate) fn mask_header(&mut self, accounts: Accounts) {
        for text in [&mut self.batch_id, &mut self.task_name, &mut self.task_type, &mut self.application_type]
        {
            accounts.mask(text);
        }
        if let BatchStatus::Other(text) = &mut self.status {
            accounts.mask(text);
        }
        self.task_begin.mask(accounts);
        self.task_end.mask(accounts);
    }
}
