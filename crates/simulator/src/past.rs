//! Batches of the last month that have ended: what the list shows besides the scenarios.
//!
//! A past batch is a pure function of its number, the seed and the time at which the simulator was created.

use time::{Duration, OffsetDateTime};

use crate::batch::{Batch, SubTask, api_time};
use crate::error_messages::{checksum_mismatch, role_missing};
use crate::random::{batch_id, below, instance_id, task_id};

/// The number of past batches.
const COUNT: u64 = 22;
/// The time between two of them; the last of 22 began less than 28 days ago.
const SPACING: Duration = Duration::hours(30);
/// The numbers of subtasks.
const TOTALS: [u64; 7] = [12, 24, 40, 60, 120, 200, 240];
/// The names. The second half removes skills.
const NAMES: [&str; 8] = [
    "Install skills · canary",
    "Install skills · region cn-beijing",
    "Install skills · staging",
    "Install log push · production",
    "Remove skills · staging",
    "Remove log push · canary",
    "Remove skills · retired fleet",
    "Remove skills · region cn-shanghai",
];

/// A batch that ended before the simulator was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PastBatch {
    number: u64,
    seed: u64,
}

impl PastBatch {
    /// Returns all past batches, the latest first.
    pub(crate) fn all(seed: u64) -> impl Iterator<Item = Self> {
        (0..COUNT).map(move |number| Self { number, seed })
    }

    /// Returns the batch with this ID.
    pub(crate) fn of(id: &str, seed: u64) -> Option<Self> {
        Self::all(seed).find(|batch| batch_id(batch.seed, batch.number) == id)
    }

    /// Returns the batch. `created` is the time at which the simulator was created.
    pub(crate) fn batch(self, created: OffsetDateTime, request_id: String) -> Batch {
        let Self { number, seed } = self;
        let pick = |salt, bound| below(seed, number, salt, bound);
        let seconds = |salt, bound| Duration::seconds(i64::try_from(pick(salt, bound)).unwrap_or(0));
        let begin = created - SPACING * (number as i32 + 1) + seconds(20, 20 * 3600);
        let length = Duration::minutes(5) + seconds(21, 85 * 60);
        // The remainders fit into usize.
        let (total, name) = (TOTALS[pick(22, 7) as usize], pick(23, 8) as usize);
        let has_failed = number % 9 == 4;
        let failures = match number % 4 {
            _ if has_failed => total / 2,
            1 => 1 + pick(24, 6),
            _ => 0,
        };
        let rows: Vec<SubTask> =
            (0..total).map(|index| self.row(index, index < failures, (begin, length))).collect();
        Batch {
            request_id,
            batch_id: batch_id(seed, number).into(),
            task_name: NAMES[name],
            task_type: if name < 4 { "polarclaw_install_skills" } else { "polarclaw_uninstall_skills" },
            status: if has_failed { "FAILED" } else { "COMPLETED" },
            total_count: rows.len(),
            success_count: rows.iter().filter(|row| row.status == "COMPLETED").count(),
            task_begin: api_time(begin),
            task_end: api_time(begin + length),
            sub_tasks: Some(rows),
            application_type: "polarclaw",
        }
    }

    fn row(self, index: u64, fails: bool, (begin, length): (OffsetDateTime, Duration)) -> SubTask {
        let seed = self.seed ^ (self.number + 1);
        let part = |salt| length * (below(seed, index, salt, 400) as i32) / 1000;
        let begin = begin + part(25);
        SubTask {
            task_id: task_id(seed, index),
            instance_id: instance_id(seed, index),
            status: if fails { "FAILED" } else { "COMPLETED" },
            task_begin: api_time(begin),
            task_end: api_time(begin + Duration::seconds(5) + part(26)),
            error_msg: match fails {
                true if index.is_multiple_of(3) => checksum_mismatch(seed, index),
                true => role_missing(seed, index),
                false => String::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use time::macros::datetime;

    use super::*;

    #[test]
    fn they_ended_in_the_last_month_and_have_distinct_ids() {
        let created = datetime!(2026-05-28 16:38:20 UTC);
        for seed in 0..20 {
            let batches: Vec<_> =
                PastBatch::all(seed).map(|past| (past, past.batch(created, String::new()))).collect();
            let ids: HashSet<_> = batches.iter().map(|(_, batch)| batch.batch_id.clone()).collect();
            assert_eq!(ids.len(), 22);
            for (past, batch) in &batches {
                assert_eq!(PastBatch::of(&batch.batch_id, seed), Some(*past));
                let times = [&batch.task_begin, &batch.task_end];
                assert!(
                    times
                        .iter()
                        .all(|time| ***time > *"2026/04/28T16:38:20Z" && ***time < *"2026/05/28T16:38:20Z")
                );
                assert!(
                    batch.sub_tasks.iter().flatten().all(|row| row.task_end <= batch.task_end),
                    "{past:?}"
                );
            }
            let count = |test: fn(&Batch) -> bool| batches.iter().filter(|(_, batch)| test(batch)).count();
            assert_eq!(count(|batch| batch.status == "FAILED"), 2);
            assert!(
                count(|batch| batch.status == "COMPLETED" && batch.success_count < batch.total_count) >= 4
            );
        }
        assert_eq!(PastBatch::of("pcb-demo", 7), None);
    }
}
