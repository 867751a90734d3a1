//! What an answer of the API becomes when it is passed on: pure, from answer to reply.
//!
//! Owns the judgement of bodies, statuses and retry headers. Must not know how the answer was fetched.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::acs3::DATE_TOLERANCE_S;
use crate::upstream::Answer;

/// Milliseconds to wait, as the API states them.
pub const X_ACS_RETRY_AFTER: HeaderName = HeaderName::from_static("x-acs-retry-after");

/// Codes whose message recites the request that was signed, its token and nonce included.
const RECITING_CODES: [&str; 2] = ["SignatureDoesNotMatch", "IncompleteSignature"];

/// How a Code begins that refuses the key, its token or what was signed with them.
const KEY_CODES: [&str; 4] =
    ["InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature"];

/// Seconds to wait where the API throttles and does not say for how long.
const THROTTLED_S: u64 = 2;

/// The longest that a wait is obeyed for all viewers alike; beyond it the API may be asked again.
const THROTTLED_MAX: Duration = Duration::from_secs(60);

/// An answer that may be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status to answer with: the API's own, but 429 for throttling.
    pub status: StatusCode,
    /// `Retry-After` and `x-acs-retry-after`, where the API asks for patience.
    pub headers: HeaderMap,
    /// The API's bytes, untouched unless they recite credentials.
    pub body: Bytes,
    /// The API's error Code, if it is an error.
    pub code: Option<String>,
    /// What only this proxy can say of the error, for its log; the body holds it, too.
    pub note: Option<String>,
}

impl Reply {
    /// Whether the error is about the key that the call was signed with.
    #[must_use]
    pub fn refuses_key(&self) -> bool {
        self.code.as_deref().is_some_and(|code| KEY_CODES.iter().any(|start| code.starts_with(start)))
    }

    /// For how long the API asks not to be called, if it throttles; a minute at the most.
    #[must_use]
    pub fn throttled_for(&self) -> Option<Duration> {
        if self.status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        let milliseconds = number(&self.headers, &X_ACS_RETRY_AFTER).map(Duration::from_millis);
        let wait = milliseconds.or_else(|| number(&self.headers, &RETRY_AFTER).map(Duration::from_secs))?;
        Some(wait.min(THROTTLED_MAX))
    }

    /// The same refusal, with what is left of its wait.
    #[must_use]
    pub fn with_wait(mut self, left: Duration) -> Self {
        let milliseconds = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        self.headers.insert(X_ACS_RETRY_AFTER, HeaderValue::from(milliseconds));
        self.headers.insert(RETRY_AFTER, HeaderValue::from(milliseconds.div_ceil(1000)));
        self
    }
}

/// Judges an answer that came at `now`.
///
/// # Errors
/// What came instead of an answer of the API, in words that fit "answered with …".
pub fn judge(answer: Answer, now: OffsetDateTime) -> Result<Reply, String> {
    let Answer { status, headers, body, signed_with } = answer;
    if !is_json_object(&body) {
        return Err(describe(status, &headers, &body));
    }
    if status.is_success() {
        return Ok(Reply { status: StatusCode::OK, headers: HeaderMap::new(), body, code: None, note: None });
    }
    let Some(error) = ErrorBody::read(&body).filter(|_| status.as_u16() >= 400) else {
        return Err(describe(status, &headers, &body));
    };
    let throttled = error.code == "Throttling" || error.code.starts_with("Throttling.");
    let status = if throttled { StatusCode::TOO_MANY_REQUESTS } else { status };
    let mut retry = retry_headers(&headers);
    if throttled {
        retry.entry(RETRY_AFTER).or_insert(HeaderValue::from(THROTTLED_S));
    }
    let code = error.code.clone();
    let note = clock_note(&code, &headers, now);
    let recites =
        RECITING_CODES.contains(&code.as_str()) || signed_with.appear_in(&String::from_utf8_lossy(&body));
    let body = match &note {
        Some(note) => error.with_message(note),
        None if recites => error.with_message(WITHHELD),
        None => body,
    };
    Ok(Reply { status, headers: retry, body, code: Some(code), note })
}

/// What is said in place of a message that recites credentials.
const WITHHELD: &str = "the API refused the proxy's credentials or signature; its message is withheld because it recites \
                        them";

