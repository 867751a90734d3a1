//! Single JSON values, leniently: text and counts.
//!
//! It owns how a value of the wrong type is read. It must not know which field a value came from.

use std::borrow::Cow;

use super::cursor::{Cursor, Value, Walk};

/// What kind of JSON value `json` is, with its article, by its first character.
#[inline]
pub(super) fn kind(json: &str) -> &'static str {
    match json.trim_start().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// A string's content; a number (every digit of it) or a boolean as it is written; else nothing.
#[inline]
pub(super) fn text(json: Option<&str>) -> Box<str> {
    let mut cursor = Cursor::of(json.unwrap_or_default().as_bytes());
    let text = match cursor.value(&mut Walk::default()) {
        Ok(value) => content(value),
        // A number that is all there is has no end, and is whole nonetheless.
        Err(_) => Cow::Borrowed(json.filter(|json| !json.starts_with(['"', '{', '['])).unwrap_or_default()),
    };
    text.into()
}

/// The same, of a value as it was scanned. Bytes that are not UTF-8 become U+FFFD: one bad byte in an ErrorMsg must not
/// cost the whole table.
#[inline(never)]
pub(super) fn content(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Nothing => Cow::Borrowed(""),
        Value::Plain(content) | Value::Bare(content) => String::from_utf8_lossy(content),
        Value::Escaped(content) => Cow::Owned(unescape(&String::from_utf8_lossy(content))),
    }
}

/// The content of a well-formed string. Half a surrogate pair, which `JSON.parse` lets through and UTF-8 cannot hold,
/// becomes U+FFFD.
#[inline(never)]
fn unescape(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut chars = escape.chars();
        let Some(first) = chars.next() else { return text };
        let character = match first {
            'u' => {
                let (character, used) = unicode_escape(escape);
                chars = escape.get(used..).unwrap_or_default().chars();
                character
            }
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            itself => itself,
        };
        text.push(character);
        rest = chars.as_str();
    }
    text.push_str(rest);
    text
}

/// The character of `uXXXX`, or of `uXXXX\uXXXX` where that is a pair, and how many bytes say so.
fn unicode_escape(escape: &str) -> (char, usize) {
    let unit = |begin: usize| u16::from_str_radix(escape.get(begin..begin + 4)?, 16).ok();
    let Some(first) = unit(1) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let second = if escape.get(5..7) == Some("\\u") { unit(7) } else { None };
    let mut decoded = char::decode_utf16([Some(first), second].into_iter().flatten());
    match decoded.next() {
        Some(Ok(character)) => (character, if character.len_utf16() == 2 { 11 } else { 5 }),
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

/// A count: a number, or a string that holds one, if it is whole; beyond the range of an `i64` the nearest end of it.
#[inline]
pub(super) fn count(json: Option<&str>) -> Option<i64> {
    let text = text(json);
    let text = text.trim();
    text.parse().ok().or_else(|| whole_decimal(text))
}

/// Reads `10.0`, `1e3` and numbers of any length, exactly: a float would round them.
#[inline]
fn whole_decimal(text: &str) -> Option<i64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = saturating_integer(exponent)?;
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let dropped = (digits.len() - significant.len()) as i64;
    let zeros = exponent.saturating_add(dropped).saturating_sub(fraction.len() as i64);
    // Twenty digits are out of range whatever they are, so that no more zeros need appending.
    let zeros = usize::try_from(zeros).ok()?.min(20);
    let digits = significant.bytes().chain(std::iter::repeat_n(b'0', zeros));
    Some(digits.fold(0, |number: i64, byte| {
        let (number, digit) = (number.saturating_mul(10), i64::from(byte - b'0'));
        if is_negative { number.saturating_sub(digit) } else { number.saturating_add(digit) }
    }))
}

#[inline]
fn saturating_integer(text: &str) -> Option<i64> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse().map_or_else(
        |error: std::num::ParseIntError| match error.kind() {
            PosOverflow => Some(i64::MAX),
            NegOverflow => Some(i64::MIN),
            _ => None,
        },
        Some,
    )
}
