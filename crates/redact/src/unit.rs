//! Splits a text into characters. An escape is one character: messages quote URLs, JSON and HTML, often in several layers.
//!
//! This module must not know the meaning of a character.

use crate::scan;

/// Maximum number of times that a `%` may be encoded again, as in `%2525253A`.
const PERCENT_LEVELS: usize = 4;

/// Maximum number of bytes between `&` and `;`.
const ENTITY_REACH: usize = 8;

/// A character and the number of bytes that represent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its code point, or half of a surrogate pair. An HTML entity is a quote, whatever its name.
    pub(crate) code: u32,
    /// Length in the text, in bytes; at least 1.
    pub(crate) length: usize,
}

impl Unit {
    /// Returns the first character of `bytes`, which without a character, returns a zero of length 1. A byte that is not
    /// UTF-8 is a character.
    pub(crate) fn first_of(bytes: &[u8]) -> Self {
        let unit = match bytes {
            [b'\\', ..] => escaped(bytes),
            [b'&', rest @ ..] => entity(rest),
            [byte @ ..0x80, ..] if *byte != b'%' => Some(Self { code: u32::from(*byte), length: 1 }),
            _ => None,
        };
        let unit = unit.unwrap_or_else(|| character(bytes));
        scan::add(unit.length);
        unit
    }
}

/// Reads an escape of JSON. Backslashes in front of another backslash are characters, so any number of layers is read.
fn escaped(bytes: &[u8]) -> Option<Unit> {
    match *bytes.get(1)? {
        b'u' => Some(Unit { code: hex(bytes.get(2..6)?)?, length: 6 }),
        b'b' | b'f' | b'n' | b'r' | b't' => Some(Unit { code: u32::from(b' '), length: 2 }),
        code @ (b'"' | b'\'' | b'/') => Some(Unit { code: u32::from(code), length: 2 }),
        _ => None,
    }
}

/// Reads an HTML entity without its `&`.
fn entity(rest: &[u8]) -> Option<Unit> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    let length = scan::leading(scan::first(rest, ENTITY_REACH), is_name);
    (length > 0 && rest.get(length) == Some(&b';'))
        .then_some(Unit { code: u32::from(b'"'), length: length + 2 })
}

fn character(bytes: &[u8]) -> Unit {
    let (first, mut length) = octet(bytes);
    // The number of bytes of the character, for all but ASCII.
    let bytes_of_character = first.leading_ones().min(4);
    if bytes_of_character < 2 {
        return Unit { code: u32::from(first), length };
    }
    let mut code = u32::from(first & 0x7F >> bytes_of_character);
    for _ in 1..bytes_of_character {
        let (next, more) = octet(scan::after(bytes, length));
        if next & 0xC0 != 0x80 {
            break;
        }
        code = code << 6 | u32::from(next & 0x3F);
        length += more;
    }
    Unit { code, length }
}

/// Reads a byte or its percent-encoding. Returns it with its length. Without any byte, returns a zero.
fn octet(bytes: &[u8]) -> (u8, usize) {
    let first = bytes.first().copied().unwrap_or_default();
    if first != b'%' {
        return (first, 1);
    }
    let mut begin = 1;
    while begin <= 2 * PERCENT_LEVELS && scan::after(bytes, begin).starts_with(b"25") {
        begin += 2;
    }
    match bytes.get(begin..begin + 2).and_then(hex) {
        // Nobody encodes these control characters: the digits belong to a number.
        Some(0x10..0x20) | None => (first, begin),
        Some(byte) => (byte as u8, begin + 2),
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_characters() {
        for (text, expected, length) in [
            (":", ":", 1),
            ("：1", "：", 3),
            ("🦀", "🦀", 4),
            ("%3A1422", ":", 3),
            ("%3a", ":", 3),
            ("%253A1", ":", 5),
            ("%25252522142", "\"", 9),
            ("%E8%B4%A6%E5", "账", 9),
            ("%25E8%25B4%25A6", "账", 15),
            ("%0A1", "\n", 3),
            // An encoded `%` in front of a number.
            ("%251422", "%", 3),
            ("%1422", "%", 1),
            ("%", "%", 1),
            ("%2", "%", 1),
            ("%2525252525252522", "%", 11),
            (r"\u003a1", ":", 6),
            (r"\u8d26", "账", 6),
            (r"\u00e9", "é", 6),
            (r"\users", "\\", 1),
            (r"\n1422", " ", 2),
            (r#"\"x"#, "\"", 2),
            (r"\/", "/", 2),
            (r"\\n", "\\", 1),
            ("\\", "\\", 1),
            ("&quot;1", "\"", 6),
            ("&#x3a;1", "\"", 6),
            ("&x=1", "&", 1),
            ("&;", "&", 1),
            ("&", "&", 1),
        ] {
            let code = expected.chars().map(u32::from).next().unwrap();
            assert_eq!(Unit::first_of(text.as_bytes()), Unit { code, length }, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_characters() {
        for bytes in [&b"\xFF1"[..], b"\x80a", b"\xE8\xB4", b"\xE8:", b"\xE8%3A", b"\xF0\x9F"] {
            let unit = Unit::first_of(bytes);
            assert!((1..=2).contains(&unit.length), "{bytes:?}");
        }
    }
}
