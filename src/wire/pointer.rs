//! JSON Pointers (RFC 6901), by which an envelope's body is found.
//!
//! It owns the pointer's syntax and the walk along it. What it should lead to it must not know.

use serde_json::value::RawValue;

use super::error::{self, WireError};
use super::object::{self, Members, Slot};

/// A checked pointer.
pub(super) struct Pointer<'p> {
    text: &'p str,
    tokens: Vec<String>,
}

impl<'p> Pointer<'p> {
    /// Splits a pointer into its tokens; the empty one has none.
    pub(super) fn parse(text: &'p str) -> Result<Self, WireError> {
        let bad = || WireError::BadPointer { pointer: text.into() };
        let mut parts = text.split('/');
        if parts.next() != Some("") {
            return Err(bad());
        }
        let tokens = parts.map(|part| unescape(part).ok_or_else(bad)).collect::<Result<_, _>>()?;
        Ok(Self { text, tokens })
    }

    /// The JSON that the pointer leads to in `text`, if there is any.
    pub(super) fn find<'a>(&self, text: &'a str) -> Result<Option<&'a str>, WireError> {
        let whole: &RawValue = serde_json::from_str(text).map_err(|error| error::from_json(&error, text))?;
        Ok(self.tokens.iter().try_fold(whole.get(), |json, token| child(json, token)))
    }

    /// That it leads nowhere.
    pub(super) fn not_found(&self) -> WireError {
        WireError::PointerNotFound { pointer: self.text.into() }
    }
}

/// `~1` is a solidus and `~0` a tilde; no other tilde may be there.
fn unescape(part: &str) -> Option<String> {
    let mut chars = part.chars();
    let mut token = String::with_capacity(part.len());
    while let Some(character) = chars.next() {
        token.push(match character {
            '~' => match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(token)
}

/// The member or the element of that name.
fn child<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    let value = if json.starts_with('[') {
        let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        elements.get(index(token)?).copied()
    } else {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        object::read(&mut deserializer, Member { name: token, value: None }).ok()?.value
    };
    value.map(RawValue::get)
}

/// An index is written in one way only: no sign, no zero before it.
fn index(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || !token.starts_with(['0', '+']);
    is_canonical.then(|| token.parse().ok()).flatten()
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
