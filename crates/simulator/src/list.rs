//! `DescribeBatchTasks`: the parameters, and a page of the list.
//!
//! Times in a list are written like `2026-05-28 16:38:20`, in UTC. Such texts have the order of their times.

use std::borrow::Cow;

use batch_task_acs3::{format_date, parse_date};
use serde::{Deserialize, Serialize};

use crate::api_error::ApiError;
use crate::batch::Batch;

const DEFAULT_PAGE_SIZE: usize = 30;
const MAX_PAGE_SIZE: usize = 100;

/// The parameters of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListParameters {
    start: Option<String>,
    end: Option<String>,
    page_number: usize,
    page_size: usize,
    statuses: Vec<String>,
    task_type: Option<String>,
}

/// An item of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedBatch {
    batch_id: String,
    status: String,
    success_count: usize,
    task_begin: String,
    task_end: String,
    task_name: String,
    task_type: String,
    total_count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    request_id: &'a str,
    page_number: usize,
    page_size: usize,
    total_count: usize,
    task_list: &'a [&'a ListedBatch],
}

impl ListParameters {
    /// Reads the decoded query pairs of a call.
    pub(crate) fn parse(query: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Self, ApiError> {
        let value = |name: &str| {
            query
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, value)| &**value)
                .filter(|value| !value.is_empty())
        };
        let number = |name: &str, default: usize, largest: usize| match value(name).map(str::parse) {
            None => Ok(default),
            Some(Ok(number)) if (1..=largest).contains(&number) => Ok(number),
            Some(_) => Err(ApiError::invalid_parameter(name)),
        };
        let time = |name: &str| match value(name).map(|text| (text, list_time_of_parameter(text))) {
            None => Ok(None),
            Some((_, Some(time))) => Ok(Some(time)),
            Some((_, None)) => Err(ApiError::invalid_parameter(name)),
        };
        let statuses = value("Status").map(serde_json::from_str).transpose();
        Ok(Self {
            start: time("StartTime")?,
            end: time("EndTime")?,
            page_number: number("PageNumber", 1, i32::MAX as usize)?,
            page_size: number("PageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)?,
            statuses: statuses.map_err(|_| ApiError::invalid_parameter("Status"))?.unwrap_or_default(),
            task_type: value("TaskType").map(str::to_owned),
        })
    }

    fn selects(&self, batch: &ListedBatch) -> bool {
        let status = batch.status.trim();
        self.start.as_ref().is_none_or(|start| batch.task_begin >= *start)
            && self.end.as_ref().is_none_or(|end| batch.task_begin <= *end)
            && (self.statuses.is_empty()
                || self.statuses.iter().any(|wanted| wanted.eq_ignore_ascii_case(status)))
            && self.task_type.as_ref().is_none_or(|task_type| batch.task_type.trim() == task_type)
    }

    /// Returns the body with the page of the batches that the parameters select, the latest first.
    pub(crate) fn body(&self, mut batches: Vec<ListedBatch>, request_id: &str) -> Vec<u8> {
        batches.sort_by(|a, b| (&b.task_begin, &a.batch_id).cmp(&(&a.task_begin, &b.batch_id)));
        let selected: Vec<_> = batches.iter().filter(|batch| self.selects(batch)).collect();
        let start = (self.page_number - 1).saturating_mul(self.page_size).min(selected.len());
        let end = start.saturating_add(self.page_size).min(selected.len());
        let page = Page {
            request_id,
            page_number: self.page_number,
            page_size: self.page_size,
            total_count: selected.len(),
            task_list: &selected[start..end],
        };
        // Serialising structs of strings and numbers cannot fail.
        serde_json::to_vec(&page).unwrap_or_default()
    }
}

impl From<Batch> for ListedBatch {
    fn from(batch: Batch) -> Self {
        Self {
            batch_id: batch.batch_id.into_owned(),
            status: batch.status.to_owned(),
            success_count: batch.success_count,
            task_begin: list_time(&batch.task_begin),
            task_end: list_time(&batch.task_end),
            task_name: batch.task_name.to_owned(),
            task_type: batch.task_type.to_owned(),
            total_count: batch.total_count,
        }
    }
}

