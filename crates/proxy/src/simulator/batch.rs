//! The answer's JSON, as the API writes it: field names, order, and times with slashes.
//!
//! Must not know scenarios.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const API_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]/[month]/[day]T[hour]:[minute]:[second]Z");

/// An answer's body.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch {
    pub(super) request_id: String,
    pub(super) batch_id: &'static str,
    pub(super) task_name: &'static str,
    pub(super) task_type: &'static str,
    pub(super) status: &'static str,
    pub(super) total_count: usize,
    pub(super) success_count: usize,
    pub(super) task_begin: String,
    pub(super) task_end: String,
    pub(super) sub_tasks: Option<Vec<SubTask>>,
    pub(super) application_type: &'static str,
}

/// One row of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SubTask {
    pub(super) task_id: String,
    pub(super) instance_id: String,
    pub(super) status: &'static str,
    pub(super) task_begin: String,
    pub(super) task_end: String,
    pub(super) error_msg: String,
}

impl Batch {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        // Structs of strings and numbers always serialise.
        serde_json::to_vec(&self).unwrap_or_default()
    }
}

/// What Alibaba-style consoles put around a body.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope {
    code: &'static str,
    data: Batch,
    success_response: bool,
}

impl Envelope {
    pub(super) fn of(data: Batch) -> Self {
        Self { code: "200", data, success_response: true }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        serde_json::to_vec(&self).unwrap_or_default()
    }
}

/// A time as the API writes most of them, such as `2026/05/28T16:38:20Z`.
pub(super) fn api_time(time: OffsetDateTime) -> String {
    // Only a writer can fail here, and a String does not.
    time.format(API_TIME).unwrap_or_default()
}
