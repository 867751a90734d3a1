//! The list of batches: its request, and its body, which is short enough to be parsed by the browser.
//!
//! As lenient as [`wire`](crate::wire) is with a batch: everything that a viewer can still use is decoded.

use super::json::{self, Items, Json, is_absent, is_object, member};
use super::limits::too_large;
use super::subject::{Body, PartialOf, Received, Subject};
use crate::error::Error;
use crate::list::{BatchPage, BatchSummary, ListQuery, MAX_ROWS};
use crate::model::{ApiTime, BatchStatus};
use crate::redact::Accounts;
use crate::view::format;
use crate::wire::{AccessDenied, ApiError, WireError, beginning};

/// The largest body that is parsed, in bytes. A page of 100 batches has about 30 KB.
const LIMIT_BYTES: usize = 4 * 1024 * 1024;

impl Subject for ListQuery {
    type Content = BatchPage;
    type Body = ListBody;
    const OPERATION: &'static str = "DescribeBatchTasks";

    fn parameters(&self, now_ms: u64) -> Vec<(&'static str, String)> {
        self.parameters(now_ms)
    }

    fn body(_: Option<&BatchPage>, accounts: Accounts) -> ListBody {
        ListBody { bytes: Vec::new(), accounts }
    }

    fn body_bytes(page: &BatchPage) -> usize {
        page.batches.len() * 300
    }
}

/// The bytes of a body so far.
pub struct ListBody {
    bytes: Vec<u8>,
    accounts: Accounts,
}

impl ListBody {
    fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.bytes))
    }
}

impl Body for ListBody {
    type Content = BatchPage;

    fn fill(&mut self, length: usize, copy: impl FnOnce(&mut [u8])) {
        let begin = self.bytes.len();
        self.bytes.resize(begin + length, 0);
        copy(&mut self.bytes[begin..]);
    }

    fn received(&self) -> usize {
        self.bytes.len()
    }

    fn check(&self) -> Result<(), Error> {
        if self.bytes.len() > LIMIT_BYTES { Err(too_large("the body", LIMIT_BYTES)) } else { Ok(()) }
    }

    fn partial(&self, _: Option<&PartialOf<Self>>, _: Option<&str>) -> Option<PartialOf<Self>> {
        None
    }

    fn finish(self, body_pointer: Option<&str>) -> Result<Received<BatchPage>, WireError> {
        let Received { content, request_id } = decode(&self.text(), body_pointer)?;
        Ok(Received { content: content.masked(self.accounts), request_id })
    }

    fn into_api_error(self) -> Option<ApiError> {
        let body = parse(&self.text()).ok()?;
        stated_error(&body).or_else(|| stated_error(&member(&body, "data"))).or_else(|| envelope_error(&body))
    }
}

/// Decodes a body: the page at `body_pointer` (a JSON Pointer), or else in the body or its member `data`.
///
/// # Errors
///
/// If the body is cut off, not JSON or not a page, or is an error of the API or an envelope.
pub fn decode(text: &str, body_pointer: Option<&str>) -> Result<Received<BatchPage>, WireError> {
    let body = parse(text)?;
    let found = match body_pointer {
        Some(pointer) => vec![at(&body, pointer)?],
        None => vec![body.clone(), member(&body, "data")],
    };
    for part in &found {
        if let Some(content) = page(part) {
            let id = non_empty(text_of(part, "RequestId")).or_else(|| non_empty(text_of(part, "requestId")));
            let id = id.or_else(|| non_empty(text_of(&body, "RequestId")));
            let id = id.unwrap_or_else(|| text_of(&body, "requestId"));
            return Ok(Received { content, request_id: id.as_str().into() });
        }
    }
    let error = found.iter().chain([&body]).find_map(stated_error).or_else(|| envelope_error(&body));
    Err(error.map_or_else(|| unexpected("JSON without a TaskList or TotalCount", text), WireError::from))
}

/// Returns the page, if the value is one: it has a `TaskList`, or a count of the batches without an error.
fn page(value: &Json) -> Option<BatchPage> {
    if !is_plain(value) {
        return None;
    }
    let (list, total_count) = (member(value, "TaskList"), count_of(value, "TotalCount"));
    // Some gateways write a list of one kind as an object with the array in it.
    let rows = match json::items(&list) {
        Some(rows) => rows,
        // No list is an empty one, if the rest says that it is a page.
        None if !is_absent(&list) || total_count.is_none() || stated_error(value).is_some() => return None,
        None => Items::new(),
    };
    let kept = rows.iter().filter(is_plain).take(MAX_ROWS);
    Some(BatchPage {
        batches: kept.map(|row| summary(&row)).collect(),
        page_number: count_of(value, "PageNumber"),
        page_size: count_of(value, "PageSize"),
        total_count,
    })
}

