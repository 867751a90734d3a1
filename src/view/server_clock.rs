//! Estimates the difference between the viewer's clock and the server's, so that elapsed times and the timeline are right
//! even if the viewer's clock is wrong.
//!
//! If the `Date` header is readable, `poll` has computed the difference. Otherwise two bounds are used: no time in a response is
//! in the server's future, and a time that is new in a response is later than the previous response.

use crate::model::BatchTask;
use crate::timestamp::Timestamp;

/// Smaller differences are ignored without a `Date`: they come from a slow network or a cache, in milliseconds.
const TOLERANCE_MS: i64 = 60_000;
/// Times further from the viewer's clock than this are ignored, in milliseconds.
const MAX_DISTANCE_MS: u64 = 26 * 3_600_000;
/// How long a cache may have held a response, or how late a change may be reported, in milliseconds.
const DELAY_MS: i64 = 30_000;

/// The bounds of the difference (server minus viewer), from poll to poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    date_offset_ms: Option<i64>,
    min_offset_ms: Option<i64>,
    max_offset_ms: Option<i64>,
    /// The latest time in the last response, and when that was received, in Unix milliseconds.
    last: Option<(i64, i64)>,
}

impl ServerClock {
    /// Creates an estimate without a difference.
    pub fn new() -> Self {
        Self::default()
    }

    /// Evaluates a response received at `now_ms` (Unix milliseconds by the viewer's clock) and the difference that follows from
    /// `Date`, if that is readable.
    pub fn observe(&mut self, task: &BatchTask, now_ms: u64, date_offset_ms: Option<i64>) {
        let now_ms = signed(now_ms);
        if date_offset_ms.is_some() {
            self.date_offset_ms = date_offset_ms;
            return;
        }
        let Some(latest_ms) = latest_ms(task, now_ms) else { return };
        let min_offset_ms = latest_ms - now_ms;
        self.min_offset_ms =
            Some(self.min_offset_ms.map_or(min_offset_ms, |before| before.max(min_offset_ms)));
        if let Some((before_ms, before_now_ms)) = self.last
            && latest_ms > before_ms
        {
            let max_offset_ms = latest_ms - before_now_ms + DELAY_MS;
            self.max_offset_ms =
                Some(self.max_offset_ms.map_or(max_offset_ms, |before| before.min(max_offset_ms)));
        }
        self.last = Some((latest_ms, now_ms));
    }

    /// Returns the server's time minus the viewer's, in milliseconds; 0 if unknown or small.
    pub fn offset_ms(&self) -> i64 {
        let offset_ms = match (self.date_offset_ms, self.min_offset_ms, self.max_offset_ms) {
            (Some(date_offset_ms), ..) => return date_offset_ms,
            // The bounds contradict each other.
            (None, Some(min_offset_ms), Some(max_offset_ms)) if min_offset_ms > max_offset_ms => 0,
            (None, Some(min_offset_ms), _) if min_offset_ms > 0 => min_offset_ms,
            (None, _, Some(max_offset_ms)) if max_offset_ms < 0 => max_offset_ms,
            _ => 0,
        };
        if offset_ms.abs() < TOLERANCE_MS { 0 } else { offset_ms }
    }

    /// Returns the server's time when the viewer's clock shows `now_ms` (both Unix milliseconds).
    pub fn now_ms(&self, now_ms: u64) -> u64 {
        u64::try_from(signed(now_ms).saturating_add(self.offset_ms())).unwrap_or(0)
    }
}

/// Returns the latest time in the response that is not too far from the viewer's clock.
fn latest_ms(task: &BatchTask, now_ms: i64) -> Option<i64> {
    let mut latest = None;
    let mut consider = |at: Option<Timestamp>| {
        if at > latest && at.is_some_and(|at| is_plausible(at, now_ms)) {
            latest = at;
        }
    };
    consider(task.task_begin.timestamp());
    task.sub_tasks.for_each_span(&mut |_, begin, end| {
        consider(begin);
        consider(end);
    });
    latest.map(Timestamp::unix_ms)
}

