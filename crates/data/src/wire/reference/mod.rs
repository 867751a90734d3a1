//! A second implementation of decoding with serde_json: simple and slow. Tests compare the results of the decoder with it.

mod batch_object;
mod error_members;
mod json;
mod object;
mod rows;

use std::borrow::Cow;

use serde_json::value::RawValue;

use self::batch_object::BatchObject;
use self::error_members::ErrorMembers;
use self::json::from_json;
use self::object::Members;
use super::api_error::ApiError;
use super::decoded::Decoded;
use super::error::{self, WireError};
use super::pointer::{self, Pointer};

/// As [`super::decode`].
pub fn decode(body: &[u8], body_pointer: Option<&str>) -> Result<Decoded, WireError> {
    let pointer = body_pointer.map(Pointer::parse).transpose()?;
    let decoded = text_of(body).and_then(|text| match pointer {
        Some(pointer) => decode_at(&text, &pointer),
        None => decode_found(&text),
    });
    decoded.map_err(|error| match error {
        // The length of the text can differ from that of the bytes, because of U+FFFD.
        WireError::Truncated { .. } => WireError::Truncated { length: body.len() },
        other => other,
    })
}

/// As [`super::decode_api_error`].
pub fn decode_api_error(body: &[u8]) -> Option<ApiError> {
    let text = text_of(body).ok()?;
    let body = BatchObject::read(&text).ok()?;
    let inner = || BatchObject::read(body.data()?).ok()?.error.stated();
    body.error.stated().or_else(inner).or_else(|| body.error.in_envelope())
}

/// Removes the parts of an error that may differ between the implementations: position, reason and quoted text.
///
/// # Errors
/// The error of `result`.
pub fn comparable(result: Result<Decoded, WireError>) -> Result<Decoded, WireError> {
    let empty = || Box::from("");
    result.map_err(|error| match error {
        WireError::Malformed { .. } => {
            WireError::Malformed { line: 0, column: 0, reason: empty(), begins: empty() }
        }
        WireError::Unexpected { found, .. } => WireError::Unexpected { found, begins: empty() },
        other => other,
    })
}

fn decode_found(text: &str) -> Result<Decoded, WireError> {
    let body = BatchObject::read(text)?;
    if body.is_batch_task() {
        return body.into_decoded(text);
    }
    if let Some(error) = body.error.stated() {
        return Err(error.into());
    }
    if let Some(data) = body.data() {
        let inner = BatchObject::read(data)?;
        if inner.is_batch_task() {
            return Ok(inner.into_decoded(data)?.or_request_id(|| body.error.request_id()));
        }
        if let Some(error) = inner.error.stated() {
            return Err(error.into());
        }
    }
    Err(body.error.in_envelope().map_or_else(|| body.not_a_batch_task(text), WireError::from))
}

fn decode_at(text: &str, pointer: &Pointer<'_>) -> Result<Decoded, WireError> {
    let part = find(pointer, text)?;
    let decoded = part.ok_or_else(|| pointer.not_found()).and_then(decode_part);
    if decoded.as_ref().is_ok_and(|decoded| !decoded.request_id.is_empty()) {
        return decoded;
    }
    // If the envelope reports an error, that error is more useful than a missing batch task.
    let envelope: ErrorMembers<'_> = object::read_checked(text);
    decoded.map(|decoded| decoded.or_request_id(|| envelope.request_id())).map_err(|error| {
        let failure = envelope.stated().or_else(|| envelope.in_envelope());
        failure.map_or(error, WireError::from)
    })
}

fn decode_part(text: &str) -> Result<Decoded, WireError> {
    let body = BatchObject::read(text)?;
    if body.is_batch_task() {
        return body.into_decoded(text);
    }
    Err(body.error.stated().map_or_else(|| body.not_a_batch_task(text), WireError::from))
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns the body as text, without a byte order mark. Bytes that are not UTF-8 become U+FFFD.
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

/// Returns the value in `text` that the pointer refers to.
fn find<'a>(pointer: &Pointer<'_>, text: &'a str) -> Result<Option<&'a str>, WireError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| from_json(&error, text))?;
    Ok(pointer.tokens.iter().try_fold(whole.get(), |json, token| child(json, token)))
}

/// Returns the member or element that a token refers to.
fn child<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    let value = if json.starts_with('[') {
        let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        elements.get(pointer::index(token)?).copied()
    } else {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        object::read(&mut deserializer, Member { name: token, value: None }).ok()?.value
    };
    value.map(RawValue::get)
}

struct Member<'t, 'a> {
    name: &'t str,
    value: Option<&'a RawValue>,
}

impl<'a> Members<'a> for Member<'_, 'a> {
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>> {
        (name == self.name.as_bytes()).then_some(&mut self.value)
    }
}
