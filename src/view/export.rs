//! The table as a CSV or JSON file, written in slices. The caller selects the rows and saves the file.
//!
//! **CSV** follows RFC 4180: a header, CRLF, UTF-8 without a byte order mark (programs would read it as part of the first name).
//! A spreadsheet does not run a text cell as a formula (OWASP, CSV injection): see `csv.rs`. **CSV for Excel** has the mark, so that
//! Excel opens it as UTF-8, and long numbers such as IDs are texts there: `="629271331000"`. **JSON** is an array of objects with the API's
//! member names and unchanged texts. In both formats, times are UTC (`2026-05-28T16:38:20Z`, with milliseconds if there are any);
//! a time that could not be parsed stays as the API sent it. `Duration` is written as `DurationMs`, in milliseconds. Missing
//! values are an empty cell or `null`.

mod csv;

use crate::model::{ApiTime, SubTask, SubTasks};
use crate::redact::scan::add;
use crate::timestamp::Timestamp;
use crate::view::columns::{Column, Columns};
use crate::view::format::machine_time;
use crate::view::summary::duration_ms;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/csv`.
    Csv,
    /// `text/csv`, as Excel reads it when it opens the file.
    CsvForExcel,
    /// `application/json`.
    Json,
}

impl Format {
    /// Returns the media type, for CSV with its charset.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvForExcel => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// Returns the file name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvForExcel => "csv",
            Self::Json => "json",
        }
    }
}

/// Returns a file name such as `pcb-demo-subtasks-20260528T164120Z.csv`, with the time of the response. Characters that file systems
/// reject are left out.
pub fn file_name(batch_id: &str, as_of: Timestamp, format: Format) -> String {
    let id = kept(batch_id, b"._~+-");
    let name = if id.bytes().all(|byte| byte == b'.') { "batch" } else { &id };
    format!("{name}-subtasks-{}.{}", kept(&machine_time(as_of), b""), format.extension())
}

/// Returns the letters and digits of a text, and its characters that are in `others`, up to a maximum length.
fn kept(text: &str, others: &[u8]) -> String {
    let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || others.contains(byte);
    text.bytes().filter(is_kept).take(128).map(char::from).collect()
}

/// Number of bytes of a file that count as much as one row.
const BYTES_PER_ROW_COST: usize = 512;

/// A file that is being written. Dropping it cancels the export.
#[derive(Debug)]
pub struct Export {
    format: Format,
    columns: Columns,
    /// The rows to write, in this order.
    rows: Vec<u32>,
    written: usize,
    /// Appends a cell. The functions for other formats are then not linked where only one is used.
    push: fn(&str, &mut String),
}

impl Export {
    /// Starts a file with `rows`, in this order, and `columns`.
    #[inline(always)]
    pub const fn new(format: Format, columns: Columns, rows: Vec<u32>) -> Self {
        let push: fn(&str, &mut String) = match format {
            Format::Csv => csv::plain,
            Format::CsvForExcel => csv::for_excel,
            Format::Json => push_json,
        };
        Self { format, columns, rows, written: 0, push }
    }

    /// Appends at least one row to `out`, and more until their cost exceeds `budget`: 1 per row, and 1 per 512 bytes. The first
    /// call writes the header, the last call the end of the file. Returns whether the file is complete; then it must not be called
    /// again.
    ///
    /// Every call must receive the same rows.
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
            cost += 1 + ((out.len() - begin) / BYTES_PER_ROW_COST) as u32;
        }
        let is_done = self.written == self.rows.len();
        if is_done && self.format == Format::Json {
            out.push_str(if self.written == 0 { "]\n" } else { "\n]\n" });
        }
        is_done
    }

    /// Returns the progress, in whole percent.
    pub const fn percent(&self) -> u32 {
        if self.rows.is_empty() { 100 } else { (self.written as u64 * 100 / self.rows.len() as u64) as u32 }
    }

    fn begin(&self, out: &mut String) {
        match self.format {
            Format::Json => out.push('['),
            Format::Csv | Format::CsvForExcel => {
                if self.format == Format::CsvForExcel {
                    out.push('\u{feff}');
                }
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
            Format::Csv | Format::CsvForExcel => ("", "\r\n"),
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
        (self.push)(text, out);
    }

    fn nothing(&self, out: &mut String) {
        if self.format == Format::Json {
            out.push_str("null");
        }
    }
}

/// Returns the name of a column in a file.
const fn name(column: Column) -> &'static str {
    match column {
        Column::Duration => "DurationMs",
        named => named.as_str(),
    }
}

pub(super) fn push_json(text: &str, out: &mut String) {
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

/// Formats a time as `2026-05-28T16:38:20Z` or `2026-05-28T16:38:20.007Z`.
pub fn exact_time(timestamp: Timestamp) -> String {
    let mut text = machine_time(timestamp);
    let ms = timestamp.unix_ms().rem_euclid(1_000);
    if ms > 0 {
        text.pop();
        // Adding 1,000 keeps the leading zeros: 1,007 for 7 ms.
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
