//! A row of `SubTasks`.
//!
//! It owns the names of a row's fields and how they are read. How rows are laid out in memory is the model's business.

use std::borrow::Cow;

use super::cursor::{Cursor, Scan, Stop, Value, Walk};
use super::layout::Layout;
use super::scalar;
use crate::model::{ApiTime, PackedRow, PackedStatus, SubTasksBuilder};
use crate::redact::Accounts;
use crate::timestamp::Timestamp;

/// The names of the members that are wanted, in the order of [`Row`]'s values.
const NAMES: [&[u8]; 6] = [b"TaskId", b"InstanceId", b"ErrorMsg", b"Status", b"TaskBegin", b"TaskEnd"];

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

    pub(super) fn pack(&self, builder: &mut SubTasksBuilder, accounts: Accounts) {
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
            task_begin: time(task_begin).masked(accounts),
            task_end: time(task_end).masked(accounts),
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

fn time(value: Value<'_>) -> ApiTime<'_> {
    if let Value::Plain(text) = value
        && let Some(timestamp) = Timestamp::parse_usual(text)
    {
        return ApiTime::At(timestamp);
    }
    ApiTime::parse(scalar::content(value))
}
