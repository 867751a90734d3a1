//! `pcb-demo`: a batch of 240 subtasks that takes three minutes, fails nine of them, and begins again.
//!
//! Owns its plan, which the seed decides, and what the plan looks like at a moment. Must not know clocks or HTTP.

use std::time::Duration;

use super::batch::{Batch, SubTask, api_time};
use super::random::{account_id, below, hex, instance_id, task_id};
use super::scenario::Moment;

/// Subtasks in the batch.
pub(super) const TOTAL: usize = 240;

const DISPATCH_MS: u64 = 5_000;
const BATCH_MS: u64 = 180_000;
/// A batch and the two minutes for which its end stays.
const CYCLE_MS: u64 = BATCH_MS + 120_000;
/// The last subtask ends a little before the batch does.
const LAST_END_MS: u64 = BATCH_MS - 2_000;
const SLOTS: usize = 14;

/// The part of the batch that the scenarios show which never end: from 30 s on, for two minutes, over and over.
const LOOP_FROM_MS: u64 = 30_000;
const LOOP_MS: u64 = 120_000;

/// The batch as it is at `moment`.
pub(super) fn batch(moment: &Moment) -> Batch {
    at(moment, "pcb-demo", millis(moment.elapsed) % CYCLE_MS)
}

/// The same batch under another id, never at its end.
pub(super) fn running(moment: &Moment, batch_id: &'static str) -> Batch {
    at(moment, batch_id, LOOP_FROM_MS + millis(moment.elapsed) % LOOP_MS)
}

