//! Masks account ids in texts, for pages that are visible to others.
//!
//! A crate of its own, because it is compiled for size while the decoder is compiled for speed. The proxy masks whole response bodies
//! with it. The patterns:
//!
//! | what | for example | becomes |
//! | --- | --- | --- |
//! | an account after `aliuid`, of any length | `aliuid:1422133474238823` | `aliuid:…` |
//! | an account of 12 to 20 digits after a word that ends in `uid`, `account`, `accountid`, `owner`, `ownerid`, `user`, `userid`, `parentid` (any case; `_` and `-` do not count; `id` may stand apart) | `account id "1422133474238823"` | `account id "…"` |
//! | the account of a resource name | `acs:ram::1422133474238823:role/x` | `acs:ram::…:role/x` |
//! | the account of a login name | `ann@1422133474238823.onaliyun.com` | `ann@….onaliyun.com` |
//! | an AccessKey id | `LTAI5tFooBarFooBarFooBar` | `LTAI…` |
//! | a temporary AccessKey id | `STS.NUFooBarFoo`, `TMP.3KFooBar` | `STS.…`, `TMP.…` |
//!
//! At most six separators (space, `:`, `=`, quotes, `\`, `[`, `(`) may stand between the word and the number. Other numbers (a TaskId, a
//! count) and ids (`pc-…`) are not masked. Masking is idempotent.
//!
//! Every byte is read, in linear time: each run of letters and digits is read once, with at most 64 bytes before it.

pub mod scan;

use std::borrow::Cow;
use std::ops::{Deref, RangeInclusive};

/// Whether account ids are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Accounts {
    /// Unchanged.
    #[default]
    Shown,
    /// Masked by [`redact`].
    Masked,
}

impl Accounts {
    /// Returns a text as it may be shown, copied or sent.
    #[inline(never)]
    pub fn mask<T: Deref<Target = str> + From<String>>(self, text: &mut T) {
        if self == Self::Masked
            && let Cow::Owned(masked) = redact(text)
        {
            *text = masked.into();
        }
    }

    /// Like [`Self::mask`], for text that may not be UTF-8.
    #[inline]
    pub fn in_bytes(self, text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        match self {
            Self::Shown => text,
            Self::Masked => masked(&text, 0).map_or(text, Cow::Owned),
        }
    }
}

/// Replacement for a masked value.
const MASK: &str = "…";
/// Minimum number of letters and digits after the prefix of an AccessKey id.
const LEAST_KEY: usize = 8;
/// Number of digits of an account id, unless the word before it is `aliuid`.
const ACCOUNT_DIGITS: RangeInclusive<usize> = 12..=20;
/// Maximum length of each field of a resource name, in bytes.
const RESOURCE_REACH: usize = 64;
/// Maximum number of letters that are read of the word before an account id.
const WORD_REACH: usize = 24;
/// Maximum number of separators between that word and the account id.
const SEPARATOR_REACH: usize = 6;
/// Number of bytes before a number that decide whether it is an account id: at most two words with their separators, or a resource
/// name.
const CONTEXT_REACH: usize = RESOURCE_REACH;
const _: () = assert!(CONTEXT_REACH >= 2 * (WORD_REACH + SEPARATOR_REACH));
/// The domain of login names, which follows the account id.
const LOGIN_DOMAIN: &[u8] = b".onaliyun.com";
/// Words that may precede an account id.
const ACCOUNT_WORDS: [&[u8]; 8] =
    [b"uid", b"account", b"accountid", b"owner", b"ownerid", b"user", b"userid", b"parentid"];

/// Masks the account ids in `text`; returns it borrowed if there are none.
pub fn redact(text: &str) -> Cow<'_, str> {
    // Only ASCII is replaced, so the rest is still UTF-8.
    let masked = masked(text.as_bytes(), 0).and_then(|masked| String::from_utf8(masked).ok());
    masked.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Masks the account ids in the value of a member called `name`: `1422133474238823` is an account id if the name is `OwnerId`.
/// Returns `None` if there are none.
///
/// Only the last 64 bytes of the name are read, because it is read again for each value of an array.
pub fn redact_member(name: &str, value: &str) -> Option<String> {
    let context = &name.as_bytes()[name.len().saturating_sub(CONTEXT_REACH)..];
    let member = [context, b":", value.as_bytes()].concat();
    let begin = context.len() + 1;
    let masked = masked(&member, begin)?;
    String::from_utf8(masked.get(begin..)?.to_vec()).ok()
}

/// Masks the account ids from `start`. Returns `None` if there are none.
fn masked(bytes: &[u8], mut start: usize) -> Option<Vec<u8>> {
    let mut masked = Vec::new();
    let mut copied = 0;
    while start < bytes.len() {
        let end = start + alphanumerics(&bytes[start..]);
        if let Some(secret) = secret_from(bytes, start, end) {
            masked.extend_from_slice(&bytes[copied..secret]);
            masked.extend_from_slice(MASK.as_bytes());
            // For a temporary key, the mask starts after the dot.
            copied = secret + alphanumerics(&bytes[secret..]);
            start = copied;
        } else {
            start = end.max(start + 1);
        }
    }
    if copied == 0 {
        return None;
    }
    masked.extend_from_slice(&bytes[copied..]);
    Some(masked)
}

