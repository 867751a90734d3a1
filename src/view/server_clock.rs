//! How far the viewer's clock is from the server's, so that "elapsed" and the timeline's now make sense on a machine whose
//! clock is wrong.
//!
//! It owns the estimate: from the answer's `Date` header where that can be read, else from what is sure, that nothing in
//! an answer lies in the server's future, and that what is new in it lies after the answer before. It has no clock.

use crate::model::BatchTask;
use crate::timestamp::Timestamp;

/// A difference below this is a slow line or a cache, and not a wrong clock.
const TOLERANCE_MS: i64 = 60_000;
/// A time further from the viewer's clock says nothing about it.
const MAX_DISTANCE_MS: u64 = 26 * 3_600_000;
/// For so long an answer may have lain in a cache, or a change may have gone unreported.
const DELAY_MS: i64 = 30_000;

/// What is known of the difference, from poll to poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    date_offset_ms: Option<i64>,
    min_offset_ms: Option<i64>,
    max_offset_ms: Option<i64>,
    /// The latest time in the last answer, and when that came, by the viewer's clock.
    last: Option<(i64, i64)>,
}

impl ServerClock {
    /// Nothing known: no difference.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an answer that came at `now_ms` (Unix milliseconds by the viewer's clock) and its `Date`, if that could be read.
    pub fn observe(&mut self, task: &BatchTask, now_ms: u64, date: Option<Timestamp>) {
        let now_ms = signed(now_ms);
        if let Some(date) = date {
            self.date_offset_ms = Some(date.unix_ms() - now_ms);
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

    /// What is added to the viewer's clock for the server's, in milliseconds; 0 while nothing speaks against it.
    pub fn offset_ms(&self) -> i64 {
        let offset_ms = match (self.date_offset_ms, self.min_offset_ms, self.max_offset_ms) {
            (Some(date_offset_ms), ..) => date_offset_ms,
            // What contradicts itself says nothing.
            (None, Some(min_offset_ms), Some(max_offset_ms)) if min_offset_ms > max_offset_ms => 0,
            (None, Some(min_offset_ms), _) if min_offset_ms > 0 => min_offset_ms,
            (None, _, Some(max_offset_ms)) if max_offset_ms < 0 => max_offset_ms,
            _ => 0,
        };
        if offset_ms.abs() < TOLERANCE_MS { 0 } else { offset_ms }
    }

    /// The server's time when the viewer's clock shows `now_ms` (both Unix milliseconds).
    pub fn now_ms(&self, now_ms: u64) -> u64 {
        u64::try_from(signed(now_ms).saturating_add(self.offset_ms())).unwrap_or(0)
    }
}

/// The latest time in the answer that is within reach of the viewer's clock.
fn latest_ms(task: &BatchTask, now_ms: i64) -> Option<i64> {
    let mut latest = None;
    let mut consider = |at: Option<Timestamp>| {
        if at > latest && at.is_some_and(|at| is_near(at, now_ms)) {
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

fn is_near(at: Timestamp, now_ms: i64) -> bool {
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

    /// An answer in which these seconds after the begin are the ends.
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

    /// Polls every 5 s of a batch whose subtasks end each 3 s, by a viewer whose clock is off by `wrong_ms`.
    fn watched(wrong_ms: i64, polls: i64) -> (ServerClock, i64) {
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
    fn a_clock_that_is_right_is_left_alone() {
        for wrong_ms in [0, 5_000, -5_000, 50_000, -50_000] {
            assert_eq!(watched(wrong_ms, 20).0.offset_ms(), 0, "{wrong_ms}");
        }
    }

    #[test]
    fn a_clock_that_is_an_hour_off_is_put_right() {
        // Behind: seen at once. Ahead: seen with the first change.
        for (wrong_ms, polls) in
            [(-HOUR_MS, 1), (-HOUR_MS, 20), (HOUR_MS, 3), (HOUR_MS, 20), (8 * HOUR_MS, 3)]
        {
            let (clock, off_ms) = watched(wrong_ms, polls);
            assert!(off_ms.abs() < 40_000, "{wrong_ms} after {polls} polls: {off_ms}, {clock:?}");
        }
    }

    #[test]
    fn the_date_of_the_answer_settles_it() {
        let mut clock = ServerClock::new();
        let now_ms = (SERVER_MS + HOUR_MS) as u64;
        clock.observe(&task(&[]), now_ms, Some(Timestamp::from_unix_ms(SERVER_MS)));
        assert_eq!((clock.offset_ms(), clock.now_ms(now_ms)), (-HOUR_MS, SERVER_MS as u64));
        clock.observe(&task(&[]), now_ms, Some(Timestamp::from_unix_ms(SERVER_MS + HOUR_MS - 2_000)));
        assert_eq!(clock.offset_ms(), 0);
    }

    #[test]
    fn times_that_make_no_sense_say_nothing() {
        let mut clock = ServerClock::new();
        let now_ms = SERVER_MS as u64;
        clock.observe(&task(&[90_000_000, -90_000_000]), now_ms, None);
        assert_eq!(clock.offset_ms(), 0);
        // Old ends that turn up one by one, as if they were new.
        let mut clock = ServerClock::new();
        for poll in 0..100 {
            clock.observe(&task(&[poll + 1]), now_ms + 600_000 + poll as u64 * 5_000, None);
        }
        assert_eq!(clock.offset_ms(), 0, "{clock:?}");
    }
}
