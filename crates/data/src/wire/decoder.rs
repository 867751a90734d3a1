//! A body, decoded as it arrives.
//!
//! It owns what is kept of the bytes: rows go to the model as soon as they are whole, and everything around them, a
//! kilobyte or so, is kept as JSON, in which a number stands for each array of rows: the outline. What the outline
//! means is found out at the end, by [`Outline`]'s readers. It must not know where bytes come from.
//!
//! The push parsers there are take a byte at a time and copy each string (`actson`), or pull from a reader that blocks
//! (`struson`), or need the whole body (`jiter`); what a cell is worth keeping as they cannot know, nor that a row is as it was
//! in the last body. This one scans eight bytes at a time, packs what it finds, and only compares where little has changed.

use std::ops::Range;

use super::cursor::{Cursor, Scan, Stop, Token, Walk};
use super::error::{self, WireError};
use super::layout::Layout;
use super::row::{self, Row};
use super::scalar;
use crate::model::{SubTasks, SubTasksBuilder};
use crate::redact::Accounts;
use crate::timestamp::UsualTimes;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How much of a body is kept to be quoted in an error, in bytes.
const HEAD_BYTES: usize = 512;

/// Takes the bytes of a body, in pieces that may end anywhere.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Room for the bytes at hand, which stays: what comes is put behind what is held.
    room: Vec<u8>,
    /// How many bytes at the beginning of the room could not be decoded yet: the beginning of a row or of a token.
    held: usize,
    /// They are not tried again before there are so many, so that a huge row that comes in drips costs no more
    /// than twice its bytes.
    worth_trying: usize,
    received: usize,
    scanned: usize,
    head: Vec<u8>,
    place: Cursor<'static>,
    part: Part,
    walk: Walk,
    spare_walk: Walk,
    layout: Layout,
    times: UsualTimes,
    outline: Vec<u8>,
    rows: SubTasksBuilder,
    rows_read: usize,
    accounts: Accounts,
    /// The rows of each array that has ended.
    arrays: Vec<Range<usize>>,
    array_begin: usize,
    mistake: Option<Mistake>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// A byte order mark, perhaps.
    #[default]
    Mark,
    /// A token of the outline.
    Outline,
    /// The value of a member called `SubTasks`.
    SubTasks,
    /// A row, or the end of no rows.
    FirstRow,
    /// A row.
    Row,
    /// A comma, or the end of the rows.
    AfterRow,
    /// Nothing of use: a mistake was found.
    Lost,
}

#[derive(Clone, Copy, Debug)]
struct Mistake {
    reason: &'static str,
    /// Where in the body, less its byte order mark.
    at: usize,
    line: usize,
    column: usize,
}

impl Decoder {
    /// For the first body.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// For a body that is likely to have the same rows as the last, which are then shared and not kept twice.
    #[inline]
    pub fn after(previous: &SubTasks) -> Self {
        Self { rows: SubTasksBuilder::after(previous), ..Self::default() }
    }

    /// Whether account ids are masked in the task. What an error quotes is as it came.
    #[must_use]
    #[inline]
    pub fn with_accounts(self, accounts: Accounts) -> Self {
        Self { accounts, ..self }
    }

    pub(super) const fn accounts(&self) -> Accounts {
        self.accounts
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.fill(bytes.len(), |room| room.copy_from_slice(bytes));
    }

    /// Takes the next `length` bytes, which `copy` puts in their place.
    pub fn fill(&mut self, length: usize, copy: impl FnOnce(&mut [u8])) {
        let begin = self.held;
        self.held += length;
        if self.room.len() < self.held {
            self.room.resize(self.held, 0);
        }
        copy(self.room.get_mut(begin..self.held).unwrap_or_default());
        self.received += length;
        self.keep_head(begin);
        if self.part == Part::Lost {
            self.held = 0;
        } else if self.held >= self.worth_trying {
            self.advance();
        }
    }

    /// How many bytes have come.
    pub const fn received(&self) -> usize {
        self.received
    }

