//! A row of `SubTasks`.
//!
//! It owns the names of a row's fields and how they are read. How rows are laid out in memory is the model's business.

use std::borrow::Cow;

use super::cursor::{Cursor, Scan, Stop, Value, Walk};
use super::scalar;
use crate::model::{ApiTime, PackedRow, PackedStatus, SubTasksBuilder};
use crate::timestamp::Timestamp;

/// The wanted members of a row.
#[derive(Clone, Copy, Default)]
pub(super) struct Row<'a> {
    task_id: Value<'a>,
    instance_id: Value<'a>,
    status: Value<'a>,
    task_begin: Value<'a>,
    task_end: Value<'a>,
    error_msg: Value<'a>,
}

impl<'a> Row<'a> {
    /// Reads an element of the array. Whatever it is, it counts: what is no object is a row without members.
    pub(super) fn read(cursor: &mut Cursor<'a>, walk: &mut Walk) -> Scan<Self> {
        let mut row = Self::default();
        if cursor.peek()? != b'{' {
            cursor.value(walk)?;
            return Ok(row);
        }
        cursor.at += 1;
        if cursor.peek()? == b'}' {
            cursor.at += 1;
            return Ok(row);
        }
        loop {
            let name = cursor.name()?;
            let value = cursor.value(walk)?;
            row.keep(name, value);
            match cursor.peek()? {
                b',' => cursor.at += 1,
                b'}' => {
                    cursor.at += 1;
                    return Ok(row);
                }
                _ => return Err(Stop::Bad("expected `,` or `}`")),
            }
        }
    }

    fn keep(&mut self, name: Value<'_>, value: Value<'a>) {
        let name = bytes(name);
        let slot = match &*name {
            b"TaskId" => &mut self.task_id,
            b"InstanceId" => &mut self.instance_id,
            b"Status" => &mut self.status,
            b"TaskBegin" => &mut self.task_begin,
            b"TaskEnd" => &mut self.task_end,
            b"ErrorMsg" => &mut self.error_msg,
            _ => return,
        };
        *slot = value;
    }

    pub(super) fn pack(&self, builder: &mut SubTasksBuilder) {
        let (task_id, instance_id, error_msg) =
            (bytes(self.task_id), bytes(self.instance_id), bytes(self.error_msg));
        let status_text;
        let status = match PackedStatus::of_word(&bytes(self.status)) {
            Some(status) => status,
            None => {
                status_text = scalar::content(self.status);
                PackedStatus::parse(&status_text)
            }
        };
        builder.push_packed(&PackedRow {
            task_id: &task_id,
            instance_id: &instance_id,
            error_msg: &error_msg,
            status,
            task_begin: time(self.task_begin),
            task_end: time(self.task_end),
        });
    }
}

/// The content of a value, in UTF-8.
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
