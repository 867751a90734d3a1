//! The requests of clients to the API: an action, and its validated parameters.
//!
//! This module must not know routes, or how the API is called.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use batch_task_acs3::{decode_query, parse_date};
use prometheus_client::encoding::EncodeLabelValue;
use serde::Deserialize;

use crate::proxy_error::ProxyError;

/// The longest accepted BatchId, in characters.
pub const BATCH_ID_MAX_LEN: usize = 128;
/// The longest accepted TaskType, in characters.
pub const TASK_TYPE_MAX_LEN: usize = 64;
/// The number of batches on a page if the client states none.
pub const DEFAULT_PAGE_SIZE: u32 = 30;
/// The largest number of batches on a page.
pub const MAX_PAGE_SIZE: u32 = 100;

/// An action of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Action {
    /// Describes one batch.
    DescribeBatchTask,
    /// Lists batches.
    DescribeBatchTasks,
}

impl Action {
    /// The name of the action in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DescribeBatchTask => "DescribeBatchTask",
            Self::DescribeBatchTasks => "DescribeBatchTasks",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An action with its parameters. Equal requests share one call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ApiRequest {
    /// One batch, by its BatchId, which the API does not require.
    Batch(Option<String>),
    /// A page of the list of batches.
    List(ListParameters),
}

/// The parameters of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListParameters {
    start_time: Option<String>,
    end_time: Option<String>,
    page_number: u32,
    page_size: u32,
    /// Empty for all.
    statuses: BTreeSet<ListedStatus>,
    task_type: Option<String>,
}

/// A status by which the list can be filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ListedStatus {
    Dispatching,
    Running,
    Completed,
    Failed,
}

impl ListedStatus {
    const fn name(self) -> &'static str {
        match self {
            Self::Dispatching => "DISPATCHING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

impl ApiRequest {
    /// Reads the parameters of an action from a query. Other parameters are ignored.
    ///
    /// # Errors
    /// If a parameter is given more than once, or is not valid.
    pub fn parse(action: Action, query: &str) -> Result<Self, ProxyError> {
        match action {
            Action::DescribeBatchTask => batch_id(query).map(Self::Batch),
            Action::DescribeBatchTasks => ListParameters::parse(query).map(Self::List),
        }
    }

    /// Returns the action.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Batch(_) => Action::DescribeBatchTask,
            Self::List(_) => Action::DescribeBatchTasks,
        }
    }

    /// Returns the BatchId, if the request has one.
    #[must_use]
    pub fn batch_id(&self) -> Option<&str> {
        match self {
            Self::Batch(batch_id) => batch_id.as_deref(),
            Self::List(_) => None,
        }
    }

    /// Returns the parameters as decoded query pairs.
    #[must_use]
    pub fn query(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        match self {
            Self::Batch(batch_id) => {
                batch_id.iter().map(|id| ("BatchId".into(), id.as_str().into())).collect()
            }
            Self::List(parameters) => parameters.query(),
        }
    }
}

impl ListParameters {
    fn parse(query: &str) -> Result<Self, ProxyError> {
        let query = decode_query(query);
        let value = |name: &str| value(&query, name).map_err(|why| ProxyError::invalid_parameter(name, why));
        let parsed = |name: &str, largest: u32, default: u32| {
            let Some(text) = value(name)? else { return Ok(default) };
            let number = text.parse().ok().filter(|number| (1..=largest).contains(number));
            number.ok_or_else(|| {
                ProxyError::invalid_parameter(name, &format!("must be a number from 1 to {largest}"))
            })
        };
        let time = |name: &str| {
            let text = value(name)?;
            if text.is_some_and(|text| time_of(text).is_none()) {
                let why = "must be a UTC time such as 2026-05-28T16:38:20Z or 2026-05-28T16:38Z";
                return Err(ProxyError::invalid_parameter(name, why));
            }
            Ok(text.map(str::to_owned))
        };
        let parameters = Self {
            start_time: time("StartTime")?,
            end_time: time("EndTime")?,
            page_number: parsed("PageNumber", u32::MAX >> 1, 1)?,
            page_size: parsed("PageSize", MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE)?,
            statuses: value("Status")?.map(statuses).transpose()?.unwrap_or_default(),
            task_type: value("TaskType")?.map(task_type).transpose()?,
        };
        let (start, end) = (parameters.start_time.as_deref(), parameters.end_time.as_deref());
        if let (Some(start), Some(end)) = (start.and_then(time_of), end.and_then(time_of))
            && start > end
        {
            return Err(ProxyError::invalid_parameter("StartTime", "is after EndTime"));
        }
        Ok(parameters)
    }

