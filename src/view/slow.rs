//! Which running subtasks take unusually long: more than three times the median of those that have finished.

use crate::model::{StatusBucket, SubTasks};

/// From this many finished rows on there is a median.
pub const MIN_FINISHED: u32 = 10;

/// The groups of rows that have finished.
const FINISHED: [StatusBucket; 2] = [StatusBucket::Succeeded, StatusBucket::Failed];

/// If more rows have finished than this, only one in several is looked at: for a viewer the median of some thousand rows is the
/// same, and four passes over all of 100,000 rows are a twentieth of the cost of a poll.
const MAX_SAMPLED: u32 = 8_192;

/// A running row that takes more than this many medians is slow.
pub const SLOW_MEDIANS: u64 = 3;

/// Returns the median duration of the finished rows, in milliseconds; `None` if there are fewer than [`MIN_FINISHED`] with a
/// duration, or no row is running. Durations of more than 49 days count as 49 days. If more than 8,192 rows have finished, it is
/// the median of every second, third … row.
pub fn median_ms(sub_tasks: &SubTasks) -> Option<u64> {
    if sub_tasks.counts().get(StatusBucket::Running) == 0 {
        return None;
    }
    // Finds the value byte by byte, from the highest, without a copy of all durations.
    let (mut found, mut rank) = (0_u32, None);
    let finished: u32 = FINISHED.iter().map(|bucket| sub_tasks.counts().get(*bucket)).sum();
    let step = finished.div_ceil(MAX_SAMPLED).max(1) as usize;
    for shift in [24, 16, 8, 0] {
        let mut counts = [0_u32; 256];
        for row in (0..sub_tasks.len()).step_by(step) {
            if let Some(ms) = finished_ms(sub_tasks, row).filter(|ms| same_above(*ms, found, shift)) {
                counts[(ms >> shift) as usize & 0xff] += 1;
            }
        }
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
fn finished_ms(sub_tasks: &SubTasks, row: usize) -> Option<u32> {
    sub_tasks.bucket(row).filter(|bucket| FINISHED.contains(bucket))?;
    let duration_ms = sub_tasks.task_end(row)?.unix_ms() - sub_tasks.task_begin(row)?.unix_ms();
    (duration_ms >= 0).then(|| u32::try_from(duration_ms).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};
    use crate::timestamp::Timestamp;

    /// Stands for a row that has not started.
    const WAITING: i64 = i64::MIN;

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
        durations_ms.iter().for_each(|&ms| match ms {
            WAITING => push("WAITING", None),
            _ => push(if ms % 2 == 0 { "COMPLETED" } else { "FAILED" }, Some(ms)),
        });
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

    #[test]
    fn the_median_of_a_large_batch_is_that_of_some_rows() {
        let durations: Vec<i64> = (0..100_000).map(|row| row * 7_919 % 100_000).collect();
        let found = median_ms(&rows(&durations)).unwrap();
        assert!((47_000..=53_000).contains(&found), "{found}");
        // Few have finished so far.
        let waiting = [WAITING; 100_000];
        assert_eq!(median_ms(&rows(&[&waiting[..], &[4; 12]].concat())), Some(4));
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
