//! When each subtask ran, as geometry: lanes, bars, marks, ticks and the now-line, in whole pixels.
//!
//! It owns where things are and which is under a point or a key. How they look, and every word, is the component's; it
//! knows neither DOM nor clock. Times are the server's (`server_clock` gives its now).
//!
//! Rows make lanes in the table's order and filter. What a lane shows is told by its shape as well as by its status:
//!
//! | row | shape |
//! | --- | --- |
//! | has begin and end | [`Shape::Bar`] |
//! | has a begin and goes on (running, paused, blocked, by hand …) | [`Shape::Open`], to now |
//! | has only one time and has ended, or ends before it begins | [`Shape::Point`] |
//! | has neither | [`Shape::Empty`] |

mod span;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod ticks;

pub use self::span::Span;
pub use self::ticks::{Tick, ticks};
use crate::model::{ApiTime, StatusBucket, SubTask, SubTasks};
use crate::timestamp::{MINUTE_MS, Timestamp};

/// The most rows that are drawn.
pub const MAX_LANES: usize = 300;
/// The height of a lane: enough to be hit.
pub const LANE_PX: i32 = 24;
/// The least width of a bar, in px, so that it can be seen and hit.
pub const MIN_PX: i32 = 3;

/// What a lane shows; x in px from the left edge, within 0 to `width_px`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// From begin to end, at least [`LEAST_PX`] wide.
    Bar {
        /// Left edge.
        x: i32,
        /// Width.
        width: i32,
    },
    /// From begin to now, open at its right end; at least [`LEAST_PX`] wide.
    Open {
        /// Left edge.
        x: i32,
        /// Width.
        width: i32,
    },
    /// A moment.
    Point {
        /// Where.
        x: i32,
    },
    /// No time is known, or none in the span.
    Empty,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The row's number.
    pub row: u32,
    /// What it counts as.
    pub bucket: StatusBucket,
    /// What is drawn.
    pub shape: Shape,
}

/// All that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// From when to when; `None` if no row has a time.
    pub span: Option<Span>,
    /// From top to bottom, each [`LANE_PX`] high.
    pub lanes: Vec<Lane>,
    /// How many rows are left out.
    pub omitted: u32,
    /// Round times along the span.
    pub ticks: Vec<Tick>,
    /// Where now is, if the span holds it.
    pub now_x: Option<i32>,
}

/// Which way a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The lane above (arrow up).
    Previous,
    /// The lane below (arrow down).
    Next,
    /// The first lane (Home).
    First,
    /// The last lane (End).
    Last,
}

impl Step {
    /// The lane of `lanes` that it leads to from `current`; the ends are ends. `None` without lanes.
    pub fn from(self, current: Option<usize>, lanes: usize) -> Option<usize> {
        let last = lanes.checked_sub(1)?;
        Some(match (self, current) {
            (Self::First, _) | (Self::Next, None) => 0,
            (Self::Last, _) | (Self::Previous, None) => last,
            (Self::Previous, Some(lane)) => lane.saturating_sub(1).min(last),
            (Self::Next, Some(lane)) => lane.saturating_add(1).min(last),
        })
    }

    /// The step of a key, by the key's name.
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
    /// The timeline of the first [`MOST_LANES`] of `rows`, in a drawing of `width_px` (at least 1).
    ///
    /// `now` is the server's time while the batch runs, and `None` once it has ended: then nothing goes on. Ticks are round by
    /// a clock that is so many minutes ahead of UTC as `offset_min` gives for the left edge.
    pub fn of(
        sub_tasks: &SubTasks,
        rows: &[u32],
        now: Option<Timestamp>,
        width_px: i32,
        offset_min: impl FnOnce(Timestamp) -> i32,
    ) -> Self {
        let (shown, omitted) = rows.split_at(rows.len().min(MAX_LANES));
        let listed: Vec<(u32, SubTask<'_>)> =
            shown.iter().filter_map(|&row| Some((row, sub_tasks.get(row as usize)?))).collect();
        let width_px = width_px.max(1);
        let span = span(&listed, now);
        let scale = span.map(|span| Scale { span, width_px });
        let mut lanes = Vec::with_capacity(listed.len());
        for (row, sub_task) in &listed {
            let shape = scale.map_or(Shape::Empty, |scale| scale.shape(sub_task, now));
            lanes.push(Lane { row: *row, bucket: sub_task.status.bucket(), shape });
        }
        let mut timeline =
            Self { span, lanes, omitted: omitted.len() as u32, ticks: Vec::new(), now_x: None };
        if let Some(scale) = scale {
            let begin = scale.span.begin;
            timeline.ticks = ticks(scale.span, width_px, i64::from(offset_min(begin)) * MINUTE_MS);
            timeline.now_x = now.filter(|now| *now >= begin).map(|now| scale.x(now));
        }
        timeline
    }
}

/// Which of `lanes` is at that height: whatever is in it, so that a pointer need not hit a thin bar.
pub fn lane_at(y_px: i32, lanes: usize) -> Option<usize> {
    let lane = usize::try_from(y_px.div_euclid(LANE_PX)).ok()?;
    (lane < lanes).then_some(lane)
}

/// The top of a lane.
pub fn top_px(lane: usize) -> i32 {
    i32::try_from(lane).unwrap_or(0).saturating_mul(LANE_PX)
}

/// From the first time to the last, and to now if that is later.
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
    // A moment is given a second, to have a width.
    let end = if end > begin { end } else { Timestamp::from_unix_ms(begin.unix_ms() + 1_000) };
    Some(Span { begin, end })
}

#[derive(Clone, Copy)]
struct Scale {
    span: Span,
    width_px: i32,
}

impl Scale {
    /// Where a time is, clamped to the drawing.
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

    /// Left edge and width, wide enough to be seen and within the drawing.
    fn bar(self, begin: Timestamp, end: Timestamp) -> (i32, i32) {
        let (left, right) = (self.x(begin), self.x(end));
        let width = (right - left).max(MIN_PX.min(self.width_px));
        (left.min(self.width_px - width), width)
    }
}
