//! The JSON of a body without its rows.

use std::ops::Range;

use crate::model::{SubTasks, SubTasksBuilder};

/// A well-formed body, or the beginning of one, whose rows are stored separately.
pub(super) struct Outline {
    /// The JSON around the rows. Each array named `SubTasks` contains its index in place of its rows.
    pub(super) json: String,
    pub(super) rows: SubTasks,
    /// The rows of each array.
    pub(super) arrays: Vec<Range<usize>>,
}

impl Outline {
    /// Returns the rows of the array with this index.
    #[inline]
    pub(super) fn rows(&self, array: usize) -> SubTasks {
        self.arrays
            .get(array)
            .map_or_else(SubTasks::default, |rows| SubTasksBuilder::slice(&self.rows, rows.clone()))
    }
}