    fn query(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let mut query = vec![
            ("PageNumber".into(), self.page_number.to_string().into()),
            ("PageSize".into(), self.page_size.to_string().into()),
        ];
        if !self.statuses.is_empty() {
            let quoted: Vec<_> =
                self.statuses.iter().map(|status| format!("\"{}\"", status.name())).collect();
            query.push(("Status".into(), format!("[{}]", quoted.join(",")).into()));
        }
        for (name, text) in
            [("StartTime", &self.start_time), ("EndTime", &self.end_time), ("TaskType", &self.task_type)]
        {
            query.extend(text.iter().map(|text| (Cow::from(name), Cow::from(text))));
        }
        query
    }
}

/// Returns the only value of a parameter; `None` if it is absent.
fn value<'a>(query: &'a [(Cow<'_, str>, Cow<'_, str>)], name: &str) -> Result<Option<&'a str>, &'static str> {
    let mut found = query.iter().filter(|(other, _)| other == name);
    let Some((_, value)) = found.next() else { return Ok(None) };
    match (found.next(), value.is_empty()) {
        (Some(_), _) => Err("is given more than once"),
        (None, true) => Err("is empty"),
        (None, false) => Ok(Some(value)),
    }
}

fn batch_id(query: &str) -> Result<Option<String>, ProxyError> {
    let query = decode_query(query);
    let Some(batch_id) = value(&query, "BatchId").map_err(ProxyError::invalid_batch_id)? else {
        return Ok(None);
    };
    if batch_id.chars().count() > BATCH_ID_MAX_LEN {
        return Err(ProxyError::invalid_batch_id("is too long"));
    }
    if !batch_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~+-".contains(&b)) {
        return Err(ProxyError::invalid_batch_id("contains a character that is not allowed"));
    }
    Ok(Some(batch_id.to_owned()))
}

/// Reads the array of statuses, which the SDKs send as JSON text.
fn statuses(text: &str) -> Result<BTreeSet<ListedStatus>, ProxyError> {
    let why = "must be a JSON array of DISPATCHING, RUNNING, COMPLETED and FAILED, such as [\"RUNNING\"]";
    serde_json::from_str(text).map_err(|_| ProxyError::invalid_parameter("Status", why))
}

fn task_type(text: &str) -> Result<String, ProxyError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if text.len() > TASK_TYPE_MAX_LEN || !text.bytes().all(is_allowed) {
        let why = "must be 1 to 64 characters of A-Z a-z 0-9 . _ -";
        return Err(ProxyError::invalid_parameter("TaskType", why));
    }
    Ok(text.to_owned())
}

