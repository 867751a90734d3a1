//! The rate at which subtasks finish, also by their end times. These are compared only with one another.

use crate::model::{StatusBucket, SubTasks};

/// How many subtasks must have ended, and within how many milliseconds, for a reliable rate.
const MIN_ENDED: u64 = 4;
const MIN_SPAN_MS: u64 = 5_000;

/// How many bins the time between the first and the last end is divided into.
const BINS: usize = 128;

/// The end times in one bin.
#[derive(Clone, Copy, Default)]
struct Bin {
    count: u64,
    latest_ms: i64,
}

/// How many subtasks finished in how many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) count: u64,
    pub(super) span_ms: u64,
}

impl Rate {
    pub(super) fn trusted(self) -> Option<Self> {
        (self.count >= MIN_ENDED && self.span_ms >= MIN_SPAN_MS).then_some(self)
    }

    /// Returns how long `count` more subtasks take, in milliseconds.
    pub(super) const fn time_for(self, count: u64) -> u64 {
        count.saturating_mul(self.span_ms) / self.count
    }

    /// Returns the rate of about the last `wanted` subtasks that ended; `None` without two different end times.
    ///
    /// A `TaskEnd` that is before `TaskBegin`, or of a row that has not ended, is ignored.
    pub(super) fn of_ends(sub_tasks: &SubTasks, wanted: u64) -> Option<Self> {
        let (mut first_ms, mut last_ms) = (i64::MAX, i64::MIN);
        for_each_end(sub_tasks, &mut |end_ms| {
            (first_ms, last_ms) = (first_ms.min(end_ms), last_ms.max(end_ms))
        });
        let span_ms = last_ms.checked_sub(first_ms).filter(|&span_ms| span_ms > 0)?;
        let mut bins = [Bin::default(); BINS];
        for_each_end(sub_tasks, &mut |end_ms| {
            // In range, since no end is later than the last.
            let bin = &mut bins[((end_ms - first_ms) as u64 * (BINS as u64 - 1) / span_ms as u64) as usize];
            bin.count += 1;
            bin.latest_ms = bin.latest_ms.max(end_ms);
        });
        let (mut count, mut rate) = (0, None);
        for bin in bins.iter().rev().filter(|bin| bin.count > 0) {
            // The measured time starts with the ends of this bin, so they are not counted.
            if count > 0 {
                rate = Some(Self { count, span_ms: last_ms.abs_diff(bin.latest_ms) });
            }
            if count >= wanted {
                break;
            }
            count += bin.count;
        }
        rate
    }
}

fn for_each_end(sub_tasks: &SubTasks, visit: &mut dyn FnMut(i64)) {
    sub_tasks.for_each_span(&mut |bucket, begin, end| {
        let has_ended = matches!(bucket, StatusBucket::Succeeded | StatusBucket::Failed);
        if let Some(end) = end.filter(|end| has_ended && begin.is_none_or(|begin| begin <= *end)) {
            visit(end.unix_ms());
        }
    });
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};
    use crate::timestamp::Timestamp;

    fn rows(ends_s: impl IntoIterator<Item = i64>) -> SubTasks {
        let mut builder = SubTasksBuilder::new();
        for end_s in ends_s {
            builder.push(&SubTask {
                task_id: "",
                instance_id: "",
                status: SubTaskStatus::Completed,
                task_begin: ApiTime::At(Timestamp::from_unix_ms(0)),
                task_end: ApiTime::At(Timestamp::from_unix_ms(end_s * 1_000)),
                error_msg: "",
            });
        }
        builder.finish()
    }

    #[test]
    fn the_rate_is_that_of_the_last_ends() {
        let even = rows(1..=1_000);
        let Rate { count, span_ms } = Rate::of_ends(&even, 100).unwrap();
        assert!((100..=108).contains(&count) && span_ms == count * 1_000, "{count} in {span_ms}");
        // Fast at first: only the last ones count.
        let slowing = rows((0..500).chain((500..1_000).step_by(10)));
        assert_eq!(Rate::of_ends(&slowing, 40).map(|rate| rate.time_for(1)), Some(10_000));
        assert_eq!(Rate::of_ends(&rows([5, 5, 5, 15, 15, 15]), 50), Some(Rate { count: 3, span_ms: 10_000 }));
        assert_eq!(
            Rate::of_ends(&rows((0..50).chain([10_000])), 70).map(|rate| rate.count),
            Some(1),
            "none is left out"
        );
        assert_eq!(Rate::of_ends(&rows([5, 5, 5]), 50), None);
        assert_eq!(Rate::of_ends(&rows([-9, -7]), 50), None, "an end before its begin");
        assert_eq!(Rate::of_ends(&SubTasks::default(), 50), None);
    }
}
