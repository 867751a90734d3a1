//! The rows of `SubTasks`, packed while they are read.
//!
//! It owns the names of a row's fields. How rows are laid out in memory is the model's business.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::object::{self, Members, Slot};
use super::scalar;
use crate::model::{ApiTime, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};

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
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed {
    type Value = Rows;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of subtasks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows, A::Error> {
        let mut builder = SubTasksBuilder::new();
        // A row is checked before it is read: whatever it is, it counts, and a number or a string that the parser
        // cannot hold must not cost the other rows.
        while let Some(row) = seq.next_element::<&RawValue>()? {
            object::read_checked::<Row<'_>>(row.get()).push_to(&mut builder);
        }
        Ok(Rows::Listed(builder.finish()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Rows::Unlike("an object"))
    }

    fn visit_unit<E>(self) -> Result<Rows, E> {
        Ok(Rows::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Rows, E> {
        Ok(Rows::Unlike("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Rows, E> {
        Ok(Rows::Unlike("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Rows, E> {
        Ok(Rows::Unlike("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Rows, E> {
        Ok(Rows::Unlike("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Rows, E> {
        Ok(Rows::Unlike("a string"))
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
            task_id: &scalar::text(self.task_id),
            instance_id: &scalar::text(self.instance_id),
            status: SubTaskStatus::parse(&scalar::text(self.status)),
            task_begin: ApiTime::parse(scalar::text(self.task_begin)),
            task_end: ApiTime::parse(scalar::text(self.task_end)),
            error_msg: &scalar::text(self.error_msg),
        });
    }
}
