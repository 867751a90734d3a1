//! How rows are packed, one by one, and shared with the last generation of them.
//!
//! It owns what a new body costs in memory: one with the rows of the last keeps nothing, and any other one generation. Rows
//! that are as they were are copied in runs, wherever they stand now.

use std::ops::Range;
use std::rc::Rc;

use super::sub_tasks::{ABSENT_TIME, Columns, instant};
use super::{ApiTime, StatusCounts, SubTask, SubTaskStatus, SubTasks};
use crate::timestamp::Timestamp;

/// A row as the decoder has it. The cells hold UTF-8; what else they hold would be lost, and is checked once for all.
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

/// The row of the last generation that is likely to come next.
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
    /// `TaskBegin`, if it is not absent.
    pub task_begin: Option<Timestamp>,
    /// `TaskEnd`, if it is not absent.
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

/// A status as one byte: its place in [`SubTaskStatus::KNOWN`], or 255 and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedStatus<'a> {
    byte: u8,
    text: &'a str,
}

const OTHER_STATUS: u8 = u8::MAX;

impl<'a> PackedStatus<'a> {
    /// The status whose word this is, letter by letter.
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

    /// Any status, whatever its case and the spaces around it.
    pub fn parse(text: &'a str) -> Self {
        Self::of(SubTaskStatus::parse(text))
    }

    fn of(status: SubTaskStatus<'a>) -> Self {
        match SubTaskStatus::KNOWN.iter().position(|&known| known == status) {
            Some(place) => Self { byte: place as u8, text: "" },
            None => Self { byte: OTHER_STATUS, text: status.as_str() },
        }
    }
}

/// How many rows of the last generation may be missing from this one before the next that is there is not found again.
const MOST_GONE: usize = 4;

/// Packs rows one by one.
///
/// From one generation to the next few rows change. What is equal to a row of the last generation, at the place after the
/// row before, is only counted; runs of such rows are then copied at a stroke.
#[derive(Clone, Debug, Default)]
pub struct SubTasksBuilder {
    /// The last generation.
    previous: Option<SubTasks>,
    /// Its rows that come after those in `columns`.
    run: Range<usize>,
    /// Everything else but the text and the counts.
    columns: Columns,
    text: Vec<u8>,
}

impl SubTasksBuilder {
    /// With no rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With no rows yet, but likely to get those of `previous`: as long as it does, it keeps nothing.
    pub fn after(previous: &SubTasks) -> Self {
        Self { previous: Some(previous.clone()), ..Self::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.columns.statuses.len() + self.run.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a row. All text together can hold 4 GiB; a cell that no longer fits is kept as empty.
    pub fn push(&mut self, sub_task: &SubTask<'_>) {
        self.push_packed(&PackedRow::of(sub_task));
    }

    /// The row that is likely to come next, unless a time of it could not be read.
    #[inline]
    pub fn expected(&self) -> Option<ExpectedRow<'_>> {
        self.previous.as_ref()?.0.expected(self.run.end)
    }

    /// Appends the row that was [expected](Self::expected).
    #[inline]
    pub fn push_expected(&mut self) {
        self.run.end += 1;
    }

    /// Appends a row as the decoder has it.
    pub fn push_packed(&mut self, row: &PackedRow<'_>) {
        if let Some(previous) = &self.previous {
            let expected = self.run.end;
            if previous.0.has(expected, row) {
                self.run.end += 1;
                return;
            }
            let ahead = expected + 1..=expected + MOST_GONE;
            if let Some(place) = ahead.into_iter().find(|&place| previous.0.has(place, row)) {
                self.end_run(place);
                self.run.end += 1;
                return;
            }
            // Another id is that of a row that was put in, and what was expected may come yet.
            let is_expected = previous.task_id(expected).as_bytes() == row.task_id;
            self.end_run(expected + usize::from(is_expected));
        }
        self.append(row);
    }

    /// The rows that there are so far; it costs a copy of them.
    #[inline]
    pub fn so_far(&self) -> SubTasks {
        self.clone().finish()
    }

    /// The rows, in no more memory than they need.
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
        let mut columns = Columns { text: checked(self.text), ..self.columns };
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

    /// Copies the run; the next one begins at `next`.
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

    /// Makes as much room as the last generation took and a little more, since growing would need the room twice.
    fn reserve(&mut self, old: &Columns) {
        let (rows, new) = (with_reserve(old.statuses.len()), &mut self.columns);
        self.text.reserve_exact(with_reserve(old.text.len()));
        new.cell_ends.reserve_exact(rows);
        new.statuses.reserve_exact(rows);
        new.task_begins.reserve_exact(rows);
        new.task_ends.reserve_exact(rows);
    }
}

const fn with_reserve(count: usize) -> usize {
    count + count / 16
}

impl Columns {
    #[inline]
    fn expected(&self, place: usize) -> Option<ExpectedRow<'_>> {
        let cell = |cell: Range<u32>| self.text.as_bytes().get(cell.start as usize..cell.end as usize);
        let time = |column: &[i64]| match *column.get(place)? {
            ABSENT_TIME => Some(None),
            number => instant(number).map(Some),
        };
        let [task_id, instance_id, error_msg, other_status] = self.cells(place)?;
        Some(ExpectedRow {
            task_id: cell(task_id)?,
            instance_id: cell(instance_id)?,
            error_msg: cell(error_msg)?,
            status: match SubTaskStatus::KNOWN.get(usize::from(*self.statuses.get(place)?)) {
                Some(known) => known.as_str().as_bytes(),
                None => cell(other_status)?,
            },
            task_begin: time(&self.task_begins)?,
            task_end: time(&self.task_ends)?,
        })
    }

    /// Whether the row at that place is `row`.
    fn has(&self, place: usize, row: &PackedRow<'_>) -> bool {
        let Some([task_id, instance_id, error_msg, status]) = self.cells(place) else { return false };
        let text = self.text.as_bytes();
        let is_cell =
            |cell: Range<u32>, bytes: &[u8]| text.get(cell.start as usize..cell.end as usize) == Some(bytes);
        let is_time = |column: &[i64], time: &ApiTime<'_>| match (column.get(place), time) {
            (Some(&number), ApiTime::At(timestamp)) => number == timestamp.unix_ms(),
            (Some(&number), ApiTime::Absent) => number == ABSENT_TIME,
            (_, ApiTime::Unparsed(_)) => self.time(column, place).as_ref() == Some(time),
            (None, _) => false,
        };
        self.statuses.get(place) == Some(&row.status.byte)
            && is_time(&self.task_ends, &row.task_end)
            && is_time(&self.task_begins, &row.task_begin)
            && is_cell(task_id, row.task_id)
            && is_cell(instance_id, row.instance_id)
            && is_cell(error_msg, row.error_msg)
            && is_cell(status, row.status.text.as_bytes())
    }

    /// Where the text of those rows is.
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
    // The text is never longer than a u32 can say, since only what fits is appended.
    text.len() as u32
}

/// The text of all cells. Each was UTF-8, so that all together are.
#[inline]
fn checked(text: Vec<u8>) -> String {
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
