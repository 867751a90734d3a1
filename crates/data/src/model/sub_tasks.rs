//! Subtasks in packed columns: a row takes 33 bytes and its text.
//!
//! Rows are packed because two generations of them exist during a poll, and wasm memory never shrinks. Only this module and the
//! builder know the memory layout.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::api_time::ApiTime;
use super::status::{StatusBucket, StatusCounts, SubTaskStatus};
use crate::timestamp::Timestamp;

/// A row of `SubTasks`. Missing text fields are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubTask<'a> {
    /// `TaskId`: usually digits, and not always unique.
    pub task_id: &'a str,
    /// `InstanceId`, such as `pc-pz5f6mvi1p84t35d7`.
    pub instance_id: &'a str,
    /// `Status`.
    pub status: SubTaskStatus<'a>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'a>,
    /// `TaskEnd`. It may be earlier than `task_begin`.
    pub task_end: ApiTime<'a>,
    /// `ErrorMsg`. A subtask that succeeded may have one. It may contain an account ID.
    pub error_msg: &'a str,
}

/// The rows of `SubTasks`, in the order of the body. They are immutable, and clones share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubTasks(pub(super) Rc<Columns>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    // Declared in the order of comparison: the fields that change most often come first.
    pub(super) counts: StatusCounts,
    pub(super) statuses: Vec<u8>,
    pub(super) task_ends: Vec<i64>,
    pub(super) task_begins: Vec<i64>,
    /// The end of each text cell in `text`. A cell begins at the end of the previous one.
    pub(super) cell_ends: Vec<[u32; CELLS]>,
    pub(super) text: String,
    pub(super) unparsed_times: Vec<Box<str>>,
}

/// The text cells of a row: `TaskId`, `InstanceId`, `ErrorMsg`, and the `Status` if it is not one of
/// [`SubTaskStatus::KNOWN`].
pub(super) const CELLS: usize = 4;
/// The number of an absent time. The numbers between it and [`Timestamp::MIN`] are indices of unparsed times.
pub(super) const ABSENT_TIME: i64 = i64::MIN;

impl SubTasks {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.0.statuses.len()
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.statuses.is_empty()
    }

    /// Returns the row with index `row`.
    pub fn get(&self, row: usize) -> Option<SubTask<'_>> {
        let columns = &*self.0;
        let [task_id, instance_id, error_msg, status] = columns.cells(row)?;
        Some(SubTask {
            task_id: columns.cell(task_id),
            instance_id: columns.cell(instance_id),
            error_msg: columns.cell(error_msg),
            status: columns.status(row, status)?,
            task_begin: columns.time(&columns.task_begins, row)?,
            task_end: columns.time(&columns.task_ends, row)?,
        })
    }

    /// Iterates over all rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SubTask<'_>> + '_ {
        Iter { sub_tasks: self, row: 0 }
    }

    /// Returns the number of rows per status.
    pub fn counts(&self) -> StatusCounts {
        self.0.counts
    }

    /// Returns the bucket of a row. Faster than [`SubTasks::get`].
    pub fn bucket(&self, row: usize) -> Option<StatusBucket> {
        self.0.status(row, 0..0).map(SubTaskStatus::bucket)
    }

    /// Returns the indices of the rows in a bucket, in order.
    pub fn rows_in(&self, bucket: StatusBucket) -> Vec<u32> {
        self.rows_where(|other| other == bucket)
    }

    /// Returns the indices of the rows in the buckets that `is_wanted` accepts, in order.
    pub fn rows_where(&self, is_wanted: impl Fn(StatusBucket) -> bool) -> Vec<u32> {
        let mut is_in = [false; 256];
        for (byte, is_in) in (0..=u8::MAX).zip(&mut is_in) {
            *is_in = is_wanted(SubTaskStatus::bucket_of_byte(byte));
        }
        let mut rows = Vec::new();
        let statuses = (0..).zip(&self.0.statuses);
        rows.extend(statuses.filter(|(_, byte)| is_in[usize::from(**byte)]).map(|(row, _)| row));
        rows
    }

    /// Returns the `TaskId` of a row; empty if the row does not exist. Faster than [`SubTasks::get`].
    pub fn task_id(&self, row: usize) -> &str {
        self.text(row, 0)
    }

    /// Returns the `InstanceId` of a row; empty if the row does not exist.
    pub fn instance_id(&self, row: usize) -> &str {
        self.text(row, 1)
    }

    /// Returns the `ErrorMsg` of a row; empty if the row does not exist.
    pub fn error_msg(&self, row: usize) -> &str {
        self.text(row, 2)
    }

    /// Returns the `Status` of a row.
    pub fn status(&self, row: usize) -> Option<SubTaskStatus<'_>> {
        let [.., status] = self.0.cells(row)?;
        self.0.status(row, status)
    }

    /// Returns the `TaskBegin` of a row, if it was parsed.
    pub fn task_begin(&self, row: usize) -> Option<Timestamp> {
        timestamp(*self.0.task_begins.get(row)?)
    }

    /// Returns the `TaskEnd` of a row, if it was parsed.
    pub fn task_end(&self, row: usize) -> Option<Timestamp> {
        timestamp(*self.0.task_ends.get(row)?)
    }

    /// Calls `visit` for each row in order with its bucket, and its `TaskBegin` and `TaskEnd` if they were parsed. Faster than
    /// separate calls per row.
    pub fn for_each_span(&self, visit: &mut dyn FnMut(StatusBucket, Option<Timestamp>, Option<Timestamp>)) {
        let Columns { statuses, task_begins, task_ends, .. } = &*self.0;
        for ((&status, &begin), &end) in statuses.iter().zip(task_begins).zip(task_ends) {
            visit(SubTaskStatus::bucket_of_byte(status), timestamp(begin), timestamp(end));
        }
    }

    /// Returns whether both share the same memory.
    pub fn shares(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the approximate memory size of the rows, in bytes.
    pub fn heap_bytes(&self) -> usize {
        let columns = &*self.0;
        let texts: usize = columns.unparsed_times.iter().map(|text| text.len() + size_of::<Box<str>>()).sum();
        columns.text.capacity()
            + columns.cell_ends.capacity() * size_of::<[u32; CELLS]>()
            + columns.statuses.capacity()
            + (columns.task_begins.capacity() + columns.task_ends.capacity()) * size_of::<i64>()
            + texts
    }

    fn text(&self, row: usize, column: usize) -> &str {
        let cells = self.0.cells(row);
        cells.and_then(|cells| cells.get(column).cloned()).map_or("", |cell| self.0.cell(cell))
    }
}

