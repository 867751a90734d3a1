//! A row of `SubTasks`.
//!
//! It owns the names of a row's fields and how they are read. How rows are laid out in memory is the model's business.

use std::borrow::Cow;

use super::cursor::{Cursor, Scan, Stop, Value, Walk};
use super::layout::Layout;
use super::scalar;
use crate::model::{ApiTime, ExpectedRow, PackedRow, PackedStatus, SubTasksBuilder};
use crate::redact::Accounts;
use crate::timestamp::{Timestamp, UsualTimes};

/// The names of the members that are wanted, in the order of [`Row`]'s values.
const NAMES: [&[u8]; 6] = [b"TaskId", b"InstanceId", b"ErrorMsg", b"Status", b"TaskBegin", b"TaskEnd"];

/// Passes a row if it is as `expected`, and written in the layout of those before; whether it was. The cursor is of no use
/// if not.
///
/// This is what nearly every row of nearly every poll costs: nothing of it is kept, so that comparing is all.
pub(super) fn pass_expected(
    cursor: &mut Cursor<'_>,
    expected: &ExpectedRow<'_>,
    layout: &Layout,
    times: &mut UsualTimes,
    walk: &mut Walk,
) -> bool {
    let ExpectedRow { task_id, instance_id, error_msg, status, task_begin, task_end } = *expected;
    let mut seen = 0;
    for member in 0.. {
        let Some(column) = layout.pass(member, cursor) else { return false };
        let is_same = match column {
            Some(0) => cursor.pass_string(task_id),
            Some(1) => cursor.pass_string(instance_id),
            Some(2) => cursor.pass_string(error_msg),
            Some(3) => cursor.pass_string(status),
            Some(4) => pass_time(cursor, task_begin, times),
            Some(5) => pass_time(cursor, task_end, times),
            _ => cursor.value(walk).is_ok(),
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

/// Passes a time that is written in the usual way.
#[inline]
fn pass_time(cursor: &mut Cursor<'_>, expected: Option<Timestamp>, times: &mut UsualTimes) -> bool {
    let Some(expected) = expected else { return cursor.pass_string(b"") };
    let Some([b'"', text @ ..]) = cursor.bytes.get(cursor.at..) else { return false };
    let length = if text.get(USUAL_TIME) == Some(&b'"') { USUAL_TIME } else { USUAL_TIME - 1 };
    let is_same = text.get(length) == Some(&b'"')
        && text.get(..length).is_some_and(|text| times.read(text) == Some(expected));
    cursor.at += length + 2;
    is_same
}

/// How long `2026-05-28T16:38:20Z` is.
const USUAL_TIME: usize = 20;

/// The values of the wanted members of a row.
#[derive(Clone, Copy, Default)]
pub(super) struct Row<'a>([Value<'a>; NAMES.len()]);

impl<'a> Row<'a> {
    /// Reads an element of the array. Whatever it is, it counts: what is no object is a row without members.
    pub(super) fn read(cursor: &mut Cursor<'a>, layout: &mut Layout, walk: &mut Walk) -> Scan<Self> {
        let mut row = Self::default();
        if cursor.peek()? != b'{' {
            cursor.value(walk)?;
            return Ok(row);
        }
        for member in 0.. {
            let column = match layout.pass(member, cursor) {
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
                    layout.learn(member, cursor.since(begin), column);
                    column
                }
            };
            let value = cursor.value(walk)?;
            if let Some(slot) = column.and_then(|column| row.0.get_mut(column)) {
                *slot = value;
            }
            match cursor.peek()? {
                b',' => {}
                b'}' => {
                    cursor.at += 1;
                    break;
                }
                _ => return Err(Stop::Bad("expected `,` or `}`")),
            }
        }
        Ok(row)
    }

    pub(super) fn pack(&self, builder: &mut SubTasksBuilder, times: &mut UsualTimes, accounts: Accounts) {
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

/// The content of a value, in UTF-8.
#[inline]
fn bytes(value: Value<'_>) -> Cow<'_, [u8]> {
    match value {
        Value::Nothing => Cow::Borrowed(b""),
        Value::Plain(content) | Value::Bare(content) => Cow::Borrowed(content),
        Value::Escaped(_) => Cow::Owned(scalar::content(value).into_owned().into_bytes()),
    }
}

fn time<'a>(value: Value<'a>, times: &mut UsualTimes, accounts: Accounts) -> ApiTime<'a> {
    if value == Value::Plain(b"") {
        return ApiTime::Absent;
    }
    if let Value::Plain(text) = value
        && let Some(timestamp) = times.read(text)
    {
        return ApiTime::At(timestamp);
    }
    let mut time = ApiTime::parse(scalar::content(value));
    time.mask(accounts);
    time
}