/// The batch, `into_ms` after its begin.
fn at(moment: &Moment, batch_id: &'static str, into_ms: u64) -> Batch {
    let begin_ms = signed(millis(moment.elapsed)) - signed(into_ms);
    let time = |offset_ms: u64| api_time(moment.real_time(begin_ms + signed(offset_ms)));
    let plan = plan(moment.seed);
    let sub_tasks: Vec<SubTask> = plan
        .iter()
        .zip(0_u64..)
        .map(|(subtask, index)| subtask.at(into_ms, moment.seed, index, &time))
        .collect();
    let ended = into_ms >= BATCH_MS;
    Batch {
        request_id: moment.request_id.clone(),
        batch_id,
        task_name: "Install skills · July roll-out",
        task_type: "polarclaw_install_skills",
        status: match into_ms {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Succeeds,
    RoleMissing,
    InstanceLocked,
    ChecksumMismatch,
    NeedsPerson,
    Blocks,
}

#[derive(Debug, Clone, Copy)]
struct Planned {
    begin_ms: u64,
    /// When it leaves RUNNING, for whichever status its fate is.
    end_ms: u64,
    fate: Fate,
}

impl Planned {
    fn at(&self, into_ms: u64, seed: u64, index: u64, time: &impl Fn(u64) -> String) -> SubTask {
        let instance_id = instance_id(seed, index);
        let (status, error_msg) = if into_ms < self.begin_ms {
            ("WAITING", String::new())
        } else if into_ms < self.end_ms {
            ("RUNNING", String::new())
        } else {
            self.fate.outcome(seed, index, &instance_id)
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

impl Fate {
    fn outcome(self, seed: u64, index: u64, instance_id: &str) -> (&'static str, String) {
        match self {
            Self::Succeeds => ("COMPLETED", String::new()),
            Self::RoleMissing => ("FAILED", role_missing(seed, index)),
            Self::InstanceLocked => ("FAILED", format!("instance {instance_id} is locked by another task")),
            Self::ChecksumMismatch => ("FAILED", checksum_mismatch(seed, index)),
            Self::NeedsPerson => (
                "HUMAN_PROCESSING",
                format!(
                    "instance {instance_id} runs a skill with unsaved sessions: an operator must confirm its restart"
                ),
            ),
            Self::Blocks => {
                ("BLOCKING", format!("waiting for the maintenance window of instance {instance_id} to end"))
            }
        }
    }
}

/// The failure that the API's reference shows, for another account.
pub(super) fn role_missing(seed: u64, index: u64) -> String {
    let account = account_id(seed, index);
    format!("aliuid:{account} assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole")
}

/// A failure with digests in it.
pub(super) fn checksum_mismatch(seed: u64, index: u64) -> String {
    let (expected, got) = (hex(seed, index, 5, 12), hex(seed, index, 6, 12));
    format!("skill package checksum mismatch (expected {expected}, got {got})")
}

/// Spread over the batch: one of these in each eleventh of it, what needs attention midway.
const FATES: [Fate; 11] = [
    Fate::RoleMissing,
    Fate::RoleMissing,
    Fate::InstanceLocked,
    Fate::RoleMissing,
    Fate::NeedsPerson,
    Fate::RoleMissing,
    Fate::Blocks,
    Fate::ChecksumMismatch,
    Fate::RoleMissing,
    Fate::InstanceLocked,
    Fate::RoleMissing,
];

fn plan(seed: u64) -> Vec<Planned> {
    let stratum = TOTAL / FATES.len();
    let mut fates = [Fate::Succeeds; TOTAL];
    for ((fate, index), start) in FATES.iter().zip(0_u64..).zip((0..).step_by(stratum)) {
        // The remainder is below the stratum, which is below 240.
        fates[start + below(seed, index, 7, stratum as u64) as usize] = *fate;
    }

    let mut free_at: [u64; SLOTS] = std::array::from_fn(|slot| slot as u64 * 150);
    let mut planned: Vec<Planned> = fates
        .iter()
        .zip(0_u64..)
        .map(|(fate, index)| {
            let slot = (0..SLOTS).min_by_key(|slot| free_at[*slot]).unwrap_or_default();
            let begin_ms = free_at[slot];
            let end_ms = begin_ms + 6_000 + below(seed, index, 8, 8_000);
            free_at[slot] = end_ms + below(seed, index, 9, 400);
            Planned { begin_ms, end_ms, fate: *fate }
        })
        .collect();

    // Stretched so that the last one ends just before the batch.
    let last_ms = planned.iter().map(|subtask| subtask.end_ms).max().unwrap_or(1);
    let stretch = |ms: u64| DISPATCH_MS + ms * (LAST_END_MS - DISPATCH_MS) / last_ms;
    for subtask in &mut planned {
        (subtask.begin_ms, subtask.end_ms) = (stretch(subtask.begin_ms), stretch(subtask.end_ms));
    }
    planned
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
    use crate::simulator::scenario::tests::moment;

    fn count(batch: &Batch, status: &str) -> usize {
        batch.sub_tasks.iter().flatten().filter(|row| row.status == status).count()
    }

    #[test]
    fn it_runs_through_a_whole_batch_and_begins_again() {
        let at = |seconds| batch(&moment(seconds, 1));
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
    fn what_needs_attention_gets_there_midway_and_stays() {
        let attention = |seconds| {
            let batch = batch(&moment(seconds, 1));
            count(&batch, "HUMAN_PROCESSING") + count(&batch, "BLOCKING")
        };
        assert_eq!((attention(50), attention(140), attention(200)), (0, 2, 2));
    }

    #[test]
    fn failures_have_three_reasons_with_ids_of_their_own() {
        let end = batch(&moment(200, 1));
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
    fn any_seed_gives_the_same_numbers() {
        for seed in 0..50 {
            let end = batch(&Moment { seed, ..moment(179, 1) });
            assert_eq!((count(&end, "FAILED"), end.success_count), (9, 229), "{seed}");
        }
    }

    #[test]
    fn at_another_speed_times_are_still_the_viewers() {
        let end = batch(&Moment { speed: 60.0, ..moment(200, 1) });
        assert_eq!(
            (end.task_begin.as_str(), end.task_end.as_str()),
            ("2026/05/28T16:38:20Z", "2026/05/28T16:38:23Z")
        );
    }

    #[test]
    fn what_has_happened_keeps_its_time() {
        let (a, b) = (batch(&moment(100, 1)), batch(&moment(101, 2)));
        assert_eq!(a.task_begin, b.task_begin);
        let ended = |batch: &Batch| -> Vec<(String, String)> {
            let rows = batch.sub_tasks.iter().flatten().filter(|row| row.status == "COMPLETED");
            rows.map(|row| (row.task_begin.clone(), row.task_end.clone())).collect()
        };
        let later: HashSet<_> = ended(&b).into_iter().collect();
        assert!(ended(&a).iter().all(|times| later.contains(times)));
    }

    #[test]
    fn the_endless_one_never_ends() {
        for seconds in [0, 60, 119, 120, 100_000] {
            assert_eq!(running(&moment(seconds, 1), "pcb-slow").status, "RUNNING");
        }
        assert_eq!(running(&moment(0, 1), "pcb-slow").task_begin, "2026/05/28T16:37:50Z");
    }
}
