//! A row of `SubTasks`: the names of its fields, and how they are parsed.
//!
//! This module must not know the memory layout of rows.

use std::borrow::Cow;

use super::cursor::{Cursor, Scan, ScanError, StructureState, Value};
use super::member_order::MemberOrder;
use super::scalar;
use crate::model::{ApiTime, ExpectedRow, PackedRow, PackedStatus, SubTasksBuilder};
use crate::redact::Accounts;
use crate::timestamp::{FastTimestampParser, Timestamp};

/// The names of the members, in the order of the values of [`Row`].
const NAMES: [&[u8]; 6] = [b"TaskId", b"InstanceId", b"ErrorMsg", b"Status", b"TaskBegin", b"TaskEnd"];

/// Consumes a row if it equals `expected` and has the learned member order, and returns whether it does. If not, the position of
/// the cursor is unspecified.
///
/// This is the path of nearly every row of a poll: it compares, but copies nothing.
pub(super) fn skip_if_equal(
    cursor: &mut Cursor<'_>,
    expected: &ExpectedRow<'_>,
    member_order: &MemberOrder,
    times: &mut FastTimestampParser,
    structure: &mut StructureState,
) -> bool {
    let ExpectedRow { task_id, instance_id, error_msg, status, task_begin, task_end } = *expected;
    let mut seen = 0;
    for member in 0.. {
        let Some(column) = member_order.skip(member, cursor) else { return false };
        let is_same = match column {
            Some(0) => cursor.skip_string(task_id),
            Some(1) => cursor.skip_string(instance_id),
            Some(2) => cursor.skip_string(error_msg),
            Some(3) => cursor.skip_string(status),
            Some(4) => skip_time(cursor, task_begin, times),
            Some(5) => skip_time(cursor, task_end, times),
            _ => cursor.value(structure).is_ok(),
        };
        if !is_same {
            return false;
        }
        seen |= column.map_or(0, |column| 1 << column);
        match cursor.peek() {
            Ok(b',') => {}
            Ok(b'}') => break,
            _ => return false,
        }
    }
    cursor.at += 1;
    seen == (1 << NAMES.len()) - 1
}

/// Consumes a time in the common format if it equals `expected`, and returns whether it does.
#[inline]
fn skip_time(cursor: &mut Cursor<'_>, expected: Option<Timestamp>, times: &mut FastTimestampParser) -> bool {
    let Some(expected) = expected else { return cursor.skip_string(b"") };
    let Some([b'"', text @ ..]) = cursor.bytes.get(cursor.at..) else { return false };
    let length =
        if text.get(COMMON_TIME_LENGTH) == Some(&b'"') { COMMON_TIME_LENGTH } else { COMMON_TIME_LENGTH - 1 };
    let is_same = text.get(length) == Some(&b'"')
        && text.get(..length).is_some_and(|text| times.parse(text) == Some(expected));
    cursor.at += length + 2;
    is_same
}

/// The length of `2026-05-28T16:38:20Z`.
const COMMON_TIME_LENGTH: usize = 20;

/// The values of a row, in the order of [`NAMES`].
#[derive(Clone, Copy, Default)]
pub(super) struct Row<'a>([Value<'a>; NAMES.len()]);

impl<'a> Row<'a> {
    /// Reads an element of the array. An element that is not an object is a row without values.
    pub(super) fn read(
        cursor: &mut Cursor<'a>,
        member_order: &mut MemberOrder,
        structure: &mut StructureState,
    ) -> Scan<Self> {
        let mut row = Self::default();
        if cursor.peek()? != b'{' {
            cursor.value(structure)?;
            return Ok(row);
        }
        for member in 0.. {
            let column = match member_order.skip(member, cursor) {
                Some(column) => column,
                None => {
                    let begin = cursor.at;
                    cursor.at += 1;
                    if member == 0 && cursor.peek()? == b'}' {
                        cursor.at += 1;
                        break;
                    }
                    let name = bytes(cursor.name()?);
                    let column = NAMES.iter().position(|wanted| *wanted == &*name);
                    member_order.learn(member, cursor.since(begin), column);
                    column
                }
            };
            let value = cursor.value(structure)?;
            if let Some(slot) = column.and_then(|column| row.0.get_mut(column)) {
                *slot = value;
            }
            match cursor.peek()? {
                b',' => {}
                b'}' => {
                    cursor.at += 1;
                    break;
                }
                _ => return Err(ScanError::Invalid("expected `,` or `}`")),
            }
        }
        Ok(row)
    }

    pub(super) fn pack(
        &self,
        builder: &mut SubTasksBuilder,
        times: &mut FastTimestampParser,
        accounts: Accounts,
    ) {
        let [task_id, instance_id, error_msg, status, task_begin, task_end] = self.0;
        let text = |value| accounts.in_bytes(bytes(value));
        let (task_id, instance_id, error_msg, status) =
            (text(task_id), text(instance_id), text(error_msg), text(status));
        let status_text;
        let status = match PackedStatus::of_word(&status) {
            Some(status) => status,
            None => {
                status_text = String::from_utf8_lossy(&status);
                PackedStatus::parse(&status_text)
            }
        };
        builder.push_packed(&PackedRow {
            task_id: &task_id,
            instance_id: &instance_id,
            error_msg: &error_msg,
            status,
            task_begin: time(task_begin, times, accounts),
            task_end: time(task_end, times, accounts),
        });
    }
}

/// Returns the content of a value as UTF-8.
#[inline]
fn bytes(value: Value<'_>) -> Cow<'_, [u8]> {
    match value {
        Value::Empty => Cow::Borrowed(b""),
        Value::Plain(content) | Value::Literal(content) => Cow::Borrowed(content),
        Value::Escaped(_) => Cow::Owned(scalar::content(value).into_owned().into_bytes()),
    }
}

fn time<'a>(value: Value<'a>, times: &mut FastTimestampParser, accounts: Accounts) -> ApiTime<'a> {
    if value == Value::Plain(b"") {
        return ApiTime::Absent;
    }
    if let Value::Plain(text) = value
        && let Some(timestamp) = times.parse(text)
    {
        return ApiTime::At(timestamp);
    }
    let mut time = ApiTime::parse(scalar::content(value));
    time.mask(accounts);
    time
}
