//! The rows of `SubTasks`, packed one by one from what serde_json checked.

use serde::de::{DeserializeSeed, Deserializer, Error as _};
use serde_json::value::RawValue;

use super::object::{self, Members, Slot};
use super::plain;
use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};
use crate::wire::scalar;

/// What the body has for `SubTasks`.
#[derive(Debug, Default)]
pub(super) enum Rows {
    /// Nothing, or null.
    #[default]
    Absent,
    /// An array.
    Listed(SubTasks),
    /// A value of another type, named with its article.
    Unlike(&'static str),
}

/// Reads the value of `SubTasks`, whatever its type.
pub(super) struct RowsSeed;

impl<'de> DeserializeSeed<'de> for RowsSeed {
    type Value = Rows;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Rows, D::Error> {
        let json = <&RawValue as serde::Deserialize>::deserialize(deserializer)?.get();
        if json == "null" {
            return Ok(Rows::Absent);
        }
        if !json.starts_with('[') {
            return Ok(Rows::Unlike(scalar::kind(json)));
        }
        let rows: Vec<&RawValue> = serde_json::from_str(json).map_err(D::Error::custom)?;
        let mut builder = SubTasksBuilder::new();
        for row in rows {
            // Whatever a row is, it counts.
            object::read_checked::<Row<'_>>(row.get()).push_to(&mut builder);
        }
        Ok(Rows::Listed(builder.finish()))
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
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>> {
        Some(Slot::Raw(match name {
            b"TaskId" => &mut self.task_id,
            b"InstanceId" => &mut self.instance_id,
            b"Status" => &mut self.status,
            b"TaskBegin" => &mut self.task_begin,
            b"TaskEnd" => &mut self.task_end,
            b"ErrorMsg" => &mut self.error_msg,
            _ => return None,
        }))
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
