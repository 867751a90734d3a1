//! Lenient conversion of single JSON values to text and counts, also from values of another type.

use std::borrow::Cow;

use super::cursor::{Cursor, StructureState, Value};

/// Returns the kind of a JSON value with an article, from its first character.
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

/// Returns the content of a string, or the text of a number (all of its digits) or boolean. Other values are empty.
#[inline]
pub(super) fn text(json: Option<&str>) -> Box<str> {
    let mut cursor = Cursor::of(json.unwrap_or_default().as_bytes());
    let text = match cursor.value(&mut StructureState::default()) {
        Ok(value) => content(value),
        // A number at the end of the input is complete here, although the cursor cannot know that.
        Err(_) => Cow::Borrowed(json.filter(|json| !json.starts_with(['"', '{', '['])).unwrap_or_default()),
    };
    text.into()
}

/// Returns the content of a scanned value. Bytes that are not UTF-8 become U+FFFD, so that one invalid byte in an ErrorMsg
/// does not make the whole body unusable.
#[inline(never)]
pub(super) fn content(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Empty => Cow::Borrowed(""),
        Value::Plain(content) | Value::Literal(content) => String::from_utf8_lossy(content),
        Value::Escaped(content) => Cow::Owned(unescape(&String::from_utf8_lossy(content))),
    }
}

/// Returns the content of a well-formed string. A lone surrogate, which `JSON.parse` accepts and UTF-8 cannot represent,
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

/// Decodes `uXXXX`, or a surrogate pair `uXXXX\uXXXX`. Returns the character and the number of bytes used.
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

/// Returns the value of a number, or of a string that contains one, if it is an integer; clamped to the range of `i64`.
#[inline]
pub(super) fn count(json: Option<&str>) -> Option<i64> {
    let text = text(json);
    let text = text.trim();
    text.parse().ok().or_else(|| whole_decimal(text))
}

/// Parses `10.0`, `1e3` and numbers of any length without the rounding of a float.
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
    // A number of twenty digits is always out of range, so more zeros are not needed.
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
