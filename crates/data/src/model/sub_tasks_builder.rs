//! Packs rows one by one, and shares them with the previous generation.
//!
//! A body with the same rows as the previous one needs no memory. In any other body, runs of unchanged rows are copied at once,
//! even if their position changed.

use std::ops::Range;
use std::rc::Rc;

use super::api_time::ApiTime;
use super::status::{StatusCounts, SubTaskStatus};
use super::sub_tasks::{ABSENT_TIME, Columns, SubTask, SubTasks, timestamp};
use crate::timestamp::Timestamp;

/// A row from the decoder. The cells must be UTF-8, which is checked once for all rows.
#[derive(Debug)]
pub struct PackedRow<'a> {
    /// `TaskId`.
    pub task_id: &'a [u8],
    /// `InstanceId`.
    pub instance_id: &'a [u8],
    /// `ErrorMsg`.
    pub error_msg: &'a [u8],
    /// `Status`.
    pub status: PackedStatus<'a>,
    /// `TaskBegin`.
    pub task_begin: ApiTime<'a>,
    /// `TaskEnd`.
    pub task_end: ApiTime<'a>,
}

/// The row of the previous generation that probably comes next.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedRow<'a> {
    /// `TaskId`.
    pub task_id: &'a [u8],
    /// `InstanceId`.
    pub instance_id: &'a [u8],
    /// `ErrorMsg`.
    pub error_msg: &'a [u8],
    /// `Status`, as the API writes it.
    pub status: &'a [u8],
    /// `TaskBegin`; `None` if it is absent.
    pub task_begin: Option<Timestamp>,
    /// `TaskEnd`; `None` if it is absent.
    pub task_end: Option<Timestamp>,
}

impl<'a> PackedRow<'a> {
    fn of(sub_task: &SubTask<'a>) -> Self {
        Self {
            task_id: sub_task.task_id.as_bytes(),
            instance_id: sub_task.instance_id.as_bytes(),
            error_msg: sub_task.error_msg.as_bytes(),
            status: PackedStatus::of(sub_task.status),
            task_begin: sub_task.task_begin.clone(),
            task_end: sub_task.task_end.clone(),
        }
    }
}

/// A status as one byte: its index in [`SubTaskStatus::KNOWN`], or 255 and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedStatus<'a> {
    byte: u8,
    text: &'a str,
}

const OTHER_STATUS: u8 = u8::MAX;

impl<'a> PackedStatus<'a> {
    /// Returns the most common statuses, if `word` is exactly one of them.
    pub fn of_word(word: &[u8]) -> Option<PackedStatus<'static>> {
        let byte = match word {
            b"WAITING" => 0,
            b"RUNNING" => 1,
            b"COMPLETED" => 2,
            b"FAILED" => 3,
            _ => return None,
        };
        Some(PackedStatus { byte, text: "" })
    }

    /// Parses a status. Ignores case and surrounding white space.
    pub fn parse(text: &'a str) -> Self {
        Self::of(SubTaskStatus::parse(text))
    }

    fn of(status: SubTaskStatus<'a>) -> Self {
        match SubTaskStatus::KNOWN.iter().position(|&known| known == status) {
            Some(index) => Self { byte: index as u8, text: "" },
            None => Self { byte: OTHER_STATUS, text: status.as_str() },
        }
    }
}

/// The number of consecutively removed rows that the builder can skip and still find the next row of the previous generation.
const MAX_REMOVED_ROWS: usize = 4;

/// Packs rows one by one.
///
/// Few rows change from one generation to the next. A row that equals the expected row of the previous generation is only
/// counted; a run of such rows is later copied at once.
#[derive(Clone, Debug, Default)]
pub struct SubTasksBuilder {
    /// The previous generation.
    previous: Option<SubTasks>,
    /// The rows of `previous` that follow the rows in `columns`.
    run: Range<usize>,
    /// The packed rows, without text and counts.
    columns: Columns,
    text: Vec<u8>,
}

