//! `pcb-10k` and `pcb-100k`: many rows, of which one in a hundred changes from poll to poll.
//!
//! Must not know clocks or HTTP; polls are counted, not timed, so that a measurement sees the same change at each.

use super::batch::{Batch, SubTask, api_time};
use super::demo::{checksum_mismatch, role_missing};
use super::random::{below, instance_id, mix, task_id};
use super::scenario::Moment;

/// Polls until everything starts over: from a fifth done to all done, by two-hundredths.
const POLLS: u64 = 160;
const RUNNING_SHARE: u64 = 100;

/// The batch of `total` rows at a moment's poll. At each poll half a hundredth of the rows ends and as many begin.
pub(super) fn batch(moment: &Moment, batch_id: &'static str, total: u64) -> Batch {
    let step = moment.poll.saturating_sub(1) % POLLS;
    let done = total / 5 + total * step / 200;
    let running = total / RUNNING_SHARE;
    let sub_tasks: Vec<SubTask> = (0..total)
        .map(|index| {
            // Rows take their turn in a scattered order: an odd factor that shares none with a power of ten.
            let turn = (index * 7919 + moment.seed % total) % total;
            row(moment, index, turn, done, running)
        })
        .collect();
    Batch {
        request_id: moment.request_id.clone(),
        batch_id,
        task_name: "Install skills · whole fleet",
        task_type: "polarclaw_install_skills",
        status: "RUNNING",
        total_count: sub_tasks.len(),
        success_count: sub_tasks.iter().filter(|row| row.status == "COMPLETED").count(),
        task_begin: api_time(moment.began - time::Duration::hours(2)),
        task_end: String::new(),
        sub_tasks: Some(sub_tasks),
        application_type: "polarclaw",
    }
}

fn row(moment: &Moment, index: u64, turn: u64, done: u64, running: u64) -> SubTask {
    let seed = moment.seed;
    let fails = mix(seed, index, 10).is_multiple_of(50);
    let (status, error_msg) = match turn {
        _ if turn < done && fails && index.is_multiple_of(3) => ("FAILED", checksum_mismatch(seed, index)),
        _ if turn < done && fails => ("FAILED", role_missing(seed, index)),
        _ if turn < done => ("COMPLETED", String::new()),
        _ if turn < done + running => ("RUNNING", String::new()),
        _ => ("WAITING", String::new()),
    };
    // Times hang on the row alone: a row that has not changed must read the same at the next poll.
    let begin = moment.began
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
    use crate::simulator::scenario::tests::moment;

    #[test]
    fn one_row_in_a_hundred_changes_at_each_poll() {
        let rows = |poll| batch(&moment(0, poll), "pcb-10k", 10_000).sub_tasks.unwrap();
        for poll in [1, 2, 77, 150] {
            let (before, after) = (rows(poll), rows(poll + 1));
            let changed = before.iter().zip(&after).filter(|(a, b)| a.status != b.status).count();
            assert_eq!(changed, 100, "{poll}");
            assert!(before.iter().zip(&after).all(|(a, b)| a.task_id == b.task_id));
        }
    }

    #[test]
    fn every_status_of_a_run_is_there() {
        let batch = batch(&moment(0, 1), "pcb-10k", 10_000);
        let rows = batch.sub_tasks.unwrap();
        for status in ["COMPLETED", "FAILED", "RUNNING", "WAITING"] {
            assert!(rows.iter().any(|row| row.status == status), "{status}");
        }
        assert_eq!(batch.success_count, rows.iter().filter(|row| row.status == "COMPLETED").count());
    }
}
