//! Messages with values in them.

use crate::redact::scan::{add, leading};

/// The longest name of a slot, in bytes.
const MAX_NAME_BYTES: usize = 32;

/// Fills the named slots of a template: `fill("{a} of {b}", &[("a", "1"), ("b", "2")])` is `1 of 2`.
///
/// A value is never looked at for slots of its own, and a slot without a value stays as it is. A name has at most
/// 32 bytes, so that a template of braces alone is read once and not once for each of them.
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

/// Returns the name of the slot that `text` begins with, without its braces.
fn slot_name(text: &str) -> Option<&str> {
    let behind = text.as_bytes().get(1..)?;
    let behind = &behind[..behind.len().min(MAX_NAME_BYTES + 1)];
    let length = leading(behind, |byte| !b"{}".contains(&byte));
    (behind.get(length) == Some(&b'}')).then(|| text.get(1..=length)).flatten()
}

/// The texts with `separator` between them. The library's own `join` is written for speed, which is 3 KB of the wasm.
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
    fn separators_stand_between() {
        let texts = ["a", "b"].map(str::to_owned);
        assert_eq!(
            (joined(&texts, ", "), joined(&texts[..1], ", "), joined(&[], ", ")),
            ("a, b".into(), "a".into(), String::new())
        );
    }
}