/// Reads a time in one of the two forms of the API's reference.
fn time_of(text: &str) -> Option<time::OffsetDateTime> {
    match text.len() {
        20 => parse_date(text),
        17 => parse_date(&format!("{}:00Z", text.strip_suffix('Z')?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query: &str) -> Result<ApiRequest, ProxyError> {
        ApiRequest::parse(Action::DescribeBatchTasks, query)
    }

    #[test]
    fn a_batch_id_is_validated() {
        let longest = format!("BatchId={}", "a".repeat(BATCH_ID_MAX_LEN));
        let parse = |query| ApiRequest::parse(Action::DescribeBatchTask, query);
        for (query, expected) in [
            ("", None),
            ("other=1", None),
            ("batchid=x", None),
            ("BatchId=pcb-xxx", Some("pcb-xxx")),
            ("a=1&BatchId=A.b_c~d%2Be-0", Some("A.b_c~d+e-0")),
            ("%42atchId=x", Some("x")),
            (longest.as_str(), Some(&longest["BatchId=".len()..])),
        ] {
            assert_eq!(parse(query).unwrap().batch_id(), expected, "{query}");
        }
        let too_long = format!("{longest}a");
        for query in [
            "BatchId",
            "BatchId=",
            "BatchId=a&BatchId=a",
            "BatchId=a+b",
            "BatchId=a%20b",
            "BatchId=a%0d%0ab",
            "BatchId=a/b",
            "BatchId=%E6%89%B9",
            "BatchId=%FF",
            "BatchId=a%",
            "BatchId=a%26Action=b",
            &too_long,
        ] {
            assert_eq!(parse(query).unwrap_err().code, "Proxy.InvalidBatchId", "{query}");
        }
    }

    #[test]
    fn the_parameters_of_the_list_have_defaults_and_one_form() {
        let defaults = [("PageNumber", "1"), ("PageSize", "30")];
        for (query, more) in [
            ("", &[][..]),
            ("Other=1&RegionId=cn-beijing", &[]),
            ("PageNumber=1&PageSize=30", &[]),
            ("Status=[]", &[]),
            ("Status=%5B%22RUNNING%22%2C%22FAILED%22%5D", &[("Status", "[\"RUNNING\",\"FAILED\"]")]),
            ("Status=[\"FAILED\", \"RUNNING\",\"FAILED\"]", &[("Status", "[\"RUNNING\",\"FAILED\"]")]),
            (
                "EndTime=2026-05-28T16%3A38Z&StartTime=2026-05-28T16:38:00Z&TaskType=polarclaw_install_skills",
                &[
                    ("StartTime", "2026-05-28T16:38:00Z"),
                    ("EndTime", "2026-05-28T16:38Z"),
                    ("TaskType", "polarclaw_install_skills"),
                ],
            ),
        ] {
            let request = list(query).unwrap();
            let sent = request.query();
            let sent: Vec<_> = sent.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(sent, [&defaults, more].concat(), "{query}");
        }
        assert_eq!(list("Status=[\"RUNNING\",\"FAILED\"]"), list("Status=[\"FAILED\",\"RUNNING\"]"));
        assert_ne!(list("PageNumber=2"), list(""));
    }

    #[test]
    fn the_parameters_of_the_list_are_validated() {
        for (query, name) in [
            ("PageNumber=0", "PageNumber"),
            ("PageNumber=-1", "PageNumber"),
            ("PageNumber=1&PageNumber=2", "PageNumber"),
            ("PageNumber=4294967296", "PageNumber"),
            ("PageNumber=1e3", "PageNumber"),
            ("PageSize=0", "PageSize"),
            ("PageSize=101", "PageSize"),
            ("PageSize=", "PageSize"),
            ("Status=RUNNING", "Status"),
            ("Status=[\"running\"]", "Status"),
            ("Status=[\"PAUSED\"]", "Status"),
            ("Status=[1]", "Status"),
            ("Status={}", "Status"),
            ("StartTime=yesterday", "StartTime"),
            ("StartTime=2026-05-28", "StartTime"),
            ("StartTime=2026-05-28T16:38:20", "StartTime"),
            ("StartTime=2026-02-30T16:38Z", "StartTime"),
            ("EndTime=2026-05-28+16:38:20Z", "EndTime"),
            ("StartTime=2026-05-28T16:39Z&EndTime=2026-05-28T16:38:59Z", "StartTime"),
            ("TaskType=a%26Action=b", "TaskType"),
            ("TaskType=a%20b", "TaskType"),
            (&format!("TaskType={}", "a".repeat(TASK_TYPE_MAX_LEN + 1)), "TaskType"),
        ] {
            let error = list(query).unwrap_err();
            assert_eq!((error.status.as_u16(), error.code), (400, "Proxy.InvalidParameter"), "{query}");
            assert!(error.message.starts_with(name), "{query}: {}", error.message);
        }
        // The message contains nothing that the client sent.
        assert!(!list("TaskType=a<b>").unwrap_err().message.contains("<b>"));
    }
}
