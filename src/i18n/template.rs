//! Message templates with named slots.

use crate::redact::scan::{add, leading};

/// The longest name of a slot, in bytes.
const MAX_NAME_BYTES: usize = 32;

/// Fills the slots of a template: `fill("{a} of {b}", &[("a", "1"), ("b", "2")])` returns `1 of 2`.
///
/// Slots inside values are not filled, and a slot without a value stays as it is. Names are limited to 32 bytes, so that
/// the time is linear in the length of the template.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        add(open + 1);
        let (before, from_open) = rest.split_at(open);
        text.push_str(before);
        let named = slot_name(from_open).and_then(|name| {
            let value = values.iter().find(|(slot, _)| *slot == name)?.1;
            Some((value, name.len() + 2))
        });
        let (piece, taken) = named.unwrap_or(("{", 1));
        text.push_str(piece);
        rest = from_open.get(taken..).unwrap_or_default();
    }
    add(rest.len());
    text + rest
}

/// Returns the name of the slot at the start of `text`, without its braces.
fn slot_name(text: &str) -> Option<&str> {
    let behind = text.as_bytes().get(1..)?;
    let behind = &behind[..behind.len().min(MAX_NAME_BYTES + 1)];
    let length = leading(behind, |byte| !b"{}".contains(&byte));
    (behind.get(length) == Some(&b'}')).then(|| text.get(1..=length)).flatten()
}

/// Joins texts with a separator. `slice::join` is optimized for speed and would add 3 KB to the wasm.
pub fn joined(texts: &[String], separator: &str) -> String {
    let mut joined = String::new();
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_once() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("{x} {", &[("a", "1")]), "{x} {");
        assert_eq!(fill("{{a}} {a{a}", &[("a", "1")]), "{1} {a1");
        assert_eq!(fill("", &[]), "");
    }

    #[test]
    fn texts_are_joined_with_separators() {
        let texts = ["a", "b"].map(str::to_owned);
        assert_eq!(
            (joined(&texts, ", "), joined(&texts[..1], ", "), joined(&[], ", ")),
            ("a, b".into(), "a".into(), String::new())
        );
    }
}
