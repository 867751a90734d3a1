//! JSON Pointers (RFC 6901), which locate the batch task in an envelope.

use super::error::WireError;
use super::object;

/// A valid pointer.
pub(super) struct Pointer<'p> {
    text: &'p str,
    pub(super) tokens: Vec<String>,
}

impl<'p> Pointer<'p> {
    /// Parses a pointer. The empty pointer has no tokens.
    #[inline]
    pub(super) fn parse(text: &'p str) -> Result<Self, WireError> {
        match tokens(text) {
            Some(tokens) => Ok(Self { text, tokens }),
            None => Err(WireError::BadPointer { pointer: text.into() }),
        }
    }

    /// Returns the value in `json` that the pointer refers to.
    #[inline]
    pub(super) fn find<'a>(&self, json: &'a str) -> Option<&'a str> {
        self.tokens.iter().try_fold(json, |json, token| child(json, token))
    }

    /// Returns the error for a pointer that refers to no value.
    #[inline]
    pub(super) fn not_found(&self) -> WireError {
        WireError::PointerNotFound { pointer: self.text.into() }
    }
}

/// Splits a pointer. Each token follows a `/`. In a token `~1` is a `/` and `~0` is a `~`; any other `~` is invalid.
#[inline]
fn tokens(text: &str) -> Option<Vec<String>> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = text.chars();
    while let Some(character) = chars.next() {
        if character == '/' {
            tokens.push(String::new());
            continue;
        }
        let character = match character {
            '~' => match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        };
        tokens.last_mut()?.push(character);
    }
    Some(tokens)
}

/// Returns the member or element that a token refers to.
#[inline]
fn child<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    if json.starts_with('[') {
        return object::element(json, index(token)?);
    }
    let [value] = object::members(json, [token]);
    value
}

/// Parses an array index, which must not have a sign or leading zeros.
#[inline]
pub(super) fn index(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || !token.starts_with(['0', '+']);
    is_canonical.then(|| token.parse().ok()).flatten()
}
