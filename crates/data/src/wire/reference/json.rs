//! Values and errors of serde_json.

use serde_json::value::RawValue;

use crate::wire::error::{self, WireError};
use crate::wire::scalar;

/// Returns the text of a value; empty if there is none.
pub(super) fn plain(value: Option<&RawValue>) -> Box<str> {
    scalar::text(value.map(RawValue::get))
}

/// Classifies an error of the parser.
pub(super) fn from_json(error: &serde_json::Error, text: &str) -> WireError {
    if (error.is_eof() && !ends_in_wrong_escape(text)) || ends_in_number(error, text) {
        return WireError::Truncated { length: text.len() };
    }
    // The message ends with the position, which is reported separately.
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    WireError::Malformed {
        line: error.line(),
        column: error.column(),
        reason: reason.into(),
        begins: error::beginning(text),
    }
}

/// Returns whether a text ends in an incomplete escape that is already invalid. The parser reports the end of the text before it
/// checks the digits.
fn ends_in_wrong_escape(text: &str) -> bool {
    // There may be another `\\u` in place of the digits.
    text.rmatch_indices("\\u").take_while(|(at, _)| text.len() - at < "\\u0000".len()).any(|(at, begin)| {
        let (before, digits) = (&text[..at], &text[at + begin.len()..]);
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        backslashes.is_multiple_of(2) && !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Returns whether the text ends in an incomplete number, which the parser does not report as the end of the text.
fn ends_in_number(error: &serde_json::Error, text: &str) -> bool {
    let (lines, last_line) = text.split('\n').fold((0, ""), |(lines, _), line| (lines + 1, line));
    let is_number_character = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
    let number = text.get(text.trim_end_matches(is_number_character).len()..).unwrap_or_default();
    // With another digit it is a number, unless it is already invalid.
    error.to_string().starts_with("invalid number")
        && !number.is_empty()
        && serde_json::from_str::<&RawValue>(&format!("{number}0")).is_ok()
        && (error.line(), error.column()) == (lines, last_line.len())
}
