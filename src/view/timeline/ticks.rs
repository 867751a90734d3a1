//! Round times along a span. It must not know how a time is written.

use super::{Span, x_of};
use crate::timestamp::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};

/// The least room between two ticks, in px: a label `16:38:20` and some air.
const LEAST_ROOM_PX: i64 = 88;
/// The same where a label may name the day: `29 de mai. 16:38:20`.
const LEAST_DAY_ROOM_PX: i64 = 148;

/// A round time and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: Timestamp,
    /// Where, in px from the left edge.
    pub x: i32,
}

/// The steps that people count in.
const STEPS_MS: [i64; 23] = [
    SECOND_MS,
    2 * SECOND_MS,
    5 * SECOND_MS,
    10 * SECOND_MS,
    15 * SECOND_MS,
    30 * SECOND_MS,
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
    28 * DAY_MS,
    364 * DAY_MS,
];

/// The multiples of one step within `span`, as many as have room in `width_px` (at least 1), by a clock that is `ahead_ms`
/// ahead of UTC.
pub fn ticks(span: Span, width_px: i32, ahead_ms: i64) -> Vec<Tick> {
    let (begin_ms, end_ms) = (span.begin.unix_ms() + ahead_ms, span.end.unix_ms() + ahead_ms);
    let is_one_day = begin_ms.div_euclid(DAY_MS) == end_ms.div_euclid(DAY_MS);
    let room_px = if is_one_day { LEAST_ROOM_PX } else { LEAST_DAY_ROOM_PX };
    let most = (i64::from(width_px) / room_px).max(1);
    let least_ms = (end_ms - begin_ms + most - 1) / most;
    let longest_ms = STEPS_MS[STEPS_MS.len() - 1];
    let step_ms = STEPS_MS.into_iter().find(|&step_ms| step_ms >= least_ms);
    let step_ms = step_ms.unwrap_or_else(|| (least_ms + longest_ms - 1) / longest_ms * longest_ms);
    let first = begin_ms.div_euclid(step_ms) + i64::from(begin_ms.rem_euclid(step_ms) != 0);
    (first..=end_ms.div_euclid(step_ms))
        .map(|number| Timestamp::from_unix_ms(number * step_ms - ahead_ms))
        .map(|at| Tick { at, x: x_of(span, width_px, at) })
        .collect()
}
