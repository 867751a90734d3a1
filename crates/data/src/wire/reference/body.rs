//! The object that a body, or a part of one, is, as serde_json reads it.

use serde_json::value::RawValue;

use super::error_members::ErrorMembers;
use super::object::{self, Members, Slot};
use super::rows::Rows;
use super::{from_json, plain};
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTasks};
use crate::wire::error::{self, WireError};
use crate::wire::{Decoded, scalar};

/// The members that matter of an object that may be a batch task, an error or an envelope of either.
#[derive(Default)]
pub(super) struct Body<'a> {
    batch_id: Option<&'a RawValue>,
    task_name: Option<&'a RawValue>,
    task_type: Option<&'a RawValue>,
    application_type: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    total_count: Option<&'a RawValue>,
    success_count: Option<&'a RawValue>,
    task_begin: Option<&'a RawValue>,
    task_end: Option<&'a RawValue>,
    sub_tasks: Rows,
    data: Option<&'a RawValue>,
    /// What the object says if it is an error.
    pub(super) error: ErrorMembers<'a>,
}

impl<'a> Members<'a> for Body<'a> {
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>> {
        Some(Slot::Raw(match name {
            b"SubTasks" => return Some(Slot::Rows(&mut self.sub_tasks)),
            b"BatchId" => &mut self.batch_id,
            b"TaskName" => &mut self.task_name,
            b"TaskType" => &mut self.task_type,
            b"ApplicationType" => &mut self.application_type,
            b"Status" => &mut self.status,
            b"TotalCount" => &mut self.total_count,
            b"SuccessCount" => &mut self.success_count,
            b"TaskBegin" => &mut self.task_begin,
            b"TaskEnd" => &mut self.task_end,
            b"data" => &mut self.data,
            _ => return self.error.slot(name),
        }))
    }
}

impl<'a> Body<'a> {
    /// Reads JSON text from its beginning to its end.
    pub(super) fn read(text: &'a str) -> Result<Self, WireError> {
        // Checked before it is read: names of members may hold control characters otherwise.
        let json = serde_json::from_str::<&RawValue>(text).map_err(|error| from_json(&error, text))?.get();
        if !json.starts_with('{') {
            return Err(not_a_batch_task(scalar::kind(json).to_owned(), text));
        }
        Ok(object::read_checked(json))
    }

    /// Whether it has one of the members that make a batch task. A gateway may add the BatchId to an error.
    pub(super) fn is_batch_task(&self) -> bool {
        let has_state = is_given(self.status) || is_given(self.total_count);
        let has_rows = !matches!(self.sub_tasks, Rows::Absent);
        has_state || has_rows || (is_given(self.batch_id) && self.error.stated().is_none())
    }

    /// What an envelope holds, if it is an object.
    pub(super) fn data(&self) -> Option<&'a str> {
        self.data.map(RawValue::get).filter(|json| json.starts_with('{'))
    }

    /// The batch task that the object, written as `text`, is.
    pub(super) fn into_decoded(self, text: &str) -> Result<Decoded, WireError> {
        let sub_tasks = match self.sub_tasks {
            Rows::Absent => SubTasks::default(),
            Rows::Listed(sub_tasks) => sub_tasks,
            Rows::Unlike(kind) => {
                return Err(not_a_batch_task(format!("an object whose SubTasks is {kind}"), text));
            }
        };
        let task = BatchTask {
            batch_id: plain(self.batch_id),
            task_name: plain(self.task_name),
            task_type: plain(self.task_type),
            application_type: plain(self.application_type),
            status: BatchStatus::parse(&plain(self.status)),
            total_count: scalar::count(self.total_count.map(RawValue::get)),
            success_count: scalar::count(self.success_count.map(RawValue::get)),
            task_begin: ApiTime::parse(plain(self.task_begin).into_string()),
            task_end: ApiTime::parse(plain(self.task_end).into_string()),
            sub_tasks,
        };
        Ok(Decoded { task, request_id: self.error.request_id() })
    }

    /// That the object, written as `text`, is something else.
    pub(super) fn not_a_batch_task(&self, text: &str) -> WireError {
        let came = match self.data {
            Some(data) => {
                format!("an object without a batch task, whose data is {}", scalar::kind(data.get()))
            }
            None => "an object without Status, TotalCount, SubTasks or BatchId".to_owned(),
        };
        not_a_batch_task(came, text)
    }
}

fn is_given(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| value.get() != "null")
}

fn not_a_batch_task(came: String, text: &str) -> WireError {
    WireError::NotABatchTask { came: came.into_boxed_str(), begins: error::beginning(text) }
}
