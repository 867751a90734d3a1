//! Which rows have a lane.

use crate::model::{StatusBucket, SubTasks};

/// The most rows that are drawn.
pub const MAX_LANES: usize = 300;

/// The rows that have a lane, and how many have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneRows {
    /// The numbers of the rows, from top to bottom.
    pub rows: Vec<u32>,
    /// How many rows have begun, drawn or not.
    pub begun: u32,
    /// How many rows have not begun. They have nothing to draw.
    pub not_begun: u32,
}

impl LaneRows {
    /// Selects from `rows`, in their order: those that have begun. Of more than [`MAX_LANES`], failed ones come first, then those
    /// that need attention.
    pub fn of(sub_tasks: &SubTasks, rows: &[u32]) -> Self {
        let bucket = |row: &u32| sub_tasks.bucket(*row as usize);
        let has_begun = |row: &u32| {
            bucket(row) != Some(StatusBucket::Waiting)
                || sub_tasks.task_begin(*row as usize).is_some()
                || sub_tasks.task_end(*row as usize).is_some()
        };
        let mut begun: Vec<u32> = rows.iter().copied().filter(has_begun).collect();
        let count = begun.len();
        if count > MAX_LANES {
            // The sort is stable.
            begun.sort_by_key(|row| match bucket(row) {
                Some(StatusBucket::Failed) => 0,
                Some(StatusBucket::Attention) => 1,
                _ => 2,
            });
            begun.truncate(MAX_LANES);
        }
        Self { rows: begun, begun: count as u32, not_begun: (rows.len() - count) as u32 }
    }
}
