//! A batch task as the rest of the crate sees it.
//!
//! It owns the API's vocabulary: the batch, its statuses, its subtasks in packed columns. It knows nothing of JSON, of
//! fetching or of how a batch task is drawn.

mod packing;
mod status;
mod sub_tasks;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::borrow::Cow;

pub use self::packing::{ExpectedRow, PackedRow, PackedStatus, SubTasksBuilder};
pub use self::status::{BatchStatus, StatusBucket, StatusCounts, SubTaskStatus};
pub use self::sub_tasks::{SubTask, SubTasks};
use crate::redact::Accounts;
use crate::timestamp::Timestamp;

/// A `TaskBegin` or `TaskEnd`, of the batch or of a subtask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiTime<'a> {
    /// The field is missing, null or blank.
    Absent,
    /// A time of one of the kinds that the API uses.
    At(Timestamp),
    /// Something else, without the spaces around it, to be shown as it came.
    Unparsed(Cow<'a, str>),
}

impl<'a> ApiTime<'a> {
    /// Reads the text of a time field.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if let Some(timestamp) = Timestamp::parse(&text) {
            return Self::At(timestamp);
        }
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if text.is_empty() { Self::Absent } else { Self::Unparsed(text) }
    }

    /// The instant, where there is one.
    pub const fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::At(timestamp) => Some(*timestamp),
            Self::Absent | Self::Unparsed(_) => None,
        }
    }

    /// Masks the account ids in what could not be read, if they are to be.
    #[inline]
    pub(crate) fn mask(&mut self, accounts: Accounts) {
        if let Self::Unparsed(text) = self {
            accounts.mask(text);
        }
    }

    /// The same time, borrowing nothing.
    pub fn into_owned(self) -> ApiTime<'static> {
        match self {
            Self::Absent => ApiTime::Absent,
            Self::At(timestamp) => ApiTime::At(timestamp),
            Self::Unparsed(text) => ApiTime::Unparsed(Cow::Owned(text.into_owned())),
        }
    }
}

/// The body of a `DescribeBatchTask` answer, without its `RequestId`.
///
/// The `RequestId` is new in every answer and is kept elsewhere, so that two equal values mean that nothing changed.
/// Text fields that the body lacks are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchTask {
    /// `BatchId`, such as `pcb-xxx`.
    pub batch_id: Box<str>,
    /// `TaskName`, as its creator chose it.
    pub task_name: Box<str>,
    /// `TaskType`, such as `polarclaw_install_skills`.
    pub task_type: Box<str>,
    /// `ApplicationType`, such as `polarclaw` or `supabase`; often empty.
    pub application_type: Box<str>,
    /// `Status`.
    pub status: BatchStatus,
    /// `TotalCount`: how many subtasks the batch has, as the API says; more than the rows listed, at times.
    pub total_count: Option<i64>,
    /// `SuccessCount`: how many of them succeeded, as the API says; it may disagree with the rows.
    pub success_count: Option<i64>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'static>,
    /// `TaskEnd`; it may lie before `task_begin`.
    pub task_end: ApiTime<'static>,
    /// `SubTasks`, in the order of the body. Their `TaskId`s may repeat.
    pub sub_tasks: SubTasks,
}

impl BatchTask {
    /// Masks the account ids in all but the subtasks, if they are to be: rows are masked as they are packed.
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
