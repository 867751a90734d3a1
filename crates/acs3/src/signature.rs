//! The canonical request, its HMAC, and the `Authorization` header.

use std::borrow::Cow;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::query::canonical_query;

/// The scheme name at the start of the `Authorization` header and of the string to sign.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The largest accepted difference between a request's date and the verifier's clock, in seconds, in either direction.
pub const DATE_TOLERANCE_S: i64 = 15 * 60;

/// The parts of a request that its signature covers. Header names are lower-case; their order does not matter.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The HTTP method, upper-case.
    pub method: &'a str,
    /// The path; `/` for an RPC-style API.
    pub path: &'a str,
    /// The decoded query pairs, in any order.
    pub query: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// The signed headers: `host`, every `x-acs-*` header, and any others that the client chooses.
    pub headers: &'a [(&'a str, &'a str)],
    /// The lower-case hexadecimal SHA-256 of the body, as sent in `x-acs-content-sha256`.
    pub content_sha256: &'a str,
}

impl SignedRequest<'_> {
    /// Returns the canonical request, whose hash is signed.
    #[must_use]
    pub fn canonical_request(&self) -> String {
        let headers = self.sorted_headers();
        let mut text = format!("{}\n{}\n{}\n", self.method, self.path, canonical_query(self.query));
        for (name, value) in &headers {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}:{}", value.trim());
        }
        let _ = write!(text, "\n{}\n{}", joined_names(&headers), self.content_sha256);
        text
    }

    /// Returns the input of the HMAC.
    #[must_use]
    pub fn string_to_sign(&self) -> String {
        format!("{ALGORITHM}\n{}", sha256_hex(self.canonical_request().as_bytes()))
    }

    /// Returns the signature in lower-case hexadecimal.
    #[must_use]
    pub fn signature(&self, secret: &str) -> String {
        hex(&mac(secret, &self.string_to_sign()).finalize().into_bytes())
    }

    /// Returns the value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self, access_key_id: &str, secret: &str) -> String {
        let signed_headers = joined_names(&self.sorted_headers());
        let signature = self.signature(secret);
        format!("{ALGORITHM} Credential={access_key_id},SignedHeaders={signed_headers},Signature={signature}")
    }

    /// Returns whether `signature` is valid. The comparison takes constant time.
    #[must_use]
    pub fn verify(&self, secret: &str, signature: &str) -> bool {
        from_hex(signature)
            .is_some_and(|bytes| mac(secret, &self.string_to_sign()).verify_slice(&bytes).is_ok())
    }

    fn sorted_headers(&self) -> Vec<(&str, &str)> {
        let mut headers = self.headers.to_vec();
        headers.sort_unstable();
        headers
    }
}

/// A parsed `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// The ID of the access key that the client used.
    pub access_key_id: &'a str,
    /// The names of the signed headers, in the order sent.
    pub signed_headers: Vec<&'a str>,
    /// The signature, in hexadecimal.
    pub signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Parses the header value. Returns `None` if the scheme differs or a part is missing.
    #[must_use]
    pub fn parse(value: &'a str) -> Option<Self> {
        let (mut access_key_id, mut signed_headers, mut signature) = (None, None, None);
        for part in value.strip_prefix(ALGORITHM)?.split(',') {
            match part.trim().split_once('=')? {
                ("Credential", id) => access_key_id = Some(id),
                ("SignedHeaders", list) => signed_headers = Some(list.split(';').collect()),
                ("Signature", hex) => signature = Some(hex),
                _ => {}
            }
        }
        Some(Self { access_key_id: access_key_id?, signed_headers: signed_headers?, signature: signature? })
    }
}

/// Returns the SHA-256 of `bytes` in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn joined_names(sorted_headers: &[(&str, &str)]) -> String {
    sorted_headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

fn mac(secret: &str, text: &str) -> Hmac<Sha256> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        unreachable!("HMAC accepts keys of any length")
    };
    mac.update(text.as_bytes());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::query::decode_query;

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        access_key_id: String,
        access_key_secret: String,
        method: String,
        path: String,
        query: BTreeMap<String, String>,
        body: String,
        headers: BTreeMap<String, String>,
        wire_target: Option<String>,
        canonical_query: String,
        canonical_request: String,
        canonical_request_sha256: String,
        string_to_sign: String,
        signature: String,
        authorization: String,
    }

    fn vectors() -> Vec<Vector> {
        serde_json::from_str(include_str!("../fixtures/acs3-vectors.json")).unwrap()
    }

    fn pairs(query: &BTreeMap<String, String>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        query.iter().map(|(k, v)| (Cow::from(k.as_str()), Cow::from(v.as_str()))).collect()
    }

    #[test]
    fn the_official_test_vectors_are_reproduced() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 5);
        for vector in &vectors {
            let query = pairs(&vector.query);
            let headers: Vec<_> =
                vector.headers.iter().rev().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let content_sha256 = sha256_hex(vector.body.as_bytes());
            let request = SignedRequest {
                method: &vector.method,
                path: &vector.path,
                query: &query,
                headers: &headers,
                content_sha256: &content_sha256,
            };
            let name = &vector.name;
            assert_eq!(canonical_query(&query), vector.canonical_query, "{name}");
            assert_eq!(request.canonical_request(), vector.canonical_request, "{name}");
            assert_eq!(sha256_hex(request.canonical_request().as_bytes()), vector.canonical_request_sha256);
            assert_eq!(request.string_to_sign(), vector.string_to_sign, "{name}");
            assert_eq!(request.signature(&vector.access_key_secret), vector.signature, "{name}");
            let authorization = request.authorization(&vector.access_key_id, &vector.access_key_secret);
            assert_eq!(authorization, vector.authorization, "{name}");
            assert!(request.verify(&vector.access_key_secret, &vector.signature), "{name}");
            assert!(!request.verify("another secret", &vector.signature), "{name}");
        }
    }

    #[test]
    fn recorded_request_targets_decode_to_the_vectors_query() {
        for vector in vectors() {
            let Some(target) = &vector.wire_target else { continue };
            let raw = target.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(canonical_query(&decode_query(raw)), vector.canonical_query, "{}", vector.name);
        }
    }

    #[test]
    fn the_canonical_query_does_not_depend_on_the_encoding_sent() {
        for raw in ["BatchId=a%20b~%2A", "BatchId=a+b%7E*", "BatchId=a%20b%7e%2a"] {
            assert_eq!(canonical_query(&decode_query(raw)), "BatchId=a%20b~%2A", "{raw}");
        }
        assert_eq!(canonical_query(&decode_query("b=2&a&a=%E4%B8%AD")), "a=&a=%E4%B8%AD&b=2");
    }

    #[test]
    fn an_authorization_header_parses() {
        for vector in vectors() {
            let parsed = Authorization::parse(&vector.authorization).unwrap();
            assert_eq!(parsed.access_key_id, vector.access_key_id);
            assert_eq!(parsed.signature, vector.signature);
            assert_eq!(parsed.signed_headers, vector.headers.keys().collect::<Vec<_>>());
        }
        for bad in [
            "",
            "Bearer x",
            ALGORITHM,
            "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host",
            "ACS3-HMAC-SHA256 x",
        ] {
            assert_eq!(Authorization::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_malformed_signature_does_not_verify() {
        let request =
            SignedRequest { method: "POST", path: "/", query: &[], headers: &[], content_sha256: "" };
        for bad in ["", "0", "zz", "é", "06563a9e"] {
            assert!(!request.verify("secret", bad), "{bad}");
        }
    }
}
