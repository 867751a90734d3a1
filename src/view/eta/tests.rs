//! Simulated runs: what is said of the time left, against what is left in truth.

use super::*;
use crate::i18n::Locale;
use crate::model::{ApiTime, BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data;
use crate::timestamp::Timestamp;

/// The server's clock at the begin of a run; the viewer's steady clock starts elsewhere.
const SERVER_MS: i64 = 1_779_986_300_000;
const VIEWER_MS: u64 = 12_345;

/// A batch whose subtasks end at these times, in milliseconds from its begin, ascending.
struct Run {
    ends_ms: Vec<u64>,
    /// Whether the answers tell `TaskEnd`.
    tells_ends: bool,
}

impl Run {
    fn end_ms(&self) -> u64 {
        *self.ends_ms.last().unwrap()
    }

    fn at(&self, into_ms: u64) -> BatchTask {
        let mut builder = SubTasksBuilder::new();
        for &end_ms in &self.ends_ms {
            let has_ended = end_ms <= into_ms;
            // To the second, as the API has it.
            let end = Timestamp::from_unix_ms(SERVER_MS + (end_ms / 1_000 * 1_000) as i64);
            builder.push(&SubTask {
                task_id: "",
                instance_id: "",
                status: if has_ended { SubTaskStatus::Completed } else { SubTaskStatus::Waiting },
                task_begin: ApiTime::Absent,
                task_end: if has_ended && self.tells_ends { ApiTime::At(end) } else { ApiTime::Absent },
                error_msg: "",
            });
        }
        let sub_tasks = builder.finish();
        BatchTask {
            total_count: Some(self.ends_ms.len() as i64),
            success_count: Some(sub_tasks.counts().get(StatusBucket::Succeeded).into()),
            sub_tasks,
            ..test_data::empty_task()
        }
    }

    /// Polls every `interval_ms` from `from_ms` on and calls `check(share done, estimate, truth in ms)`; no estimate may jump.
    fn watch(&self, from_ms: u64, interval_ms: u64, mut check: impl FnMut(f64, Estimate, u64)) {
        let mut estimator = Estimator::new();
        let mut before: Option<u64> = None;
        for into_ms in (from_ms..self.end_ms()).step_by(interval_ms as usize) {
            estimator.observe(&self.at(into_ms), VIEWER_MS + into_ms);
            let estimate = estimator.estimate(VIEWER_MS + into_ms);
            let left_ms = match estimate {
                Estimate::Left { left_ms, .. } => Some(left_ms),
                _ => None,
            };
            if let (Some(before), Some(left_ms)) = (before, left_ms) {
                let most = (before / 3).max(SMALL_STEP_MS);
                assert!(left_ms <= before + most, "{before} to {left_ms} at {into_ms}");
                assert!(left_ms + most + interval_ms >= before, "{before} to {left_ms} at {into_ms}");
            }
            before = left_ms;
            let done = self.ends_ms.iter().filter(|&&end_ms| end_ms <= into_ms).count();
            check(done as f64 / self.ends_ms.len() as f64, estimate, self.end_ms() - into_ms);
        }
    }

    /// From `from` (a share done) on, every estimate is a time within `least` to `most` of the truth, or within 10 s of it.
    fn assert_within(&self, start_ms: u64, interval_ms: u64, from: f64, least: f64, most: f64) {
        let mut checked = 0;
        self.watch(start_ms, interval_ms, |done, estimate, truth_ms| {
            if done < from || (start_ms > 0 && checked == 0 && estimate == Estimate::Unknown) {
                return;
            }
            checked += 1;
            let Estimate::Left { left_ms, .. } = estimate else {
                panic!("{estimate:?} at {done:.2}, {truth_ms} ms before the end");
            };
            let (ratio, off_ms) = (left_ms as f64 / truth_ms as f64, left_ms.abs_diff(truth_ms));
            assert!(
                off_ms <= 10_000 || (least..=most).contains(&ratio),
                "{left_ms} for {truth_ms} ms at {done:.2}: {ratio:.2}"
            );
        });
        assert!(checked > 3, "{checked}");
    }
}

/// A number in 0..1 for each index, the same in every run of the test.
fn random(index: u64) -> f64 {
    let z = (index.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (z ^ (z >> 31)) as f64 / u64::MAX as f64
}

/// `count` subtasks, the nth of which takes `gap(share done, n)` milliseconds after the one before.
fn run(count: u64, tells_ends: bool, gap: impl Fn(f64, u64) -> f64) -> Run {
    let mut at_ms = 0.0;
    let ends_ms = (0..count).map(|index| {
        at_ms += gap(index as f64 / count as f64, index);
        at_ms as u64
    });
    Run { ends_ms: ends_ms.collect(), tells_ends }
}

#[test]
fn a_constant_pace_is_told_within_a_quarter_from_a_tenth_on() {
    for tells_ends in [true, false] {
        for (count, gap_ms, interval_ms) in [
            (240, 750.0, 5_000),
            (240, 750.0, 2_000),
            (1_000, 3_600.0, 5_000),
            (5_000, 120.0, 5_000),
            (100, 6_000.0, 30_000),
        ] {
            let even = run(count, tells_ends, |_, _| gap_ms);
            even.assert_within(0, interval_ms, 0.1, 0.75, 1.25);
            let uneven = run(count, tells_ends, |_, index| gap_ms * (0.5 + random(index)));
            uneven.assert_within(0, interval_ms, 0.1, 0.75, 1.25);
        }
    }
}

/// Fourteen at a time, each as long as chance has it: how `pcb-demo` goes.
fn slots(count: u64, least_ms: u64, most_ms: u64) -> Run {
    let mut free_at_ms = [0_u64; 14];
    let mut ends_ms: Vec<u64> = (0..count)
        .map(|index| {
            let slot = (0..free_at_ms.len()).min_by_key(|&slot| free_at_ms[slot]).unwrap();
            free_at_ms[slot] += least_ms + (random(index) * (most_ms - least_ms) as f64) as u64;
            free_at_ms[slot]
        })
        .collect();
    ends_ms.sort_unstable();
    Run { ends_ms, tells_ends: true }
}

#[test]
fn a_few_at_a_time_is_a_constant_pace_too() {
    slots(240, 6_000, 14_000).assert_within(0, 5_000, 0.1, 0.75, 1.25);
    slots(240, 6_000, 14_000).assert_within(0, 2_000, 0.1, 0.75, 1.25);
    slots(1_000, 30_000, 40_000).assert_within(0, 5_000, 0.1, 0.75, 1.25);
}

#[test]
fn a_page_that_is_opened_midway_knows_at_once() {
    let even = run(1_000, true, |_, _| 1_000.0);
    even.assert_within(500_000, 5_000, 0.1, 0.75, 1.25);
    let mut estimator = Estimator::new();
    estimator.observe(&even.at(500_000), 0);
    assert!(matches!(estimator.estimate(0), Estimate::Left { per_hour: 3_500..=3_700, .. }), "{estimator:?}");
}

#[test]
fn a_slowing_pace_is_told_within_a_factor_of_two_from_three_tenths_on() {
    for tells_ends in [true, false] {
        run(600, tells_ends, |done, _| 500.0 * (1.0 + 2.0 * done)).assert_within(0, 5_000, 0.3, 0.5, 2.0);
        run(240, tells_ends, |done, _| 1_000.0 / (1.3 - done)).assert_within(0, 5_000, 0.3, 0.5, 2.0);
        run(2_000, tells_ends, |done, _| if done < 0.5 { 200.0 } else { 350.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
    }
}

#[test]
fn a_bursty_pace_is_told_within_a_factor_of_two_from_three_tenths_on() {
    for tells_ends in [true, false] {
        // 14 at once, then 20 s of nothing.
        run(560, tells_ends, |_, index| if index % 14 == 0 { 20_000.0 } else { 1.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
        // Bursts of uneven size at uneven times.
        run(900, tells_ends, |_, index| if random(index / 9) < 0.2 { 3_000.0 } else { 150.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
    }
}

#[test]
fn a_stall_is_said_within_a_minute_and_for_how_long() {
    // One a second until half is done; then nothing for ten minutes.
    for tells_ends in [true, false] {
        let stalling = run(300, tells_ends, |_, index| if index == 150 { 600_000.0 } else { 1_000.0 });
        let mut said = Vec::new();
        stalling.watch(0, 5_000, |_, estimate, truth_ms| {
            let stalled_ms = 749_000_u64.saturating_sub(truth_ms);
            if (60_000..590_000).contains(&stalled_ms) {
                assert!(matches!(estimate, Estimate::Stalled { .. }), "{estimate:?} after {stalled_ms} ms");
                said.extend(estimate.time_left(Locale::english()));
            }
        });
        assert!(said.contains(&"nothing finished for 3 min".to_owned()), "{said:?}");
    }
}

#[test]
fn what_waits_for_a_person_and_what_has_ended_are_not_waited_for() {
    let mut task = run(100, false, |_, _| 1_000.0).at(50_000);
    assert_eq!(progress(&task), (50, 50));
    task.total_count = Some(49);
    assert_eq!(progress(&task), (50, 0));
    let mut estimator = Estimator::new();
    estimator.observe(&task, 0);
    assert_eq!(estimator.estimate(0), Estimate::Unknown);
    task.status = BatchStatus::Completed;
    estimator.observe(&task, 5_000);
    assert_eq!(estimator.estimate(5_000), Estimate::Unknown);
}

#[test]
fn between_polls_it_counts_down_and_without_polls_it_goes() {
    let even = run(300, true, |_, _| 1_000.0);
    let mut estimator = Estimator::new();
    estimator.observe(&even.at(100_000), 0);
    estimator.observe(&even.at(105_000), 5_000);
    let left_ms = |at_ms| match estimator.estimate(at_ms) {
        Estimate::Left { left_ms, .. } => Some(left_ms),
        _ => None,
    };
    assert_eq!(left_ms(15_000), left_ms(5_000).map(|left_ms| left_ms - 10_000));
    assert_eq!(left_ms(66_000), None, "no poll for a minute");
    // A hidden page: its long gap is no stall.
    estimator.observe(&even.at(250_000), 150_000);
    assert!(
        matches!(estimator.estimate(150_000), Estimate::Left { left_ms: 40_000..60_000, .. }),
        "{estimator:?}"
    );
}

#[test]
fn a_batch_that_begins_again_begins_anew() {
    let even = run(300, false, |_, _| 1_000.0);
    let mut estimator = Estimator::new();
    for into_ms in (0..200_000).step_by(5_000) {
        estimator.observe(&even.at(into_ms), into_ms);
    }
    assert!(matches!(estimator.estimate(195_000), Estimate::Left { .. }));
    estimator.observe(&even.at(0), 200_000);
    assert_eq!(estimator.estimate(200_000), Estimate::Unknown);
}