/// Says how wrong this machine's clock is, if the API refused a call for its date and gives its own time.
fn clock_note(code: &str, headers: &HeaderMap, now: OffsetDateTime) -> Option<String> {
    if !code.starts_with("InvalidTimeStamp") {
        return None;
    }
    let theirs = OffsetDateTime::parse(headers.get(DATE)?.to_str().ok()?, &Rfc2822).ok()?;
    let ahead_s = (now - theirs).whole_seconds();
    let side = if ahead_s > 0 { "ahead of" } else { "behind" };
    // Less than what the API bears is no explanation.
    (ahead_s.abs() > DATE_TOLERANCE_S).then(|| {
        format!(
            "the clock of the proxy's machine is {} minutes {side} the API's, which refuses calls that are more than \
             {} minutes off: set that clock",
            ahead_s.abs() / 60,
            DATE_TOLERANCE_S / 60
        )
    })
}

/// Whether the bytes are one JSON object and nothing else; a byte order mark may precede it.
#[must_use]
pub fn is_json_object(body: &[u8]) -> bool {
    let text = without_bom(body);
    // A raw value is skipped over rather than built: one pass, no allocation, whatever the size.
    text.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<&RawValue>(text).is_ok()
}

/// The bytes without the byte order mark that may precede them.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Says what came, without quoting it: it may be a page about somebody else's session.
fn describe(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map_or("no content type", |value| value.split(';').next().unwrap_or_default().trim());
    let what = match without_bom(body).trim_ascii_start().first() {
        None => "an empty body",
        Some(b'<') => "HTML or XML",
        Some(b'{') if !is_json_object(body) => "JSON that ends early or is not valid",
        Some(b'{') => "JSON without an error code",
        Some(_) => "something that is not a JSON object",
    };
    format!("{what} (HTTP {}, {media_type})", status.as_u16())
}

/// The API says milliseconds, HTTP says whole seconds: both go on, for clients that know either.
fn retry_headers(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    if let Some(value) = headers.get(&X_ACS_RETRY_AFTER) {
        kept.insert(X_ACS_RETRY_AFTER, value.clone());
    }
    if let Some(milliseconds) = number(headers, &X_ACS_RETRY_AFTER) {
        kept.insert(RETRY_AFTER, HeaderValue::from(milliseconds.div_ceil(1000)));
    } else if let Some(value) = headers.get(RETRY_AFTER) {
        kept.insert(RETRY_AFTER, value.clone());
    }
    kept
}

