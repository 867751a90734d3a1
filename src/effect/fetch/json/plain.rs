//! JSON on the host, with the same functions as `browser.rs`.

use serde_json::Value;

/// A value; `None` is what JavaScript calls undefined.
pub(in super::super) type Json = Option<Value>;

pub(in super::super) fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(&with_whole_pairs(text)).ok().map(Some)
}

/// Returns the text with U+FFFD in place of each escape of half a surrogate pair, which JavaScript accepts.
fn with_whole_pairs(text: &str) -> String {
    let half = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut output, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = text[at..].find('\\') {
        let begin = at + found;
        output.push_str(&text[at..begin]);
        let length = match (half(begin), half(begin + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => 6,
            // The escaped character, which can be a backslash.
            (None, _) => 1 + text[begin + 1..].chars().next().map_or(0, char::len_utf8),
        };
        let escape = &text[begin..begin + length];
        let is_half = length == 6 && half(begin).is_some_and(|unit| (0xd800..=0xdfff).contains(&unit));
        output.push_str(if is_half { "\u{fffd}" } else { escape });
        at = begin + length;
    }
    output.push_str(&text[at..]);
    output
}

pub(in super::super) fn is_undefined(value: &Json) -> bool {
    value.is_none()
}

pub(in super::super) fn is_absent(value: &Json) -> bool {
    matches!(value, None | Some(Value::Null))
}

pub(in super::super) fn is_object(value: &Json) -> bool {
    matches!(value, Some(Value::Object(_) | Value::Array(_)))
}

pub(in super::super) fn is_array(value: &Json) -> bool {
    matches!(value, Some(Value::Array(_)))
}

pub(in super::super) fn member(value: &Json, name: &str) -> Json {
    match value.as_ref()? {
        Value::Object(members) => members.get(name).cloned(),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?).cloned(),
        _ => None,
    }
}

/// The items of an array.
#[derive(Default)]
pub(in super::super) struct Items(Vec<Value>);

impl Items {
    pub(in super::super) fn new() -> Self {
        Self::default()
    }

    pub(in super::super) fn iter(&self) -> impl Iterator<Item = Json> {
        self.0.iter().cloned().map(Some)
    }
}

pub(in super::super) fn items(value: &Json) -> Option<Items> {
    let items = match value.as_ref()? {
        Value::Array(items) => items,
        Value::Object(members) => members.values().find_map(Value::as_array)?,
        _ => return None,
    };
    Some(Items(items.clone()))
}

pub(in super::super) fn string(value: &Json) -> Option<String> {
    value.as_ref()?.as_str().map(str::to_owned)
}

pub(in super::super) fn truth(value: &Json) -> Option<bool> {
    value.as_ref()?.as_bool()
}

pub(in super::super) fn number(value: &Json) -> Option<f64> {
    value.as_ref()?.as_f64()
}

pub(in super::super) fn stated_number(string: &Json) -> f64 {
    let text = string.as_ref().and_then(Value::as_str).unwrap_or_default();
    text.trim().parse().unwrap_or(f64::NAN)
}

#[allow(clippy::needless_pass_by_value, reason = "as in the browser")]
pub(in super::super) fn written(value: Json) -> String {
    match value {
        // Without the fraction of a whole number.
        Some(Value::Number(number)) if !number.is_i64() && !number.is_u64() => {
            number.as_f64().unwrap_or_default().to_string()
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_surrogate_pairs_are_replaced() {
        for (text, expected) in [
            (r#""a\ud83d\ude00b""#, "a😀b"),
            (r#""a\ud83db""#, "a\u{fffd}b"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\\ud83d\"""#, "\\ud83d\""),
            (r#""\u00e9\n""#, "é\n"),
            (r#""\ud83d\\ude00""#, "\u{fffd}\\ude00"),
        ] {
            assert_eq!(string(&parse(text).unwrap()).as_deref(), Some(expected), "{text}");
        }
        assert!(parse(r#""\"#).is_none());
        assert!(parse(r#""\u12"#).is_none());
        assert!(parse("\"\\é\"").is_none());
    }

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (text, expected) in [
            ("629271331", "629271331"),
            ("1.0", "1"),
            ("-0.5", "-0.5"),
            ("true", "true"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(written(parse(text).unwrap()), expected);
        }
    }
}
