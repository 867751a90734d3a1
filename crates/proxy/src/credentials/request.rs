//! Requests for temporary credentials, and their responses.
//!
//! A response may contain secrets, so errors quote nothing of it except the Code.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::lease::{Credentials, Lease};
use crate::endpoint::Endpoint;
use crate::transport::{self, ConnectionMode, Origin, Timeouts, TransportError, read_body};

/// Time-outs for services on the network.
pub(super) const REMOTE_TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    read: Duration::from_secs(10),
    call: Duration::from_secs(10),
};
/// Time-outs for services of this machine, which respond quickly if they exist.
pub(super) const LOCAL_TIMEOUTS: Timeouts =
    Timeouts { connect: Duration::from_secs(1), read: Duration::from_secs(2), call: Duration::from_secs(5) };

/// The maximum size of a response, in bytes. Much more than any of the services sends.
const RESPONSE_LIMIT: usize = 64 * 1024;

/// Sends a request and returns the status and body of the response.
pub(super) async fn send(request: RequestBuilder) -> Result<(StatusCode, Bytes), TransportError> {
    let mut response = request.send().await.map_err(|error| TransportError::of(&error))?;
    let body = read_body(&mut response, RESPONSE_LIMIT).await?;
    Ok((response.status(), body))
}

/// Returns the message for a request that got no complete response.
pub(super) fn failed(service: &str, endpoint: &Endpoint, error: TransportError) -> String {
    format!("{service}: {}", Origin::of(endpoint).explain(error))
}

/// Creates a client for services at an endpoint.
pub(super) fn client(timeouts: Timeouts, endpoint: &Endpoint) -> Result<Client, String> {
    let mode = ConnectionMode::of(endpoint.is_tls(), endpoint.is_loopback());
    transport::client(timeouts, mode).build().map_err(|_| {
        "the HTTP client cannot be created; are the system's CA certificates installed?".to_owned()
    })
}

/// Returns the message for a response with an error status.
pub(super) fn rejected(service: &str, status: StatusCode, body: &[u8]) -> String {
    let code = serde_json::from_slice::<Coded>(body).ok().map(|body| body.code).filter(|code| is_code(code));
    let code = code.map(|code| format!(", {code}")).unwrap_or_default();
    format!("{service} rejected the request (HTTP {}{code})", status.as_u16())
}

/// Returns whether `text` has the form of a Code. Anything else could be a secret.
pub(super) fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_')
}

#[derive(Deserialize)]
struct Coded {
    #[serde(rename = "Code")]
    code: String,
}

/// Temporary credentials in the format of STS, the metadata service and credential servers. The names of the OAuth server
/// begin with a lower-case letter.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TemporaryCredentials {
    #[serde(alias = "accessKeyId")]
    access_key_id: String,
    #[serde(alias = "accessKeySecret")]
    access_key_secret: String,
    #[serde(alias = "securityToken")]
    security_token: String,
    #[serde(alias = "expiration")]
    expiration: String,
}

impl TemporaryCredentials {
    pub(super) fn into_lease(self, service: &str) -> Result<Lease, String> {
        let Self { access_key_id, access_key_secret, security_token, expiration } = self;
        if access_key_id.is_empty() || access_key_secret.is_empty() || security_token.is_empty() {
            return Err(incomplete(service));
        }
        let expires_at = OffsetDateTime::parse(&expiration, &Rfc3339).map_err(|_| incomplete(service))?;
        let credentials =
            Credentials { access_key_id, access_key_secret, security_token: Some(security_token) };
        Ok(Lease::until(expires_at, credentials))
    }
}

/// Parses a response. If it has a `Code`, the value must be `Success`.
pub(super) fn parse(service: &str, body: &[u8]) -> Result<Lease, String> {
    if let Ok(Coded { code }) = serde_json::from_slice(body)
        && code != "Success"
    {
        let code = if is_code(&code) { code } else { "an unreadable Code".to_owned() };
        return Err(format!("{service} returned {code}"));
    }
    serde_json::from_slice::<TemporaryCredentials>(body).map_err(|_| incomplete(service))?.into_lease(service)
}

/// Returns the message for a response that cannot be parsed.
pub(super) fn incomplete(service: &str) -> String {
    format!("{service} returned incomplete credentials")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_response_is_parsed_and_an_invalid_one_is_not_quoted() {
        let good = br#"{"Code":"Success","AccessKeyId":"i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2026-05-28T16:38:20Z"}"#;
        let lease = parse("it", good).unwrap();
        assert_eq!(lease.credentials.security_token.as_deref(), Some("t"));
        assert_eq!(lease.expires_at, batch_task_acs3::parse_date("2026-05-28T16:38:20Z"));
        for (body, why) in [
            (r#"{"Code":"Failed"}"#, "it returned Failed"),
            (r#"{"Code":"the secret key"}"#, "it returned an unreadable Code"),
            (r#"{"AccessKeyId":"i","AccessKeySecret":"secret"}"#, "it returned incomplete credentials"),
            (
                r#"{"AccessKeyId":"i","AccessKeySecret":"secret","SecurityToken":"t","Expiration":"soon"}"#,
                "it returned incomplete credentials",
            ),
            ("secret", "it returned incomplete credentials"),
        ] {
            assert_eq!(parse("it", body.as_bytes()).unwrap_err(), why, "{body}");
        }
        let rejection = |body: &str| rejected("it", StatusCode::FORBIDDEN, body.as_bytes());
        assert_eq!(
            rejection(r#"{"Code":"NoPermission","Message":"secret"}"#),
            "it rejected the request (HTTP 403, NoPermission)"
        );
        assert_eq!(rejection("secret"), "it rejected the request (HTTP 403)");
    }
}