/// Returns the start of the part to mask, if the run of letters and digits at `start..end` contains or introduces one.
fn secret_from(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let (before, token, after) = (&bytes[..start], &bytes[start..end], &bytes[end..]);
    if token.starts_with(b"LTAI") {
        return (token.len() >= 4 + LEAST_KEY).then_some(start + 4);
    }
    if matches!(token, b"STS" | b"TMP") {
        let key = after.strip_prefix(b".")?;
        let key = &key[..key.len().min(LEAST_KEY)];
        return (alphanumerics(key) == LEAST_KEY).then_some(end + 1);
    }
    // One digit more than the maximum shows that it is not an account id.
    let digits =
        scan::leading(&token[..token.len().min(ACCOUNT_DIGITS.end() + 1)], |byte| byte.is_ascii_digit());
    let is_account = digits > 0
        && (follows_account_word(before, ACCOUNT_DIGITS.contains(&digits))
            || follows_resource(before)
            || (digits >= *ACCOUNT_DIGITS.start() && after.starts_with(LOGIN_DOMAIN)));
    is_account.then_some(start)
}

fn alphanumerics(bytes: &[u8]) -> usize {
    scan::leading(bytes, |byte| byte.is_ascii_alphanumeric())
}

/// Whether `before` ends with a word for an account and separators. `is_long` says that the number has the length of an account id,
/// which is required for all words except `aliuid`.
fn follows_account_word(before: &[u8], is_long: bool) -> bool {
    let (rest, mut word) = last_word(before);
    if is_long && word.eq_ignore_ascii_case(b"id") {
        word = last_word(rest).1;
    }
    ends_in(word, b"aliuid") || (is_long && ACCOUNT_WORDS.iter().any(|known| ends_in(word, known)))
}

/// Whether the last letters are those of `word`, ignoring case and `_` or `-` between them.
fn ends_in(text: &[u8], word: &[u8]) -> bool {
    let mut letters = text.iter().rev().filter(|byte| byte.is_ascii_alphabetic());
    scan::add(text.len());
    word.iter().rev().all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(wanted)))
}

/// Splits off the last word, which must be followed by separators.
fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let (text, separators) = split_end(text, SEPARATOR_REACH, |byte| b" :='\"\\[(".contains(&byte));
    let most = if separators.is_empty() { 0 } else { WORD_REACH };
    split_end(text, most, |byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte))
}

/// Whether `before` ends with `acs:service:region:`.
fn follows_resource(before: &[u8]) -> bool {
    let mut text = before[before.len().saturating_sub(RESOURCE_REACH)..].strip_suffix(b":");
    for _service_and_region in 0..2 {
        let is_in_field = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte);
        text = text.and_then(|text| split_end(text, RESOURCE_REACH, is_in_field).0.strip_suffix(b":"));
    }
    text.is_some_and(|text| text.ends_with(b"acs"))
}

/// Splits off at most `most` matching bytes at the end.
fn split_end(text: &[u8], most: usize, matches: fn(u8) -> bool) -> (&[u8], &[u8]) {
    let count = scan::trailing(&text[text.len().saturating_sub(most)..], matches);
    text.split_at(text.len() - count)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accounts_and_keys_are_masked() {
        let table = [
            (
                "aliuid:1422133474238823 assumeOssRole not exist,serviceName:x",
                "aliuid:… assumeOssRole not exist,serviceName:x",
            ),
            ("aliuid:12", "aliuid:…"),
            ("aliUid = '1422133474238823'", "aliUid = '…'"),
            (r#"{\"aliuid\":\"1422133474238823\"}"#, r#"{\"aliuid\":\"…\"}"#),
            (r#""OwnerId": "1422133474238823""#, r#""OwnerId": "…""#),
            ("account id 1422133474238823, owner_id=142213347423882", "account id …, owner_id=…"),
            ("User 1422133474238823 has no right", "User … has no right"),
            ("acs:ram::1422133474238823:role/x", "acs:ram::…:role/x"),
            ("on acs:polardb:cn-hangzhou:1422133474238823:*", "on acs:polardb:cn-hangzhou:…:*"),
            ("ann@1422133474238823.onaliyun.com", "ann@….onaliyun.com"),
            (
                "key LTAI5tAbCdEfGhIjKlMnOpQr and STS.NUAbCdEfGhIjKl, TMP.3KAbCdEfGh",
                "key LTAI… and STS.…, TMP.…",
            ),
            ("账号 aliuid:1422133474238823。", "账号 aliuid:…。"),
        ];
        for (text, masked) in table {
            assert_eq!(redact(text), masked);
        }
    }

    #[test]
    fn what_is_no_account_stays() {
        for text in [
            "",
            "629271331",
            "pc-pz5f6mvi1p84t35d7",
            "TaskId: 629271331",
            "uid 1000",
            "account 7",
            "1422133474238823",
            "task 1422133474238823 of 3",
            "batch acs 1422133474238823",
            "LTAI is a beginning",
            "STS.short",
            "skill package checksum mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)",
            "the 2026-05-28T16:38:20Z account",
            "🦀 aliuid: …",
        ] {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn masking_twice_is_masking_once(
            pieces in prop::collection::vec("aliuid|account|id|acs|STS|LTAI|user|[a-z0-9]{1,14}|[0-9]{1,17}|[:=. \"'é…@_-]|\\.onaliyun\\.com", 0..14)
        ) {
            let text = pieces.concat();
            let once = redact(&text).into_owned();
            prop_assert_eq!(redact(&once), once.clone(), "{}", text);
        }

        #[test]
        fn no_account_is_left_in_its_contexts(account in "[1-9][0-9]{15}", before in "\\PC{0,12}", after in "( \\PC{0,12})?") {
            for context in ["aliuid:", "account id \"", "acs:ram::", "ownerId="] {
                // A letter directly before would make it another word.
                let text = format!("{before} {context}{account}{after}");
                prop_assert!(!redact(&text).contains(&format!("{context}{account}")), "{}", text);
            }
        }
    }
}
