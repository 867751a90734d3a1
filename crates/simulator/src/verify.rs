//! Authentication of a call: access key, date, signature, nonce, action and version. Each check has its own error Code.
//!
//! The current time is a parameter. This module must not know batches or scenarios.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use batch_task_acs3::{Authorization, DATE_TOLERANCE_S, SignedRequest, decode_query, parse_date, sha256_hex};
use http::StatusCode;
use http::request::Parts;
use time::OffsetDateTime;

use crate::api_error::ApiError;
use crate::protocol::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, ACTION, LIST_ACTION, SECURITY_TOKEN, VERSION};

/// The number of nonces to remember. When it is exceeded the oldest nonce is dropped, so that memory stays bounded.
const NONCES_MAX: usize = 100_000;

/// Verifies calls, and rejects a nonce that was used before.
#[derive(Debug, Default)]
pub struct Verifier {
    nonces: Mutex<Nonces>,
}

impl Verifier {
    /// Verifies a call at the time `now`. A call with a valid signature consumes its nonce.
    ///
    /// # Errors
    /// The API's error for the first check that fails.
    pub fn verify(&self, parts: &Parts, body: &[u8], now: OffsetDateTime) -> Result<(), ApiError> {
        let authorization =
            header(parts, "authorization").and_then(Authorization::parse).ok_or_else(|| {
                error(
                    StatusCode::BAD_REQUEST,
                    "IncompleteSignature",
                    "The Authorization header is missing or malformed.",
                )
            })?;
        check_key(parts, &authorization)?;
        check_date(parts, now)?;
        check_signature(parts, body, &authorization)?;
        self.use_nonce(parts)?;
        check_action(parts)
    }

    fn use_nonce(&self, parts: &Parts) -> Result<(), ApiError> {
        let nonce = header(parts, "x-acs-signature-nonce").unwrap_or_default();
        if nonce.is_empty() {
            return Err(error(
                StatusCode::BAD_REQUEST,
                "InvalidParameter",
                "The x-acs-signature-nonce header is missing.",
            ));
        }
        // After a panic the set and the queue could disagree about one nonce, which is harmless.
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.insert(nonce) {
            Ok(())
        } else {
            Err(error(
                StatusCode::BAD_REQUEST,
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ))
        }
    }
}

#[derive(Debug, Default)]
struct Nonces {
    seen: HashSet<String>,
    in_order: VecDeque<String>,
}

impl Nonces {
    fn insert(&mut self, nonce: &str) -> bool {
        if !self.seen.insert(nonce.to_owned()) {
            return false;
        }
        self.in_order.push_back(nonce.to_owned());
        if self.in_order.len() > NONCES_MAX
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}

fn check_key(parts: &Parts, authorization: &Authorization<'_>) -> Result<(), ApiError> {
    if authorization.access_key_id != ACCESS_KEY_ID {
        return Err(error(
            StatusCode::NOT_FOUND,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        ));
    }
    match header(parts, "x-acs-security-token") {
        Some(token) if token != SECURITY_TOKEN => Err(error(
            StatusCode::BAD_REQUEST,
            "InvalidSecurityToken.Malformed",
            "Specified SecurityToken is malformed.",
        )),
        _ => Ok(()),
    }
}

fn check_date(parts: &Parts, now: OffsetDateTime) -> Result<(), ApiError> {
    let date = header(parts, "x-acs-date").and_then(parse_date).ok_or_else(|| {
        error(
            StatusCode::BAD_REQUEST,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        )
    })?;
    if (now - date).whole_seconds().abs() > DATE_TOLERANCE_S {
        return Err(error(
            StatusCode::BAD_REQUEST,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ));
    }
    Ok(())
}

fn check_signature(parts: &Parts, body: &[u8], authorization: &Authorization<'_>) -> Result<(), ApiError> {
    let content_sha256 = header(parts, "x-acs-content-sha256").unwrap_or_default();
    if content_sha256 != sha256_hex(body) {
        return Err(ApiError::signature_does_not_match("x-acs-content-sha256 is not the hash of the body"));
    }
    let sent = parts.headers.keys().map(http::HeaderName::as_str);
    let required = sent.filter(|name| *name == "host" || name.starts_with("x-acs-"));
    if required.into_iter().any(|name| !authorization.signed_headers.contains(&name)) {
        return Err(ApiError::signature_does_not_match("host and every x-acs- header must be signed"));
    }
    let headers: Option<Vec<(&str, &str)>> =
        authorization.signed_headers.iter().map(|name| Some((*name, header(parts, name)?))).collect();
    let headers = headers.ok_or_else(|| ApiError::signature_does_not_match("a signed header is missing"))?;
    let query = decode_query(parts.uri.query().unwrap_or_default());
    let request = SignedRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: &query,
        headers: &headers,
        content_sha256,
    };
    if request.verify(ACCESS_KEY_SECRET, authorization.signature) {
        Ok(())
    } else {
        Err(ApiError::signature_does_not_match("the secret or what was signed differs"))
    }
}