    /// Whether the body has come to its end, as far as its JSON says.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.walk.has_ended()
    }

    /// How many bytes are held that could not be decoded yet: the beginning of a row, or of a token around the rows.
    pub const fn pending(&self) -> usize {
        self.held
    }

    /// How many bytes were looked at, those of them twice that were begun again.
    pub const fn scanned(&self) -> usize {
        self.scanned
    }

    /// How many of the rows were read, and not only found to be as they were in the last body.
    pub const fn rows_read(&self) -> usize {
        self.rows_read
    }

    /// How many rows have been decoded.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The body so far. What its rows and its outline say is as far as it has come.
    #[inline]
    pub(super) fn outline_so_far(&self) -> Outline {
        let rows = self.rows.so_far();
        let arrays =
            self.arrays.iter().cloned().chain(std::iter::once(self.array_begin..rows.len())).collect();
        Outline { json: lossy(self.outline.clone()), rows, arrays }
    }

    /// The body, which has come to its end.
    #[inline]
    pub(super) fn finish(mut self) -> Result<Outline, WireError> {
        let truncated = Err(WireError::Truncated { length: self.received });
        if self.part == Part::Mark {
            self.advance();
        }
        if self.part == Part::Mark && self.received > 0 {
            return truncated;
        }
        // White space ends a number, and is a mistake in whatever else has not ended.
        self.room.truncate(self.held);
        self.room.push(b' ');
        self.held += 1;
        self.advance();
        let head = String::from_utf8_lossy(&self.head);
        let head = head.strip_prefix('\u{FEFF}').unwrap_or(&head).trim_start();
        match self.mistake {
            _ if head.is_empty() => Err(WireError::Empty),
            _ if head.starts_with('<') => Err(WireError::Html { begins: error::beginning(head) }),
            Some(Mistake { reason, at, line, column }) if at < self.received => Err(WireError::Malformed {
                line,
                column,
                reason: reason.into(),
                begins: error::beginning(head),
            }),
            None if self.walk.has_ended() => {
                Ok(Outline { json: lossy(self.outline), rows: self.rows.finish(), arrays: self.arrays })
            }
            _ => truncated,
        }
    }

    /// Decodes as much of what is held as is whole.
    fn advance(&mut self) {
        let mut room = std::mem::take(&mut self.room);
        self.scanned += self.held;
        let mut cursor = Cursor { bytes: room.get(..self.held).unwrap_or_default(), ..self.place };
        let end = loop {
            if self.part != Part::Mark {
                // White space is no beginning of anything, and is not kept.
                let _ = cursor.peek();
            }
            let begun = cursor;
            match self.pass(&mut cursor) {
                Ok(()) => {}
                Err(Stop::More) => break begun,
                Err(Stop::Bad(reason)) => {
                    self.part = Part::Lost;
                    self.mistake = Some(Mistake::at(&cursor, reason));
                    break Cursor { at: self.held, ..cursor };
                }
            }
        };
        let passed = end.at;
        self.place = Cursor { bytes: &[], at: 0, base: end.base + passed, ..end };
        room.copy_within(passed..self.held, 0);
        self.held -= passed;
        self.worth_trying = 2 * self.held;
        self.room = room;
    }

    /// Passes a token or a row. One that is not whole changes nothing here.
    fn pass(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        match self.part {
            Part::Mark => self.pass_mark(cursor)?,
            Part::Outline => self.pass_token(cursor)?,
            Part::SubTasks if cursor.peek()? != b'[' => self.part = Part::Outline,
            Part::SubTasks => self.begin_array(cursor),
            Part::FirstRow if cursor.peek()? == b']' => self.end_array(cursor),
            Part::FirstRow | Part::Row => {
                if !self.pass_expected(cursor) {
                    Row::read(cursor, &mut self.layout, &mut self.spare_walk)?.pack(
                        &mut self.rows,
                        &mut self.times,
                        self.accounts,
                    );
                    self.rows_read += 1;
                }
                self.part = Part::AfterRow;
            }
            Part::AfterRow => match cursor.peek()? {
                b',' => {
                    cursor.at += 1;
                    self.part = Part::Row;
                }
                b']' => self.end_array(cursor),
                _ => return Err(Stop::Bad("expected `,` or `]`")),
            },
            Part::Lost => return Err(Stop::More),
        }
        Ok(())
    }

    /// Passes a row that is as it was in the last body, if it is. What is masked is not as it was written.
    fn pass_expected(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let Some(expected) = self.rows.expected().filter(|_| self.accounts == Accounts::Shown) else {
            return false;
        };
        let mut ahead = *cursor;
        let is_passed =
            row::pass_expected(&mut ahead, &expected, &self.layout, &mut self.times, &mut self.spare_walk);
        if is_passed {
            *cursor = ahead;
            self.rows.push_expected();
        }
        is_passed
    }

    fn pass_mark(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        if cursor.bytes.starts_with(BYTE_ORDER_MARK) {
            cursor.at = BYTE_ORDER_MARK.len();
            cursor.line_begin = cursor.at;
        } else if BYTE_ORDER_MARK.starts_with(cursor.bytes) {
            return Err(Stop::More);
        }
        self.part = Part::Outline;
        Ok(())
    }

    fn pass_token(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        cursor.peek()?;
        let begin = cursor.at;
        let token = self.walk.step(cursor)?;
        self.outline.extend_from_slice(cursor.since(begin));
        if let Token::Name(name) = token
            && scalar::content(name) == "SubTasks"
        {
            self.part = Part::SubTasks;
        }
        Ok(())
    }

    fn begin_array(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        self.outline.push(b'[');
        self.outline.extend_from_slice(self.arrays.len().to_string().as_bytes());
        self.array_begin = self.rows.len();
        self.part = Part::FirstRow;
    }

    fn end_array(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        self.outline.push(b']');
        self.arrays.push(self.array_begin..self.rows.len());
        self.walk.end_value();
        self.part = Part::Outline;
    }

    /// Keeps the beginning of the body, from its first visible byte; the bytes from `begin` on are new.
    fn keep_head(&mut self, begin: usize) {
        let new = self.room.get(begin..self.held).unwrap_or_default();
        let new = if self.head.is_empty() { new.trim_ascii_start() } else { new };
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(new.get(..room).unwrap_or(new));
    }
}

impl Mistake {
    fn at(cursor: &Cursor<'_>, reason: &'static str) -> Self {
        let at = cursor.base + cursor.at;
        Self { reason, at, line: cursor.lines + 1, column: at - cursor.line_begin + 1 }
    }
}

/// A well-formed body, or its beginning, with its rows set apart.
pub(super) struct Outline {
    /// The JSON around the rows. In place of the rows, each array called `SubTasks` has its number.
    pub(super) json: String,
    rows: SubTasks,
    arrays: Vec<Range<usize>>,
}

impl Outline {
    /// The rows of the array of that number.
    #[inline]
    pub(super) fn rows(&self, array: usize) -> SubTasks {
        self.arrays.get(array).map_or_else(SubTasks::default, |rows| self.rows.slice(rows.clone()))
    }
}

/// Bytes that are not UTF-8 become U+FFFD. They are inside of strings: JSON has none elsewhere.
#[inline]
fn lossy(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
