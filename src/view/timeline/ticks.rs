//! Round times for the axis of the timeline.

use super::span::Span;
use crate::timestamp::{DAY_MS, SECOND_MS, Timestamp};

/// The minimum distance between two ticks, in px: a label `16:38:20` and some space.
const MIN_ROOM_PX: i64 = 88;
/// The same if a label contains the day: `29 de mai. 16:38:20`.
const MIN_DAY_ROOM_PX: i64 = 148;

/// A round time and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The time.
    pub at: Timestamp,
    /// Its position, in px from the left edge.
    pub x: i32,
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
/// that is `ahead_ms` ahead of UTC.
pub fn ticks(span: Span, width_px: i32, ahead_ms: i64) -> Vec<Tick> {
    let (begin_ms, end_ms) = (span.begin.unix_ms() + ahead_ms, span.end.unix_ms() + ahead_ms);
    let is_one_day = begin_ms.div_euclid(DAY_MS) == end_ms.div_euclid(DAY_MS);
    let room_px = if is_one_day { MIN_ROOM_PX } else { MIN_DAY_ROOM_PX };
    let max_ticks = (i64::from(width_px) / room_px).max(1);
    let step_ms = step_ms((end_ms - begin_ms + max_ticks - 1) / max_ticks);
    let mut ticks = Vec::new();
    let mut at_ms = begin_ms - begin_ms.rem_euclid(step_ms);
    while at_ms <= end_ms {
        if at_ms >= begin_ms {
            let at = Timestamp::from_unix_ms(at_ms - ahead_ms);
            ticks.push(Tick { at, x: span.x(width_px, at) });
        }
        at_ms += step_ms;
    }
    ticks
}

/// Returns the shortest step of at least this length.
fn step_ms(min_ms: i64) -> i64 {
    for &step_s in STEPS_S {
        let step_ms = i64::from(step_s) * SECOND_MS;
        if step_ms >= min_ms {
            return step_ms;
        }
    }
    let max_ms = i64::from(MAX_S) * SECOND_MS;
    (min_ms + max_ms - 1) / max_ms * max_ms
}
