//! `pcb-demo`: a batch of 240 subtasks that takes three minutes. Nine subtasks fail. Two minutes after its end the batch
//! starts over.
//!
//! The seed determines a schedule of all subtasks; a response shows the state of that schedule at one time.

use std::time::Duration;

use crate::batch::{Batch, SubTask, api_time};
use crate::call_context::CallContext;
use crate::error_messages::{checksum_mismatch, role_missing};
use crate::random::{below, instance_id, task_id};

/// The number of subtasks.
const TOTAL: usize = 240;

const DISPATCH_MS: u64 = 5_000;
const BATCH_MS: u64 = 180_000;
/// The batch, and two minutes in which it stays finished.
const CYCLE_MS: u64 = BATCH_MS + 120_000;
/// The end of the last subtask, shortly before the end of the batch.
const LAST_END_MS: u64 = BATCH_MS - 2_000;
/// The number of subtasks that run at the same time.
const SLOTS: usize = 14;

/// The endless scenarios repeat the part of the batch that begins at 30 s and takes two minutes.
const LOOP_FROM_MS: u64 = 30_000;
const LOOP_MS: u64 = 120_000;

/// Returns the state of the batch.
pub(crate) fn batch(context: &CallContext) -> Batch {
    batch_at(context, "pcb-demo", millis(context.elapsed) % CYCLE_MS)
}

/// Returns the same batch with another BatchId, in a state that never reaches the end.
pub(crate) fn endless(context: &CallContext, batch_id: &'static str) -> Batch {
    batch_at(context, batch_id, LOOP_FROM_MS + millis(context.elapsed) % LOOP_MS)
}

/// Returns the state `offset_ms` after the begin of the batch.
fn batch_at(context: &CallContext, batch_id: &'static str, offset_ms: u64) -> Batch {
    let begin_ms = signed(millis(context.elapsed)) - signed(offset_ms);
    let time = |event_ms: u64| api_time(context.real_time(begin_ms + signed(event_ms)));
    let sub_tasks: Vec<SubTask> = schedule(context.seed)
        .iter()
        .zip(0_u64..)
        .map(|(subtask, index)| subtask.state_at(offset_ms, context.seed, index, &time))
        .collect();
    let ended = offset_ms >= BATCH_MS;
    Batch {
        request_id: context.request_id.clone(),
        batch_id: batch_id.into(),
        task_name: "Install skills · July roll-out",
        task_type: "polarclaw_install_skills",
        status: match offset_ms {
            0..DISPATCH_MS => "DISPATCHING",
            DISPATCH_MS..BATCH_MS => "RUNNING",
            _ => "COMPLETED",
        },
        total_count: TOTAL,
        success_count: sub_tasks.iter().filter(|row| row.status == "COMPLETED").count(),
        task_begin: time(0),
        task_end: if ended { time(BATCH_MS) } else { String::new() },
        sub_tasks: Some(sub_tasks),
        application_type: "polarclaw",
    }
}

/// How a subtask ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Success,
    RoleMissing,
    InstanceLocked,
    ChecksumMismatch,
    HumanProcessing,
    Blocking,
}

