//! Subtasks in packed columns.
//!
//! It owns how rows are laid out in memory, and nobody else may know. The old generation of the rows and the new one
//! exist side by side for a moment, and wasm memory never shrinks, so a row costs its text and 33 bytes.

use std::borrow::Cow;

use super::{ApiTime, StatusBucket, StatusCounts, SubTaskStatus};
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

/// The rows of `SubTasks`, in the order of the body, immutable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubTasks {
    text: String,
    /// Where each text cell ends in `text`; it begins where the one before ends.
    cell_ends: Vec<[u32; CELLS]>,
    statuses: Vec<u8>,
    task_begins: Vec<i64>,
    task_ends: Vec<i64>,
    unparsed_times: Vec<Box<str>>,
    counts: StatusCounts,
}

/// `TaskId`, `InstanceId`, `ErrorMsg`, and the `Status` if it is none of [`SubTaskStatus::KNOWN`].
const CELLS: usize = 4;
/// The byte of a status that is not among the known, whose place in the list is their byte.
const OTHER_STATUS: u8 = u8::MAX;
/// The number of a time that is absent. No timestamp is as small, nor are the numbers up to [`Timestamp::MIN`], which
/// stand for the unparsed times in their order.
const ABSENT_TIME: i64 = i64::MIN;

impl SubTasks {
    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.statuses.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.statuses.is_empty()
    }

    /// The row at that place, counted from 0; `None` past the end.
    pub fn get(&self, row: usize) -> Option<SubTask<'_>> {
        let [task_id_end, instance_id_end, error_msg_end, status_end] = *self.cell_ends.get(row)?;
        let before = row.checked_sub(1).and_then(|before| self.cell_ends.get(before));
        let task_id_begin = before.map_or(0, |&[.., end]| end);
        Some(SubTask {
            task_id: self.cell(task_id_begin, task_id_end),
            instance_id: self.cell(task_id_end, instance_id_end),
            error_msg: self.cell(instance_id_end, error_msg_end),
            status: self.status(row, error_msg_end, status_end)?,
            task_begin: self.time(&self.task_begins, row)?,
            task_end: self.time(&self.task_ends, row)?,
        })
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SubTask<'_>> + '_ {
        Iter { sub_tasks: self, row: 0 }
    }

    /// How many rows are in each bucket.
    pub const fn counts(&self) -> StatusCounts {
        self.counts
    }

    /// What the row at that place counts as; `None` past the end. Cheaper than [`SubTasks::get`].
    pub fn bucket(&self, row: usize) -> Option<StatusBucket> {
        self.status(row, 0, 0).map(SubTaskStatus::bucket)
    }

    /// About how many bytes the rows take.
    pub fn heap_bytes(&self) -> usize {
        let texts: usize = self.unparsed_times.iter().map(|text| text.len() + size_of::<Box<str>>()).sum();
        self.text.capacity()
            + self.cell_ends.capacity() * size_of::<[u32; CELLS]>()
            + self.statuses.capacity()
            + (self.task_begins.capacity() + self.task_ends.capacity()) * size_of::<i64>()
            + texts
    }

    fn cell(&self, begin: u32, end: u32) -> &str {
        self.text.get(begin as usize..end as usize).unwrap_or_default()
    }

    fn status(&self, row: usize, text_begin: u32, text_end: u32) -> Option<SubTaskStatus<'_>> {
        let known = SubTaskStatus::KNOWN.get(usize::from(*self.statuses.get(row)?));
        Some(known.copied().unwrap_or_else(|| SubTaskStatus::Other(self.cell(text_begin, text_end))))
    }

    fn time(&self, column: &[i64], row: usize) -> Option<ApiTime<'_>> {
        let number = *column.get(row)?;
        if number >= Timestamp::MIN.unix_ms() {
            return Some(ApiTime::At(Timestamp::from_unix_ms(number)));
        }
        let unparsed = number.checked_sub(ABSENT_TIME + 1).and_then(|index| usize::try_from(index).ok());
        let text = unparsed.and_then(|index| self.unparsed_times.get(index));
        Some(text.map_or(ApiTime::Absent, |text| ApiTime::Unparsed(Cow::Borrowed(text))))
    }
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

/// Packs rows one by one.
#[derive(Debug, Default)]
pub struct SubTasksBuilder(SubTasks);

impl SubTasksBuilder {
    /// With no rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a row. All text together can hold 4 GiB; a cell that no longer fits is kept as empty.
    pub fn push(&mut self, sub_task: &SubTask<'_>) {
        let rows = &mut self.0;
        let place = SubTaskStatus::KNOWN.iter().position(|&known| known == sub_task.status);
        let (status, status_text) = match place {
            Some(place) => (place as u8, ""),
            None => (OTHER_STATUS, sub_task.status.as_str()),
        };
        let cells = [sub_task.task_id, sub_task.instance_id, sub_task.error_msg, status_text];
        rows.cell_ends.push(cells.map(|cell| push_text(&mut rows.text, cell)));
        rows.statuses.push(status);
        rows.task_begins.push(pack_time(&mut rows.unparsed_times, &sub_task.task_begin));
        rows.task_ends.push(pack_time(&mut rows.unparsed_times, &sub_task.task_end));
        rows.counts.add(sub_task.status.bucket());
    }

    /// The rows, in no more memory than they need.
    pub fn finish(self) -> SubTasks {
        let mut rows = self.0;
        rows.text.shrink_to_fit();
        rows.cell_ends.shrink_to_fit();
        rows.statuses.shrink_to_fit();
        rows.task_begins.shrink_to_fit();
        rows.task_ends.shrink_to_fit();
        rows.unparsed_times.shrink_to_fit();
        rows
    }
}

fn push_text(text: &mut String, cell: &str) -> u32 {
    if let Some(end) = text.len().checked_add(cell.len()).and_then(|end| u32::try_from(end).ok()) {
        text.push_str(cell);
        return end;
    }
    // The text is never longer than a u32 can say, since only what fits is appended.
    text.len() as u32
}

fn pack_time(unparsed_times: &mut Vec<Box<str>>, time: &ApiTime<'_>) -> i64 {
    match time {
        ApiTime::Absent => ABSENT_TIME,
        ApiTime::At(timestamp) => timestamp.unix_ms(),
        ApiTime::Unparsed(text) => {
            let index = unparsed_times.len() as i64;
            unparsed_times.push(text.as_ref().into());
            ABSENT_TIME + 1 + index
        }
    }
}
