//! Properties of the estimator for any sequence of polls: it does not panic, and its estimates do not jump.

use proptest::prelude::*;

use super::*;
use crate::model::{ApiTime, BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data;

/// The response of a poll.
#[derive(Clone, Debug)]
struct Seen {
    after_ms: u64,
    succeeded: Option<i64>,
    total: Option<i64>,
    failed: u32,
    attention: u32,
    has_ended: bool,
}

fn any_seen() -> impl Strategy<Value = Seen> {
    let count = || prop_oneof![6 => 0_i64..400, 1 => any::<i64>()];
    let total =
        prop::option::weighted(0.95, prop_oneof![8 => Just(400_i64), 1 => 0_i64..500, 1 => any::<i64>()]);
    let after_ms = prop_oneof![8 => 1_000_u64..8_000, 1 => 0_u64..200_000, 1 => Just(u64::from(u32::MAX))];
    (after_ms, prop::option::weighted(0.95, count()), total, 0_u32..4, 0_u32..3, prop::bool::weighted(0.02))
        .prop_map(|(after_ms, succeeded, total, failed, attention, has_ended)| Seen {
            after_ms,
            succeeded,
            total,
            failed,
            attention,
            has_ended,
        })
}

fn task(seen: &Seen) -> BatchTask {
    let mut builder = SubTasksBuilder::new();
    let statuses = std::iter::repeat_n(SubTaskStatus::Failed, seen.failed as usize)
        .chain(std::iter::repeat_n(SubTaskStatus::Blocking, seen.attention as usize));
    for status in statuses {
        builder.push(&SubTask {
            task_id: "",
            instance_id: "",
            status,
            task_begin: ApiTime::Absent,
            task_end: ApiTime::Absent,
            error_msg: "",
        });
    }
    BatchTask {
        status: if seen.has_ended { BatchStatus::Completed } else { BatchStatus::Running },
        total_count: seen.total,
        success_count: seen.succeeded,
        sub_tasks: builder.finish(),
        ..test_data::empty_task()
    }
}

const fn left_ms(estimate: Estimate) -> Option<u64> {
    match estimate {
        Estimate::Left { left_ms, .. } => Some(left_ms),
        _ => None,
    }
}

proptest! {
    #[test]
    fn estimates_do_not_jump(
        polls in prop::collection::vec(any_seen(), 0..60),
        is_in_order in prop::bool::weighted(0.8),
    ) {
        let mut polls = polls;
        if is_in_order {
            // In a real batch, the number of ended subtasks only grows.
            let mut ended: Vec<_> = polls.iter().map(|seen| seen.succeeded).collect();
            ended.sort_unstable();
            polls.iter_mut().zip(ended).for_each(|(seen, succeeded)| seen.succeeded = succeeded);
        }
        let (mut estimator, mut now_ms) = (Estimator::new(), 0_u64);
        let mut before: Option<(u64, (u64, u64))> = None;
        for seen in &polls {
            now_ms += seen.after_ms;
            let work = progress(&task(seen));
            estimator.observe(&task(seen), now_ms);
            let said = left_ms(estimator.estimate(now_ms));
            prop_assert!(said.is_none() || (work.1 > 0 && !seen.has_ended), "{said:?} of {work:?}");
            prop_assert!(estimator.samples.len() <= MAX_SAMPLES);
            if let (Some((before_ms, before_work)), Some(said)) = (before, said)
                && same_work(before_work, work)
                && seen.after_ms <= FORGOTTEN_AFTER_MS
            {
                let step_ms = (before_ms / 3).max(SMALL_STEP_MS);
                prop_assert!(said <= before_ms + step_ms, "{before_ms} to {said}");
                prop_assert!(said + step_ms + seen.after_ms >= before_ms, "{before_ms} to {said}");
            }
            // Between two polls, the estimate only counts down.
            if let (Some(said), Some(later)) = (said, left_ms(estimator.estimate(now_ms + 900))) {
                prop_assert!(later <= said && later + 900 >= said, "{said} to {later}");
            }
            before = said.map(|said| (said, work));
        }
    }
}

/// Whether both are the same work, with more subtasks ended.
const fn same_work((ended, left): (u64, u64), (more_ended, less_left): (u64, u64)) -> bool {
    more_ended >= ended && ended.saturating_add(left) == more_ended.saturating_add(less_left)
}