impl ListedBatch {
    /// Returns the item for a body that is stored as text. The figures are those of the body.
    pub(crate) fn of_body(batch_id: &str, body: &str) -> Self {
        /// The members that a list shows. Some bodies have numbers as texts.
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "PascalCase", default)]
        struct Body {
            task_name: String,
            task_type: String,
            status: String,
            total_count: serde_json::Value,
            success_count: serde_json::Value,
            task_begin: String,
            task_end: String,
        }
        let count = |value: &serde_json::Value| {
            let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            number.and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
        };
        let body: Body = serde_json::from_str(body).unwrap_or_default();
        Self {
            batch_id: batch_id.to_owned(),
            status: body.status,
            success_count: count(&body.success_count),
            task_begin: list_time(&body.task_begin),
            task_end: list_time(&body.task_end),
            task_name: body.task_name,
            task_type: body.task_type,
            total_count: count(&body.total_count),
        }
    }
}

/// Returns a time of a batch in the form of the list.
fn list_time(text: &str) -> String {
    text.trim_end_matches('Z').replace('/', "-").replace('T', " ")
}

/// Returns a time of a parameter in the form of the list; `None` if it has neither form of the API's reference.
fn list_time_of_parameter(text: &str) -> Option<String> {
    let with_seconds =
        text.strip_suffix('Z').filter(|text| text.len() == 16).map(|text| format!("{text}:00Z"));
    let time = parse_date(with_seconds.as_deref().unwrap_or(text))?;
    Some(list_time(&format_date(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(id: &str, status: &str, begin: &str) -> ListedBatch {
        ListedBatch {
            batch_id: id.to_owned(),
            status: status.to_owned(),
            success_count: 1,
            task_begin: begin.to_owned(),
            task_end: String::new(),
            task_name: "name".to_owned(),
            task_type: if id == "c" { "other" } else { "type" }.to_owned(),
            total_count: 2,
        }
    }

    fn parse(query: &str) -> Result<ListParameters, ApiError> {
        ListParameters::parse(&batch_task_acs3::decode_query(query))
    }

    #[test]
    fn a_page_has_the_selected_batches_latest_first() {
        let batches = || {
            vec![
                batch("a", "RUNNING ", "2026-05-01 00:00:00"),
                batch("b", "COMPLETED", "2026-05-03 00:00:00"),
                batch("c", "FAILED", "2026-05-02 00:00:00"),
            ]
        };
        for (query, total, expected) in [
            ("", 3, &["b", "c", "a"][..]),
            ("PageSize=2", 3, &["b", "c"]),
            ("PageSize=2&PageNumber=2", 3, &["a"]),
            ("PageNumber=9", 3, &[]),
            ("Status=[\"RUNNING\",\"FAILED\"]", 2, &["c", "a"]),
            ("Status=[]", 3, &["b", "c", "a"]),
            ("TaskType=other", 1, &["c"]),
            ("StartTime=2026-05-02T00:00Z", 2, &["b", "c"]),
            ("StartTime=2026-05-02T00:00:01Z&EndTime=2026-05-03T00:00:00Z", 1, &["b"]),
        ] {
            let body = parse(query).unwrap().body(batches(), "R");
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let ids: Vec<_> = body["TaskList"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["BatchId"].as_str().unwrap())
                .collect();
            assert_eq!((body["TotalCount"].as_u64(), &*ids), (Some(total), expected), "{query}");
        }
    }

    #[test]
    fn parameters_are_validated() {
        for query in [
            "PageSize=101",
            "PageSize=0",
            "PageNumber=0",
            "PageNumber=x",
            "Status=RUNNING",
            "StartTime=2026-05-01",
        ] {
            assert_eq!(parse(query).unwrap_err().code, "InvalidParameter", "{query}");
        }
    }
}
