//! Properties of the estimator for any sequence of polls: it does not panic, and its estimates do not jump.

use proptest::prelude::*;

use super::*;
use crate::model::{BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data::{self, FAILED_ROW};

/// The response of a poll.
#[derive(Clone, Debug)]
struct Poll {
    after_ms: u64,
    succeeded: Option<i64>,
    total: Option<i64>,
    failed: u32,
    attention: u32,
    has_ended: bool,
}

fn any_poll() -> impl Strategy<Value = Poll> {
    let count = || prop_oneof![6 => 0_i64..400, 1 => any::<i64>()];
    let total =
        prop::option::weighted(0.95, prop_oneof![8 => Just(400_i64), 1 => 0_i64..500, 1 => any::<i64>()]);
    let after_ms = prop_oneof![8 => 1_000_u64..8_000, 1 => 0_u64..200_000, 1 => Just(u64::from(u32::MAX))];
    (after_ms, prop::option::weighted(0.95, count()), total, 0_u32..4, 0_u32..3, prop::bool::weighted(0.02))
        .prop_map(|(after_ms, succeeded, total, failed, attention, has_ended)| Poll {
            after_ms,
            succeeded,
            total,
            failed,
            attention,
            has_ended,
        })
}

fn task(poll: &Poll) -> BatchTask {
    let mut builder = SubTasksBuilder::new();
    let statuses = std::iter::repeat_n(SubTaskStatus::Failed, poll.failed as usize)
        .chain(std::iter::repeat_n(SubTaskStatus::Blocking, poll.attention as usize));
    for status in statuses {
        builder.push(&SubTask { status, ..FAILED_ROW });
    }
    BatchTask {
        status: if poll.has_ended { BatchStatus::Completed } else { BatchStatus::Running },
        total_count: poll.total,
        success_count: poll.succeeded,
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
        polls in prop::collection::vec(any_poll(), 0..60),
        is_in_order in prop::bool::weighted(0.8),
    ) {
        let mut polls = polls;
        if is_in_order {
            // In a real batch, the number of ended subtasks only grows.
            let mut ended: Vec<_> = polls.iter().map(|poll| poll.succeeded).collect();
            ended.sort_unstable();
            polls.iter_mut().zip(ended).for_each(|(poll, succeeded)| poll.succeeded = succeeded);
        }
        let (mut estimator, mut now_ms) = (Estimator::new(), 0_u64);
        let mut before: Option<(u64, (u64, u64))> = None;
        for poll in &polls {
            now_ms += poll.after_ms;
            let work = progress(&task(poll));
            estimator.observe(&task(poll), now_ms);
            let estimate_ms = left_ms(estimator.estimate(now_ms));
            prop_assert!(estimate_ms.is_none() || (work.1 > 0 && !poll.has_ended), "{estimate_ms:?} of {work:?}");
            prop_assert!(estimator.samples.len() <= MAX_SAMPLES);
            if let (Some((before_ms, before_work)), Some(estimate_ms)) = (before, estimate_ms)
                && same_work(before_work, work)
                && poll.after_ms <= FORGOTTEN_AFTER_MS
            {
                let step_ms = (before_ms / 3).max(SMALL_STEP_MS);
                prop_assert!(estimate_ms <= before_ms + step_ms, "{before_ms} to {estimate_ms}");
                prop_assert!(estimate_ms + step_ms + poll.after_ms >= before_ms, "{before_ms} to {estimate_ms}");
            }
            // Between two polls, the estimate only counts down.
            if let (Some(estimate_ms), Some(later)) = (estimate_ms, left_ms(estimator.estimate(now_ms + 900))) {
                prop_assert!(later <= estimate_ms && later + 900 >= estimate_ms, "{estimate_ms} to {later}");
            }
            before = estimate_ms.map(|estimate_ms| (estimate_ms, work));
        }
    }
}

/// Whether both are the same work, with more subtasks ended.
const fn same_work((ended, left): (u64, u64), (more_ended, less_left): (u64, u64)) -> bool {
    more_ended >= ended && ended.saturating_add(left) == more_ended.saturating_add(less_left)
}
