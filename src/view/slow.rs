//! Which running subtasks take unusually long: more than three times the median of those that have finished.

use crate::model::{StatusBucket, SubTasks};
use crate::timestamp::Timestamp;

/// From this many finished rows on there is a median.
pub const MIN_FINISHED: u32 = 10;

/// A running row that takes more than this many medians is slow.
pub const SLOW_MEDIANS: u64 = 3;

/// Returns the median duration of the finished rows, in milliseconds; `None` if there are fewer than [`MIN_FINISHED`] with a
/// duration, or no row is running. Durations of more than 49 days count as 49 days.
pub fn median_ms(sub_tasks: &SubTasks) -> Option<u64> {
    if sub_tasks.counts().get(StatusBucket::Running) == 0 {
        return None;
    }
    // Finds the value byte by byte, from the highest, without a copy of all durations.
    let (mut found, mut rank) = (0_u32, None);
    for shift in [24, 16, 8, 0] {
        let mut counts = [0_u32; 256];
        sub_tasks.for_each_span(&mut |bucket, begin, end| {
            if let Some(ms) = finished_ms(bucket, begin, end).filter(|ms| same_above(*ms, found, shift)) {
                counts[(ms >> shift) as usize & 0xff] += 1;
            }
        });
        let total: u32 = counts.iter().sum();
        if rank.is_none() && total < MIN_FINISHED {
            return None;
        }
        let mut left = rank.unwrap_or((total - 1) / 2);
        for (byte, count) in (0..).zip(counts) {
            if left < count {
                found |= byte << shift;
                break;
            }
            left -= count;
        }
        rank = Some(left);
    }
    Some(found.into())
}

/// Whether two values have the same bits above the byte at `shift`.
fn same_above(one: u32, other: u32, shift: u32) -> bool {
    (u64::from(one) >> (shift + 8)) == (u64::from(other) >> (shift + 8))
}

/// Returns the duration of a row that has succeeded or failed.
fn finished_ms(bucket: StatusBucket, begin: Option<Timestamp>, end: Option<Timestamp>) -> Option<u32> {
    if !matches!(bucket, StatusBucket::Succeeded | StatusBucket::Failed) {
        return None;
    }
    let duration_ms = end?.unix_ms() - begin?.unix_ms();
    (duration_ms >= 0).then(|| u32::try_from(duration_ms).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};

    /// One running row, and finished rows with these durations.
    fn rows(durations_ms: &[i64]) -> SubTasks {
        let mut builder = SubTasksBuilder::new();
        let mut push = |status: &str, end: Option<i64>| {
            builder.push(&SubTask {
                task_id: "1",
                instance_id: "",
                status: SubTaskStatus::parse(status),
                task_begin: ApiTime::At(Timestamp::from_unix_ms(1_000)),
                task_end: end.map_or(ApiTime::Absent, |ms| ApiTime::At(Timestamp::from_unix_ms(1_000 + ms))),
                error_msg: "",
            });
        };
        push("RUNNING", None);
        durations_ms.iter().for_each(|&ms| push(if ms % 2 == 0 { "COMPLETED" } else { "FAILED" }, Some(ms)));
        builder.finish()
    }

    #[test]
    fn a_median_needs_ten_finished_rows_and_a_running_one() {
        assert_eq!(median_ms(&rows(&[5; 9])), None);
        assert_eq!(median_ms(&rows(&[5; 10])), Some(5));
        assert_eq!(median_ms(&rows(&[-1; 10])), None, "they ended before they began");
        assert_eq!(median_ms(&rows(&[i64::from(u32::MAX) + 9; 10])), Some(u32::MAX.into()));
        assert_eq!(median_ms(&SubTasksBuilder::new().finish()), None);
    }

    proptest! {
        #[test]
        fn it_is_the_middle_of_the_sorted_durations(mut durations in prop::collection::vec(0_i64..9_000_000_000, 10..60)) {
            let found = median_ms(&rows(&durations));
            durations.sort_unstable();
            let middle = durations[(durations.len() - 1) / 2];
            prop_assert_eq!(found, Some(u64::from(u32::try_from(middle).unwrap_or(u32::MAX))));
        }
    }
}