impl Columns {
    /// Returns the positions of a row's cells in `text`.
    pub(super) fn cells(&self, row: usize) -> Option<[Range<u32>; CELLS]> {
        let [task_id, instance_id, error_msg, status] = *self.cell_ends.get(row)?;
        let before = row.checked_sub(1).and_then(|before| self.cell_ends.get(before));
        let begin = before.map_or(0, |&[.., end]| end);
        Some([begin..task_id, task_id..instance_id, instance_id..error_msg, error_msg..status])
    }

    pub(super) fn cell(&self, cell: Range<u32>) -> &str {
        self.text.get(cell.start as usize..cell.end as usize).unwrap_or_default()
    }

    fn status(&self, row: usize, text: Range<u32>) -> Option<SubTaskStatus<'_>> {
        let known = SubTaskStatus::KNOWN.get(usize::from(*self.statuses.get(row)?));
        Some(known.copied().unwrap_or_else(|| SubTaskStatus::Other(self.cell(text))))
    }

    pub(super) fn time(&self, column: &[i64], row: usize) -> Option<ApiTime<'_>> {
        let number = *column.get(row)?;
        if let Some(timestamp) = timestamp(number) {
            return Some(ApiTime::At(timestamp));
        }
        let unparsed = number.checked_sub(ABSENT_TIME + 1).and_then(|index| usize::try_from(index).ok());
        let text = unparsed.and_then(|index| self.unparsed_times.get(index));
        Some(text.map_or(ApiTime::Absent, |text| ApiTime::Unparsed(Cow::Borrowed(text))))
    }
}

/// Decodes a number of a time column.
pub(super) const fn timestamp(number: i64) -> Option<Timestamp> {
    if number >= Timestamp::MIN.unix_ms() { Some(Timestamp::from_unix_ms(number)) } else { None }
}

/// Iterates over `sub_tasks`, starting at `row`.
struct Iter<'a> {
    sub_tasks: &'a SubTasks,
    row: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = SubTask<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let sub_task = self.sub_tasks.get(self.row)?;
        self.row += 1;
        Some(sub_task)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.sub_tasks.len() - self.row;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Iter<'_> {}
