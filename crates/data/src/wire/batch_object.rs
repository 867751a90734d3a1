//! A JSON object that may be a batch task: the names of the batch's fields, and the criteria for a batch task.

use super::api_error::ErrorMembers;
use super::decoded::Decoded;
use super::error::{self, WireError};
use super::outline::Outline;
use super::{object, scalar};
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTasks};

/// An object that may be a batch task, an error, or an envelope of either.
pub(super) struct BatchObject<'a> {
    json: &'a str,
    batch_id: Option<&'a str>,
    status: Option<&'a str>,
    total_count: Option<&'a str>,
    sub_tasks: Option<&'a str>,
    data: Option<&'a str>,
    /// The members of an error.
    pub(super) error: ErrorMembers<'a>,
}

impl<'a> BatchObject<'a> {
    /// Reads an object.
    #[inline]
    pub(super) fn read(json: &'a str) -> Result<Self, WireError> {
        if !json.starts_with('{') {
            return Err(not_a_batch_task(scalar::kind(json).to_owned(), json));
        }
        let names = ["BatchId", "Status", "TotalCount", "SubTasks", "data"];
        let [batch_id, status, total_count, sub_tasks, data] = object::members(json, names);
        let error = ErrorMembers::of(json);
        Ok(Self { json, batch_id, status, total_count, sub_tasks, data, error })
    }

    /// Returns whether the object is a batch task. A BatchId alone is not sufficient if the object is an error, because a
    /// gateway may add the BatchId to an error.
    #[inline]
    pub(super) fn is_batch_task(&self) -> bool {
        [self.status, self.total_count, self.sub_tasks].into_iter().any(is_given)
            || (is_given(self.batch_id) && self.error.stated().is_none())
    }

    /// Returns the content of an envelope, if it is an object.
    #[inline]
    pub(super) fn data(&self) -> Option<&'a str> {
        self.data.filter(|json| json.starts_with('{'))
    }

    /// Converts to a batch task. Its rows are in `outline`.
    #[inline]
    pub(super) fn into_decoded(self, outline: &Outline) -> Result<Decoded, WireError> {
        let sub_tasks = match self.sub_tasks.filter(|json| is_given(Some(json))) {
            None => SubTasks::default(),
            Some(json) => match object::element(json, 0).and_then(|number| number.parse().ok()) {
                Some(number) if json.starts_with('[') => outline.rows(number),
                _ => {
                    let found = format!("an object whose SubTasks is {}", scalar::kind(json));
                    return Err(not_a_batch_task(found, self.json));
                }
            },
        };
        let names = ["TaskName", "TaskType", "ApplicationType", "SuccessCount", "TaskBegin", "TaskEnd"];
        let [task_name, task_type, application_type, success_count, task_begin, task_end] =
            object::members(self.json, names);
        let task = BatchTask {
            batch_id: scalar::text(self.batch_id),
            task_name: scalar::text(task_name),
            task_type: scalar::text(task_type),
            application_type: scalar::text(application_type),
            status: BatchStatus::parse(&scalar::text(self.status)),
            total_count: scalar::count(self.total_count),
            success_count: scalar::count(success_count),
            task_begin: time(task_begin),
            task_end: time(task_end),
            sub_tasks,
        };
        Ok(Decoded { task, request_id: self.error.request_id() })
    }

    /// Returns the error for an object that is not a batch task.
    #[inline]
    pub(super) fn not_a_batch_task(&self) -> WireError {
        let found = match self.data {
            Some(data) => format!("an object without a batch task, whose data is {}", scalar::kind(data)),
            None => "an object without Status, TotalCount, SubTasks or BatchId".to_owned(),
        };
        not_a_batch_task(found, self.json)
    }
}

#[inline]
fn time(json: Option<&str>) -> ApiTime<'static> {
    ApiTime::parse(scalar::text(json).into_string())
}

#[inline]
fn is_given(value: Option<&str>) -> bool {
    value.is_some_and(|value| value != "null")
}

#[inline]
fn not_a_batch_task(found: String, json: &str) -> WireError {
    WireError::Unexpected { found: found.into_boxed_str(), begins: error::beginning(json) }
}
