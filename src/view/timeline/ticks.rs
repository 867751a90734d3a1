//! Round times for the axis of the timeline.

use super::span::Span;
use crate::timestamp::{DAY_MS, MINUTE_MS, SECOND_MS, Timestamp};

/// The width of a label `16:38` and some space, in px: the minimum distance between two ticks.
const ROOM_PX: i64 = 56;
/// How much wider a label with seconds is: `16:38:20`.
const SECONDS_PX: i64 = 32;
/// How much wider a label with the day is: `29 de mai. 16:38`.
const DAY_PX: i64 = 76;

/// The width of two labels `16:38:20` at the ends: the first is centred at the left edge, the last ends at the right one.
const ENDS_PX: i64 = 100;

/// A time on the axis and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The time.
    pub at: Timestamp,
    /// Its position, in px from the left edge.
    pub x: i32,
    /// Whether its label has seconds; without, they are 0.
    pub has_seconds: bool,
}

/// The steps that look round, in seconds.
const STEPS_S: &[u32] = &[
    1,
    2,
    5,
    10,
    15,
    30,
    MINUTE_S,
    2 * MINUTE_S,
    5 * MINUTE_S,
    10 * MINUTE_S,
    15 * MINUTE_S,
    30 * MINUTE_S,
    HOUR_S,
    2 * HOUR_S,
    3 * HOUR_S,
    6 * HOUR_S,
    12 * HOUR_S,
    DAY_S,
    2 * DAY_S,
    7 * DAY_S,
    14 * DAY_S,
    28 * DAY_S,
    MAX_S,
];
const MINUTE_S: u32 = 60;
const HOUR_S: u32 = 60 * MINUTE_S;
const DAY_S: u32 = 24 * HOUR_S;
/// Longer steps are multiples of this one.
const MAX_S: u32 = 364 * DAY_S;

/// Returns the multiples of one step within `span`, as many as fit in `width_px` (at least 1). They are round in a zone
/// that is `ahead_ms` ahead of UTC. If there are fewer than two, returns the ends of the span.
pub fn ticks(span: Span, width_px: i32, ahead_ms: i64) -> Vec<Tick> {
    let (begin_ms, end_ms) = (span.begin.unix_ms() + ahead_ms, span.end.unix_ms() + ahead_ms);
    let is_one_day = begin_ms.div_euclid(DAY_MS) == end_ms.div_euclid(DAY_MS);
    let day_px = if is_one_day { 0 } else { DAY_PX };
    let min_ms = |room_px: i64| {
        let max_ticks = (i64::from(width_px) / (room_px + day_px)).max(1);
        (end_ms - begin_ms + max_ticks - 1) / max_ticks
    };
    let step_ms = step_ms(min_ms(ROOM_PX + SECONDS_PX), min_ms(ROOM_PX));
    let has_seconds = has_seconds(step_ms);
    let mut ticks = Vec::new();
    let mut at_ms = begin_ms - begin_ms.rem_euclid(step_ms);
    while at_ms <= end_ms {
        if at_ms >= begin_ms {
            let at = Timestamp::from_unix_ms(at_ms - ahead_ms);
            ticks.push(Tick { at, x: span.x(width_px, at), has_seconds });
        }
        at_ms += step_ms;
    }
    // The first label has no day.
    if ticks.len() < 2 && i64::from(width_px) > ENDS_PX + day_px {
        let end = |at| Tick { at, x: span.x(width_px, at), has_seconds: true };
        return vec![end(span.begin), end(span.end)];
    }
    ticks
}

/// Whether the labels of multiples of this step need seconds.
const fn has_seconds(step_ms: i64) -> bool {
    step_ms % MINUTE_MS != 0
}

/// Returns the shortest step of at least `min_ms`, or of at least `short_min_ms` if its labels need no seconds.
fn step_ms(min_ms: i64, short_min_ms: i64) -> i64 {
    for &step_s in STEPS_S {
        let step_ms = i64::from(step_s) * SECOND_MS;
        if step_ms >= if has_seconds(step_ms) { min_ms } else { short_min_ms } {
            return step_ms;
        }
    }
    let max_ms = i64::from(MAX_S) * SECOND_MS;
    (short_min_ms + max_ms - 1) / max_ms * max_ms
}
