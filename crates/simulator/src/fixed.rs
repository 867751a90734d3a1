//! Small batches that do not change: done, failed, empty, dispatching, and one with a row of each status.

use crate::batch::{Batch, SubTask, api_time};
use crate::call_context::CallContext;
use crate::error_messages::{checksum_mismatch, role_missing};
use crate::random::{below, instance_id, task_id};

/// The documented statuses of a subtask, and two undocumented ones. The API's SDK has no enumeration of them.
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

pub(crate) fn done(context: &CallContext) -> Batch {
    batch(
        context,
        "pcb-done",
        "COMPLETED",
        (0..24).map(|index| row(context, index, "COMPLETED", "")).collect(),
    )
}

pub(crate) fn failed(context: &CallContext) -> Batch {
    let rows = (0..24).map(|index| match index {
        2 | 3 | 7 | 11 | 12 => row(context, index, "FAILED", &role_missing(context.seed, index)),
        5 | 17 => row(context, index, "FAILED", &checksum_mismatch(context.seed, index)),
        22 | 23 => row(context, index, "TEMP_TERMINATED", "closed because the batch has failed"),
        _ => row(context, index, "COMPLETED", ""),
    });
    batch(context, "pcb-failed", "FAILED", rows.collect())
}

pub(crate) fn empty(context: &CallContext) -> Batch {
    batch(context, "pcb-empty", "COMPLETED", Vec::new())
}

pub(crate) fn dispatching(context: &CallContext) -> Batch {
    let batch = batch(context, "pcb-dispatching", "DISPATCHING", Vec::new());
    Batch { total_count: 12, sub_tasks: None, ..batch }
}

pub(crate) fn all_statuses(context: &CallContext) -> Batch {
    let rows =
        STATUSES.iter().zip(0..).map(|((status, message), index)| row(context, index, status, message));
    batch(context, "pcb-all-statuses", "RUNNING", rows.collect())
}

fn batch(context: &CallContext, batch_id: &'static str, status: &'static str, rows: Vec<SubTask>) -> Batch {
    let ended = matches!(status, "COMPLETED" | "FAILED");
    Batch {
        request_id: context.request_id.clone(),
        batch_id: batch_id.into(),
        task_name: "Install skills · test fleet",
        task_type: "polarclaw_install_skills",
        status,
        total_count: rows.len(),
        success_count: rows.iter().filter(|row| row.status == "COMPLETED").count(),
        task_begin: api_time(context.began - time::Duration::minutes(12)),
        task_end: if ended { api_time(context.began - time::Duration::minutes(2)) } else { String::new() },
        sub_tasks: Some(rows),
        application_type: "polarclaw",
    }
}

fn row(context: &CallContext, index: u64, status: &'static str, error_msg: &str) -> SubTask {
    let seconds = |salt, bound| {
        time::Duration::seconds(i64::try_from(below(context.seed, index, salt, bound)).unwrap_or(0))
    };
    let begin = context.began - time::Duration::minutes(11) + seconds(13, 300);
    let end = begin + time::Duration::seconds(5) + seconds(14, 120);
    SubTask {
        task_id: task_id(context.seed, index),
        instance_id: instance_id(context.seed, index),
        status,
        task_begin: if status == "WAITING" { String::new() } else { api_time(begin) },
        task_end: if matches!(status, "COMPLETED" | "FAILED") { api_time(end) } else { String::new() },
        error_msg: error_msg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_context::tests::context;

    #[test]
    fn counts_match_the_rows() {
        let context = context(0, 1);
        for (batch, status, total, succeeded) in [
            (done(&context), "COMPLETED", 24, 24),
            (failed(&context), "FAILED", 24, 15),
            (empty(&context), "COMPLETED", 0, 0),
            (dispatching(&context), "DISPATCHING", 12, 0),
            (all_statuses(&context), "RUNNING", 10, 1),
        ] {
            let found = (batch.status, batch.total_count, batch.success_count);
            assert_eq!(found, (status, total, succeeded), "{}", batch.batch_id);
        }
    }
}
