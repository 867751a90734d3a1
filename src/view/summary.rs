//! The progress of a batch: percentage, bar segments and elapsed time.
//!
//! Counts are shown as the API gives them, and clamped only in the drawing.

use crate::model::{ApiTime, BatchStatus, BatchTask, StatusBucket, StatusCounts, SubTask};
use crate::timestamp::Timestamp;

/// A segment of the progress bar. It is drawn even if its share is tiny.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The status group.
    pub bucket: StatusBucket,
    /// The share of [`Summary::bar_total`]. 0 is drawn with the minimum width.
    pub share: u64,
}

/// The figures of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// `floor(100 × SuccessCount / TotalCount)`: 0 to 100, and at most 99 until the batch has ended. `None` if the total is
    /// unknown or 0.
    pub percent: Option<u8>,
    /// SuccessCount as the API gave it.
    pub success_count: Option<i64>,
    /// TotalCount as the API gave it.
    pub total_count: Option<i64>,
    /// The number of rows.
    pub listed: u32,
    /// The number of rows by status.
    pub counts: StatusCounts,
    /// The segments of the bar, from left to right.
    pub segments: Vec<Segment>,
    /// The total of all shares, including the empty rest; at least 1.
    pub bar_total: u64,
}

impl Summary {
    /// Computes the figures of `task`.
    pub fn of(task: &BatchTask) -> Self {
        let counts = task.sub_tasks.counts();
        let total = positive(task.total_count);
        let success = task.success_count.map(|count| u64::try_from(count).unwrap_or(0));
        Self {
            percent: percent_of(task.success_count, task.total_count, &task.status),
            success_count: task.success_count,
            total_count: task.total_count,
            listed: counts.total(),
            counts,
            segments: segments(success, total.unwrap_or_else(|| counts.total().into()), counts),
            bar_total: total.unwrap_or_else(|| counts.total().into()).max(1),
        }
    }

    /// Returns `aria-valuenow`: see [`value_now`].
    pub fn value_now(&self) -> Option<i64> {
        value_now(self.success_count, self.total_count)
    }

    /// Returns `aria-valuemax`: see [`value_max`].
    pub fn value_max(&self) -> Option<i64> {
        value_max(self.total_count)
    }

    /// Returns the share of the bar that is empty.
    pub fn rest(&self) -> u64 {
        self.bar_total.saturating_sub(self.segments.iter().map(|segment| segment.share).sum())
    }

    /// Whether there are fewer rows than the total, so that their counts are incomplete.
    pub fn is_partly_listed(&self) -> bool {
        positive(self.total_count).is_some_and(|total| u64::from(self.listed) < total)
    }
}

/// Returns the percentage of the subtasks that succeeded: see [`Summary::percent`].
pub fn percent_of(success_count: Option<i64>, total_count: Option<i64>, status: &BatchStatus) -> Option<u8> {
    let success = u64::try_from(success_count?).unwrap_or(0);
    Some(percent(success, positive(total_count)?, status.has_ended()))
}

/// Returns `aria-valuenow` of a progress bar: SuccessCount, clamped to the total; `None` if either is unknown.
pub fn value_now(success_count: Option<i64>, total_count: Option<i64>) -> Option<i64> {
    Some(success_count?.clamp(0, value_max(total_count)?))
}

/// Returns `aria-valuemax` of a progress bar: TotalCount; `None` if unknown.
pub fn value_max(total_count: Option<i64>) -> Option<i64> {
    total_count.filter(|&total| total > 0)
}

/// Returns how long the batch ran, or has run until `now_ms` (Unix milliseconds), in milliseconds; `None` if the times are
/// absent or implausible.
///
/// TaskEnd of a running batch is ignored: the sample of the API reference has one before its TaskBegin.
pub fn elapsed_ms(task: &BatchTask, now_ms: u64) -> Option<u64> {
    elapsed_between_ms(&task.task_begin, &task.task_end, &task.status, now_ms)
}

/// The same as [`elapsed_ms`] for a batch with these times and this status.
pub fn elapsed_between_ms(
    task_begin: &ApiTime<'_>,
    task_end: &ApiTime<'_>,
    status: &BatchStatus,
    now_ms: u64,
) -> Option<u64> {
    let begin_ms = task_begin.timestamp()?.unix_ms();
    let end_ms =
        if status.has_ended() { task_end.timestamp()?.unix_ms() } else { i64::try_from(now_ms).ok()? };
    u64::try_from(end_ms.checked_sub(begin_ms)?).ok()
}

/// Returns how long a subtask ran, in milliseconds; `None` if it has not ended, or ended before it began.
pub fn duration_ms(sub_task: &SubTask<'_>) -> Option<u64> {
    let begin_ms = sub_task.task_begin.timestamp()?.unix_ms();
    let end_ms = sub_task.task_end.timestamp()?.unix_ms();
    u64::try_from(end_ms.checked_sub(begin_ms)?).ok()
}

/// Returns [`duration_ms`], or how long a running subtask has been running at `now`; `None` if it began later.
pub fn duration_at_ms(sub_task: &SubTask<'_>, now: Option<Timestamp>) -> Option<u64> {
    if !is_running(sub_task) {
        return duration_ms(sub_task);
    }
    u64::try_from(now?.unix_ms() - sub_task.task_begin.timestamp()?.unix_ms()).ok()
}

/// Whether a subtask runs and has no end.
pub fn is_running(sub_task: &SubTask<'_>) -> bool {
    sub_task.status.bucket() == StatusBucket::Running && sub_task.task_end.timestamp().is_none()
}

fn positive(count: Option<i64>) -> Option<u64> {
    count.and_then(|count| u64::try_from(count).ok()).filter(|&count| count > 0)
}

