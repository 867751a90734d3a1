//! How rows are packed, one by one, and shared with the last generation of them.
//!
//! It owns what a new body costs in memory: one with the rows of the last keeps nothing, and any other one generation.

use std::ops::Range;
use std::rc::Rc;

use super::sub_tasks::{ABSENT_TIME, Columns, instant};
use super::{ApiTime, StatusCounts, SubTask, SubTaskStatus, SubTasks};

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

/// Packs rows one by one.
#[derive(Debug, Default)]
pub struct SubTasksBuilder {
    /// The last generation, for as long as all rows are equal to its first ones.
    previous: Option<SubTasks>,
    /// How many rows are equal to the last generation's.
    shared: usize,
    /// Everything else but the text.
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
        self.shared + self.columns.statuses.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a row. All text together can hold 4 GiB; a cell that no longer fits is kept as empty.
    pub fn push(&mut self, sub_task: &SubTask<'_>) {
        self.push_packed(&PackedRow {
            task_id: sub_task.task_id.as_bytes(),
            instance_id: sub_task.instance_id.as_bytes(),
            error_msg: sub_task.error_msg.as_bytes(),
            status: PackedStatus::of(sub_task.status),
            task_begin: sub_task.task_begin.clone(),
            task_end: sub_task.task_end.clone(),
        });
    }

    /// Appends a row as the decoder has it.
    pub fn push_packed(&mut self, row: &PackedRow<'_>) {
        if let Some(previous) = &self.previous {
            if previous.0.has(self.shared, row) {
                self.shared += 1;
                return;
            }
            self.part();
        }
        let text = &mut self.text;
        let cells = [row.task_id, row.instance_id, row.error_msg, row.status.text.as_bytes()];
        self.columns.cell_ends.push(cells.map(|cell| push_text(text, cell)));
        self.columns.push_status(row.status.byte);
        let begin = pack_time(&mut self.columns.unparsed_times, &row.task_begin);
        let end = pack_time(&mut self.columns.unparsed_times, &row.task_end);
        self.columns.task_begins.push(begin);
        self.columns.task_ends.push(end);
    }

    /// The rows that there are so far; it costs a copy of them.
    pub fn so_far(&self) -> SubTasks {
        let shared = self.previous.as_ref().map(|previous| previous.slice(0..self.shared));
        shared.unwrap_or_else(|| {
            SubTasks(Rc::new(Columns { text: checked(self.text.clone()), ..self.columns.clone() }))
        })
    }

    /// The rows, in no more memory than they need.
    pub fn finish(mut self) -> SubTasks {
        if let Some(previous) = self.previous.take_if(|previous| previous.len() == self.shared) {
            return previous;
        }
        self.part();
        self.text.shrink_to_fit();
        let mut columns = Columns { text: checked(self.text), ..self.columns };
        columns.cell_ends.shrink_to_fit();
        columns.statuses.shrink_to_fit();
        columns.task_begins.shrink_to_fit();
        columns.task_ends.shrink_to_fit();
        columns.unparsed_times.shrink_to_fit();
        SubTasks(Rc::new(columns))
    }

    /// Parts from the last generation: what was equal so far is copied, into as much room as that generation took and
    /// a little more, since growing would need the room twice.
    fn part(&mut self) {
        let Some(previous) = self.previous.take() else { return };
        let rows = std::mem::take(&mut self.shared);
        let (old, new) = (&*previous.0, &mut self.columns);
        let text_end =
            rows.checked_sub(1).and_then(|last| old.cell_ends.get(last)).map_or(0, |&[.., end]| end);
        copy(&mut self.text, old.text.as_bytes(), text_end as usize);
        copy(&mut new.cell_ends, &old.cell_ends, rows);
        copy(&mut new.statuses, &old.statuses, rows);
        copy(&mut new.task_begins, &old.task_begins, rows);
        copy(&mut new.task_ends, &old.task_ends, rows);
        let is_unparsed = |&&number: &&i64| number != ABSENT_TIME && instant(number).is_none();
        let unparsed = new.task_begins.iter().chain(&new.task_ends).filter(is_unparsed).count();
        copy(&mut new.unparsed_times, &old.unparsed_times, unparsed);
        new.counts = StatusCounts::default();
        for byte in &new.statuses {
            new.counts.add(SubTaskStatus::bucket_of_byte(*byte));
        }
    }
}

impl Columns {
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

    fn push_status(&mut self, byte: u8) {
        self.statuses.push(byte);
        self.counts.add(SubTaskStatus::bucket_of_byte(byte));
    }
}

fn copy<T: Clone>(new: &mut Vec<T>, old: &[T], count: usize) {
    new.reserve_exact(old.len() + old.len() / 16);
    new.extend_from_slice(old.get(..count).unwrap_or(old));
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
