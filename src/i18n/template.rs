//! Messages with values in them.

/// Fills the named slots of a template: `fill("{a} of {b}", &[("a", "1"), ("b", "2")])` is `1 of 2`.
///
/// A value is never looked at for slots of its own, and a slot without a value stays as it is.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        text.push_str(before);
        let named = from_open.find('}').and_then(|close| {
            let name = from_open.get(1..close)?;
            let value = values.iter().find(|(slot, _)| *slot == name)?.1;
            Some((value, close + 1))
        });
        let (piece, taken) = named.unwrap_or(("{", 1));
        text.push_str(piece);
        rest = from_open.get(taken..).unwrap_or_default();
    }
    text + rest
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
