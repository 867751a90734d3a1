//! The time span of the timeline, and how times map to pixels.

use crate::timestamp::Timestamp;

/// The time span from the left edge to the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The time at x = 0.
    pub begin: Timestamp,
    /// The time at x = `width_px`; later than `begin`.
    pub end: Timestamp,
}

impl Span {
    /// Returns the x of `at` in a drawing of `width_px`, in px. Times outside the span are clamped to its edges.
    pub(super) fn x(self, width_px: i32, at: Timestamp) -> i32 {
        let (begin_ms, end_ms) = (self.begin.unix_ms(), self.end.unix_ms());
        let into_ms = at.unix_ms().clamp(begin_ms, end_ms) - begin_ms;
        // The rounding of floats is far less than a pixel.
        (into_ms as f64 * f64::from(width_px) / (end_ms - begin_ms) as f64) as i32
    }
}
