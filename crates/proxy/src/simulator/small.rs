//! The small batches that stand still: done, failed, empty, dispatching, and one row of each status.
//!
//! Must not know clocks or HTTP.

use super::batch::{Batch, SubTask, api_time};
use super::demo::{checksum_mismatch, role_missing};
use super::random::{below, instance_id, task_id};
use super::scenario::Moment;

/// Each documented status of a subtask, and two that are not: the API's SDK has no enumeration.
const STATUSES: [(&str, &str); 10] = [
    ("WAITING", ""),
    ("RUNNING", ""),
    ("COMPLETED", ""),
    ("FAILED", "skill package checksum mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)"),
    ("PAUSE", "paused by an operator"),
    ("BLOCKING", "waiting for the maintenance window of the instance to end"),
    ("TEMP_TERMINATED", "closed until the instance has been upgraded"),
    ("HUMAN_PROCESSING", "an operator must confirm the restart"),
    ("ROLLING_BACK", ""),
    ("Queued-Remotely", "a status that no document has"),
];

pub(super) fn done(moment: &Moment) -> Batch {
    batch(moment, "pcb-done", "COMPLETED", (0..24).map(|index| row(moment, index, "COMPLETED", "")).collect())
}

pub(super) fn failed(moment: &Moment) -> Batch {
    let rows = (0..24).map(|index| match index {
        2 | 3 | 7 | 11 | 12 => row(moment, index, "FAILED", &role_missing(moment.seed, index)),
        5 | 17 => row(moment, index, "FAILED", &checksum_mismatch(moment.seed, index)),
        22 | 23 => row(moment, index, "TEMP_TERMINATED", "closed because the batch has failed"),
        _ => row(moment, index, "COMPLETED", ""),
    });
    batch(moment, "pcb-failed", "FAILED", rows.collect())
}

pub(super) fn empty(moment: &Moment) -> Batch {
    batch(moment, "pcb-empty", "COMPLETED", Vec::new())
}

pub(super) fn dispatching(moment: &Moment) -> Batch {
    let batch = batch(moment, "pcb-dispatching", "DISPATCHING", Vec::new());
    Batch { total_count: 12, sub_tasks: None, ..batch }
}

pub(super) fn all_statuses(moment: &Moment) -> Batch {
    let rows = STATUSES.iter().zip(0..).map(|((status, message), index)| row(moment, index, status, message));
    batch(moment, "pcb-all-statuses", "RUNNING", rows.collect())
}

fn batch(moment: &Moment, batch_id: &'static str, status: &'static str, rows: Vec<SubTask>) -> Batch {
    let ended = matches!(status, "COMPLETED" | "FAILED");
    Batch {
        request_id: moment.request_id.clone(),
        batch_id,
        task_name: "Install skills · test fleet",
        task_type: "polarclaw_install_skills",
        status,
        total_count: rows.len(),
        success_count: rows.iter().filter(|row| row.status == "COMPLETED").count(),
        task_begin: api_time(moment.began - time::Duration::minutes(12)),
        task_end: if ended { api_time(moment.began - time::Duration::minutes(2)) } else { String::new() },
        sub_tasks: Some(rows),
        application_type: "polarclaw",
    }
}

fn row(moment: &Moment, index: u64, status: &'static str, error_msg: &str) -> SubTask {
    let seconds = |salt, bound| {
        time::Duration::seconds(i64::try_from(below(moment.seed, index, salt, bound)).unwrap_or(0))
    };
    let begin = moment.began - time::Duration::minutes(11) + seconds(13, 300);
    let end = begin + time::Duration::seconds(5) + seconds(14, 120);
    SubTask {
        task_id: task_id(moment.seed, index),
        instance_id: instance_id(moment.seed, index),
        status,
        task_begin: if status == "WAITING" { String::new() } else { api_time(begin) },
        task_end: if matches!(status, "COMPLETED" | "FAILED") { api_time(end) } else { String::new() },
        error_msg: error_msg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::scenario::tests::moment;

    #[test]
    fn counts_agree_with_rows() {
        let moment = moment(0, 1);
        for (batch, status, total, succeeded) in [
            (done(&moment), "COMPLETED", 24, 24),
            (failed(&moment), "FAILED", 24, 15),
            (empty(&moment), "COMPLETED", 0, 0),
            (dispatching(&moment), "DISPATCHING", 12, 0),
            (all_statuses(&moment), "RUNNING", 10, 1),
        ] {
            let found = (batch.status, batch.total_count, batch.success_count);
            assert_eq!(found, (status, total, succeeded), "{}", batch.batch_id);
        }
    }
}
