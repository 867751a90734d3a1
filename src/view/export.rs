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

use crate::model::{ApiTime, SubTask, SubTasks};
use crate::redact::scan::add;
use crate::timestamp::Timestamp;
use crate::view::columns::{Column, Columns};
use crate::view::format::machine_time;
use crate::view::summary::duration_ms;

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
    let id = kept(batch_id, b"._~+-");
    let name = if id.bytes().all(|byte| byte == b'.') { "batch" } else { &id };
    format!("{name}-subtasks-{}.{}", kept(&machine_time(as_of), b""), format.extension())
}

/// The letters, digits and what of `others` is in a text, up to a length that is enough for any.
fn kept(text: &str, others: &[u8]) -> String {
    let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || others.contains(byte);
    text.bytes().filter(is_kept).take(128).map(char::from).collect()
}

/// So many bytes of a file cost as much as a row.
const BYTES_A_COST: usize = 512;

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

    /// Appends the next rows (at least one) to `out` until they have cost `budget`: 1 each, and 1 for each
    /// `BYTES_A_COST` written. The first time it writes what comes before all rows, and the last time what comes after.
    /// Returns whether all are written, and then it must not be called again.
    ///
    /// Every call must be given the same rows.
    pub fn step(&mut self, sub_tasks: &SubTasks, budget: u32, out: &mut String) -> bool {
        if self.written == 0 {
            self.begin(out);
        }
        let mut cost = 0;
        while let Some(&row) = self.rows.get(self.written)
            && cost < budget.max(1)
        {
            let begin = out.len();
            if let Some(sub_task) = sub_tasks.get(row as usize) {
                self.row(self.written, &sub_task, out);
            }
            self.written += 1;
            cost += 1 + ((out.len() - begin) / BYTES_A_COST) as u32;
        }
        let is_done = self.written == self.rows.len();
        if is_done && self.format == Format::Json {
            out.push_str(if self.written == 0 { "]\n" } else { "\n]\n" });
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
            if self.format == Format::Json {
                out.push('"');
                out.push_str(name(column));
                out.push_str("\":");
            }
            self.cell(sub_task, column, out);
        }
        out.push_str(close);
    }

    fn cell(&self, row: &SubTask<'_>, column: Column, out: &mut String) {
        match column {
            Column::TaskId => self.text(row.task_id, out),
            Column::Status => self.text(row.status.as_str(), out),
            Column::InstanceId => self.text(row.instance_id, out),
            Column::TaskBegin => self.time(&row.task_begin, out),
            Column::TaskEnd => self.time(&row.task_end, out),
            Column::Duration => match duration_ms(row) {
                Some(ms) => out.push_str(&ms.to_string()),
                None => self.nothing(out),
            },
            Column::ErrorMsg => self.text(row.error_msg, out),
        }
    }

    fn time(&self, time: &ApiTime<'_>, out: &mut String) {
        match time {
            ApiTime::Absent => self.nothing(out),
            ApiTime::At(at) => self.text(&exact_time(*at), out),
            ApiTime::Unparsed(came) => self.text(came, out),
        }
    }

    fn text(&self, text: &str, out: &mut String) {
        match self.format {
            Format::Csv => push_csv(text, out),
            Format::Json => push_json(text, out),
        }
    }

    fn nothing(&self, out: &mut String) {
        if self.format == Format::Json {
            out.push_str("null");
        }
    }
}

/// What a column is called in a file.
const fn name(column: Column) -> &'static str {
    match column {
        Column::Duration => "DurationMs",
        named => named.as_str(),
    }
}

fn push_csv(text: &str, out: &mut String) {
    // One look for what needs quotes, one for the quotes.
    add(2 * text.len());
    let quote = if text.bytes().any(|byte| b"\",\r\n".contains(&byte)) { "\"" } else { "" };
    out.push_str(quote);
    if text.bytes().next().is_some_and(|first| b"=+-@\t\r".contains(&first)) {
        out.push('\'');
    }
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push_str(quote);
}

fn push_json(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    add(text.len());
    for character in text.chars() {
        let escaped = match character {
            '"' | '\\' => character,
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..' ' => {
                let code = character as usize;
                out.push_str("\\u00");
                out.push(char::from(HEX[code >> 4]));
                out.push(char::from(HEX[code & 15]));
                continue;
            }
            _ => {
                out.push(character);
                continue;
            }
        };
        out.push('\\');
        out.push(escaped);
    }
    out.push('"');
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
