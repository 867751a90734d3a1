//! Compares estimates with the actual time left in simulated runs.

use super::*;
use crate::i18n::Locale;
use crate::model::{ApiTime, BatchStatus, SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data;
use crate::timestamp::Timestamp;

/// The server's clock at the start of a run, and the viewer's monotonic clock.
const SERVER_MS: i64 = 1_779_986_300_000;
const VIEWER_MS: u64 = 12_345;

/// A batch whose subtasks end at these times, in milliseconds from its start, sorted.
struct Run {
    ends_ms: Vec<u64>,
    /// Whether responses contain `TaskEnd`.
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
            // The API's times have a resolution of one second.
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

    /// Polls every `interval_ms` from `from_ms` on, and calls `check(share done, estimate, actual time left in ms)`.
    /// Estimates must not jump.
    fn poll(&self, from_ms: u64, interval_ms: u64, mut check: impl FnMut(f64, Estimate, u64)) {
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
                let max = (before / 3).max(SMALL_STEP_MS);
                assert!(left_ms <= before + max, "{before} to {left_ms} at {into_ms}");
                assert!(left_ms + max + interval_ms >= before, "{before} to {left_ms} at {into_ms}");
            }
            before = left_ms;
            let done = self.ends_ms.iter().filter(|&&end_ms| end_ms <= into_ms).count();
            check(done as f64 / self.ends_ms.len() as f64, estimate, self.end_ms() - into_ms);
        }
    }

    /// Checks that every estimate from the share `from` on is within `min_ratio` to `max_ratio` of the actual time left, or within
    /// 10 s of it.
    fn assert_within(&self, start_ms: u64, interval_ms: u64, from: f64, min_ratio: f64, max_ratio: f64) {
        let mut checked = 0;
        self.poll(start_ms, interval_ms, |done, estimate, actual_ms| {
            if done < from || (start_ms > 0 && checked == 0 && estimate == Estimate::Unknown) {
                return;
            }
            checked += 1;
            let Estimate::Left { left_ms, .. } = estimate else {
                panic!("{estimate:?} at {done:.2}, {actual_ms} ms before the end");
            };
            let (ratio, off_ms) = (left_ms as f64 / actual_ms as f64, left_ms.abs_diff(actual_ms));
            assert!(
                off_ms <= 10_000 || (min_ratio..=max_ratio).contains(&ratio),
                "{left_ms} for {actual_ms} ms at {done:.2}: {ratio:.2}"
            );
        });
        assert!(checked > 3, "{checked}");
    }
}

/// Returns a number in 0..1 for each index, the same in every run of the test.
fn random(index: u64) -> f64 {
    let z = (index.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (z ^ (z >> 31)) as f64 / u64::MAX as f64
}

/// Returns a run of `count` subtasks; number n ends `gap(share done, n)` milliseconds after the previous one.
fn run(count: u64, tells_ends: bool, gap: impl Fn(f64, u64) -> f64) -> Run {
    let mut at_ms = 0.0;
    let ends_ms = (0..count).map(|index| {
        at_ms += gap(index as f64 / count as f64, index);
        at_ms as u64
    });
    Run { ends_ms: ends_ms.collect(), tells_ends }
}

#[test]
fn a_constant_rate_is_estimated_within_a_quarter_from_a_tenth_on() {
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

/// Fourteen subtasks run at the same time, each for a random time, as in `pcb-demo`.
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
fn a_few_at_a_time_is_a_constant_rate_too() {
    slots(240, 6_000, 14_000).assert_within(0, 5_000, 0.1, 0.75, 1.25);
    slots(240, 6_000, 14_000).assert_within(0, 2_000, 0.1, 0.75, 1.25);
    slots(1_000, 30_000, 40_000).assert_within(0, 5_000, 0.1, 0.75, 1.25);
}

#[test]
fn a_page_opened_midway_has_an_estimate_immediately() {
    let even = run(1_000, true, |_, _| 1_000.0);
    even.assert_within(500_000, 5_000, 0.1, 0.75, 1.25);
    let mut estimator = Estimator::new();
    estimator.observe(&even.at(500_000), 0);
    assert!(matches!(estimator.estimate(0), Estimate::Left { per_hour: 3_500..=3_700, .. }), "{estimator:?}");
}

#[test]
fn a_decreasing_rate_is_estimated_within_a_factor_of_two_from_three_tenths_on() {
    for tells_ends in [true, false] {
        run(600, tells_ends, |done, _| 500.0 * (1.0 + 2.0 * done)).assert_within(0, 5_000, 0.3, 0.5, 2.0);
        run(240, tells_ends, |done, _| 1_000.0 / (1.3 - done)).assert_within(0, 5_000, 0.3, 0.5, 2.0);
        run(2_000, tells_ends, |done, _| if done < 0.5 { 200.0 } else { 350.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
    }
}

#[test]
fn a_bursty_rate_is_estimated_within_a_factor_of_two_from_three_tenths_on() {
    for tells_ends in [true, false] {
        // 14 at once, then 20 s of nothing.
        run(560, tells_ends, |_, index| if index % 14 == 0 { 20_000.0 } else { 1.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
        // Bursts of different sizes at irregular times.
        run(900, tells_ends, |_, index| if random(index / 9) < 0.2 { 3_000.0 } else { 150.0 })
            .assert_within(0, 5_000, 0.3, 0.5, 2.0);
    }
}

#[test]
fn a_stall_is_reported_within_a_minute_with_its_duration() {
    // One per second until half are done, then nothing for ten minutes.
    for tells_ends in [true, false] {
        let stalling = run(300, tells_ends, |_, index| if index == 150 { 600_000.0 } else { 1_000.0 });
        let mut texts = Vec::new();
        stalling.poll(0, 5_000, |_, estimate, actual_ms| {
            let stalled_ms = 749_000_u64.saturating_sub(actual_ms);
            if (60_000..590_000).contains(&stalled_ms) {
                assert!(matches!(estimate, Estimate::Stalled { .. }), "{estimate:?} after {stalled_ms} ms");
                texts.extend(estimate.time_left(Locale::english()));
            }
        });
        assert!(texts.contains(&"nothing finished for 3 min".to_owned()), "{texts:?}");
    }
}

#[test]
fn subtasks_that_need_a_person_are_not_part_of_the_time_left() {
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
fn it_counts_down_between_polls_and_disappears_without_polls() {
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
    // After a hidden page, the gap does not count as a stall.
    estimator.observe(&even.at(250_000), 150_000);
    assert!(
        matches!(estimator.estimate(150_000), Estimate::Left { left_ms: 40_000..60_000, .. }),
        "{estimator:?}"
    );
}

#[test]
fn a_restarted_batch_resets_the_estimate() {
    let even = run(300, false, |_, _| 1_000.0);
    let mut estimator = Estimator::new();
    for into_ms in (0..200_000).step_by(5_000) {
        estimator.observe(&even.at(into_ms), into_ms);
    }
    assert!(matches!(estimator.estimate(195_000), Estimate::Left { .. }));
    estimator.observe(&even.at(0), 200_000);
    assert_eq!(estimator.estimate(200_000), Estimate::Unknown);
}
