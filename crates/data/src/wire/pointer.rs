//! JSON Pointers (RFC 6901), by which an envelope's body is found.
//!
//! It owns the pointer's syntax and the walk along it. What it should lead to it must not know.

use super::error::WireError;
use super::object;

/// A checked pointer.
pub(super) struct Pointer<'p> {
    text: &'p str,
    pub(super) tokens: Vec<String>,
}

impl<'p> Pointer<'p> {
    /// Splits a pointer into its tokens; the empty one has none.
    #[inline]
    pub(super) fn parse(text: &'p str) -> Result<Self, WireError> {
        match tokens(text) {
            Some(tokens) => Ok(Self { text, tokens }),
            None => Err(WireError::BadPointer { pointer: text.into() }),
        }
    }

    /// The JSON that the pointer leads to in `json`, if there is any.
    #[inline]
    pub(super) fn find<'a>(&self, json: &'a str) -> Option<&'a str> {
        self.tokens.iter().try_fold(json, |json, token| child(json, token))
    }

    /// That it leads nowhere.
    #[inline]
    pub(super) fn not_found(&self) -> WireError {
        WireError::PointerNotFound { pointer: self.text.into() }
    }
}

/// Each token has a solidus before it. `~1` in it is a solidus and `~0` a tilde; no other tilde may be there.
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

/// The member or the element of that name.
#[inline]
fn child<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    if json.starts_with('[') {
        return object::element(json, index(token)?);
    }
    let [value] = object::members(json, [token]);
    value
}

/// An index is written in one way only: no sign, no zero before it.
#[inline]
pub(super) fn index(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || !token.starts_with(['0', '+']);
    is_canonical.then(|| token.parse().ok()).flatten()
}
