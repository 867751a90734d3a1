//! Finds the batch task or the error in the [`Outline`] of a body.

use super::api_error::{ApiError, ErrorMembers};
use super::batch_object::BatchObject;
use super::decoded::Decoded;
use super::error::WireError;
use super::outline::Outline;
use super::pointer::Pointer;

/// Returns the batch task at `pointer`. Without a pointer, looks for it in the body and in the member `data` of an envelope.
#[inline]
pub(super) fn interpret(outline: &Outline, pointer: Option<&Pointer<'_>>) -> Result<Decoded, WireError> {
    match pointer {
        Some(pointer) => interpret_at(outline, pointer),
        None => find(outline),
    }
}

#[inline]
fn find(outline: &Outline) -> Result<Decoded, WireError> {
    let body = BatchObject::read(&outline.json)?;
    if body.is_batch_task() {
        return body.into_decoded(outline);
    }
    if let Some(error) = body.error.stated() {
        return Err(error.into());
    }
    if let Some(data) = body.data() {
        let inner = BatchObject::read(data)?;
        if inner.is_batch_task() {
            return Ok(inner.into_decoded(outline)?.or_request_id(|| body.error.request_id()));
        }
        if let Some(error) = inner.error.stated() {
            return Err(error.into());
        }
    }
    Err(body.error.in_envelope().map_or_else(|| body.not_a_batch_task(), WireError::from))
}

#[inline]
fn interpret_at(outline: &Outline, pointer: &Pointer<'_>) -> Result<Decoded, WireError> {
    let part = pointer.find(&outline.json).ok_or_else(|| pointer.not_found());
    let decoded = part.and_then(|part| interpret_part(outline, part));
    if decoded.as_ref().is_ok_and(|decoded| !decoded.request_id.is_empty()) {
        return decoded;
    }
    // If the envelope reports an error, that error is more useful than a missing batch task.
    let envelope = ErrorMembers::of(&outline.json);
    decoded.map(|decoded| decoded.or_request_id(|| envelope.request_id())).map_err(|error| {
        let failure = envelope.stated().or_else(|| envelope.in_envelope());
        failure.map_or(error, WireError::from)
    })
}

#[inline]
fn interpret_part(outline: &Outline, part: &str) -> Result<Decoded, WireError> {
    let body = BatchObject::read(part)?;
    if body.is_batch_task() {
        return body.into_decoded(outline);
    }
    Err(body.error.stated().map_or_else(|| body.not_a_batch_task(), WireError::from))
}

/// Returns the error in the body of a failed response: an error of the API, or an envelope with `code` and `message`.
#[inline]
pub(super) fn api_error(outline: &Outline) -> Option<ApiError> {
    let body = BatchObject::read(&outline.json).ok()?;
    let inner = || BatchObject::read(body.data()?).ok()?.error.stated();
    body.error.stated().or_else(inner).or_else(|| body.error.in_envelope())
}
