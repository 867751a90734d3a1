//! The table as a file: CSV and JSON, written in slices.
//!
//! It owns the bytes of both formats; which rows are written is decided by whoever calls, and saving the file is an effect.
//!
//! **CSV** is RFC 4180: a header, CRLF, UTF-8 without a byte-order mark (programs would read it as part of the first name;
//! in Excel, import it as UTF-8). A text cell that begins with `=`, `+`, `-`, `@`, a tab or a return gets a `'` in front,
//! so that no spreadsheet runs it (OWASP, CSV injection). **JSON** is an array of objects with the API's names and
//! every text as it came. In both, a time is UTC as `2026-05-28T16:38:20Z`, with milliseconds where it has any, one that
//! could not be read stays as it came, and `Duration` becomes `DurationMs`, a number of milliseconds; what is absent is an
//! empty cell or `null`.

use std::borrow::Cow;

use crate::model::{ApiTime, SubTask, SubTasks};
use crate::timestamp::Timestamp;
use crate::view::columns::Columns;
use crate::view::format::machine_time;
use crate::view::summary::duration_ms;
use crate::view::table::Column;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/csv`.
    Csv,
    /// `application/json`.
    Json,
}

impl Format {
    /// The media type, with its charset where there is one.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// What a file's name ends in, without the point.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// `pcb-demo-subtasks-20260528T164120Z.csv`: which batch, and when the answer was made. What no file system takes in a name
/// is left out.
pub fn file_name(batch_id: &str, as_of: Timestamp, format: Format) -> String {
    let keep = |character: &char| character.is_ascii_alphanumeric() || "._~+-".contains(*character);
    let id: String = batch_id.chars().filter(keep).take(128).collect();
    let time: String =
        machine_time(as_of).chars().filter(|character| !matches!(character, '-' | ':')).collect();
    let name = if id.trim_matches('.').is_empty() { "batch" } else { &id };
    format!("{name}-subtasks-{time}.{}", format.extension())
}

/// A file being written. Dropping it calls it off.
#[derive(Debug)]
pub struct Export {
    format: Format,
    columns: Columns,
    /// The rows to write, in order.
    rows: Vec<u32>,
    written: usize,
}

impl Export {
    /// A file of `rows`, in that order, and `columns`.
    pub const fn new(format: Format, columns: Columns, rows: Vec<u32>) -> Self {
        Self { format, columns, rows, written: 0 }
    }

    /// Appends the next `budget` rows (at least one) to `out`, the first time behind what comes before them all, and the last
    /// time with what comes after; whether all are written, and then it must not be called again.
    ///
    /// Every call must be given the same rows.
    pub fn step(&mut self, sub_tasks: &SubTasks, budget: u32, out: &mut String) -> bool {
        if self.written == 0 {
            self.begin(out);
        }
        let end = self.written.saturating_add(budget.max(1) as usize).min(self.rows.len());
        for index in self.written..end {
            let row = self.rows.get(index).and_then(|&row| sub_tasks.get(row as usize));
            if let Some(sub_task) = row {
                self.row(index, &sub_task, out);
            }
        }
        self.written = end;
        let is_done = end == self.rows.len();
        if is_done && self.format == Format::Json {
            out.push_str(if end == 0 { "]\n" } else { "\n]\n" });
        }
        is_done
    }

    /// How much is written, in whole percent.
    pub const fn percent(&self) -> u32 {
        if self.rows.is_empty() { 100 } else { (self.written as u64 * 100 / self.rows.len() as u64) as u32 }
    }

    fn begin(&self, out: &mut String) {
        match self.format {
            Format::Json => out.push('['),
            Format::Csv => {
                for (index, column) in self.columns.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(name(column));
                }
                out.push_str("\r\n");
            }
        }
    }

    fn row(&self, index: usize, sub_task: &SubTask<'_>, out: &mut String) {
        let (open, close) = match self.format {
            Format::Json if index == 0 => ("\n{", "}"),
            Format::Json => (",\n{", "}"),
            Format::Csv => ("", "\r\n"),
        };
        out.push_str(open);
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let cell = Cell::of(sub_task, column);
            match self.format {
                Format::Csv => cell.write_csv(out),
                Format::Json => {
                    out.push('"');
                    out.push_str(name(column));
                    out.push_str("\":");
                    cell.write_json(out);
                }
            }
        }
        out.push_str(close);
    }
}

/// What a column is called in a file.
const fn name(column: Column) -> &'static str {
    match column {
        Column::Duration => "DurationMs",
        named => named.as_str(),
    }
}

enum Cell<'a> {
    Absent,
    Number(u64),
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    fn of(row: &'a SubTask<'_>, column: Column) -> Self {
        let text = |text: &'a str| Self::Text(Cow::Borrowed(text));
        let time = |time: &'a ApiTime<'_>| match time {
            ApiTime::Absent => Self::Absent,
            ApiTime::At(timestamp) => Self::Text(Cow::Owned(exact_time(*timestamp))),
            ApiTime::Unparsed(came) => text(came),
        };
        match column {
            Column::TaskId => text(row.task_id),
            Column::Status => text(row.status.as_str()),
            Column::InstanceId => text(row.instance_id),
            Column::TaskBegin => time(&row.task_begin),
            Column::TaskEnd => time(&row.task_end),
            Column::Duration => duration_ms(row).map_or(Self::Absent, Self::Number),
            Column::ErrorMsg => text(row.error_msg),
        }
    }

    fn write_csv(&self, out: &mut String) {
        match self {
            Self::Absent => {}
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Text(text) => {
                let is_quoted = text.contains(['"', ',', '\r', '\n']);
                if is_quoted {
                    out.push('"');
                }
                if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                    out.push('\'');
                }
                for (index, part) in text.split('"').enumerate() {
                    if index > 0 {
                        out.push_str("\"\"");
                    }
                    out.push_str(part);
                }
                if is_quoted {
                    out.push('"');
                }
            }
        }
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Self::Absent => out.push_str("null"),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Text(text) => {
                out.push('"');
                for character in text.chars() {
                    push_json(character, out);
                }
                out.push('"');
            }
        }
    }
}

fn push_json(character: char, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..' ' => {
            let code = character as usize;
            out.push_str("\\u00");
            out.push(char::from(HEX[code >> 4]));
            out.push(char::from(HEX[code & 15]));
        }
        _ => out.push(character),
    }
}

/// `2026-05-28T16:38:20Z`, or `2026-05-28T16:38:20.007Z`.
pub fn exact_time(timestamp: Timestamp) -> String {
    let mut text = machine_time(timestamp);
    let ms = timestamp.unix_ms().rem_euclid(1_000);
    if ms > 0 {
        text.pop();
        // 1,007 gives the digits of 7 with their zeros.
        let digits = (1_000 + ms).to_string();
        text.push('.');
        text.push_str(digits.get(1..).unwrap_or_default());
        text.push('Z');
    }
    text
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
