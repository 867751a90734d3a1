//! Responses of the API as they are forwarded to a client.
//!
//! This module validates bodies and maps statuses and retry headers. It must not know how the response was fetched.

use std::time::Duration;

use batch_task_acs3::DATE_TOLERANCE_S;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::request_id;
use crate::upstream::UpstreamResponse;

/// The API's header with the retry delay in milliseconds.
pub const X_ACS_RETRY_AFTER: HeaderName = HeaderName::from_static("x-acs-retry-after");

/// Codes whose message quotes the signed request, including its token and nonce.
const QUOTING_CODES: [&str; 2] = ["SignatureDoesNotMatch", "IncompleteSignature"];

/// The prefixes of Codes that reject the access key, its token or the signature.
const CREDENTIAL_CODES: [&str; 4] =
    ["InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature"];

/// The shortest retry delay. The API also states zero, or a date that has passed.
const MIN_RETRY_DELAY: Duration = Duration::from_secs(1);

/// The message that replaces one that contains credentials.
const WITHHELD: &str = "the API rejected the proxy's credentials or signature; its message is withheld because it contains \
                        them";

/// A response of the API that can be forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardedResponse {
    /// The status for the client: the API's own, or 429 if the API throttles.
    pub status: StatusCode,
    /// The retry delay, if the API states one; at least one second.
    pub retry_after: Option<Duration>,
    /// The API's body, unchanged unless it contains credentials.
    pub body: Bytes,
    /// The API's error Code, if the response is an error.
    pub code: Option<String>,
    /// The API's RequestId, if the response is an error. It is logged.
    pub request_id: Option<String>,
    /// An explanation of the error that only the proxy can give. It is part of the body, and is logged.
    pub note: Option<String>,
}

impl ForwardedResponse {
    /// Validates and maps a response that was received at `now`.
    ///
    /// # Errors
    /// A description of what was received, if it is not a response of the API. It completes "responded with …".
    pub fn from_upstream(response: UpstreamResponse, now: OffsetDateTime) -> Result<Self, String> {
        let UpstreamResponse { status, headers, body, signed_with } = response;
        if !is_json_object(&body) {
            return Err(describe(status, &headers, &body));
        }
        if status.is_success() {
            return Ok(Self {
                status: StatusCode::OK,
                retry_after: None,
                body,
                code: None,
                request_id: None,
                note: None,
            });
        }
        let Some(error) = ErrorBody::read(&body).filter(|_| status.as_u16() >= 400) else {
            return Err(describe(status, &headers, &body));
        };
        let status = if is_throttling(&error.code) { StatusCode::TOO_MANY_REQUESTS } else { status };
        let retry_after = retry_delay(&headers, now);
        let code = error.code.clone();
        let request_id = error.request_id.clone().filter(|id| request_id::is_id(id.as_bytes()));
        let note = clock_note(&code, &headers, now);
        let contains_credentials =
            QUOTING_CODES.contains(&code.as_str()) || signed_with.appear_in(&String::from_utf8_lossy(&body));
        let body = match &note {
            Some(note) => error.with_message(note),
            None if contains_credentials => error.with_message(WITHHELD),
            None => body,
        };
        Ok(Self { status, retry_after, body, code: Some(code), request_id, note })
    }

    /// Returns whether the API rejected the credentials of the call.
    #[must_use]
    pub fn rejects_credentials(&self) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| CREDENTIAL_CODES.iter().any(|prefix| code.starts_with(prefix)))
    }

    /// Returns which calls the API throttles, if it does.
    #[must_use]
    pub fn throttle_scope(&self) -> Option<ThrottleScope> {
        let code = self.code.as_deref().unwrap_or_default();
        match (self.status, code) {
            (StatusCode::TOO_MANY_REQUESTS, "Throttling" | "Throttling.User") => Some(ThrottleScope::Account),
            (StatusCode::TOO_MANY_REQUESTS, "Throttling.Api") => Some(ThrottleScope::Action),
            (StatusCode::TOO_MANY_REQUESTS, _) => Some(ThrottleScope::Request),
            _ => None,
        }
    }
}

