//! A JSON object that may be a batch task, read with serde_json.

use serde_json::value::RawValue;

use super::error_members::ErrorMembers;
use super::json::{from_json, plain};
use super::object::{self, Members};
use super::rows::Rows;
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTasks};
use crate::wire::decoded::Decoded;
use crate::wire::error::{self, WireError};
use crate::wire::scalar;

/// An object that may be a batch task, an error, or an envelope of either.
#[derive(Default)]
pub(super) struct BatchObject<'a> {
    batch_id: Option<&'a RawValue>,
    task_name: Option<&'a RawValue>,
    task_type: Option<&'a RawValue>,
    application_type: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    total_count: Option<&'a RawValue>,
    success_count: Option<&'a RawValue>,
    task_begin: Option<&'a RawValue>,
    task_end: Option<&'a RawValue>,
    sub_tasks: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    /// The members of an error.
    pub(super) error: ErrorMembers<'a>,
}

impl<'a> Members<'a> for BatchObject<'a> {
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            b"SubTasks" => &mut self.sub_tasks,
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
        })
    }
}

impl<'a> BatchObject<'a> {
    /// Reads a complete JSON text.
    pub(super) fn read(text: &'a str) -> Result<Self, WireError> {
        // Validated first, because reading names as bytes would accept control characters in them.
        let json = serde_json::from_str::<&RawValue>(text).map_err(|error| from_json(&error, text))?.get();
        if !json.starts_with('{') {
            return Err(not_a_batch_task(scalar::kind(json).to_owned(), text));
        }
        Ok(object::read_checked(json))
    }

    /// Returns whether the object is a batch task. A gateway may add the BatchId to an error.
    pub(super) fn is_batch_task(&self) -> bool {
        let has_state = is_given(self.status) || is_given(self.total_count);
        let has_rows = is_given(self.sub_tasks);
        has_state || has_rows || (is_given(self.batch_id) && self.error.stated().is_none())
    }

    /// Returns the content of an envelope, if it is an object.
    pub(super) fn data(&self) -> Option<&'a str> {
        self.data.map(RawValue::get).filter(|json| json.starts_with('{'))
    }

    /// Converts to a batch task. `text` is the JSON of the object.
    pub(super) fn into_decoded(self, text: &str) -> Result<Decoded, WireError> {
        let sub_tasks = match Rows::read(self.sub_tasks) {
            Rows::Absent => SubTasks::default(),
            Rows::Listed(sub_tasks) => sub_tasks,
            Rows::Other(kind) => {
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

    /// Returns the error for an object that is not a batch task. `text` is the JSON of the object.
    pub(super) fn not_a_batch_task(&self, text: &str) -> WireError {
        let found = match self.data {
            Some(data) => {
                format!("an object without a batch task, whose data is {}", scalar::kind(data.get()))
            }
            None => "an object without Status, TotalCount, SubTasks or BatchId".to_owned(),
        };
        not_a_batch_task(found, text)
    }
}

fn is_given(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| value.get() != "null")
}

fn not_a_batch_task(found: String, text: &str) -> WireError {
    WireError::Unexpected { found: found.into_boxed_str(), begins: error::beginning(text) }
}
