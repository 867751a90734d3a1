//! One signed call of `DescribeBatchTask`: bytes out, bytes in, with its limits of time and size.
//!
//! Owns the HTTP client and what a call signs. Must not know the proxy's routes or judge what a body says.

use std::borrow::Cow;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::Client;
use reqwest::redirect::Policy;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::acs3::{self, SignedRequest};
use crate::clock::{Clock, to_acs_date};
use crate::credentials::{Credentials, NoCredentials};
use crate::endpoint::Endpoint;

/// The action that is called; there is no other.
pub const ACTION: &str = "DescribeBatchTask";
/// The version of the API.
pub const VERSION: &str = "2017-08-01";
/// The largest body that is taken from the API, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// A whole call may take this long: a body that drips in would never trip the read time-out.
const CALL_LIMIT: Duration = Duration::from_secs(120);

/// How long the parts of a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the next bytes arrive.
    pub read: Duration,
}

/// The API as the proxy sees it: one host, one key, one action.
#[derive(Clone)]
pub struct Upstream {
    client: Client,
    endpoint: Endpoint,
    credentials: Arc<Result<Credentials, NoCredentials>>,
    clock: Clock,
}

impl Upstream {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// If the TLS set-up of the machine (its certificates) cannot be loaded.
    pub fn new(
        endpoint: Endpoint,
        credentials: Result<Credentials, NoCredentials>,
        timeouts: Timeouts,
        clock: Clock,
    ) -> reqwest::Result<Self> {
        // This fails if a program that embeds the proxy has chosen a provider already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("batch-task-proxy/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .timeout(CALL_LIMIT)
            // A redirect would carry a signature for one host to another.
            .redirect(Policy::none())
            // A retried call would repeat its nonce; the widget retries, with a new one.
            .retry(reqwest::retry::never());
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
            if !endpoint.is_tls() {
                // Without TLS no certificate is looked at, and a machine that has none must still run the simulator.
                builder = builder.tls_certs_only([]);
            }
        }
        Ok(Self { client: builder.build()?, endpoint, credentials: Arc::new(credentials), clock })
    }

    /// The host that is called, as a URL's start.
    #[must_use]
    pub fn origin(&self) -> String {
        self.endpoint.origin()
    }

    /// The time by its clock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// What calls are signed with.
    ///
    /// # Errors
    /// [`NoCredentials`] if none were found when the proxy started.
    pub fn credentials(&self) -> Result<&Credentials, &NoCredentials> {
        self.credentials.as_ref().as_ref()
    }

    /// Calls the API and reads its answer whole, whatever its status. Dropping the future aborts the call.
    ///
    /// # Errors
    /// [`Failure`] if there is nothing to sign with, or no whole answer.
    pub async fn describe_batch_task(&self, batch_id: Option<&str>) -> Result<Answer, Failure> {
        let credentials = self.credentials().map_err(|missing| Failure::NoCredentials(missing.clone()))?;
        let query: Vec<_> = batch_id.map(|id| (Cow::from("BatchId"), Cow::from(id))).into_iter().collect();
        let nonce = Uuid::new_v4().simple().to_string();
        let date = to_acs_date(self.now());
        let headers = sign(credentials, self.endpoint.host_header(), &query, &date, &nonce)
            .ok_or(Failure::UnusableCredentials)?;
        let url = match acs3::canonical_query(&query).as_str() {
            "" => format!("{}/", self.endpoint.origin()),
            query => format!("{}/?{query}", self.endpoint.origin()),
        };
        let mut response =
            self.client.post(url).headers(headers).send().await.map_err(|e| Failure::of(&e))?;
        if response.content_length().is_some_and(|length| length > BODY_LIMIT as u64) {
            return Err(Failure::TooLarge);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| Failure::of(&e))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Answer { status: response.status(), headers, body: body.freeze() })
    }
}

/// A whole answer, unjudged.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// All its headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is nothing to sign with.
    NoCredentials(NoCredentials),
    /// The credentials hold characters that no header can carry.
    UnusableCredentials,
    /// No connection stood in time.
    ConnectTimedOut,
    /// The answer, or its next part, did not come in time.
    ReadTimedOut,
    /// No connection: refused, no such name, no valid certificate.
    Unreachable,
    /// What came is not HTTP, or ends before its end.
    Cut,
    /// The body is beyond [`BODY_LIMIT`].
    TooLarge,
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        // The error's text holds the URL and no header, so it may be logged.
        tracing::debug!(cause = error.source().map(tracing::field::display), "the upstream call failed");
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => Self::ConnectTimedOut,
            (true, false) => Self::Unreachable,
            (false, true) => Self::ReadTimedOut,
            (false, false) => Self::Cut,
        }
    }
}

/// The headers of one call, its signature among them; `None` if the credentials cannot be put into headers.
fn sign(
    credentials: &Credentials,
    host: &str,
    query: &[(Cow<'_, str>, Cow<'_, str>)],
    date: &str,
    nonce: &str,
) -> Option<HeaderMap> {
    let content_sha256 = acs3::sha256_hex(b"");
    let mut signed = vec![
        ("host", host),
        ("x-acs-action", ACTION),
        ("x-acs-content-sha256", &content_sha256),
        ("x-acs-date", date),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-version", VERSION),
    ];
    if let Some(token) = &credentials.security_token {
        signed.push(("x-acs-accesskey-id", &credentials.access_key_id));
        signed.push(("x-acs-security-token", token));
    }
    let request =
        SignedRequest { method: "POST", path: "/", query, headers: &signed, content_sha256: &content_sha256 };
    let authorization = request.authorization(&credentials.access_key_id, &credentials.access_key_secret);

    let mut headers = HeaderMap::new();
    // The client derives `host` from the URL itself.
    for (name, value) in
        signed.iter().filter(|(name, _)| *name != "host").chain([&("authorization", &*authorization)])
    {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    debug_assert!(headers.contains_key(AUTHORIZATION));
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials {
            access_key_id: "testAccessKeyId".into(),
            access_key_secret: "testAccessKeySecret".into(),
            security_token: token.map(Into::into),
        }
    }

    #[test]
    fn a_call_is_signed_as_the_minimal_vector_is() {
        let query = [(Cow::from("BatchId"), Cow::from("pcb-0123456789"))];
        let headers = sign(
            &credentials(None),
            "polardb.aliyuncs.com",
            &query,
            "2026-05-28T16:38:20Z",
            "0123456789abcdef0123456789abcdef",
        )
        .unwrap();
        let authorization = headers[AUTHORIZATION].to_str().unwrap();
        assert!(authorization.ends_with("c4c4e8606e357ade18d916a54a123065ba9aaea2c0d6cc33f388e175661dcdfe"));
        assert!(headers.iter().all(|(name, value)| value.is_sensitive() || name == ACCEPT));
    }

    #[test]
    fn temporary_credentials_add_two_signed_headers() {
        let headers = sign(&credentials(Some("token")), "h", &[], "d", "n").unwrap();
        let authorization = headers[AUTHORIZATION].to_str().unwrap();
        assert!(
            authorization.contains(";x-acs-accesskey-id;")
                || authorization.contains("host;x-acs-accesskey-id;")
        );
        assert!(authorization.contains(";x-acs-security-token;"));
        assert_eq!(headers["x-acs-security-token"], "token");
        assert!(sign(&credentials(Some("line\nbreak")), "h", &[], "d", "n").is_none());
    }
}