/// The calls that the API throttles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottleScope {
    /// All calls with the access key.
    Account,
    /// The calls of one action.
    Action,
    /// The calls for one request.
    Request,
}

fn is_throttling(code: &str) -> bool {
    code == "Throttling" || code.starts_with("Throttling.")
}

/// Explains a wrong clock of this machine, if the API rejected the date of a call and states its own time.
fn clock_note(code: &str, headers: &HeaderMap, now: OffsetDateTime) -> Option<String> {
    if !code.starts_with("InvalidTimeStamp") {
        return None;
    }
    let api_time = http_date(headers.get(DATE)?.to_str().ok()?)?;
    let ahead_s = (now - api_time).whole_seconds();
    let side = if ahead_s > 0 { "ahead of" } else { "behind" };
    // A difference within the tolerance does not explain the error.
    (ahead_s.abs() > DATE_TOLERANCE_S).then(|| {
        format!(
            "the clock of the proxy's machine is {} minutes {side} the API's clock; the API rejects calls that differ by \
             more than {} minutes: correct the clock",
            ahead_s.abs() / 60,
            DATE_TOLERANCE_S / 60
        )
    })
}

/// Returns whether the body is exactly one JSON object. A byte order mark in front of it is allowed.
#[must_use]
pub fn is_json_object(body: &[u8]) -> bool {
    let text = without_bom(body);
    // Parsing a raw value is one pass without allocation, whatever the size.
    text.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<&RawValue>(text).is_ok()
}

/// Returns the body without a byte order mark.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Describes an unexpected response. Does not quote it, because it may contain somebody's session.
fn describe(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map_or("no content type", |value| value.split(';').next().unwrap_or_default().trim());
    let kind = match without_bom(body).trim_ascii_start().first() {
        None => "an empty body",
        Some(b'<') => "HTML or XML",
        Some(b'{') if !is_json_object(body) => "truncated or invalid JSON",
        Some(b'{') => "JSON without an error code",
        Some(_) => "something that is not a JSON object",
    };
    format!("{kind} (HTTP {}, {media_type})", status.as_u16())
}

/// Returns the stated retry delay: `x-acs-retry-after` is in milliseconds; `Retry-After` is in seconds, or a date.
fn retry_delay(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = || text(&X_ACS_RETRY_AFTER)?.parse().ok().map(Duration::from_millis);
    let seconds = || text(&RETRY_AFTER)?.parse().ok().map(Duration::from_secs);
    let date = || {
        // The date is by the API's clock, which the header `Date` shows.
        let sent = text(&DATE).and_then(http_date).unwrap_or(now);
        Some(Duration::try_from(http_date(text(&RETRY_AFTER)?)? - sent).unwrap_or_default())
    };
    Some(milliseconds().or_else(seconds).or_else(date)?.max(MIN_RETRY_DELAY))
}

fn http_date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorBody {
    code: String,
    request_id: Option<String>,
    host_id: Option<String>,
    recommend: Option<String>,
}

