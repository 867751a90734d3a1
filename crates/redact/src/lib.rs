//! Account ids, masked, for pages that others can see.
//!
//! It owns the patterns, and is a package of its own so that a page's build can make it small, where what decodes is made quick.
//! Bodies it must not know: the proxy masks whole ones with it. Masked are:
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
//! Between the word and the number stand at most six of space, `:`, `=`, quotes, `\`, `[`, `(`. Other numbers (a TaskId, a count)
//! and ids (`pc-…`) stay. Masking what is masked already changes nothing.
//!
//! Every byte is read, and the work is linear in the length of the text: a run of letters and digits is read once as a
//! whole, and no more than 64 bytes around it.

pub mod scan;

use std::borrow::Cow;
use std::ops::{Deref, RangeInclusive};

/// Whether account ids are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Accounts {
    /// As they came.
    #[default]
    Shown,
    /// Masked by [`redact`].
    Masked,
}

impl Accounts {
    /// Makes a text such as it is to be shown, copied or sent.
    #[inline(never)]
    pub fn mask<T: Deref<Target = str> + From<String>>(self, text: &mut T) {
        if self == Self::Masked
            && let Cow::Owned(masked) = redact(text)
        {
            *text = masked.into();
        }
    }

    /// The same for text that may not be UTF-8.
    #[inline]
    pub fn in_bytes(self, text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        match self {
            Self::Shown => text,
            Self::Masked => masked(&text, 0).map_or(text, Cow::Owned),
        }
    }
}

/// What stands for what was masked.
const MASK: &str = "…";
/// Fewest letters and digits that an AccessKey id has after its beginning.
const LEAST_KEY: usize = 8;
/// The number of digits that an account has, unless the word before it is `aliuid`.
const ACCOUNT_DIGITS: RangeInclusive<usize> = 12..=20;
/// How far back a resource name is looked for, and each of its fields.
const RESOURCE_REACH: usize = 64;
/// How many letters of the word before an account are read.
const WORD_REACH: usize = 24;
/// How many separators may stand between that word and the account.
const SEPARATOR_REACH: usize = 6;
/// How many bytes before a number decide whether it is an account: at most two words with their separators, or a
/// resource name.
const CONTEXT_REACH: usize = RESOURCE_REACH;
const _: () = assert!(CONTEXT_REACH >= 2 * (WORD_REACH + SEPARATOR_REACH));
/// What follows the account in a login name.
const LOGIN_DOMAIN: &[u8] = b".onaliyun.com";
/// Words before an account.
const ACCOUNT_WORDS: [&[u8]; 8] =
    [b"uid", b"account", b"accountid", b"owner", b"ownerid", b"user", b"userid", b"parentid"];

/// `text` with the account ids in it masked; borrowed where there are none.
pub fn redact(text: &str) -> Cow<'_, str> {
    // What is masked is ASCII, so what is left is UTF-8 still.
    let masked = masked(text.as_bytes(), 0).and_then(|masked| String::from_utf8(masked).ok());
    masked.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Masks the account ids in the value of a member called `name`: `1422133474238823` is one if the name is `OwnerId`.
/// Returns `None` if there are none.
///
/// Of the name only the last 64 bytes are read, so that a long name costs each value of an array nothing.
pub fn redact_member(name: &str, value: &str) -> Option<String> {
    let context = &name.as_bytes()[name.len().saturating_sub(CONTEXT_REACH)..];
    let member = [context, b":", value.as_bytes()].concat();
    let begin = context.len() + 1;
    let masked = masked(&member, begin)?;
    String::from_utf8(masked.get(begin..)?.to_vec()).ok()
}

/// Returns the text with the account ids from `start` on masked, if there are any.
fn masked(bytes: &[u8], mut start: usize) -> Option<Vec<u8>> {
    let mut masked = Vec::new();
    let mut copied = 0;
    while start < bytes.len() {
        let end = start + alphanumerics(&bytes[start..]);
        if let Some(secret) = secret_from(bytes, start, end) {
            masked.extend_from_slice(&bytes[copied..secret]);
            masked.extend_from_slice(MASK.as_bytes());
            // The mask of a key goes on behind the point.
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

/// Where the part to mask begins, if the run of letters and digits at `start..end` has one or leads to one.
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
    // One digit more than an account has at most tells that it is none.
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

/// Whether `before` ends in a word for an account and what may stand between; `is_long` says that the number looks like
/// one, which any word but `aliuid` asks for.
fn follows_account_word(before: &[u8], is_long: bool) -> bool {
    let (rest, mut word) = last_word(before);
    if is_long && word.eq_ignore_ascii_case(b"id") {
        word = last_word(rest).1;
    }
    ends_in(word, b"aliuid") || (is_long && ACCOUNT_WORDS.iter().any(|known| ends_in(word, known)))
}

/// Whether the last letters are those of `word`, whatever their case and what stands between them.
fn ends_in(text: &[u8], word: &[u8]) -> bool {
    let mut letters = text.iter().rev().filter(|byte| byte.is_ascii_alphabetic());
    scan::add(text.len());
    word.iter().rev().all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(wanted)))
}

/// Splits off the word at the end, behind which a few separators must stand.
fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let (text, separators) = split_end(text, SEPARATOR_REACH, |byte| b" :='\"\\[(".contains(&byte));
    let most = if separators.is_empty() { 0 } else { WORD_REACH };
    split_end(text, most, |byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte))
}

/// Whether `before` ends in `acs:service:region:`.
fn follows_resource(before: &[u8]) -> bool {
    let mut text = before[before.len().saturating_sub(RESOURCE_REACH)..].strip_suffix(b":");
    for _service_and_region in 0..2 {
        let is_in_field = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte);
        text = text.and_then(|text| split_end(text, RESOURCE_REACH, is_in_field).0.strip_suffix(b":"));
    }
    text.is_some_and(|text| text.ends_with(b"acs"))
}

/// Splits off the bytes at the end that match, at most `most` of them.
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
                // A letter right before would make another word of it.
                let text = format!("{before} {context}{account}{after}");
                prop_assert!(!redact(&text).contains(&format!("{context}{account}")), "{}", text);
            }
        }
    }
}
