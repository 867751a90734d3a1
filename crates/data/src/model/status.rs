//! The API's status words and the buckets that subtasks are counted in.
//!
//! It owns which word belongs to which bucket. What a status looks like, and what it is called in which language, it
//! must not know.

/// The `Status` of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchStatus {
    /// `DISPATCHING`: subtasks are being handed out.
    Dispatching,
    /// `RUNNING`.
    Running,
    /// `COMPLETED`: ended.
    Completed,
    /// `FAILED`: ended.
    Failed,
    /// A word that the API's reference does not list, as it came but trimmed; empty if there was none.
    Other(Box<str>),
}

impl BatchStatus {
    /// Reads a `Status`, whatever its case and the spaces around it.
    pub fn parse(text: &str) -> Self {
        let word = text.trim();
        [Self::Dispatching, Self::Running, Self::Completed, Self::Failed]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(word))
            .unwrap_or_else(|| Self::Other(word.into()))
    }

    /// The API's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Dispatching => "DISPATCHING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        }
    }

    /// Whether the batch has come to its end. An unknown status has not: polling goes on.
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
    /// `COMPLETED`; it may carry an `ErrorMsg` and has succeeded nonetheless.
    Completed,
    /// `FAILED`.
    Failed,
    /// `PAUSE`: paused.
    Pause,
    /// `BLOCKING`: blocked.
    Blocking,
    /// `TEMP_TERMINATED`: temporarily closed.
    TempTerminated,
    /// `HUMAN_PROCESSING`: handled manually.
    HumanProcessing,
    /// A word that the API's reference does not list, as it came but trimmed; empty if there was none.
    Other(&'a str),
}

impl<'a> SubTaskStatus<'a> {
    /// Those that the API's reference lists.
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

    /// Reads a `Status`, whatever its case and the spaces around it.
    pub fn parse(text: &'a str) -> Self {
        let word = text.trim();
        Self::KNOWN
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(word))
            .unwrap_or(Self::Other(word))
    }

    /// The API's word.
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

    /// What the status counts as whose place in [`SubTaskStatus::KNOWN`] is `byte`.
    pub(super) fn bucket_of_byte(byte: u8) -> StatusBucket {
        Self::KNOWN.get(usize::from(byte)).map_or(StatusBucket::Other, |known| known.bucket())
    }

    /// What it counts as.
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

/// What subtasks are counted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusBucket {
    /// `COMPLETED`.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `PAUSE`, `BLOCKING`, `HUMAN_PROCESSING`, `TEMP_TERMINATED`: somebody may have to do something.
    Attention,
    /// `RUNNING`.
    Running,
    /// `WAITING`.
    Waiting,
    /// Every other word.
    Other,
}

impl StatusBucket {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Succeeded, Self::Failed, Self::Attention, Self::Running, Self::Waiting, Self::Other];

    /// The name in URLs, attributes and class names.
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

    /// The bucket of that name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str().eq_ignore_ascii_case(name))
    }
}

/// How many subtasks have which status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// In the order of [`SubTaskStatus::KNOWN`].
    known: [u32; SubTaskStatus::KNOWN.len()],
    /// Of every other word.
    other: u32,
}

impl StatusCounts {
    /// How many are in `bucket`.
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

    /// How many have each status that the API's reference lists.
    #[inline]
    pub fn known(&self) -> impl Iterator<Item = (SubTaskStatus<'static>, u32)> {
        SubTaskStatus::KNOWN.iter().copied().zip(self.known.iter().copied())
    }

    /// How many there are in all.
    #[inline]
    pub fn total(&self) -> u32 {
        self.known.iter().fold(self.other, |total, &count| total.saturating_add(count))
    }

    /// Counts statuses by their places in [`SubTaskStatus::KNOWN`].
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        for &byte in bytes {
            *counts.known.get_mut(usize::from(byte)).unwrap_or(&mut counts.other) += 1;
        }
        counts
    }
}