impl SubTasksBuilder {
    /// Creates a builder without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a builder without rows. As long as it receives the rows of `previous`, it needs no memory.
    pub fn after(previous: &SubTasks) -> Self {
        Self { previous: Some(previous.clone()), ..Self::default() }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.columns.statuses.len() + self.run.len()
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a row. The total text is limited to 4 GiB; a cell that exceeds the limit becomes empty.
    pub fn push(&mut self, sub_task: &SubTask<'_>) {
        self.push_packed(&PackedRow::of(sub_task));
    }

    /// Returns the row that probably comes next. `None` if there is none, or one of its times was not parsed.
    #[inline]
    pub fn expected(&self) -> Option<ExpectedRow<'_>> {
        self.previous.as_ref()?.0.expected(self.run.end)
    }

    /// Appends the [expected](Self::expected) row.
    #[inline]
    pub fn push_expected(&mut self) {
        self.run.end += 1;
    }

    /// Appends a row from the decoder.
    pub fn push_packed(&mut self, row: &PackedRow<'_>) {
        if let Some(previous) = &self.previous {
            let expected = self.run.end;
            if previous.0.has(expected, row) {
                self.run.end += 1;
                return;
            }
            let ahead = expected + 1..=expected + MAX_REMOVED_ROWS;
            if let Some(index) = ahead.into_iter().find(|&index| previous.0.has(index, row)) {
                self.end_run(index);
                self.run.end += 1;
                return;
            }
            // With another TaskId the row was inserted, and the expected row may still follow.
            let is_expected = previous.task_id(expected).as_bytes() == row.task_id;
            self.end_run(expected + usize::from(is_expected));
        }
        self.append(row);
    }

    /// Returns the rows of a range. Rows that do not exist are omitted.
    #[inline]
    pub fn slice(sub_tasks: &SubTasks, rows: Range<usize>) -> SubTasks {
        if rows == (0..sub_tasks.len()) {
            return sub_tasks.clone();
        }
        let mut builder = Self::new();
        for row in rows.map_while(|row| sub_tasks.get(row)) {
            builder.push(&row);
        }
        builder.finish()
    }

    /// Returns a copy of the rows so far.
    #[inline]
    pub fn so_far(&self) -> SubTasks {
        self.clone().finish()
    }

    /// Returns the rows, in as little memory as possible.
    #[inline]
    pub fn finish(mut self) -> SubTasks {
        let all = 0..self.len();
        if self.run == all
            && let Some(previous) = self.previous.take_if(|previous| previous.len() == all.len())
        {
            return previous;
        }
        self.end_run(0);
        self.text.shrink_to_fit();
        let mut columns = Columns { text: into_text(self.text), ..self.columns };
        columns.cell_ends.shrink_to_fit();
        columns.statuses.shrink_to_fit();
        columns.task_begins.shrink_to_fit();
        columns.task_ends.shrink_to_fit();
        columns.unparsed_times.shrink_to_fit();
        columns.counts = StatusCounts::of_bytes(&columns.statuses);
        SubTasks(Rc::new(columns))
    }

    fn append(&mut self, row: &PackedRow<'_>) {
        let text = &mut self.text;
        let cells = [row.task_id, row.instance_id, row.error_msg, row.status.text.as_bytes()];
        self.columns.cell_ends.push(cells.map(|cell| push_text(text, cell)));
        self.columns.statuses.push(row.status.byte);
        let begin = pack_time(&mut self.columns.unparsed_times, &row.task_begin);
        let end = pack_time(&mut self.columns.unparsed_times, &row.task_end);
        self.columns.task_begins.push(begin);
        self.columns.task_ends.push(end);
    }

    /// Copies the current run. The next run starts at `next`.
    fn end_run(&mut self, next: usize) {
        let run = std::mem::replace(&mut self.run, next..next);
        let Some(previous) = self.previous.clone().filter(|_| !run.is_empty()) else { return };
        let old = &*previous.0;
        if self.columns.statuses.is_empty() {
            self.reserve(old);
        }
        let text = old.text_of(&run);
        let fits = u32::try_from(self.text.len() + text.len()).is_ok();
        if !fits || !old.unparsed_times.is_empty() {
            run.filter_map(|row| previous.get(row)).for_each(|row| self.append(&PackedRow::of(&row)));
            return;
        }
        let shift = (self.text.len() as u32).wrapping_sub(text.start as u32);
        let new = &mut self.columns;
        self.text.extend_from_slice(old.text.as_bytes().get(text).unwrap_or_default());
        let cell_ends = old.cell_ends.get(run.clone()).unwrap_or_default();
        new.cell_ends.extend(cell_ends.iter().map(|ends| ends.map(|end| end.wrapping_add(shift))));
        new.statuses.extend_from_slice(old.statuses.get(run.clone()).unwrap_or_default());
        new.task_begins.extend_from_slice(old.task_begins.get(run.clone()).unwrap_or_default());
        new.task_ends.extend_from_slice(old.task_ends.get(run).unwrap_or_default());
    }