fn is_plausible(at: Timestamp, now_ms: i64) -> bool {
    at.unix_ms().abs_diff(now_ms) <= MAX_DISTANCE_MS
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasksBuilder};
    use crate::test_data;

    const SERVER_MS: i64 = 1_779_986_300_000;
    const HOUR_MS: i64 = 3_600_000;

    /// A response in which subtasks have ended this many seconds after the start.
    fn task(ends_s: &[i64]) -> BatchTask {
        let at = |seconds: i64| ApiTime::At(Timestamp::from_unix_ms(SERVER_MS + seconds * 1_000));
        let mut builder = SubTasksBuilder::new();
        for &end_s in ends_s {
            builder.push(&SubTask {
                task_id: "",
                instance_id: "",
                status: SubTaskStatus::Completed,
                task_begin: at(0),
                task_end: at(end_s),
                error_msg: "",
            });
        }
        BatchTask {
            task_begin: ApiTime::At(Timestamp::from_unix_ms(SERVER_MS)),
            sub_tasks: builder.finish(),
            ..test_data::empty_task()
        }
    }

    /// Polls every 5 s a batch whose subtasks end every 3 s, with a viewer's clock that is wrong by `wrong_ms`.
    fn after_polls(wrong_ms: i64, polls: i64) -> (ServerClock, i64) {
        let mut clock = ServerClock::new();
        let mut now_ms = 0;
        for poll in 1..=polls {
            now_ms = SERVER_MS + 600_000 + poll * 5_000 + wrong_ms;
            let ends: Vec<i64> = (1..).map(|end| end * 3).take_while(|&end| end <= 600 + poll * 5).collect();
            clock.observe(&task(&ends), now_ms as u64, None);
        }
        (clock, clock.now_ms(now_ms as u64) as i64 - (now_ms - wrong_ms))
    }

    #[test]
    fn a_correct_clock_is_not_corrected() {
        for wrong_ms in [0, 5_000, -5_000, 50_000, -50_000] {
            assert_eq!(after_polls(wrong_ms, 20).0.offset_ms(), 0, "{wrong_ms}");
        }
    }

    #[test]
    fn a_clock_that_is_an_hour_wrong_is_corrected() {
        // A slow clock is noticed in the first response, a fast one with the first change.
        for (wrong_ms, polls) in
            [(-HOUR_MS, 1), (-HOUR_MS, 20), (HOUR_MS, 3), (HOUR_MS, 20), (8 * HOUR_MS, 3)]
        {
            let (clock, off_ms) = after_polls(wrong_ms, polls);
            assert!(off_ms.abs() < 40_000, "{wrong_ms} after {polls} polls: {off_ms}, {clock:?}");
        }
    }

    #[test]
    fn the_date_header_decides() {
        let mut clock = ServerClock::new();
        let now_ms = (SERVER_MS + HOUR_MS) as u64;
        for offset_ms in [-HOUR_MS, 0, 30_000] {
            clock.observe(&task(&[]), now_ms, Some(offset_ms));
            assert_eq!(
                (clock.offset_ms(), clock.now_ms(now_ms)),
                (offset_ms, now_ms.saturating_add_signed(offset_ms))
            );
        }
    }

    #[test]
    fn implausible_times_are_ignored() {
        let mut clock = ServerClock::new();
        let now_ms = SERVER_MS as u64;
        clock.observe(&task(&[90_000_000, -90_000_000]), now_ms, None);
        assert_eq!(clock.offset_ms(), 0);
        // Old times that appear one by one, as if they were new.
        let mut clock = ServerClock::new();
        for poll in 0..100 {
            clock.observe(&task(&[poll + 1]), now_ms + 600_000 + poll as u64 * 5_000, None);
        }
        assert_eq!(clock.offset_ms(), 0, "{clock:?}");
    }
}
