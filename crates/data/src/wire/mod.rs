//! Bytes of an answer to a [`BatchTask`] or to an error: the only place that knows JSON.
//!
//! It owns the API's field names and the leniency with which bodies are read. It must not know HTTP (a status or a
//! header is not its business), nor what is done about an error.
//!
//! Bodies pass through gateways that retype, wrap and cut them, so whatever a viewer can still make use of is read;
//! only what is no JSON or no batch task is an error.

mod api_error;
mod body;
mod cursor;
mod decoder;
mod error;
mod layout;
mod object;
mod pointer;
#[cfg(any(test, feature = "reference"))]
#[cfg(not(target_arch = "wasm32"))]
pub mod reference;
mod row;
mod scalar;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use self::api_error::ErrorMembers;
pub use self::api_error::{AccessDenied, ApiError};
use self::body::Body;
pub use self::decoder::Decoder;
use self::decoder::Outline;
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

/// Reads the whole body of a successful response to `DescribeBatchTask`: what [`Decoder::into_decoded`] says of it.
///
/// ```
/// use batch_task_data::model::BatchStatus;
/// use batch_task_data::wire::decode;
///
/// let decoded = decode(br#"{"RequestId":"25C7","Status":"RUNNING ","TotalCount":"10"}"#, None)?;
/// assert_eq!(decoded.task.status, BatchStatus::Running);
/// assert_eq!(decoded.task.total_count, Some(10));
/// # Ok::<(), batch_task_data::wire::WireError>(())
/// ```
///
/// # Errors
///
/// As [`Decoder::into_decoded`].
pub fn decode(body: &[u8], body_pointer: Option<&str>) -> Result<Decoded, WireError> {
    decoder_of(body).into_decoded(body_pointer)
}

/// Looks for an error in the whole body of a failed response, as [`Decoder::into_api_error`] does.
pub fn decode_api_error(body: &[u8]) -> Option<ApiError> {
    decoder_of(body).into_api_error()
}

fn decoder_of(body: &[u8]) -> Decoder {
    let mut decoder = Decoder::new();
    decoder.push(body);
    decoder
}

impl Decoder {
    /// What the body of a successful response says, now that it has come to its end.
    ///
    /// `body_pointer` is the JSON Pointer (RFC 6901) to the batch task in an envelope; the empty pointer is the whole
    /// body. Without a pointer, a body that is no batch task but has an object at `data` is taken for an envelope.
    ///
    /// # Errors
    ///
    /// [`WireError::Api`] if the body is the API's error, or an envelope that says that it failed, though the response
    /// was successful; [`WireError::BadPointer`] whatever the body is; otherwise what came instead of a batch task.
    #[inline]
    pub fn into_decoded(self, body_pointer: Option<&str>) -> Result<Decoded, WireError> {
        let pointer = body_pointer.map(Pointer::parse).transpose()?;
        let accounts = self.accounts();
        let mut decoded = read(&self.finish()?, pointer.as_ref())?;
        decoded.task.mask_header(accounts);
        Ok(decoded)
    }

    /// What the body says as far as it has come: a batch task with the rows that are there; `None` if nothing that
    /// came so far is of one. What has not come is empty.
    #[inline]
    pub fn so_far(&self, body_pointer: Option<&str>) -> Option<Decoded> {
        let pointer = body_pointer.map(Pointer::parse).transpose().ok()?;
        let mut decoded = read(&self.outline_so_far(), pointer.as_ref()).ok()?;
        decoded.task.mask_header(self.accounts());
        Some(decoded)
    }

    /// Looks for an error in the body of a failed response, which has come to its end: the API's own shape, which is
    /// also the proxy's, or that of an envelope (`code`, `message`). `None` if the body is something else, cut, or no
    /// JSON.
    #[inline]
    pub fn into_api_error(self) -> Option<ApiError> {
        let outline = self.finish().ok()?;
        let body = Body::read(&outline.json).ok()?;
        let inner = || Body::read(body.data()?).ok()?.error.stated();
        body.error.stated().or_else(inner).or_else(|| body.error.in_envelope())
    }
}

#[inline]
fn read(outline: &Outline, pointer: Option<&Pointer<'_>>) -> Result<Decoded, WireError> {
    match pointer {
        Some(pointer) => read_at(outline, pointer),
        None => read_found(outline),
    }
}

#[inline]
fn read_found(outline: &Outline) -> Result<Decoded, WireError> {
    let body = Body::read(&outline.json)?;
    if body.is_batch_task() {
        return body.into_decoded(outline);
    }
    if let Some(error) = body.error.stated() {
        return Err(error.into());
    }
    if let Some(data) = body.data() {
        let inner = Body::read(data)?;
        if inner.is_batch_task() {
            return Ok(inner.into_decoded(outline)?.or_request_id(&body.error));
        }
        if let Some(error) = inner.error.stated() {
            return Err(error.into());
        }
    }
    Err(body.error.in_envelope().map_or_else(|| body.not_a_batch_task(), WireError::from))
}

#[inline]
fn read_at(outline: &Outline, pointer: &Pointer<'_>) -> Result<Decoded, WireError> {
    let part = pointer.find(&outline.json).ok_or_else(|| pointer.not_found());
    let decoded = part.and_then(|part| read_part(outline, part));
    if decoded.as_ref().is_ok_and(|decoded| !decoded.request_id.is_empty()) {
        return decoded;
    }
    // An envelope that reports a failure has nothing of use where the batch task would be: the failure is the news.
    let envelope = ErrorMembers::of(&outline.json);
    decoded.map(|decoded| decoded.or_request_id(&envelope)).map_err(|error| {
        let failure = envelope.stated().or_else(|| envelope.in_envelope());
        failure.map_or(error, WireError::from)
    })
}

#[inline]
fn read_part(outline: &Outline, part: &str) -> Result<Decoded, WireError> {
    let body = Body::read(part)?;
    if body.is_batch_task() {
        return body.into_decoded(outline);
    }
    Err(body.error.stated().map_or_else(|| body.not_a_batch_task(), WireError::from))
}

impl Decoded {
    /// An envelope may carry the RequestId in place of the batch task.
    #[inline]
    fn or_request_id(mut self, envelope: &ErrorMembers<'_>) -> Self {
        if self.request_id.is_empty() {
            self.request_id = envelope.request_id();
        }
        self
    }
}