fn percent(success: u64, total: u64, has_ended: bool) -> u8 {
    let floor = match success.checked_mul(100) {
        _ if success >= total => 100,
        Some(hundredfold) => hundredfold / total,
        // For absurdly large counts, the result may be too low by one.
        None => success / total.div_ceil(100),
    };
    let max = if has_ended { 100 } else { 99 };
    u8::try_from(floor.min(max)).unwrap_or(100)
}

/// Returns the segments: SuccessCount first, then the counts of the rows, clamped to what is left.
fn segments(success: Option<u64>, total: u64, counts: StatusCounts) -> Vec<Segment> {
    use StatusBucket::{Attention, Failed, Running, Succeeded};
    let mut left = total;
    let succeeded = success.unwrap_or_else(|| counts.get(Succeeded).into());
    let others = [Failed, Attention, Running].map(|bucket| (bucket, u64::from(counts.get(bucket))));
    let mut segments = Vec::with_capacity(4);
    for (bucket, count) in std::iter::once((Succeeded, succeeded)).chain(others) {
        if count > 0 {
            let share = count.min(left);
            left -= share;
            segments.push(Segment { bucket, share });
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SubTaskStatus, SubTasksBuilder};
    use crate::test_data::{self, FAILED_ROW};
    use crate::timestamp::Timestamp;

    fn at(text: &str) -> ApiTime<'static> {
        ApiTime::At(Timestamp::parse(text).unwrap())
    }

    fn task(
        status: BatchStatus,
        success: Option<i64>,
        total: Option<i64>,
        rows: &[SubTaskStatus<'_>],
    ) -> BatchTask {
        let mut builder = SubTasksBuilder::new();
        for &status in rows {
            builder.push(&SubTask { task_id: "1", instance_id: "pc-1", status, ..FAILED_ROW });
        }
        BatchTask {
            status,
            total_count: total,
            success_count: success,
            sub_tasks: builder.finish(),
            ..test_data::empty_task()
        }
    }

    fn drawn(summary: &Summary) -> Vec<(&'static str, u64)> {
        summary.segments.iter().map(|segment| (segment.bucket.as_str(), segment.share)).collect()
    }

    #[test]
    fn percentages_are_rounded_down_and_at_most_99_before_the_end() {
        use BatchStatus::{Completed, Failed, Running};
        let table = [
            (Running, Some(8), Some(10), Some(80)),
            (Running, Some(10), Some(10), Some(99)),
            (Running, Some(999), Some(1_000), Some(99)),
            (Completed, Some(999), Some(1_000), Some(99)),
            (Completed, Some(10), Some(10), Some(100)),
            (Failed, Some(2), Some(3), Some(66)),
            (Completed, Some(12), Some(10), Some(100)),
            (Running, Some(-3), Some(10), Some(0)),
            (Running, Some(0), Some(0), None),
            (Running, Some(5), None, None),
            (Running, None, Some(5), None),
            (Running, Some(5), Some(-1), None),
            (Running, Some(i64::MAX), Some(i64::MAX), Some(99)),
        ];
        for (status, success, total, expected) in table {
            let summary = Summary::of(&task(status.clone(), success, total, &[]));
            assert_eq!(summary.percent, expected, "{status:?} {success:?} of {total:?}");
            assert_eq!(summary.success_count, success, "shown as it came");
        }
    }

    #[test]
    fn segments_are_clamped_to_what_is_left() {
        use SubTaskStatus::{Failed, Pause, Running};
        let summary =
            Summary::of(&task(BatchStatus::Running, Some(8), Some(10), &[Failed, Failed, Failed, Running]));
        assert_eq!(drawn(&summary), [("succeeded", 8), ("failed", 2), ("running", 0)]);
        assert_eq!(summary.rest(), 0);
        let summary = Summary::of(&task(BatchStatus::Running, Some(1), Some(10), &[Failed, Pause]));
        assert_eq!(drawn(&summary), [("succeeded", 1), ("failed", 1), ("attention", 1)]);
        assert_eq!(summary.rest(), 7);
    }

    #[test]
    fn a_bar_is_never_all_green_if_anything_failed() {
        let summary =
            Summary::of(&task(BatchStatus::Completed, Some(10), Some(10), &[SubTaskStatus::Failed]));
        assert_eq!(drawn(&summary), [("succeeded", 10), ("failed", 0)]);
    }

    #[test]
    fn aria_values_are_clamped_to_the_total() {
        let summary = Summary::of(&task(BatchStatus::Running, Some(12), Some(10), &[]));
        assert_eq!((summary.value_now(), summary.value_max()), (Some(10), Some(10)));
        let unknown = Summary::of(&task(BatchStatus::Running, Some(12), None, &[]));
        assert_eq!((unknown.value_now(), unknown.value_max()), (None, None));
    }

    #[test]
    fn elapsed_time_is_not_negative_and_ignores_the_end_of_running_tasks() {
        let mut sample = task(BatchStatus::Running, None, None, &[]);
        sample.task_begin = at("2026/05/28T16:38:20Z");
        sample.task_end = at("2026/05/28T15:23:47Z");
        let begin_ms = u64::try_from(sample.task_begin.timestamp().unwrap().unix_ms()).unwrap();
        assert_eq!(elapsed_ms(&sample, begin_ms + 5_000), Some(5_000));
        assert_eq!(elapsed_ms(&sample, begin_ms - 1), None);
        sample.status = BatchStatus::Completed;
        assert_eq!(elapsed_ms(&sample, begin_ms + 5_000), None);
        sample.task_end = at("2026/05/28T16:38:21Z");
        assert_eq!(elapsed_ms(&sample, 0), Some(1_000));
    }
}