fn check_action(parts: &Parts) -> Result<(), ApiError> {
    if !header(parts, "x-acs-action").is_some_and(|action| [ACTION, LIST_ACTION].contains(&action)) {
        return Err(error(
            StatusCode::NOT_FOUND,
            "InvalidAction.NotFound",
            "Specified action is not found: only DescribeBatchTask and DescribeBatchTasks are.",
        ));
    }
    if header(parts, "x-acs-version") != Some(VERSION) || parts.uri.path() != "/" {
        return Err(error(
            StatusCode::NOT_FOUND,
            "InvalidApi.NotFound",
            "Specified api is not found: please check your url, version and method.",
        ));
    }
    Ok(())
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

fn error(status: StatusCode, code: &'static str, message: &str) -> ApiError {
    ApiError::new(status, code, message)
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    const DATE: &str = "2026-05-28T16:38:20Z";

    /// Returns a call signed with `secret`. `changes` adds or replaces headers before signing; an empty value removes one.
    fn call(secret: &str, key_id: &str, target: &str, changes: &[(&str, &str)]) -> Parts {
        let empty = sha256_hex(b"");
        let mut headers = vec![
            ("host", "127.0.0.1:9000"),
            ("x-acs-action", ACTION),
            ("x-acs-content-sha256", &empty),
            ("x-acs-date", DATE),
            ("x-acs-signature-nonce", "nonce-1"),
            ("x-acs-version", VERSION),
        ];
        for (name, value) in changes {
            headers.retain(|(old, _)| old != name);
            if !value.is_empty() {
                headers.push((name, value));
            }
        }
        let query = decode_query(target.split_once('?').map_or("", |(_, query)| query));
        let request = SignedRequest {
            method: "POST",
            path: target.split('?').next().unwrap(),
            query: &query,
            headers: &headers,
            content_sha256: headers.iter().find(|(n, _)| *n == "x-acs-content-sha256").map_or("", |(_, v)| v),
        };
        let mut builder =
            Request::post(target).header("authorization", request.authorization(key_id, secret));
        for (name, value) in &headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn code(parts: &Parts, body: &[u8]) -> &'static str {
        match Verifier::default().verify(parts, body, parse_date(DATE).unwrap()) {
            Ok(()) => "accepted",
            Err(error) => error.code,
        }
    }

    #[test]
    fn each_failed_check_has_its_code() {
        let good =
            |changes: &[(&str, &str)]| call(ACCESS_KEY_SECRET, ACCESS_KEY_ID, "/?BatchId=pcb-xxx", changes);
        for (parts, expected) in [
            (good(&[]), "accepted"),
            (good(&[("accept", "application/json"), ("user-agent", "sdk")]), "accepted"),
            (
                good(&[("x-acs-security-token", SECURITY_TOKEN), ("x-acs-accesskey-id", ACCESS_KEY_ID)]),
                "accepted",
            ),
            (good(&[("x-acs-security-token", "another")]), "InvalidSecurityToken.Malformed"),
            (good(&[("x-acs-date", "2026-05-28T16:53:20Z")]), "accepted"),
            (good(&[("x-acs-date", "2026-05-28T16:53:21Z")]), "InvalidTimeStamp.Expired"),
            (good(&[("x-acs-date", "2026-05-28T16:23:19Z")]), "InvalidTimeStamp.Expired"),
            (good(&[("x-acs-date", "yesterday")]), "InvalidTimeStamp.Format"),
            (good(&[("x-acs-date", "")]), "InvalidTimeStamp.Format"),
            (good(&[("x-acs-signature-nonce", "")]), "InvalidParameter"),
            (good(&[("x-acs-action", "DeleteDBCluster")]), "InvalidAction.NotFound"),
            (good(&[("x-acs-version", "2014-05-26")]), "InvalidApi.NotFound"),
            (good(&[("x-acs-content-sha256", &sha256_hex(b"x"))]), "SignatureDoesNotMatch"),
            (call("wrong", ACCESS_KEY_ID, "/", &[]), "SignatureDoesNotMatch"),
            (call(ACCESS_KEY_SECRET, "unknown", "/", &[]), "InvalidAccessKeyId.NotFound"),
            (call(ACCESS_KEY_SECRET, ACCESS_KEY_ID, "/path", &[]), "InvalidApi.NotFound"),
        ] {
            assert_eq!(code(&parts, b""), expected, "{parts:?}");
        }
        assert_eq!(code(&good(&[]), b"body"), "SignatureDoesNotMatch");
    }

    #[test]
    fn changes_after_signing_are_detected() {
        let good = || call(ACCESS_KEY_SECRET, ACCESS_KEY_ID, "/?BatchId=pcb-xxx", &[]);
        let mut parts = good();
        parts.uri = "/?BatchId=pcb-yyy".parse().unwrap();
        assert_eq!(code(&parts, b""), "SignatureDoesNotMatch");

        parts = good();
        parts.headers.insert("x-acs-version", HeaderValue::from_static("2014-05-26"));
        assert_eq!(code(&parts, b""), "SignatureDoesNotMatch");

        parts = good();
        parts.headers.insert("x-acs-unsigned", HeaderValue::from_static("added"));
        assert_eq!(code(&parts, b""), "SignatureDoesNotMatch");

        parts = good();
        parts.headers.remove("x-acs-version");
        assert_eq!(code(&parts, b""), "SignatureDoesNotMatch");

        parts = good();
        parts.headers.remove("authorization");
        assert_eq!(code(&parts, b""), "IncompleteSignature");
    }

    #[test]
    fn the_signature_does_not_depend_on_the_encoding_of_the_query() {
        let mut parts = call(ACCESS_KEY_SECRET, ACCESS_KEY_ID, "/?BatchId=a%20b~", &[]);
        parts.uri = "/?BatchId=a+b%7E".parse().unwrap();
        assert_eq!(code(&parts, b""), "accepted");
    }

    #[test]
    fn a_nonce_is_accepted_once_and_the_number_of_nonces_is_bounded() {
        let verifier = Verifier::default();
        let now = parse_date(DATE).unwrap();
        let parts = call(ACCESS_KEY_SECRET, ACCESS_KEY_ID, "/", &[]);
        verifier.verify(&parts, b"", now).unwrap();
        assert_eq!(verifier.verify(&parts, b"", now).unwrap_err().code, "SignatureNonceUsed");

        let mut nonces = Nonces::default();
        for n in 0..=NONCES_MAX {
            assert!(nonces.insert(&n.to_string()));
        }
        assert_eq!((nonces.seen.len(), nonces.in_order.len()), (NONCES_MAX, NONCES_MAX));
        assert!(nonces.insert("0"), "the oldest nonce was dropped");
    }
}
