//! `pcb-10k` and `pcb-100k`: large batches in which 1 % of the rows change between two calls.
//!
//! Progress depends on the number of the call and not on the time, so that every poll of a measurement sees the same
//! amount of change.

use crate::batch::{Batch, SubTask, api_time};
use crate::call_context::CallContext;
use crate::error_messages::{checksum_mismatch, role_missing};
use crate::random::{below, instance_id, mix, task_id};

/// The number of calls after which the batch starts over. Progress goes from 20 % to 100 % in steps of 0.5 %.
const CYCLE_CALLS: u64 = 160;
/// One row in this many is running.
const RUNNING_SHARE: u64 = 100;

/// Returns a batch of `total` rows. With each call 0.5 % of the rows end and 0.5 % begin.
pub(crate) fn batch(context: &CallContext, batch_id: &'static str, total: u64) -> Batch {
    let progress = Progress::of(context, total);
    let sub_tasks: Vec<SubTask> =
        (0..total).map(|index| row(context, index, progress.status(index))).collect();
    let success_count = sub_tasks.iter().filter(|row| row.status == "COMPLETED").count();
    Batch { sub_tasks: Some(sub_tasks), ..with_count(context, batch_id, total, success_count) }
}

/// Returns the same batch without its rows, which is much faster.
pub(crate) fn without_rows(context: &CallContext, batch_id: &'static str, total: u64) -> Batch {
    let progress = Progress::of(context, total);
    let success_count = (0..total).filter(|index| progress.status(*index) == "COMPLETED").count();
    with_count(context, batch_id, total, success_count)
}

fn with_count(context: &CallContext, batch_id: &'static str, total: u64, success_count: usize) -> Batch {
    Batch {
        request_id: context.request_id.clone(),
        batch_id: batch_id.into(),
        task_name: "Install skills · whole fleet",
        task_type: "polarclaw_install_skills",
        status: "RUNNING",
        total_count: usize::try_from(total).unwrap_or(usize::MAX),
        success_count,
        task_begin: api_time(context.began - time::Duration::hours(2)),
        task_end: String::new(),
        sub_tasks: None,
        application_type: "polarclaw",
    }
}

/// The state of all rows at one call.
struct Progress {
    seed: u64,
    total: u64,
    done: u64,
    running: u64,
}

impl Progress {
    fn of(context: &CallContext, total: u64) -> Self {
        let step = context.call_number.saturating_sub(1) % CYCLE_CALLS;
        let done = total / 5 + total * step / 200;
        Self { seed: context.seed, total, done, running: total / RUNNING_SHARE }
    }

    fn status(&self, index: u64) -> &'static str {
        // Scatters the order in which rows run. 7919 is coprime to `total`, a power of ten, so this is a permutation.
        let position = (index * 7919 + self.seed % self.total) % self.total;
        match position {
            _ if position < self.done && mix(self.seed, index, 10).is_multiple_of(50) => "FAILED",
            _ if position < self.done => "COMPLETED",
            _ if position < self.done + self.running => "RUNNING",
            _ => "WAITING",
        }
    }
}

fn row(context: &CallContext, index: u64, status: &'static str) -> SubTask {
    let seed = context.seed;
    let error_msg = match status {
        "FAILED" if index.is_multiple_of(3) => checksum_mismatch(seed, index),
        "FAILED" => role_missing(seed, index),
        _ => String::new(),
    };
    // The times depend on the row only, so that an unchanged row is the same in the next call.
    let begin = context.began
        - time::Duration::seconds(i64::try_from(below(seed, index, 11, 7_000)).unwrap_or(0) + 60);
    let end = begin + time::Duration::seconds(i64::try_from(below(seed, index, 12, 50)).unwrap_or(0) + 5);
    SubTask {
        task_id: task_id(seed, index),
        instance_id: instance_id(seed, index),
        task_begin: if status == "WAITING" { String::new() } else { api_time(begin) },
        task_end: if matches!(status, "COMPLETED" | "FAILED") { api_time(end) } else { String::new() },
        status,
        error_msg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_context::tests::context;

    #[test]
    fn one_percent_of_the_rows_change_with_each_call() {
        let rows = |call| batch(&context(0, call), "pcb-10k", 10_000).sub_tasks.unwrap();
        for call in [1, 2, 77, 150] {
            let (before, after) = (rows(call), rows(call + 1));
            let changed = before.iter().zip(&after).filter(|(a, b)| a.status != b.status).count();
            assert_eq!(changed, 100, "{call}");
            assert!(before.iter().zip(&after).all(|(a, b)| a.task_id == b.task_id));
        }
    }

    #[test]
    fn all_statuses_of_a_running_batch_occur() {
        let batch = batch(&context(0, 1), "pcb-10k", 10_000);
        let rows = batch.sub_tasks.unwrap();
        for status in ["COMPLETED", "FAILED", "RUNNING", "WAITING"] {
            assert!(rows.iter().any(|row| row.status == status), "{status}");
        }
        assert_eq!(batch.success_count, rows.iter().filter(|row| row.status == "COMPLETED").count());
    }
}