impl Outcome {
    fn status_and_message(self, seed: u64, index: u64, instance_id: &str) -> (&'static str, String) {
        match self {
            Self::Success => ("COMPLETED", String::new()),
            Self::RoleMissing => ("FAILED", role_missing(seed, index)),
            Self::InstanceLocked => ("FAILED", format!("instance {instance_id} is locked by another task")),
            Self::ChecksumMismatch => ("FAILED", checksum_mismatch(seed, index)),
            Self::HumanProcessing => (
                "HUMAN_PROCESSING",
                format!(
                    "instance {instance_id} runs a skill with unsaved sessions: an operator must confirm its restart"
                ),
            ),
            Self::Blocking => {
                ("BLOCKING", format!("waiting for the maintenance window of instance {instance_id} to end"))
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct ScheduledSubTask {
    begin_ms: u64,
    /// When the status RUNNING ends.
    end_ms: u64,
    outcome: Outcome,
}

impl ScheduledSubTask {
    fn state_at(&self, offset_ms: u64, seed: u64, index: u64, time: &impl Fn(u64) -> String) -> SubTask {
        let instance_id = instance_id(seed, index);
        let (status, error_msg) = if offset_ms < self.begin_ms {
            ("WAITING", String::new())
        } else if offset_ms < self.end_ms {
            ("RUNNING", String::new())
        } else {
            self.outcome.status_and_message(seed, index, &instance_id)
        };
        let has_ended = matches!(status, "COMPLETED" | "FAILED");
        SubTask {
            task_id: task_id(seed, index),
            instance_id,
            status,
            task_begin: if status == "WAITING" { String::new() } else { time(self.begin_ms) },
            task_end: if has_ended { time(self.end_ms) } else { String::new() },
            error_msg,
        }
    }
}

/// The outcomes other than success. The batch is divided into eleven equal parts; each part contains one of them, at a
/// position that the seed determines.
const EXCEPTIONS: [Outcome; 11] = [
    Outcome::RoleMissing,
    Outcome::RoleMissing,
    Outcome::InstanceLocked,
    Outcome::RoleMissing,
    Outcome::HumanProcessing,
    Outcome::RoleMissing,
    Outcome::Blocking,
    Outcome::ChecksumMismatch,
    Outcome::RoleMissing,
    Outcome::InstanceLocked,
    Outcome::RoleMissing,
];

fn schedule(seed: u64) -> Vec<ScheduledSubTask> {
    let part = TOTAL / EXCEPTIONS.len();
    let mut outcomes = [Outcome::Success; TOTAL];
    for ((outcome, index), start) in EXCEPTIONS.iter().zip(0_u64..).zip((0..).step_by(part)) {
        // The remainder is below `part` and fits into usize.
        outcomes[start + below(seed, index, 7, part as u64) as usize] = *outcome;
    }

    let mut free_at: [u64; SLOTS] = std::array::from_fn(|slot| slot as u64 * 150);
    let mut schedule: Vec<ScheduledSubTask> = outcomes
        .iter()
        .zip(0_u64..)
        .map(|(outcome, index)| {
            let slot = (0..SLOTS).min_by_key(|slot| free_at[*slot]).unwrap_or_default();
            let begin_ms = free_at[slot];
            let end_ms = begin_ms + 6_000 + below(seed, index, 8, 8_000);
            free_at[slot] = end_ms + below(seed, index, 9, 400);
            ScheduledSubTask { begin_ms, end_ms, outcome: *outcome }
        })
        .collect();

    // Scales all times so that the last subtask ends just before the batch.
    let last_ms = schedule.iter().map(|subtask| subtask.end_ms).max().unwrap_or(1);
    let scale = |ms: u64| DISPATCH_MS + ms * (LAST_END_MS - DISPATCH_MS) / last_ms;
    for subtask in &mut schedule {
        (subtask.begin_ms, subtask.end_ms) = (scale(subtask.begin_ms), scale(subtask.end_ms));
    }
    schedule
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::call_context::tests::context;

    fn count(batch: &Batch, status: &str) -> usize {
        batch.sub_tasks.iter().flatten().filter(|row| row.status == status).count()
    }

    #[test]
    fn the_batch_runs_to_its_end_and_starts_over() {
        let at = |seconds| batch(&context(seconds, 1));
        assert_eq!((at(0).status, count(&at(0), "WAITING")), ("DISPATCHING", TOTAL));
        for seconds in (10..160).step_by(10) {
            let batch = at(seconds);
            assert_eq!((batch.status, batch.task_end.as_str()), ("RUNNING", ""), "{seconds}");
            assert!(
                (12..=SLOTS).contains(&count(&batch, "RUNNING")),
                "{seconds}: {}",
                count(&batch, "RUNNING")
            );
        }
        for seconds in [180, 240, 299] {
            let end = at(seconds);
            assert_eq!((end.status, end.success_count), ("COMPLETED", 229));
            assert_eq!((count(&end, "FAILED"), count(&end, "COMPLETED")), (9, 229));
            assert_eq!((count(&end, "HUMAN_PROCESSING"), count(&end, "BLOCKING")), (1, 1));
            assert_eq!(end.task_begin, "2026/05/28T16:38:20Z");
            assert_eq!(end.task_end, "2026/05/28T16:41:20Z");
        }
        assert_eq!((at(300).status, at(300).task_begin.as_str()), ("DISPATCHING", "2026/05/28T16:43:20Z"));
    }

    #[test]
    fn subtasks_that_need_attention_appear_midway_and_stay() {
        let attention = |seconds| {
            let batch = batch(&context(seconds, 1));
            count(&batch, "HUMAN_PROCESSING") + count(&batch, "BLOCKING")
        };
        assert_eq!((attention(50), attention(140), attention(200)), (0, 2, 2));
    }

    #[test]
    fn failures_have_three_reasons() {
        let end = batch(&context(200, 1));
        let messages: HashSet<_> = end
            .sub_tasks
            .iter()
            .flatten()
            .filter(|row| row.status == "FAILED")
            .map(|row| &row.error_msg)
            .collect();
        let of = |part: &str| messages.iter().filter(|message| message.contains(part)).count();
        assert_eq!((of("assumeOssRole"), of("is locked"), of("checksum")), (6, 2, 1));
    }

    #[test]
    fn the_counts_do_not_depend_on_the_seed() {
        for seed in 0..50 {
            let end = batch(&CallContext { seed, ..context(179, 1) });
            assert_eq!((count(&end, "FAILED"), end.success_count), (9, 229), "{seed}");
        }
    }

    #[test]
    fn times_are_real_times_at_any_speed() {
        let end = batch(&CallContext { speed: 60.0, ..context(200, 1) });
        assert_eq!(
            (end.task_begin.as_str(), end.task_end.as_str()),
            ("2026/05/28T16:38:20Z", "2026/05/28T16:38:23Z")
        );
    }

    #[test]
    fn past_times_do_not_change() {
        let (a, b) = (batch(&context(100, 1)), batch(&context(101, 2)));
        assert_eq!(a.task_begin, b.task_begin);
        let ended = |batch: &Batch| -> Vec<(String, String)> {
            let rows = batch.sub_tasks.iter().flatten().filter(|row| row.status == "COMPLETED");
            rows.map(|row| (row.task_begin.clone(), row.task_end.clone())).collect()
        };
        let later: HashSet<_> = ended(&b).into_iter().collect();
        assert!(ended(&a).iter().all(|times| later.contains(times)));
    }

    #[test]
    fn the_endless_batch_never_ends() {
        for seconds in [0, 60, 119, 120, 100_000] {
            assert_eq!(endless(&context(seconds, 1), "pcb-slow").status, "RUNNING");
        }
        assert_eq!(endless(&context(0, 1), "pcb-slow").task_begin, "2026/05/28T16:37:50Z");
    }
}