impl ErrorBody {
    fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(without_bom(body)).ok()
    }

    fn with_message(self, message: &str) -> Bytes {
        let body = serde_json::json!({
            "RequestId": self.request_id,
            "HostId": self.host_id,
            "Code": self.code,
            "Message": message,
            "Recommend": self.recommend,
        });
        body.to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::HeaderValue;
    use time::macros::datetime;

    use super::*;
    use crate::credentials::Credentials;

    const NOW: OffsetDateTime = datetime!(2026-05-28 16:38:20 UTC);

    fn response(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> UpstreamResponse {
        UpstreamResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            signed_with: Arc::new(credentials()),
        }
    }

    fn credentials() -> Credentials {
        Credentials {
            access_key_id: "the-id".into(),
            access_key_secret: "the-secret".into(),
            security_token: Some("the-token".into()),
        }
    }

    #[test]
    fn a_valid_body_is_forwarded_unchanged() {
        for body in
            ["{}", " {\"a\" : 1}\n", "\u{feff}{\"Status\":\"RUNNING \"}", r#"{"code":"200","data":{}}"#]
        {
            let forwarded = ForwardedResponse::from_upstream(response(200, &[], body), NOW).unwrap();
            assert_eq!((forwarded.status, forwarded.body.as_ref()), (StatusCode::OK, body.as_bytes()));
        }
    }

    #[test]
    fn an_unexpected_body_is_described_without_quoting_it() {
        for (status, body, described) in [
            (200, "", "an empty body (HTTP 200, no content type)"),
            (200, "<!doctype html><p>secret", "HTML or XML (HTTP 200, no content type)"),
            (200, r#"{"SubTasks":[{"TaskId":"1""#, "truncated or invalid JSON (HTTP 200, no content type)"),
            (200, "{} {}", "truncated or invalid JSON (HTTP 200, no content type)"),
            (200, "[]", "something that is not a JSON object (HTTP 200, no content type)"),
            (200, "ok", "something that is not a JSON object (HTTP 200, no content type)"),
            (502, "<html>", "HTML or XML (HTTP 502, no content type)"),
            (400, "{}", "JSON without an error code (HTTP 400, no content type)"),
            (302, r#"{"Code":"Moved"}"#, "JSON without an error code (HTTP 302, no content type)"),
        ] {
            assert_eq!(
                ForwardedResponse::from_upstream(response(status, &[], body), NOW).unwrap_err(),
                described,
                "{status} {body}"
            );
        }
        let typed = response(200, &[("content-type", "text/html; charset=utf-8")], "<p>");
        assert_eq!(
            ForwardedResponse::from_upstream(typed, NOW).unwrap_err(),
            "HTML or XML (HTTP 200, text/html)"
        );
        assert!(!is_json_object(b"{\"a\":\"\xff\"}"), "not UTF-8");
    }

    #[test]
    fn throttling_becomes_429_and_names_its_scope() {
        for (status, code, expected) in [
            (400, "Throttling", (429, Some(ThrottleScope::Account))),
            (503, "Throttling.User", (429, Some(ThrottleScope::Account))),
            (400, "Throttling.Api", (429, Some(ThrottleScope::Action))),
            (400, "Throttling.Resource", (429, Some(ThrottleScope::Request))),
            (429, "Busy", (429, Some(ThrottleScope::Request))),
            (400, "ThrottlingOfAnotherKind", (400, None)),
        ] {
            let body = format!(r#"{{"Code":"{code}"}}"#);
            let forwarded = ForwardedResponse::from_upstream(response(status, &[], &body), NOW).unwrap();
            assert_eq!((forwarded.status.as_u16(), forwarded.throttle_scope()), expected, "{status} {code}");
        }
    }

    #[test]
    fn other_errors_keep_code_status_and_body() {
        let body = r#"{"RequestId":"A","Code":"Forbidden.RAM","Message":"m","AccessDeniedDetail":{"AuthAction":"a"}}"#;
        let forwarded = ForwardedResponse::from_upstream(response(403, &[], body), NOW).unwrap();
        assert_eq!((forwarded.status, forwarded.body.as_ref()), (StatusCode::FORBIDDEN, body.as_bytes()));
        assert_eq!(forwarded.code.as_deref(), Some("Forbidden.RAM"));
    }

    #[test]
    fn the_request_id_for_the_logs_has_no_special_characters() {
        for (id, expected) in [
            (r#""4C467B38-3910""#, Some("4C467B38-3910")),
            (r#""two\nlines""#, None),
            (r#""""#, None),
            ("null", None),
        ] {
            let body = format!(r#"{{"RequestId":{id},"Code":"X"}}"#);
            let forwarded = ForwardedResponse::from_upstream(response(403, &[], &body), NOW).unwrap();
            assert_eq!(forwarded.request_id.as_deref(), expected, "{id}");
        }
    }

    #[test]
    fn a_message_that_contains_credentials_is_withheld() {
        for body in [
            r#"{"RequestId":"R-1","Code":"SignatureDoesNotMatch","Message":"server string is x-acs-signature-nonce:1"}"#,
            r#"{"RequestId":"R-1","Code":"InvalidSecurityToken.Expired","Message":"the-token has expired"}"#,
        ] {
            let forwarded = ForwardedResponse::from_upstream(response(400, &[], body), NOW).unwrap();
            let text = String::from_utf8(forwarded.body.to_vec()).unwrap();
            assert!(text.contains("R-1") && text.contains(forwarded.code.as_deref().unwrap()), "{text}");
            assert!(!text.contains("the-token") && !text.contains("nonce"), "{text}");
        }
    }

    #[test]
    fn a_wrong_clock_is_reported_with_the_difference() {
        let body = r#"{"RequestId":"R-1","Code":"InvalidTimeStamp.Expired","Message":"m"}"#;
        for (date, expected) in [
            ("Thu, 28 May 2026 17:39:20 GMT", Some("61 minutes behind")),
            ("Thu, 28 May 2026 15:38:20 GMT", Some("60 minutes ahead of")),
            ("Thu, 28 May 2026 16:40:20 GMT", None),
            ("yesterday", None),
        ] {
            let forwarded =
                ForwardedResponse::from_upstream(response(400, &[("date", date)], body), NOW).unwrap();
            let text = String::from_utf8(forwarded.body.to_vec()).unwrap();
            assert_eq!(forwarded.note.is_some(), expected.is_some(), "{date}");
            assert!(text.contains("R-1") && text.contains(expected.unwrap_or("\"m\"")), "{text}");
        }
        let other =
            response(400, &[("date", "Thu, 28 May 2026 17:39:20 GMT")], r#"{"Code":"Forbidden.RAM"}"#);
        assert_eq!(ForwardedResponse::from_upstream(other, NOW).unwrap().note, None);
    }

    #[test]
    fn errors_about_credentials_are_recognised() {
        for (code, expected) in [
            ("InvalidAccessKeyId.NotFound", true),
            ("InvalidSecurityToken.Expired", true),
            ("SignatureDoesNotMatch", true),
            ("Forbidden.RAM", false),
        ] {
            let forwarded =
                ForwardedResponse::from_upstream(response(400, &[], &format!(r#"{{"Code":"{code}"}}"#)), NOW)
                    .unwrap();
            assert_eq!(forwarded.rejects_credentials(), expected, "{code}");
        }
    }

    #[test]
    fn each_form_of_a_retry_delay_is_read() {
        let in_a_minute = ("retry-after", "Thu, 28 May 2026 16:39:20 GMT");
        for (headers, expected_ms) in [
            (&[("x-acs-retry-after", "1500")][..], Some(1_500)),
            (&[("x-acs-retry-after", "1500"), ("retry-after", "7")], Some(1_500)),
            (&[("x-acs-retry-after", "soon"), ("retry-after", "7")], Some(7_000)),
            (&[("retry-after", " 7 ")], Some(7_000)),
            (&[in_a_minute], Some(60_000)),
            (&[in_a_minute, ("date", "Thu, 28 May 2026 16:39:00 GMT")], Some(20_000)),
            (&[("x-acs-retry-after", "0")], Some(1_000)),
            (&[("retry-after", "0")], Some(1_000)),
            (&[("retry-after", "Thu, 28 May 2026 16:00:00 GMT")], Some(1_000)),
            (&[("retry-after", "-1")], None),
            (&[], None),
        ] {
            let forwarded =
                ForwardedResponse::from_upstream(response(503, headers, r#"{"Code":"Busy"}"#), NOW).unwrap();
            assert_eq!(forwarded.retry_after, expected_ms.map(Duration::from_millis), "{headers:?}");
        }
    }
}
