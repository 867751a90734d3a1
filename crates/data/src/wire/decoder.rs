//! A push decoder: takes a body in pieces, as it arrives.
//!
//! Rows are packed as soon as they are complete. The JSON around them, about one kilobyte, is kept as the [`Outline`] and
//! interpreted at the end.

use std::ops::Range;

use super::api_error::ApiError;
use super::cursor::{Cursor, Scan, ScanError, StructureState, SyntaxError, Token};
use super::decoded::Decoded;
use super::error::{self, WireError};
use super::interpret;
use super::member_order::MemberOrder;
use super::outline::Outline;
use super::pointer::Pointer;
use super::row::{self, Row};
use super::scalar;
use crate::model::{SubTasks, SubTasksBuilder};
use crate::redact::Accounts;
use crate::timestamp::FastTimestampParser;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The number of bytes at the beginning of a body that are kept for error messages.
const HEAD_BYTES: usize = 512;

/// Decodes the complete body of a successful response; see [`Decoder::into_decoded`].
///
/// ```
/// use batch_task_data::model::BatchStatus;
/// use batch_task_data::wire::decode;
///
/// let decoded = decode(br#"{"RequestId":"25C7","Status":"RUNNING ","TotalCount":"10"}"#, None)?;
/// assert_eq!(decoded.task.status, BatchStatus::Running);
/// assert_eq!(decoded.task.total_count, Some(10));
/// # Ok::<(), batch_task_data::wire::WireError>(())
/// ```
///
/// # Errors
///
/// As [`Decoder::into_decoded`].
pub fn decode(body: &[u8], body_pointer: Option<&str>) -> Result<Decoded, WireError> {
    Decoder::of(body).into_decoded(body_pointer)
}

/// Decodes the error in the complete body of a failed response; see [`Decoder::into_api_error`].
pub fn decode_api_error(body: &[u8]) -> Option<ApiError> {
    Decoder::of(body).into_api_error()
}

/// Decodes a body that arrives in pieces. A piece may end anywhere.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The buffer for undecoded bytes. It is reused for all pieces.
    buffer: Vec<u8>,
    /// The number of undecoded bytes in the buffer: the beginning of a row or token.
    filled: usize,
    /// Decoding is not tried again before this many bytes are available, so that a large row that arrives in small pieces is
    /// scanned at most twice on average.
    retry_at: usize,
    received: usize,
    scanned: usize,
    head: Vec<u8>,
    position: Cursor<'static>,
    state: State,
    structure: StructureState,
    value_structure: StructureState,
    member_order: MemberOrder,
    times: FastTimestampParser,
    outline: Vec<u8>,
    rows: SubTasksBuilder,
    rows_read: usize,
    accounts: Accounts,
    /// The rows of each complete array.
    arrays: Vec<Range<usize>>,
    array_begin: usize,
    syntax_error: Option<SyntaxError>,
}

/// The next expected part of the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// An optional byte order mark.
    #[default]
    ByteOrderMark,
    /// A token of the outline.
    Outline,
    /// The value of a member named `SubTasks`.
    SubTasks,
    /// The first row, or the end of the array.
    FirstRow,
    /// A row.
    Row,
    /// A comma, or the end of the array.
    AfterRow,
    /// Nothing: the body has a syntax error.
    Failed,
}

impl Decoder {
    /// Creates a decoder for the first body.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a decoder for a body that probably has the same rows as the previous one. Equal rows are shared.
    #[inline]
    pub fn after(previous: &SubTasks) -> Self {
        Self { rows: SubTasksBuilder::after(previous), ..Self::default() }
    }

    fn of(body: &[u8]) -> Self {
        let mut decoder = Self::new();
        decoder.push(body);
        decoder
    }

    /// Sets whether account IDs are masked in the batch task. Error messages quote the body unmasked.
    #[must_use]
    #[inline]
    pub fn with_accounts(self, accounts: Accounts) -> Self {
        Self { accounts, ..self }
    }