/// Whether the value is an object and no array.
fn is_plain(value: &Json) -> bool {
    is_object(value) && !json::is_array(value)
}

fn summary(row: &Json) -> BatchSummary {
    let text = |name| text_of(row, name).into_boxed_str();
    let time = |name| ApiTime::parse(text_of(row, name));
    BatchSummary {
        batch_id: text("BatchId"),
        task_name: text("TaskName"),
        task_type: text("TaskType"),
        status: BatchStatus::parse(&text_of(row, "Status")),
        total_count: count_of(row, "TotalCount"),
        success_count: count_of(row, "SuccessCount"),
        task_begin: time("TaskBegin"),
        task_end: time("TaskEnd"),
    }
}

/// Parses JSON.
fn parse(text: &str) -> Result<Json, WireError> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(WireError::Empty);
    }
    if text.starts_with('<') {
        return Err(WireError::Html { begins: beginning(text) });
    }
    json::parse(text).ok_or_else(|| match is_cut_off(text) {
        true => WireError::Truncated { length: text.len() },
        false => unexpected("not JSON", text),
    })
}

/// Whether JSON text ends within a string, an object or an array.
fn is_cut_off(json: &str) -> bool {
    let (mut depth, mut is_in_string, mut is_escaped) = (0_i32, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    json.starts_with(['{', '[']) && (is_in_string || depth > 0)
}

fn unexpected(found: &str, text: &str) -> WireError {
    WireError::Unexpected { found: found.into(), begins: beginning(text) }
}

/// Returns the value that a JSON Pointer (RFC 6901) refers to.
fn at(body: &Json, pointer: &str) -> Result<Json, WireError> {
    let mut value = body.clone();
    let mut tokens = pointer.split('/');
    // Before the first slash there is nothing. A `~` stands before 0 or 1 only.
    let is_valid =
        tokens.next() == Some("") && pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if !is_valid {
        return Err(WireError::BadPointer { pointer: pointer.into() });
    }
    for token in tokens {
        value = member(&value, &token.replace("~1", "/").replace("~0", "~"));
    }
    if json::is_undefined(&value) {
        Err(WireError::PointerNotFound { pointer: pointer.into() })
    } else {
        Ok(value)
    }
}

/// Returns a text, or the digits of a number; empty if it is neither. Long texts are cut.
fn text_of(value: &Json, name: &str) -> String {
    let value = member(value, name);
    let text = match json::string(&value) {
        Some(text) => text,
        None if is_object(&value) || is_absent(&value) => return String::new(),
        None => json::written(value),
    };
    format::truncated(&text)
}

fn count_of(value: &Json, name: &str) -> Option<i64> {
    let value = member(value, name);
    let number = match json::string(&value) {
        Some(text) if text.trim().is_empty() => return None,
        Some(_) => json::stated_number(&value),
        None => json::number(&value)?,
    };
    // The cast saturates.
    (number.fract() == 0.0).then_some(number as i64)
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Returns the error, if the object certainly is one: it has the API's `Code`, or is an envelope that says so.
fn stated_error(value: &Json) -> Option<ApiError> {
    let is_unsuccessful = ["success", "successResponse"].iter().any(|name| is_false(&member(value, name)));
    (is_unsuccessful || is_failure(&text_of(value, "Code"))).then(|| api_error(value))
}

/// Returns the error, if the object has `code` and `message` of an envelope. That is an error only without a page.
fn envelope_error(value: &Json) -> Option<ApiError> {
    let is_error = !text_of(value, "message").is_empty() && is_failure(&text_of(value, "code"));
    is_error.then(|| api_error(value))
}

fn is_false(value: &Json) -> bool {
    json::truth(value) == Some(false)
        || json::string(value).is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

/// Returns whether a code is an error. Envelopes of successful responses have a code, too.
fn is_failure(code: &str) -> bool {
    let is_success = ["200", "0", "ok", "success"].iter().any(|word| code.eq_ignore_ascii_case(word));
    !code.is_empty() && !is_success
}

fn api_error(value: &Json) -> ApiError {
    let text = |name, in_envelope| {
        non_empty(text_of(value, name)).unwrap_or_else(|| text_of(value, in_envelope)).into_boxed_str()
    };
    let denied = member(value, "AccessDeniedDetail");
    let of_denied = |name| text_of(&denied, name).into_boxed_str();
    ApiError {
        code: text("Code", "code"),
        message: text("Message", "message"),
        request_id: text("RequestId", "requestId"),
        recommend: text("Recommend", ""),
        access_denied: is_object(&denied).then(|| AccessDenied {
            auth_action: of_denied("AuthAction"),
            auth_principal_type: of_denied("AuthPrincipalType"),
            no_permission_type: of_denied("NoPermissionType"),
            policy_type: of_denied("PolicyType"),
            encoded_diagnostic_message: of_denied("EncodedDiagnosticMessage"),
        }),
    }
}
