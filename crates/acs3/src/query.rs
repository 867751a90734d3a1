//! Query strings: decoding what a client sent, and the canonical form that is signed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Decodes a query as `application/x-www-form-urlencoded`: `+` is a space, percent escapes are decoded.
#[must_use]
pub fn decode_query(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Encodes, sorts and joins the decoded pairs, so that signer and verifier compute the same text.
#[must_use]
pub fn canonical_query(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> String {
    let mut encoded: Vec<(String, String)> =
        pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort_unstable();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn decode(text: &str) -> Cow<'static, str> {
    let with_spaces = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&with_spaces).decode_utf8_lossy().into_owned())
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}