/// The value of a header that is a number.
fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
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

    use time::macros::datetime;

    use super::*;
    use crate::credentials::Credentials;

    const NOW: OffsetDateTime = datetime!(2026-05-28 16:38:20 UTC);

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        Answer {
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
    fn a_good_body_is_passed_on_byte_for_byte() {
        for body in
            ["{}", " {\"a\" : 1}\n", "\u{feff}{\"Status\":\"RUNNING \"}", r#"{"code":"200","data":{}}"#]
        {
            let reply = judge(answer(200, &[], body), NOW).unwrap();
            assert_eq!((reply.status, reply.body.as_ref()), (StatusCode::OK, body.as_bytes()));
        }
    }

    #[test]
    fn what_is_not_the_apis_is_described_and_not_quoted() {
        for (status, body, described) in [
            (200, "", "an empty body (HTTP 200, no content type)"),
            (200, "<!doctype html><p>secret", "HTML or XML (HTTP 200, no content type)"),
            (
                200,
                r#"{"SubTasks":[{"TaskId":"1""#,
                "JSON that ends early or is not valid (HTTP 200, no content type)",
            ),
            (200, "{} {}", "JSON that ends early or is not valid (HTTP 200, no content type)"),
            (200, "[]", "something that is not a JSON object (HTTP 200, no content type)"),
            (200, "ok", "something that is not a JSON object (HTTP 200, no content type)"),
            (502, "<html>", "HTML or XML (HTTP 502, no content type)"),
            (400, "{}", "JSON without an error code (HTTP 400, no content type)"),
            (302, r#"{"Code":"Moved"}"#, "JSON without an error code (HTTP 302, no content type)"),
        ] {
            assert_eq!(judge(answer(status, &[], body), NOW).unwrap_err(), described, "{status} {body}");
        }
        let typed = answer(200, &[("content-type", "text/html; charset=utf-8")], "<p>");
        assert_eq!(judge(typed, NOW).unwrap_err(), "HTML or XML (HTTP 200, text/html)");
        assert!(!is_json_object(b"{\"a\":\"\xff\"}"), "not UTF-8");
    }

    #[test]
    fn throttling_becomes_429_with_both_retry_headers() {
        for (milliseconds, seconds) in [("2000", "2"), ("2001", "3"), ("1", "1"), ("0", "0")] {
            let headers: &[_] = &[("x-acs-retry-after", milliseconds)];
            let reply = judge(answer(400, headers, r#"{"Code":"Throttling.User"}"#), NOW).unwrap();
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(reply.headers[RETRY_AFTER], seconds);
            assert_eq!(reply.headers[X_ACS_RETRY_AFTER], milliseconds);
        }
        let reply = judge(answer(503, &[("retry-after", "7")], r#"{"Code":"Throttling"}"#), NOW).unwrap();
        assert_eq!((reply.status.as_u16(), reply.headers[RETRY_AFTER].to_str().unwrap()), (429, "7"));
        let reply = judge(answer(400, &[], r#"{"Code":"Throttling.Api"}"#), NOW).unwrap();
        assert_eq!((reply.status.as_u16(), reply.headers[RETRY_AFTER].to_str().unwrap()), (429, "2"));
        let reply = judge(answer(400, &[], r#"{"Code":"ThrottlingOfAnotherKind"}"#), NOW).unwrap();
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn other_errors_keep_code_status_and_body() {
        let body = r#"{"RequestId":"A","Code":"Forbidden.RAM","Message":"m","AccessDeniedDetail":{"AuthAction":"a"}}"#;
        let reply = judge(answer(403, &[], body), NOW).unwrap();
        assert_eq!((reply.status, reply.body.as_ref()), (StatusCode::FORBIDDEN, body.as_bytes()));
        assert_eq!(reply.code.as_deref(), Some("Forbidden.RAM"));
    }

    #[test]
    fn a_message_that_recites_credentials_is_withheld() {
        for body in [
            r#"{"RequestId":"R-1","Code":"SignatureDoesNotMatch","Message":"server string is x-acs-signature-nonce:1"}"#,
            r#"{"RequestId":"R-1","Code":"InvalidSecurityToken.Expired","Message":"the-token has expired"}"#,
        ] {
            let reply = judge(answer(400, &[], body), NOW).unwrap();
            let text = String::from_utf8(reply.body.to_vec()).unwrap();
            assert!(text.contains("R-1") && text.contains(reply.code.as_deref().unwrap()), "{text}");
            assert!(!text.contains("the-token") && !text.contains("nonce"), "{text}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_of_and_by_how_much() {
        let body = r#"{"RequestId":"R-1","Code":"InvalidTimeStamp.Expired","Message":"m"}"#;
        for (date, told) in [
            ("Thu, 28 May 2026 17:39:20 GMT", Some("61 minutes behind")),
            ("Thu, 28 May 2026 15:38:20 GMT", Some("60 minutes ahead of")),
            ("Thu, 28 May 2026 16:40:20 GMT", None),
            ("yesterday", None),
        ] {
            let reply = judge(answer(400, &[("date", date)], body), NOW).unwrap();
            let text = String::from_utf8(reply.body.to_vec()).unwrap();
            assert_eq!(reply.note.is_some(), told.is_some(), "{date}");
            assert!(text.contains("R-1") && text.contains(told.unwrap_or("\"m\"")), "{text}");
        }
        let other = answer(400, &[("date", "Thu, 28 May 2026 17:39:20 GMT")], r#"{"Code":"Forbidden.RAM"}"#);
        assert_eq!(judge(other, NOW).unwrap().note, None);
    }

    #[test]
    fn what_refuses_the_key_is_told_from_the_rest() {
        for (code, expected) in [
            ("InvalidAccessKeyId.NotFound", true),
            ("InvalidSecurityToken.Expired", true),
            ("SignatureDoesNotMatch", true),
            ("Forbidden.RAM", false),
        ] {
            let reply = judge(answer(400, &[], &format!(r#"{{"Code":"{code}"}}"#)), NOW).unwrap();
            assert_eq!(reply.refuses_key(), expected, "{code}");
        }
    }

    #[test]
    fn the_wait_of_a_throttled_call_is_read_and_counts_down() {
        let throttled = |headers: &[(&'static str, &'static str)]| {
            judge(answer(400, headers, r#"{"Code":"Throttling.User"}"#), NOW).unwrap()
        };
        for (headers, wait_ms) in [
            (&[("x-acs-retry-after", "1500")][..], Some(1500)),
            (&[("retry-after", "7")], Some(7000)),
            (&[("retry-after", "86400")], Some(60_000)),
            (&[], Some(2000)),
            (&[("retry-after", "Thu, 28 May 2026 16:38:20 GMT")], None),
        ] {
            assert_eq!(throttled(headers).throttled_for(), wait_ms.map(Duration::from_millis), "{headers:?}");
        }
        let left = throttled(&[("x-acs-retry-after", "1500")]).with_wait(Duration::from_millis(1100));
        assert_eq!(
            (&left.headers[X_ACS_RETRY_AFTER], &left.headers[RETRY_AFTER]),
            (&HeaderValue::from_static("1100"), &HeaderValue::from_static("2"))
        );
        assert_eq!(judge(answer(503, &[], r#"{"Code":"X"}"#), NOW).unwrap().throttled_for(), None);
    }
}