    /// Reserves the size of the previous generation and a little more. Growing later would need twice the memory.
    fn reserve(&mut self, old: &Columns) {
        let (rows, new) = (with_margin(old.statuses.len()), &mut self.columns);
        self.text.reserve_exact(with_margin(old.text.len()));
        new.cell_ends.reserve_exact(rows);
        new.statuses.reserve_exact(rows);
        new.task_begins.reserve_exact(rows);
        new.task_ends.reserve_exact(rows);
    }
}

const fn with_margin(count: usize) -> usize {
    count + count / 16
}

impl Columns {
    #[inline]
    fn expected(&self, index: usize) -> Option<ExpectedRow<'_>> {
        let cell = |cell: Range<u32>| self.text.as_bytes().get(cell.start as usize..cell.end as usize);
        let time = |column: &[i64]| match *column.get(index)? {
            ABSENT_TIME => Some(None),
            number => timestamp(number).map(Some),
        };
        let [task_id, instance_id, error_msg, other_status] = self.cells(index)?;
        Some(ExpectedRow {
            task_id: cell(task_id)?,
            instance_id: cell(instance_id)?,
            error_msg: cell(error_msg)?,
            status: match SubTaskStatus::KNOWN.get(usize::from(*self.statuses.get(index)?)) {
                Some(known) => known.as_str().as_bytes(),
                None => cell(other_status)?,
            },
            task_begin: time(&self.task_begins)?,
            task_end: time(&self.task_ends)?,
        })
    }

    /// Returns whether the row with this index equals `row`.
    fn has(&self, index: usize, row: &PackedRow<'_>) -> bool {
        let Some([task_id, instance_id, error_msg, status]) = self.cells(index) else { return false };
        let text = self.text.as_bytes();
        let is_cell =
            |cell: Range<u32>, bytes: &[u8]| text.get(cell.start as usize..cell.end as usize) == Some(bytes);
        let is_time = |column: &[i64], time: &ApiTime<'_>| match (column.get(index), time) {
            (Some(&number), ApiTime::At(timestamp)) => number == timestamp.unix_ms(),
            (Some(&number), ApiTime::Absent) => number == ABSENT_TIME,
            (_, ApiTime::Unparsed(_)) => self.time(column, index).as_ref() == Some(time),
            (None, _) => false,
        };
        self.statuses.get(index) == Some(&row.status.byte)
            && is_time(&self.task_ends, &row.task_end)
            && is_time(&self.task_begins, &row.task_begin)
            && is_cell(task_id, row.task_id)
            && is_cell(instance_id, row.instance_id)
            && is_cell(error_msg, row.error_msg)
            && is_cell(status, row.status.text.as_bytes())
    }

    /// Returns the position of the text of these rows.
    fn text_of(&self, rows: &Range<usize>) -> Range<usize> {
        let end_of =
            |row: Option<usize>| row.and_then(|row| self.cell_ends.get(row)).map_or(0, |&[.., end]| end);
        end_of(rows.start.checked_sub(1)) as usize..end_of(rows.end.checked_sub(1)) as usize
    }
}

fn push_text(text: &mut Vec<u8>, cell: &[u8]) -> u32 {
    if let Some(end) = text.len().checked_add(cell.len()).and_then(|end| u32::try_from(end).ok()) {
        text.extend_from_slice(cell);
        return end;
    }
    // Only text that fits is appended, so the length fits into u32.
    text.len() as u32
}

/// Converts the text of all cells. Every cell is UTF-8, so this does not fail.
#[inline]
fn into_text(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_default()
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
