//! The API's statuses, and the buckets in which subtasks are counted and filtered.
//!
//! This module must not know how a status is displayed.

/// The `Status` of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchStatus {
    /// `DISPATCHING`: subtasks are being dispatched.
    Dispatching,
    /// `RUNNING`.
    Running,
    /// `COMPLETED`. The batch has ended.
    Completed,
    /// `FAILED`. The batch has ended.
    Failed,
    /// A status that the API's reference does not list, trimmed. Empty if the field is missing.
    Other(Box<str>),
}

impl BatchStatus {
    /// Parses a `Status`. Ignores case and surrounding white space.
    pub fn parse(text: &str) -> Self {
        let word = text.trim();
        [Self::Dispatching, Self::Running, Self::Completed, Self::Failed]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(word))
            .unwrap_or_else(|| Self::Other(word.into()))
    }

    /// Returns the API's name of the status.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Dispatching => "DISPATCHING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        }
    }

    /// Returns whether the batch has ended. With an unknown status it has not, so polling continues.
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// The `Status` of a subtask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubTaskStatus<'a> {
    /// `WAITING`.
    Waiting,
    /// `RUNNING`.
    Running,
    /// `COMPLETED`. The subtask has succeeded, even if it has an `ErrorMsg`.
    Completed,
    /// `FAILED`.
    Failed,
    /// `PAUSE`: paused.
    Pause,
    /// `BLOCKING`: blocked.
    Blocking,
    /// `TEMP_TERMINATED`: temporarily closed.
    TempTerminated,
    /// `HUMAN_PROCESSING`: requires manual action.
    HumanProcessing,
    /// A status that the API's reference does not list, trimmed. Empty if the field is missing.
    Other(&'a str),
}

impl<'a> SubTaskStatus<'a> {
    /// The statuses that the API's reference lists.
    pub const KNOWN: [SubTaskStatus<'static>; 8] = [
        SubTaskStatus::Waiting,
        SubTaskStatus::Running,
        SubTaskStatus::Completed,
        SubTaskStatus::Failed,
        SubTaskStatus::Pause,
        SubTaskStatus::Blocking,
        SubTaskStatus::TempTerminated,
        SubTaskStatus::HumanProcessing,
    ];

    /// Parses a `Status`. Ignores case and surrounding white space.
    pub fn parse(text: &'a str) -> Self {
        let word = text.trim();
        Self::KNOWN
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(word))
            .unwrap_or(Self::Other(word))
    }

    /// Returns the API's name of the status.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Waiting => "WAITING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Pause => "PAUSE",
            Self::Blocking => "BLOCKING",
            Self::TempTerminated => "TEMP_TERMINATED",
            Self::HumanProcessing => "HUMAN_PROCESSING",
            Self::Other(word) => word,
        }
    }

    /// Returns the bucket of the status with index `byte` in [`SubTaskStatus::KNOWN`].
    pub(super) fn bucket_of_byte(byte: u8) -> StatusBucket {
        Self::KNOWN.get(usize::from(byte)).map_or(StatusBucket::Other, |known| known.bucket())
    }

    /// Returns the bucket of the status.
    pub const fn bucket(self) -> StatusBucket {
        match self {
            Self::Waiting => StatusBucket::Waiting,
            Self::Running => StatusBucket::Running,
            Self::Completed => StatusBucket::Succeeded,
            Self::Failed => StatusBucket::Failed,
            Self::Pause | Self::Blocking | Self::TempTerminated | Self::HumanProcessing => {
                StatusBucket::Attention
            }
            Self::Other(_) => StatusBucket::Other,
        }
    }
}

/// A group of statuses, by which subtasks are counted and filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusBucket {
    /// `COMPLETED`.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `PAUSE`, `BLOCKING`, `HUMAN_PROCESSING`, `TEMP_TERMINATED`: the subtask may require manual action.
    Attention,
    /// `RUNNING`.
    Running,
    /// `WAITING`.
    Waiting,
    /// All other statuses.
    Other,
}

impl StatusBucket {
    /// All buckets, in display order.
    pub const ALL: [Self; 6] =
        [Self::Succeeded, Self::Failed, Self::Attention, Self::Running, Self::Waiting, Self::Other];

    /// Returns the name in URLs, attributes and class names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Attention => "attention",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Other => "other",
        }
    }

    /// Returns the bucket with this name. Ignores case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str().eq_ignore_ascii_case(name))
    }
}

/// The number of subtasks per status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Counts of the known statuses, in the order of [`SubTaskStatus::KNOWN`].
    known: [u32; SubTaskStatus::KNOWN.len()],
    /// Count of all other statuses.
    other: u32,
}

impl StatusCounts {
    /// Returns the number of subtasks in `bucket`.
    #[inline]
    pub fn get(&self, bucket: StatusBucket) -> u32 {
        let mut total = if bucket == StatusBucket::Other { self.other } else { 0 };
        for (status, count) in self.known() {
            if status.bucket() == bucket {
                total += count;
            }
        }
        total
    }

    /// Returns the known statuses with their counts.
    #[inline]
    pub fn known(&self) -> impl Iterator<Item = (SubTaskStatus<'static>, u32)> {
        SubTaskStatus::KNOWN.iter().copied().zip(self.known.iter().copied())
    }

    /// Returns the total number of subtasks.
    #[inline]
    pub fn total(&self) -> u32 {
        self.known.iter().fold(self.other, |total, &count| total.saturating_add(count))
    }

    /// Counts statuses that are given as indices into [`SubTaskStatus::KNOWN`].
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        for &byte in bytes {
            *counts.known.get_mut(usize::from(byte)).unwrap_or(&mut counts.other) += 1;
        }
        counts
    }
}
