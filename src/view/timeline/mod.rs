//! The geometry of the timeline: lanes, bars, ticks and the current time, in whole pixels.
//!
//! Lanes have the table's filter and, up to a limit, its order. Times are the server's. The shape of a lane shows its state:
//!
//! | row | shape |
//! | --- | --- |
//! | has begin and end | [`Shape::Bar`] |
//! | has a begin and has not ended (running, paused, blocked, …) | [`Shape::Open`], to now |
//! | has ended and has only one time, or ends before it begins | [`Shape::Point`] |
//! | has no time | [`Shape::Empty`] |

mod lane_rows;
mod span;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod ticks;

pub use self::lane_rows::{LaneRows, MAX_LANES};
pub use self::span::Span;
pub use self::ticks::{Tick, ticks};
use crate::model::{ApiTime, StatusBucket, SubTask, SubTasks};
use crate::timestamp::{MINUTE_MS, Timestamp};

/// The height of a lane, in px: large enough to click.
pub const LANE_PX: i32 = 24;
/// The minimum width of a bar, in px, so that it can be seen and clicked.
pub const MIN_PX: i32 = 3;

/// The shape of a lane. All x are in px from the left edge, from 0 to `width_px`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// From begin to end, at least [`MIN_PX`] wide.
    Bar {
        /// The left edge.
        x: i32,
        /// The width.
        width: i32,
    },
    /// From begin to now, open at the right end; at least [`MIN_PX`] wide.
    Open {
        /// The left edge.
        x: i32,
        /// The width.
        width: i32,
    },
    /// A point in time.
    Point {
        /// Its position.
        x: i32,
    },
    /// No time is known.
    Empty,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The number of the row.
    pub row: u32,
    /// Its status group.
    pub bucket: StatusBucket,
    /// The shape that is drawn.
    pub shape: Shape,
}

/// The geometry of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// The visible time span; `None` if no row has a time.
    pub span: Option<Span>,
    /// The lanes from top to bottom, each [`LANE_PX`] high.
    pub lanes: Vec<Lane>,
    /// Times in the span, round ones if there are two or more.
    pub ticks: Vec<Tick>,
    /// The position of the current time, if it is in the span.
    pub now_x: Option<i32>,
}

/// How a key moves the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the lane above (arrow up).
    Previous,
    /// To the lane below (arrow down).
    Next,
    /// To the first lane (Home).
    First,
    /// To the last lane (End).
    Last,
}

impl Step {
    /// Returns the index of the next selected lane; `None` if there are no lanes.
    pub fn from(self, current: Option<usize>, lanes: usize) -> Option<usize> {
        let last = lanes.checked_sub(1)?;
        Some(match (self, current) {
            (Self::First, _) | (Self::Next, None) => 0,
            (Self::Last, _) | (Self::Previous, None) => last,
            (Self::Previous, Some(lane)) => lane.saturating_sub(1).min(last),
            (Self::Next, Some(lane)) => lane.saturating_add(1).min(last),
        })
    }

    /// Returns the step of a key, by the key's name.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self::Previous,
            "ArrowDown" => Self::Next,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }
}

impl Timeline {
    /// Computes the timeline of `rows`, which are those of [`LaneRows`], in a drawing of `width_px` (at least 1).
    ///
    /// `now` is the server's time while the batch runs, and `None` after its end. Ticks are at round local times;
    /// `offset_min` returns the offset from UTC at the left edge, in minutes.
    pub fn of(
        sub_tasks: &SubTasks,
        rows: &[u32],
        now: Option<Timestamp>,
        width_px: i32,
        offset_min: impl FnOnce(Timestamp) -> i32,
    ) -> Self {
        let listed: Vec<(u32, SubTask<'_>)> =
            rows.iter().filter_map(|&row| Some((row, sub_tasks.get(row as usize)?))).collect();
        let width_px = width_px.max(1);
        let span = span(&listed, now);
        let scale = span.map(|span| Scale { span, width_px });
        let mut lanes = Vec::with_capacity(listed.len());
        for (row, sub_task) in &listed {
            let shape = scale.map_or(Shape::Empty, |scale| scale.shape(sub_task, now));
            lanes.push(Lane { row: *row, bucket: sub_task.status.bucket(), shape });
        }
        let mut timeline = Self { span, lanes, ticks: Vec::new(), now_x: None };
        if let Some(scale) = scale {
            let begin = scale.span.begin;
            timeline.ticks = ticks(scale.span, width_px, i64::from(offset_min(begin)) * MINUTE_MS);
            timeline.now_x = now.filter(|now| *now >= begin).map(|now| scale.x(now));
        }
        timeline
    }
}

/// Returns the lane at this height; the pointer need not be on the bar.
pub fn lane_at(y_px: i32, lanes: usize) -> Option<usize> {
    let lane = usize::try_from(y_px.div_euclid(LANE_PX)).ok()?;
    (lane < lanes).then_some(lane)
}

/// Returns the top of a lane, in px.
pub fn top_px(lane: usize) -> i32 {
    i32::try_from(lane).unwrap_or(0).saturating_mul(LANE_PX)
}

/// Returns the span from the first time to the last one or to now, if that is later.
fn span(rows: &[(u32, SubTask<'_>)], now: Option<Timestamp>) -> Option<Span> {
    let (mut begin, mut end) = (Timestamp::MAX, Timestamp::MIN);
    for (_, row) in rows {
        for at in [&row.task_begin, &row.task_end].into_iter().filter_map(ApiTime::timestamp) {
            (begin, end) = (begin.min(at), end.max(at));
        }
    }
    if begin > end {
        return None;
    }
    let end = now.map_or(end, |now| end.max(now));
    // A single point in time gets a span of one second.
    let end = if end > begin { end } else { Timestamp::from_unix_ms(begin.unix_ms() + 1_000) };
    Some(Span { begin, end })
}

#[derive(Clone, Copy)]
struct Scale {
    span: Span,
    width_px: i32,
}

impl Scale {
    /// Returns the position of a time, clamped to the drawing.
    fn x(self, at: Timestamp) -> i32 {
        self.span.x(self.width_px, at)
    }

    fn shape(self, row: &SubTask<'_>, now: Option<Timestamp>) -> Shape {
        let is_running = !matches!(row.status.bucket(), StatusBucket::Succeeded | StatusBucket::Failed);
        match (row.task_begin.timestamp(), row.task_end.timestamp(), now) {
            (Some(begin), Some(end), _) if begin <= end => {
                let (x, width) = self.bar(begin, end);
                Shape::Bar { x, width }
            }
            (Some(begin), None, Some(now)) if is_running => {
                let (x, width) = self.bar(begin, now.max(begin));
                Shape::Open { x, width }
            }
            (Some(at), ..) | (None, Some(at), _) => Shape::Point { x: self.x(at) },
            (None, None, _) => Shape::Empty,
        }
    }

    /// Returns left edge and width, at least the minimum and within the drawing.
    fn bar(self, begin: Timestamp, end: Timestamp) -> (i32, i32) {
        let (left, right) = (self.x(begin), self.x(end));
        let width = (right - left).max(MIN_PX.min(self.width_px));
        (left.min(self.width_px - width), width)
    }
}
