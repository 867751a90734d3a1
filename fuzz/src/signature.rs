//! Signatures: equal queries have one canonical form, and a signature is valid only for its own request. The input is a query,
//! followed by lines with headers.

use std::borrow::Cow;

use batch_task_acs3::{Authorization, SignedRequest, canonical_query, decode_query, sha256_hex};

const SECRET: &str = "sim-access-key-secret";

/// Checks a query and, on each further line, a header.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut lines = text.split('\n');
    let mut query = decode_query(lines.next().unwrap_or_default());
    let canonical = canonical_query(&query);
    assert!(
        canonical.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%&=".contains(&byte)),
        "{canonical:?}"
    );
    // The canonical form has the same parameters in sorted order, and is its own canonical form.
    let mut again = decode_query(&canonical);
    assert_eq!(canonical_query(&again), canonical);
    again.sort();
    query.sort();
    assert_eq!(again, query);
    query.reverse();
    assert_eq!(canonical_query(&query), canonical);

    signed(&query, &headers(lines));
}

/// Headers with valid names in lower case, each name once.
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(&'a str, &'a str)> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let mut headers: Vec<_> =
        lines.filter_map(|line| line.split_once(':')).filter(|(name, _)| is_name(name)).collect();
    headers.sort_unstable();
    headers.dedup_by_key(|(name, _)| *name);
    headers
}

fn signed(query: &[(Cow<'_, str>, Cow<'_, str>)], headers: &[(&str, &str)]) {
    let content_sha256 = sha256_hex(b"");
    let request =
        SignedRequest { method: "POST", path: "/", query, headers, content_sha256: &content_sha256 };
    let signature = request.signature(SECRET);
    assert!(request.verify(SECRET, &signature));
    assert!(!request.verify("another", &signature));
    let changed = SignedRequest { method: "GET", ..request };
    assert!(!changed.verify(SECRET, &signature));

    let authorization = request.authorization("id", SECRET);
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    match Authorization::parse(&authorization) {
        Some(parsed) => {
            assert_eq!((parsed.access_key_id, parsed.signature), ("id", signature.as_str()));
            assert_eq!(parsed.signed_headers, if names.is_empty() { vec![""] } else { names });
        }
        None => panic!("{authorization:?} cannot be parsed"),
    }
}
