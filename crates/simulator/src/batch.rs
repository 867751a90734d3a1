//! The JSON of a batch as the API writes it: names and order of the fields, and the time format.

use std::borrow::Cow;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const API_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]/[month]/[day]T[hour]:[minute]:[second]Z");

/// The body of a response.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Batch {
    pub(crate) request_id: String,
    pub(crate) batch_id: Cow<'static, str>,
    pub(crate) task_name: &'static str,
    pub(crate) task_type: &'static str,
    pub(crate) status: &'static str,
    pub(crate) total_count: usize,
    pub(crate) success_count: usize,
    pub(crate) task_begin: String,
    pub(crate) task_end: String,
    pub(crate) sub_tasks: Option<Vec<SubTask>>,
    pub(crate) application_type: &'static str,
}

/// A row of [`Batch`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SubTask {
    pub(crate) task_id: String,
    pub(crate) instance_id: String,
    pub(crate) status: &'static str,
    pub(crate) task_begin: String,
    pub(crate) task_end: String,
    pub(crate) error_msg: String,
}

impl Batch {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        // Serialising structs of strings and numbers cannot fail.
        serde_json::to_vec(&self).unwrap_or_default()
    }
}

/// The envelope that consoles in the style of Alibaba Cloud put around a body.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    code: &'static str,
    data: Batch,
    success_response: bool,
}

impl Envelope {
    pub(crate) fn of(data: Batch) -> Self {
        Self { code: "200", data, success_response: true }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        serde_json::to_vec(&self).unwrap_or_default()
    }
}

/// Formats a time as most of the API's times are, such as `2026/05/28T16:38:20Z`.
pub(crate) fn api_time(time: OffsetDateTime) -> String {
    // Formatting into a String cannot fail.
    time.format(API_TIME).unwrap_or_default()
}
