//! Subtasks in packed columns.
//!
//! It owns how rows are laid out in memory, and nobody else may know. The old generation of the rows and the new one
//! exist side by side for a moment, and wasm memory never shrinks, so a row costs its text and 33 bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::{ApiTime, StatusBucket, StatusCounts, SubTaskStatus, SubTasksBuilder};
use crate::timestamp::Timestamp;

/// One row of `SubTasks`. Text fields that the body lacks are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubTask<'a> {
    /// `TaskId`: digits, as a rule, and not always unique.
    pub task_id: &'a str,
    /// `InstanceId`, such as `pc-pz5f6mvi1p84t35d7`.
    pub instance_id: &'a str,
    /// `Status`.
    pub status: SubTaskStatus<'a>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'a>,
    /// `TaskEnd`; it may lie before `task_begin`.
    pub task_end: ApiTime<'a>,
    /// `ErrorMsg`. A subtask that succeeded may have one; it can hold an account id.
    pub error_msg: &'a str,
}

/// The rows of `SubTasks`, in the order of the body, immutable. A clone shares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubTasks(pub(super) Rc<Columns>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    // What changes most often is compared first.
    pub(super) counts: StatusCounts,
    pub(super) statuses: Vec<u8>,
    pub(super) task_ends: Vec<i64>,
    pub(super) task_begins: Vec<i64>,
    /// Where each text cell ends in `text`; it begins where the one before ends.
    pub(super) cell_ends: Vec<[u32; CELLS]>,
    pub(super) text: String,
    pub(super) unparsed_times: Vec<Box<str>>,
}

/// `TaskId`, `InstanceId`, `ErrorMsg`, and the `Status` if it is none of [`SubTaskStatus::KNOWN`].
pub(super) const CELLS: usize = 4;
/// The number of a time that is absent. No timestamp is as small, nor are the numbers up to [`Timestamp::MIN`], which
/// stand for the unparsed times in their order.
pub(super) const ABSENT_TIME: i64 = i64::MIN;

impl SubTasks {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.statuses.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.statuses.is_empty()
    }

    /// The row at that place, counted from 0; `None` past the end.
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

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SubTask<'_>> + '_ {
        Iter { sub_tasks: self, row: 0 }
    }

    /// How many rows are in each bucket.
    pub fn counts(&self) -> StatusCounts {
        self.0.counts
    }

    /// What the row at that place counts as; `None` past the end. Cheaper than [`SubTasks::get`].
    pub fn bucket(&self, row: usize) -> Option<StatusBucket> {
        self.0.status(row, 0..0).map(SubTaskStatus::bucket)
    }

    /// The numbers of the rows in that bucket, in order.
    pub fn rows_in(&self, bucket: StatusBucket) -> Vec<u32> {
        let mut is_in = [false; 256];
        for (byte, is_in) in (0..=u8::MAX).zip(&mut is_in) {
            *is_in = SubTaskStatus::bucket_of_byte(byte) == bucket;
        }
        let mut rows = Vec::with_capacity(self.counts().get(bucket) as usize);
        let statuses = (0..).zip(&self.0.statuses);
        rows.extend(statuses.filter(|(_, byte)| is_in[usize::from(**byte)]).map(|(row, _)| row));
        rows
    }

    /// `TaskId` of the row at that place; empty past the end. Cheaper than [`SubTasks::get`].
    pub fn task_id(&self, row: usize) -> &str {
        self.text(row, 0)
    }

    /// `InstanceId` of the row at that place; empty past the end.
    pub fn instance_id(&self, row: usize) -> &str {
        self.text(row, 1)
    }

    /// `ErrorMsg` of the row at that place; empty past the end.
    pub fn error_msg(&self, row: usize) -> &str {
        self.text(row, 2)
    }

    /// `Status` of the row at that place; `None` past the end.
    pub fn status(&self, row: usize) -> Option<SubTaskStatus<'_>> {
        let [.., status] = self.0.cells(row)?;
        self.0.status(row, status)
    }

    /// `TaskBegin` of the row at that place, where it could be read; `None` past the end, too.
    pub fn task_begin(&self, row: usize) -> Option<Timestamp> {
        instant(*self.0.task_begins.get(row)?)
    }

    /// `TaskEnd` of the row at that place, where it could be read; `None` past the end, too.
    pub fn task_end(&self, row: usize) -> Option<Timestamp> {
        instant(*self.0.task_ends.get(row)?)
    }

    /// Tells of each row in order what it counts as, and its `TaskBegin` and `TaskEnd` where they could be read. Quicker than
    /// to ask for each.
    pub fn for_each_span(&self, tell: &mut dyn FnMut(StatusBucket, Option<Timestamp>, Option<Timestamp>)) {
        let Columns { statuses, task_begins, task_ends, .. } = &*self.0;
        for ((&status, &begin), &end) in statuses.iter().zip(task_begins).zip(task_ends) {
            tell(SubTaskStatus::bucket_of_byte(status), instant(begin), instant(end));
        }
    }

    /// The rows of a range alone; those that lie past the end are left out.
    #[inline]
    pub fn slice(&self, rows: Range<usize>) -> Self {
        if rows == (0..self.len()) {
            return self.clone();
        }
        let mut builder = SubTasksBuilder::new();
        for row in rows.map_while(|row| self.get(row)) {
            builder.push(&row);
        }
        builder.finish()
    }

    /// Whether both are the very same rows in memory, which costs nothing to find out.
    pub fn shares(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// About how many bytes the rows take.
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
    /// Where the cells of a row lie in the text.
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
        if let Some(timestamp) = instant(number) {
            return Some(ApiTime::At(timestamp));
        }
        let unparsed = number.checked_sub(ABSENT_TIME + 1).and_then(|index| usize::try_from(index).ok());
        let text = unparsed.and_then(|index| self.unparsed_times.get(index));
        Some(text.map_or(ApiTime::Absent, |text| ApiTime::Unparsed(Cow::Borrowed(text))))
    }
}

/// The instant that a number of a time column stands for, if it stands for one.
pub(super) const fn instant(number: i64) -> Option<Timestamp> {
    if number >= Timestamp::MIN.unix_ms() { Some(Timestamp::from_unix_ms(number)) } else { None }
}

/// Yields `sub_tasks` from `row` on.
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
