//! The rows of `SubTasks`, read with serde_json.

use serde_json::value::RawValue;

use super::json::plain;
use super::object::{self, Members};
use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};
use crate::wire::scalar;

/// The value of `SubTasks`.
#[derive(Debug)]
pub(super) enum Rows {
    /// The member is missing or null.
    Absent,
    /// An array.
    Listed(SubTasks),
    /// Another type, given with an article.
    Other(&'static str),
}

impl Rows {
    /// Reads a valid JSON value of any type.
    pub(super) fn read(value: Option<&RawValue>) -> Self {
        let json = value.map_or("null", RawValue::get);
        if json == "null" {
            return Self::Absent;
        }
        let Ok(rows) = serde_json::from_str::<Vec<&RawValue>>(json) else {
            return Self::Other(scalar::kind(json));
        };
        let mut builder = SubTasksBuilder::new();
        for row in rows {
            // An element of any type is a row.
            object::read_checked::<Row<'_>>(row.get()).push_to(&mut builder);
        }
        Self::Listed(builder.finish())
    }
}

#[derive(Default)]
struct Row<'a> {
    task_id: Option<&'a RawValue>,
    instance_id: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    task_begin: Option<&'a RawValue>,
    task_end: Option<&'a RawValue>,
    error_msg: Option<&'a RawValue>,
}

impl<'a> Members<'a> for Row<'a> {
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            b"TaskId" => &mut self.task_id,
            b"InstanceId" => &mut self.instance_id,
            b"Status" => &mut self.status,
            b"TaskBegin" => &mut self.task_begin,
            b"TaskEnd" => &mut self.task_end,
            b"ErrorMsg" => &mut self.error_msg,
            _ => return None,
        })
    }
}

impl Row<'_> {
    fn push_to(&self, builder: &mut SubTasksBuilder) {
        builder.push(&SubTask {
            task_id: &plain(self.task_id),
            instance_id: &plain(self.instance_id),
            status: SubTaskStatus::parse(&plain(self.status)),
            task_begin: ApiTime::parse(plain(self.task_begin).into_string()),
            task_end: ApiTime::parse(plain(self.task_end).into_string()),
            error_msg: &plain(self.error_msg),
        });
    }
}
