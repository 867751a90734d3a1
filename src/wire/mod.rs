//! Bytes of an answer to a [`BatchTask`] or to an error: the only place that knows JSON.
//!
//! It owns the API's field names and the leniency with which bodies are read. It must not know HTTP (a status or a
//! header is not its business), nor what is done about an error.
//!
//! Bodies pass through gateways that retype, wrap and cut them, so whatever a viewer can still make use of is read;
//! only what is no JSON or no batch task is an error.

mod api_error;
mod body;
mod error;
mod object;
mod pointer;
mod scalar;
mod sub_tasks;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::borrow::Cow;

use self::api_error::ErrorMembers;
pub use self::api_error::{AccessDenied, ApiError};
use self::body::Body;
pub use self::error::WireError;
use self::pointer::Pointer;
use crate::model::BatchTask;

/// What a body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The batch task.
    pub task: BatchTask,
    /// `RequestId`: new in every answer; empty if the body has none.
    pub request_id: Box<str>,
}

/// Reads the body of a successful response to `DescribeBatchTask`.
///
/// `body_pointer` is the JSON Pointer (RFC 6901) to the batch task in an envelope; the empty pointer is the whole body.
/// Without a pointer, a body that is no batch task but has an object at `data` is taken for an envelope.
///
/// ```
/// use batch_task_widget::model::BatchStatus;
/// use batch_task_widget::wire::decode;
///
/// let decoded = decode(br#"{"RequestId":"25C7","Status":"RUNNING ","TotalCount":"10"}"#, None)?;
/// assert_eq!(decoded.task.status, BatchStatus::Running);
/// assert_eq!(decoded.task.total_count, Some(10));
/// # Ok::<(), batch_task_widget::wire::WireError>(())
/// ```
///
/// # Errors
///
/// [`WireError::Api`] if the body is the API's error, or an envelope that says that it failed, though the response was
/// successful; [`WireError::BadPointer`] whatever the body is; otherwise what came instead of a batch task.
pub fn decode(body: &[u8], body_pointer: Option<&str>) -> Result<Decoded, WireError> {
    let pointer = body_pointer.map(Pointer::parse).transpose()?;
    let decoded = text_of(body).and_then(|text| match pointer {
        Some(pointer) => decode_at(&text, &pointer),
        None => decode_found(&text),
    });
    decoded.map_err(|error| match error {
        // The text may be longer or shorter than the bytes that it was made of.
        WireError::Truncated { .. } => WireError::Truncated { length: body.len() },
        other => other,
    })
}

/// Looks for an error in the body of a failed response: the API's own shape, which is also the proxy's, or that of an
/// envelope (`code`, `message`). `None` if the body is something else, cut, or no JSON.
pub fn decode_api_error(body: &[u8]) -> Option<ApiError> {
    let text = text_of(body).ok()?;
    let body = Body::read(&text).ok()?;
    let inner = || Body::read(body.data()?).ok()?.error.stated();
    body.error.stated().or_else(inner).or_else(|| body.error.in_envelope())
}

fn decode_found(text: &str) -> Result<Decoded, WireError> {
    let body = Body::read(text)?;
    if body.is_batch_task() {
        return body.into_decoded(text);
    }
    if let Some(error) = body.error.stated() {
        return Err(error.into());
    }
    if let Some(data) = body.data() {
        let inner = Body::read(data)?;
        if inner.is_batch_task() {
            return Ok(inner.into_decoded(data)?.or_request_id(&body.error));
        }
        if let Some(error) = inner.error.stated() {
            return Err(error.into());
        }
    }
    Err(body.error.in_envelope().map_or_else(|| body.not_a_batch_task(text), WireError::from))
}

fn decode_at(text: &str, pointer: &Pointer<'_>) -> Result<Decoded, WireError> {
    let part = pointer.find(text)?;
    let decoded = part.ok_or_else(|| pointer.not_found()).and_then(decode_part);
    if decoded.as_ref().is_ok_and(|decoded| !decoded.request_id.is_empty()) {
        return decoded;
    }
    // An envelope that reports a failure has nothing of use where the batch task would be: the failure is the news.
    let envelope: ErrorMembers<'_> = object::read_checked(text);
    decoded.map(|decoded| decoded.or_request_id(&envelope)).map_err(|error| {
        let failure = envelope.stated().or_else(|| envelope.in_envelope());
        failure.map_or(error, WireError::from)
    })
}

fn decode_part(text: &str) -> Result<Decoded, WireError> {
    let body = Body::read(text)?;
    if body.is_batch_task() {
        return body.into_decoded(text);
    }
    Err(body.error.stated().map_or_else(|| body.not_a_batch_task(text), WireError::from))
}

impl Decoded {
    /// An envelope may carry the RequestId in place of the batch task.
    fn or_request_id(mut self, envelope: &ErrorMembers<'_>) -> Self {
        if self.request_id.is_empty() {
            self.request_id = envelope.request_id();
        }
        self
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body as text, without a byte order mark. Bytes that are not UTF-8 become U+FFFD: one bad byte in an ErrorMsg must
/// not cost the whole table.
fn text_of(body: &[u8]) -> Result<Cow<'_, str>, WireError> {
    if !body.is_empty() && body != BYTE_ORDER_MARK && BYTE_ORDER_MARK.starts_with(body) {
        return Err(WireError::Truncated { length: body.len() });
    }
    let text = String::from_utf8_lossy(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body));
    match text.trim_start().bytes().next() {
        None => Err(WireError::Empty),
        Some(b'<') => Err(WireError::Html { begins: error::beginning(&text) }),
        Some(_) => Ok(text),
    }
}
