//! Asking a service for temporary credentials, and reading its answer.
//!
//! Whatever such a service answers may hold secrets: nothing of it is quoted but an error's Code.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use reqwest::RequestBuilder;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Credentials, Lease};
use crate::transport::{Timeouts, Trouble, read_body};

/// For services on the network.
pub(super) const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    read: Duration::from_secs(10),
    call: Duration::from_secs(10),
};
/// For services of this machine or its host, which answer at once if they are there.
pub(super) const LOCAL: Timeouts =
    Timeouts { connect: Duration::from_secs(1), read: Duration::from_secs(2), call: Duration::from_secs(5) };

/// Far more than any of these answers takes, in bytes.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Sends a request; the answer's status and body, whatever they are.
pub(super) async fn send(request: RequestBuilder) -> Result<(StatusCode, Bytes), Trouble> {
    let mut response = request.send().await.map_err(|error| Trouble::of(&error))?;
    let body = read_body(&mut response, ANSWER_LIMIT).await?;
    Ok((response.status(), body))
}

/// Why an answer with an error's status gives no credentials.
pub(super) fn refusal(who: &str, status: StatusCode, body: &[u8]) -> String {
    let code = serde_json::from_slice::<Coded>(body).ok().map(|body| body.code).filter(|code| is_code(code));
    let code = code.map(|code| format!(", {code}")).unwrap_or_default();
    format!("{who} refused it (HTTP {}{code})", status.as_u16())
}

/// An error's Code is a word; anything else could be anything.
pub(super) fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_')
}

#[derive(Deserialize)]
struct Coded {
    #[serde(rename = "Code")]
    code: String,
}

/// Temporary credentials, as STS, the metadata service and credential servers all write them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Issued {
    access_key_id: String,
    access_key_secret: String,
    security_token: String,
    expiration: String,
}

impl Issued {
    pub(super) fn into_lease(self, who: &str) -> Result<Lease, String> {
        let Self { access_key_id, access_key_secret, security_token, expiration } = self;
        if access_key_id.is_empty() || access_key_secret.is_empty() || security_token.is_empty() {
            return Err(incomplete(who));
        }
        let expires_at = OffsetDateTime::parse(&expiration, &Rfc3339).map_err(|_| incomplete(who))?;
        let credentials =
            Credentials { access_key_id, access_key_secret, security_token: Some(security_token) };
        Ok(Lease { credentials, expires_at: Some(expires_at) })
    }
}

/// Reads an answer whose `Code`, if it has one, must be `Success`.
pub(super) fn read_issued(who: &str, body: &[u8]) -> Result<Lease, String> {
    if let Ok(Coded { code }) = serde_json::from_slice(body)
        && code != "Success"
    {
        let code = if is_code(&code) { code } else { "an unreadable Code".to_owned() };
        return Err(format!("{who} answered {code}"));
    }
    serde_json::from_slice::<Issued>(body).map_err(|_| incomplete(who))?.into_lease(who)
}

/// What is said of an answer that cannot be read.
pub(super) fn incomplete(who: &str) -> String {
    format!("{who} answered without complete credentials")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_and_a_bad_one_is_not_quoted() {
        let good = br#"{"Code":"Success","AccessKeyId":"i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2026-05-28T16:38:20Z"}"#;
        let lease = read_issued("it", good).unwrap();
        assert_eq!(lease.credentials.security_token.as_deref(), Some("t"));
        assert_eq!(lease.expires_at, crate::clock::from_acs_date("2026-05-28T16:38:20Z"));
        for (body, why) in [
            (r#"{"Code":"Failed"}"#, "it answered Failed"),
            (r#"{"Code":"the secret key"}"#, "it answered an unreadable Code"),
            (r#"{"AccessKeyId":"i","AccessKeySecret":"secret"}"#, "it answered without complete credentials"),
            (
                r#"{"AccessKeyId":"i","AccessKeySecret":"secret","SecurityToken":"t","Expiration":"soon"}"#,
                "it answered without complete credentials",
            ),
            ("secret", "it answered without complete credentials"),
        ] {
            assert_eq!(read_issued("it", body.as_bytes()).unwrap_err(), why, "{body}");
        }
        let refused = |body: &str| refusal("it", StatusCode::FORBIDDEN, body.as_bytes());
        assert_eq!(
            refused(r#"{"Code":"NoPermission","Message":"secret"}"#),
            "it refused it (HTTP 403, NoPermission)"
        );
        assert_eq!(refused("secret"), "it refused it (HTTP 403)");
    }
}
