//! Account ids taken out of whole bodies, so that they never reach a browser.
//!
//! Owns how JSON is gone through. What an account id is, [`batch_task_data::redact`] says: the widget masks by the same
//! patterns, in one text at a time. Here a member's name counts too, so that `"OwnerId":1422133474238823` is masked.

use std::borrow::Cow;

use batch_task_data::redact::redact_member;
use bytes::Bytes;

/// Replacement for a number, which becomes a string.
const MASKED_NUMBER: &str = "\"…\"";

/// Masks the account ids in the strings and numbers of a body. Everything else is unchanged, and valid JSON stays valid.
#[must_use]
pub fn redact_json(body: Bytes) -> Bytes {
    let Ok(json) = std::str::from_utf8(&body) else { return body };
    let mut masked = Masked::default();
    let mut name = Cow::Borrowed("");
    let mut at = 0;
    while let Some(token) = Token::next(json, &mut at) {
        match token {
            Token::Text { begin, end } => {
                let raw = &json[begin..end];
                // A string with half a surrogate pair cannot be decoded, so its raw text is checked.
                let text =
                    serde_json::from_str::<Cow<'_, str>>(raw).unwrap_or(Cow::Borrowed(raw.trim_matches('"')));
                if json[end..].trim_ascii_start().starts_with(':') {
                    name = text;
                } else if let Some(text) = masked_member(&name, &text) {
                    masked.replace(json, begin..end, &serde_json::Value::String(text).to_string());
                }
            }
            Token::Number { begin, end } => {
                if masked_member(&name, &json[begin..end]).is_some() {
                    masked.replace(json, begin..end, MASKED_NUMBER);
                }
            }
        }
    }
    masked.finish(json).map_or(body, Bytes::from)
}

/// The value of a member without account ids, if it has any.
fn masked_member(name: &str, value: &str) -> Option<String> {
    if !value.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return None;
    }
    redact_member(name, value)
}

/// A part of JSON that may hold an account id; places in bytes.
enum Token {
    /// With its quotes.
    Text { begin: usize, end: usize },
    /// Digits, with whatever a number is written with.
    Number { begin: usize, end: usize },
}

impl Token {
    /// The next one from `at` on, which is put behind it.
    fn next(json: &str, at: &mut usize) -> Option<Self> {
        let bytes = json.as_bytes();
        let begin = *at + bytes.get(*at..)?.iter().position(|&byte| byte == b'"' || byte.is_ascii_digit())?;
        let rest = &bytes[begin + 1..];
        if bytes[begin] == b'"' {
            let mut length = 0;
            while rest.get(length).is_some_and(|&byte| byte != b'"') {
                length += if rest[length] == b'\\' { 2 } else { 1 };
            }
            let end = (begin + length + 2).min(bytes.len());
            *at = end;
            return Some(Self::Text { begin, end });
        }
        let is_number = |byte: &&u8| byte.is_ascii_digit() || b".eE+-".contains(byte);
        let end = begin + 1 + rest.iter().take_while(is_number).count();
        *at = end;
        Some(Self::Number { begin, end })
    }
}

/// A copy that is made once something has to be replaced.
#[derive(Default)]
struct Masked {
    out: String,
    copied: usize,
}

impl Masked {
    fn replace(&mut self, json: &str, place: std::ops::Range<usize>, by: &str) {
        self.out.push_str(&json[self.copied..place.start]);
        self.out.push_str(by);
        self.copied = place.end;
    }

    fn finish(mut self, json: &str) -> Option<String> {
        if self.copied == 0 {
            return None;
        }
        self.out.push_str(&json[self.copied..]);
        Some(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(json: &str) -> String {
        String::from_utf8(redact_json(Bytes::copy_from_slice(json.as_bytes())).to_vec()).unwrap()
    }

    #[test]
    fn account_ids_are_masked_in_texts_and_numbers() {
        let table = [
            (r#"{"ErrorMsg":"aliuid:1422133474238823 gone"}"#, r#"{"ErrorMsg":"aliuid:… gone"}"#),
            // As encoders that think of HTML write it.
            (r#"{"a":"aliUid \u003d \u00271422133474238823\u0027"}"#, r#"{"a":"aliUid = '…'"}"#),
            (r#"{"OwnerId" : "1422133474238823", "b":1}"#, r#"{"OwnerId" : "…", "b":1}"#),
            (r#"{"OwnerId":1422133474238823,"TaskId":629271331}"#, r#"{"OwnerId":"…","TaskId":629271331}"#),
            (r#"{"user_id":[1422133474238823 , 5]}"#, r#"{"user_id":["…" , 5]}"#),
            (r#"{"a":"\"aliuid\":\"1422133474238823\""}"#, r#"{"a":"\"aliuid\":\"…\""}"#),
            (r#"["LTAI5tAbCdEfGhIjKlMnOpQr"]"#, r#"["LTAI…"]"#),
            (r#"{"a\"":"账号 aliuid:1422133474238823"}"#, r#"{"a\"":"账号 aliuid:…"}"#),
        ];
        for (json, expected) in table {
            assert_eq!(redacted(json), expected);
            serde_json::from_str::<serde_json::Value>(expected).unwrap();
        }
    }

    #[test]
    fn all_else_stays_byte_for_byte() {
        for json in [
            r#" { "TaskId" : "629271331", "n": -1.5e+3, "t":"2026/05/28T16:38:20Z", "e":"\u003d\/" }"#,
            r#"{"TaskId":1422133474238823,"x":"\ud800 1"}"#,
            "\u{feff}{}",
            r#"{"a":"no end"#,
            r#"{"a":"\"#,
            "",
        ] {
            assert_eq!(redacted(json), json);
        }
        let bytes = Bytes::from_static(b"{\"a\":\"\xff aliuid:1422133474238823\"}");
        assert_eq!(redact_json(bytes.clone()), bytes);
    }

    #[test]
    fn the_references_sample_keeps_all_but_the_account() {
        let sample = include_str!("../../../tests/fixtures/describe-batch-task.sample.json");
        assert!(sample.contains("aliuid:1422133474238823"));
        assert_eq!(redacted(sample), sample.replace("aliuid:1422133474238823", "aliuid:…"));
    }
}
