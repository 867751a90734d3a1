//! The strings, numbers and objects of a JSON text, and a copy in which some of them are replaced.
//!
//! The text need not be valid: bytes outside a token are skipped. This module must not know what is masked.

use std::borrow::Cow;
use std::ops::Range;

/// The largest power of ten that is written out.
const MAX_ZEROS: usize = 20;

/// A part of a JSON text.
pub(super) enum Token<'a> {
    /// The beginning of an object.
    Open,
    /// The end of an object.
    Close,
    /// The name of a member.
    Name(Text<'a>),
    /// A string that is a value.
    Text(Text<'a>),
    /// A number, with its sign.
    Number(Range<usize>),
}

/// A string.
pub(super) struct Text<'a> {
    /// Its place between the quotes.
    pub(super) range: Range<usize>,
    /// Its bytes; decoded if they contain an escape such as `\u003d`. The masks read other escapes themselves.
    pub(super) content: Cow<'a, [u8]>,
}

/// Reads the tokens of a text.
pub(super) struct Tokens<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn of(json: &'a [u8]) -> Self {
        Self { json, at: 0 }
    }

    /// Reads a string after its first quote.
    fn string(&mut self) -> Token<'a> {
        let (json, begin) = (self.json, self.at);
        let (mut end, mut has_code) = (begin, false);
        while let Some(found) = json[end..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
            end += found;
            if json[end] == b'"' {
                break;
            }
            has_code |= json.get(end + 1) == Some(&b'u');
            end = (end + 2).min(json.len());
        }
        if json.get(end) != Some(&b'"') {
            end = json.len();
        }
        self.at = (end + 1).min(json.len());
        let quoted = &json[begin - 1..self.at];
        // A string with half a surrogate pair cannot be decoded.
        let decoded = if has_code { serde_json::from_slice::<String>(quoted).ok() } else { None };
        let content = decoded.map_or(Cow::Borrowed(&json[begin..end]), |text| Cow::Owned(text.into_bytes()));
        let text = Text { range: begin..end, content };
        if json[self.at..].trim_ascii_start().starts_with(b":") {
            Token::Name(text)
        } else {
            Token::Text(text)
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let is_token = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'-' | b'0'..=b'9');
        let begin = self.at + self.json.get(self.at..)?.iter().position(is_token)?;
        self.at = begin + 1;
        Some(match self.json[begin] {
            b'"' => self.string(),
            b'{' => Token::Open,
            b'}' => Token::Close,
            _ => {
                let is_number = |byte: &&u8| byte.is_ascii_digit() || b".eE+-".contains(byte);
                self.at += self.json[self.at..].iter().take_while(is_number).count();
                Token::Number(begin..self.at)
            }
        })
    }
}

/// Writes out an integer such as `1.422133474238823E15`, which is how some encoders write large numbers. Others are unchanged.
pub(super) fn integer(number: &[u8]) -> Cow<'_, [u8]> {
    written_out(number).map_or(Cow::Borrowed(number), |text| Cow::Owned(text.into_bytes()))
}

fn written_out(number: &[u8]) -> Option<String> {
    let (mantissa, exponent) = std::str::from_utf8(number).ok()?.split_once(['e', 'E'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let zeros = exponent.parse::<usize>().ok()?.checked_sub(fraction.len())?;
    (zeros <= MAX_ZEROS).then(|| format!("{whole}{fraction}{}", "0".repeat(zeros)))
}

/// A copy of a text that is made when the first part is replaced.
pub(super) struct Replaced<'a> {
    json: &'a [u8],
    copy: Vec<u8>,
    copied: usize,
}

impl<'a> Replaced<'a> {
    pub(super) const fn of(json: &'a [u8]) -> Self {
        Self { json, copy: Vec::new(), copied: 0 }
    }

    pub(super) fn replace(&mut self, range: Range<usize>, by: &[u8]) {
        if self.copied == 0 {
            self.copy.reserve(self.json.len());
        }
        self.copy.extend_from_slice(&self.json[self.copied..range.start]);
        self.copy.extend_from_slice(by);
        self.copied = range.end;
    }

    /// Replaces the content of a string.
    pub(super) fn replace_text(&mut self, text: &Text<'_>, by: &[u8]) {
        match text.content {
            Cow::Borrowed(_) => self.replace(text.range.clone(), by),
            Cow::Owned(_) => {
                let quoted = serde_json::Value::from(String::from_utf8_lossy(by)).to_string();
                self.replace(text.range.clone(), &quoted.as_bytes()[1..quoted.len() - 1]);
            }
        }
    }

    /// Returns the copy; `None` if nothing was replaced.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        if self.copied == 0 {
            return None;
        }
        self.copy.extend_from_slice(&self.json[self.copied..]);
        Some(self.copy)
    }
}
