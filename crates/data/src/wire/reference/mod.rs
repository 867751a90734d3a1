//! The same bodies, read as a whole with serde_json: slower, larger, and plain enough to be believed. What the decoder
//! makes of any body is held against what this makes of it.

mod body;
mod error_members;
mod object;
mod rows;

use std::borrow::Cow;

use serde_json::value::RawValue;

use self::body::Body;
use self::error_members::ErrorMembers;
use self::object::{Members, Slot};
use super::error::{self, WireError};
use super::pointer::{self, Pointer};
use super::{ApiError, Decoded, scalar};

/// As [`super::decode`].
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

/// As [`super::decode_api_error`].
pub fn decode_api_error(body: &[u8]) -> Option<ApiError> {
    let text = text_of(body).ok()?;
    let body = Body::read(&text).ok()?;
    let inner = || Body::read(body.data()?).ok()?.error.stated();
    body.error.stated().or_else(inner).or_else(|| body.error.in_envelope())
}

/// What is said of a body, without what the decoder words in its own way: where and what a mistake is, and white space
/// and rows in what is quoted.
///
/// # Errors
/// Those of `result`.
pub fn verdict(result: Result<Decoded, WireError>) -> Result<Decoded, WireError> {
    let nothing = || Box::from("");
    result.map_err(|error| match error {
        WireError::Malformed { .. } => {
            WireError::Malformed { line: 0, column: 0, reason: nothing(), begins: nothing() }
        }
        WireError::NotABatchTask { came, .. } => WireError::NotABatchTask { came, begins: nothing() },
        other => other,
    })
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
            return Ok(or_request_id(inner.into_decoded(data)?, &body.error));
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
    // An envelope that reports a failure has nothing of use where the batch task would be: the failure is the news.
    let envelope: ErrorMembers<'_> = object::read_checked(text);
    decoded.map(|decoded| or_request_id(decoded, &envelope)).map_err(|error| {
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

fn or_request_id(decoded: Decoded, envelope: &ErrorMembers<'_>) -> Decoded {
    match &*decoded.request_id {
        "" => Decoded { request_id: envelope.request_id(), ..decoded },
        _ => decoded,
    }
}

fn plain(value: Option<&RawValue>) -> Box<str> {
    scalar::text(value.map(RawValue::get))
}

/// The JSON that the pointer leads to in `text`, if there is any.
fn find<'a>(pointer: &Pointer<'_>, text: &'a str) -> Result<Option<&'a str>, WireError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| from_json(&error, text))?;
    Ok(pointer.tokens.iter().try_fold(whole.get(), |json, token| child(json, token)))
}

/// The member or the element of that name.
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
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>> {
        (name == self.name.as_bytes()).then_some(Slot::Raw(&mut self.value))
    }
}

/// Sorts what the parser says of `text`.
fn from_json(error: &serde_json::Error, text: &str) -> WireError {
    if (error.is_eof() && !ends_in_wrong_escape(text)) || ends_in_number(error, text) {
        return WireError::Truncated { length: text.len() };
    }
    // The parser's own sentence ends in the position, which is told apart here.
    let sentence = error.to_string();
    let reason = sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(reason, _)| reason);
    WireError::Malformed {
        line: error.line(),
        column: error.column(),
        reason: reason.into(),
        begins: error::beginning(text),
    }
}

/// Whether a text that breaks off in a string does so in an escape that is wrong already: the parser asks for four digits
/// before it looks at any.
fn ends_in_wrong_escape(text: &str) -> bool {
    // Another one may be in the place of its digits.
    text.rmatch_indices("\\u").take_while(|(at, _)| text.len() - at < "\\u0000".len()).any(|(at, begin)| {
        let (before, digits) = (&text[..at], &text[at + begin.len()..]);
        let solidi = before.len() - before.trim_end_matches('\\').len();
        solidi.is_multiple_of(2) && !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether the mistake is a number that the text breaks off in, which the parser does not tell as an end.
fn ends_in_number(error: &serde_json::Error, text: &str) -> bool {
    let (lines, last_line) = text.split('\n').fold((0, ""), |(lines, _), line| (lines + 1, line));
    let is_of_number = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
    let number = text.get(text.trim_end_matches(is_of_number).len()..).unwrap_or_default();
    // With one digit more it would be a number, if it has not gone wrong already.
    error.to_string().starts_with("invalid number")
        && !number.is_empty()
        && serde_json::from_str::<&RawValue>(&format!("{number}0")).is_ok()
        && (error.line(), error.column()) == (lines, last_line.len())
}