    /// Decodes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.fill(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
    }

    /// Decodes the next `length` bytes, which `copy` writes to a buffer.
    pub fn fill(&mut self, length: usize, copy: impl FnOnce(&mut [u8])) {
        let begin = self.filled;
        self.filled += length;
        if self.buffer.len() < self.filled {
            self.buffer.resize(self.filled, 0);
        }
        copy(self.buffer.get_mut(begin..self.filled).unwrap_or_default());
        self.received += length;
        self.keep_head(begin);
        if self.state == State::Failed {
            self.filled = 0;
        } else if self.filled >= self.retry_at {
            self.advance();
        }
    }

    /// Returns the number of bytes received.
    pub const fn received(&self) -> usize {
        self.received
    }

    /// Returns whether the JSON of the body is complete.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.structure.has_ended()
    }

    /// Returns the number of bytes that could not be decoded yet: the beginning of a row or token.
    pub const fn pending(&self) -> usize {
        self.filled
    }

    /// Returns the number of bytes scanned, including those that were scanned twice.
    pub const fn scanned(&self) -> usize {
        self.scanned
    }

    /// Returns the number of rows that were parsed, because they differ from the previous body.
    pub const fn rows_read(&self) -> usize {
        self.rows_read
    }

    /// Returns the number of rows decoded so far.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Returns the batch task in the complete body of a successful response.
    ///
    /// `body_pointer` is the JSON Pointer (RFC 6901) to the batch task in an envelope; the empty pointer is the whole
    /// body. Without a pointer, a body that is not a batch task but has an object `data` is treated as an envelope.
    ///
    /// # Errors
    ///
    /// [`WireError::Api`] if the body is an error of the API, or an envelope that reports an error;
    /// [`WireError::BadPointer`] if the pointer is not valid; otherwise the error for what the body is instead.
    #[inline]
    pub fn into_decoded(self, body_pointer: Option<&str>) -> Result<Decoded, WireError> {
        let pointer = body_pointer.map(Pointer::parse).transpose()?;
        let accounts = self.accounts;
        let mut decoded = interpret::interpret(&self.finish()?, pointer.as_ref())?;
        decoded.task.mask_header(accounts);
        Ok(decoded)
    }

    /// Returns the batch task with the fields and rows received so far; `None` if none of its fields has been received.
    /// Missing fields are empty.
    #[inline]
    pub fn so_far(&self, body_pointer: Option<&str>) -> Option<Decoded> {
        let pointer = body_pointer.map(Pointer::parse).transpose().ok()?;
        let mut decoded = interpret::interpret(&self.outline_so_far(), pointer.as_ref()).ok()?;
        decoded.task.mask_header(self.accounts);
        Some(decoded)
    }

    /// Returns the error in the complete body of a failed response: an error of the API or the proxy, or an envelope with
    /// `code` and `message`. Returns `None` if the body is something else, incomplete, or not JSON.
    #[inline]
    pub fn into_api_error(self) -> Option<ApiError> {
        interpret::api_error(&self.finish().ok()?)
    }

    /// Returns the outline and rows received so far.
    #[inline]
    fn outline_so_far(&self) -> Outline {
        let rows = self.rows.so_far();
        let arrays =
            self.arrays.iter().cloned().chain(std::iter::once(self.array_begin..rows.len())).collect();
        Outline { json: into_text(self.outline.clone()), rows, arrays }
    }

    /// Returns the outline and rows of the complete body.
    #[inline]
    fn finish(mut self) -> Result<Outline, WireError> {
        let truncated = Err(WireError::Truncated { length: self.received });
        if self.state == State::ByteOrderMark {
            self.advance();
        }
        if self.state == State::ByteOrderMark && self.received > 0 {
            return truncated;
        }
        // A space completes a number at the end of the body. Within any other incomplete token it is a syntax error.
        self.buffer.truncate(self.filled);
        self.buffer.push(b' ');
        self.filled += 1;
        self.advance();
        let head = String::from_utf8_lossy(&self.head);
        let head = head.strip_prefix('\u{FEFF}').unwrap_or(&head).trim_start();
        match self.syntax_error {
            _ if head.is_empty() => Err(WireError::Empty),
            _ if head.starts_with('<') => Err(WireError::Html { begins: error::beginning(head) }),
            Some(SyntaxError { reason, at, line, column }) if at < self.received => {
                Err(WireError::Malformed {
                    line,
                    column,
                    reason: reason.into(),
                    begins: error::beginning(head),
                })
            }
            None if self.structure.has_ended() => {
                Ok(Outline { json: into_text(self.outline), rows: self.rows.finish(), arrays: self.arrays })
            }
            _ => truncated,
        }
    }

    /// Decodes all complete tokens and rows in the buffer.
    fn advance(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.scanned += self.filled;
        let mut cursor = Cursor { bytes: buffer.get(..self.filled).unwrap_or_default(), ..self.position };
        let end = loop {
            if self.state != State::ByteOrderMark {
                // Skips white space, which need not be kept for the next attempt.
                let _ = cursor.peek();
            }
            let begin = cursor;
            match self.step(&mut cursor) {
                Ok(()) => {}
                Err(ScanError::Incomplete) => break begin,
                Err(ScanError::Invalid(reason)) => {
                    self.state = State::Failed;
                    self.syntax_error = Some(SyntaxError::at(&cursor, reason));
                    break Cursor { at: self.filled, ..cursor };
                }
            }
        };
        let decoded = end.at;
        self.position = Cursor { bytes: &[], at: 0, base: end.base + decoded, ..end };
        buffer.copy_within(decoded..self.filled, 0);
        self.filled -= decoded;
        self.retry_at = 2 * self.filled;
        self.buffer = buffer;
    }

    /// Decodes a token or a row. If it is incomplete, the decoder does not change.
    fn step(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        match self.state {
            State::ByteOrderMark => self.byte_order_mark(cursor)?,
            State::Outline => self.outline_token(cursor)?,
            State::SubTasks if cursor.peek()? != b'[' => self.state = State::Outline,
            State::SubTasks => self.begin_array(cursor),
            State::FirstRow if cursor.peek()? == b']' => self.end_array(cursor),
            State::FirstRow | State::Row => {
                if !self.expected_row(cursor) {
                    Row::read(cursor, &mut self.member_order, &mut self.value_structure)?.pack(
                        &mut self.rows,
                        &mut self.times,
                        self.accounts,
                    );
                    self.rows_read += 1;
                }
                self.state = State::AfterRow;
            }
            State::AfterRow => match cursor.peek()? {
                b',' => {
                    cursor.at += 1;
                    self.state = State::Row;
                }
                b']' => self.end_array(cursor),
                _ => return Err(ScanError::Invalid("expected `,` or `]`")),
            },
            State::Failed => return Err(ScanError::Incomplete),
        }
        Ok(())
    }

    /// Consumes a row if it equals the expected row of the previous body. Masked rows cannot be compared with the JSON.
    fn expected_row(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let Some(expected) = self.rows.expected().filter(|_| self.accounts == Accounts::Shown) else {
            return false;
        };
        let mut ahead = *cursor;
        let is_equal = row::skip_if_equal(
            &mut ahead,
            &expected,
            &self.member_order,
            &mut self.times,
            &mut self.value_structure,
        );
        if is_equal {
            *cursor = ahead;
            self.rows.push_expected();
        }
        is_equal
    }

    fn byte_order_mark(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        if cursor.bytes.starts_with(BYTE_ORDER_MARK) {
            cursor.at = BYTE_ORDER_MARK.len();
            cursor.line_begin = cursor.at;
        } else if BYTE_ORDER_MARK.starts_with(cursor.bytes) {
            return Err(ScanError::Incomplete);
        }
        self.state = State::Outline;
        Ok(())
    }

    fn outline_token(&mut self, cursor: &mut Cursor<'_>) -> Scan<()> {
        cursor.peek()?;
        let begin = cursor.at;
        let token = self.structure.step(cursor)?;
        self.outline.extend_from_slice(cursor.since(begin));
        if let Token::Name(name) = token
            && scalar::content(name) == "SubTasks"
        {
            self.state = State::SubTasks;
        }
        Ok(())
    }

    fn begin_array(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        self.outline.push(b'[');
        self.outline.extend_from_slice(self.arrays.len().to_string().as_bytes());
        self.array_begin = self.rows.len();
        self.state = State::FirstRow;
    }

    fn end_array(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        self.outline.push(b']');
        self.arrays.push(self.array_begin..self.rows.len());
        self.structure.end_value();
        self.state = State::Outline;
    }

    /// Keeps the beginning of the body, without leading white space. The bytes from `begin` on are new.
    fn keep_head(&mut self, begin: usize) {
        let new = self.buffer.get(begin..self.filled).unwrap_or_default();
        let new = if self.head.is_empty() { new.trim_ascii_start() } else { new };
        let free = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(new.get(..free).unwrap_or(new));
    }
}

/// Converts JSON to text. Bytes that are not UTF-8, which can only occur in strings, become U+FFFD.
#[inline]
fn into_text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
