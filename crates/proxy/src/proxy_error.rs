//! The proxy's own errors, in the shape of the API's errors.
//!
//! This module defines the `Proxy.*` codes, their HTTP statuses and messages.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::credentials::NoCredentials;
use crate::request_id::RequestId;
use crate::transport::{Origin, TransportError};
use crate::upstream::{BODY_LIMIT, CallError};

/// The media type of all responses of the API route.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The `HostId` of these errors, which distinguishes them from the API's.
const HOST_ID: &str = "batch-task-proxy";

const NO_CREDENTIALS: &str = "Proxy.NoCredentials";
const OUT_OF_MEMORY: &str = "Proxy.OutOfMemory";

/// The retry delay if the memory is in use; the real delay depends on the clients.
const MEMORY_RETRY_DELAY: Duration = Duration::from_secs(5);

/// The `Code` of an error of the proxy. Stored as an extension of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode(pub &'static str);

/// An error of the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The `Code`, by which a client classifies the error.
    pub code: &'static str,
    /// The `Message`. It contains no secrets, and nothing that the client sent.
    pub message: String,
    /// When to try again, if known.
    pub retry_after: Option<Duration>,
}

impl ProxyError {
    fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, retry_after: None }
    }

    fn with_retry_after(self, delay: Duration) -> Self {
        Self { retry_after: Some(delay), ..self }
    }

    /// The BatchId is not valid.
    #[must_use]
    pub fn invalid_batch_id(why: &str) -> Self {
        let message = format!("BatchId {why}; it must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ + -");
        Self::new(StatusCode::BAD_REQUEST, "Proxy.InvalidBatchId", message)
    }

    /// A parameter of the list is not valid.
    #[must_use]
    pub fn invalid_parameter(name: &str, why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Proxy.InvalidParameter", format!("{name} {why}"))
    }

    /// The request names a host that is not loopback.
    #[must_use]
    pub fn host_not_loopback() -> Self {
        let message = "this proxy accepts requests to loopback only: call it as localhost or 127.0.0.1, and configure a server \
                       in front of it to send such a Host header"
            .to_owned();
        Self::new(StatusCode::FORBIDDEN, "Proxy.Forbidden", message)
    }

    /// The batch is not in the allow list.
    #[must_use]
    pub fn batch_not_allowed() -> Self {
        let message = "this batch is not allowed by the proxy's --allow-batch-id".to_owned();
        Self::new(StatusCode::FORBIDDEN, "Proxy.Forbidden", message)
    }

    /// The proxy does not list batches.
    #[must_use]
    pub fn list_not_allowed() -> Self {
        let message =
            "this proxy does not list batches; start it with --list if its clients may see all of them"
                .to_owned();
        Self::new(StatusCode::FORBIDDEN, "Proxy.ListNotAllowed", message)
    }

    /// The request has no valid token.
    #[must_use]
    pub fn unauthorized() -> Self {
        let message = "this proxy requires a valid bearer token in the Authorization header".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, "Proxy.Unauthorized", message)
    }

    /// The client exceeds its rate limit.
    #[must_use]
    pub fn too_many_requests(retry_after: Duration) -> Self {
        let message = "this client exceeds the proxy's --rate-limit".to_owned();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Proxy.TooManyRequests", message)
            .with_retry_after(retry_after)
    }

    /// The method is neither GET nor POST. The code is the API's own.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let message = "this route supports GET and POST".to_owned();
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHTTPMethod", message)
    }

    /// There are no credentials.
    #[must_use]
    pub fn no_credentials(missing: &NoCredentials) -> Self {
        let message = missing.to_string();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, NO_CREDENTIALS, message)
    }

    /// The credentials contain characters that cannot be sent.
    #[must_use]
    pub fn unusable_credentials() -> Self {
        let message = "the configured credentials contain a character that is not allowed in an HTTP header, such as a \
                       line break: replace them"
            .to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, NO_CREDENTIALS, message)
    }

    /// A call failed. `origin` is the host that was called.
    #[must_use]
    pub fn from_call_error(error: &CallError, origin: &Origin) -> Self {
        match error {
            CallError::NoCredentials(missing) => Self::no_credentials(missing),
            CallError::UnusableCredentials => Self::unusable_credentials(),
            CallError::OutOfMemory => Self::out_of_memory(),
            CallError::Transport(error) => Self::from_transport_error(*error, origin),
        }
    }

    fn from_transport_error(error: TransportError, origin: &Origin) -> Self {
        let (status, code) = match error {
            TransportError::ConnectTimedOut | TransportError::ReadTimedOut => {
                (StatusCode::GATEWAY_TIMEOUT, "Proxy.UpstreamTimeout")
            }
            TransportError::UnknownHost
            | TransportError::BadCertificate
            | TransportError::Unreachable
            | TransportError::ProxyAuthentication
            | TransportError::ProxyRefused
            | TransportError::UnknownHostForProxy => (StatusCode::BAD_GATEWAY, "Proxy.UpstreamUnreachable"),
            TransportError::ConnectionClosed | TransportError::Incomplete | TransportError::TooLarge => {
                (StatusCode::BAD_GATEWAY, "Proxy.UpstreamInvalid")
            }
        };
        let limit = format!(" (the limit is {} MiB)", BODY_LIMIT / 1024 / 1024);
        let detail = if error == TransportError::TooLarge { limit.as_str() } else { "" };
        Self::new(status, code, format!("{}{detail}", origin.explain(error)))
    }

    /// The client asks for more other batches than one client may.
    #[must_use]
    pub fn too_many_batches(retry_after: Duration) -> Self {
        let message = "this client requests too many different batches".to_owned();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Proxy.TooManyRequests", message)
            .with_retry_after(retry_after)
    }

    /// The limit on calls to the API is exceeded.
    #[must_use]
    pub fn too_many_calls(retry_after: Duration) -> Self {
        let message = "the proxy has reached its limit of calls to the API".to_owned();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Proxy.TooManyRequests", message)
            .with_retry_after(retry_after)
    }

    /// The memory for bodies is in use.
    #[must_use]
    pub fn out_of_memory() -> Self {
        let message =
            "the proxy's --memory-limit is in use by other responses; slow clients keep theirs in memory"
                .to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, OUT_OF_MEMORY, message)
            .with_retry_after(MEMORY_RETRY_DELAY)
    }

    /// Returns whether the error is the lack of credentials.
    #[must_use]
    pub fn is_missing_credentials(&self) -> bool {
        self.code == NO_CREDENTIALS
    }

    /// Returns whether further calls for the same request would probably fail, too.
    #[must_use]
    pub fn is_worth_keeping(&self) -> bool {
        matches!(self.status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT)
            || self.code == OUT_OF_MEMORY
    }

    /// The response is not one of the API.
    #[must_use]
    pub fn upstream_invalid(origin: &Origin, what: &str) -> Self {
        let message = format!("{origin} responded with {what}; expected a JSON object of the API");
        Self::new(StatusCode::BAD_GATEWAY, "Proxy.UpstreamInvalid", message)
    }
}

impl IntoResponse for ProxyError {
    fn into_response(self) -> Response {
        let request_id = RequestId::current();
        let request_id = request_id.as_str();
        let body = ErrorBody { request_id, host_id: HOST_ID, code: self.code, message: &self.message };
        // Serialising a struct of strings cannot fail.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let headers = [(CONTENT_TYPE, JSON), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        let mut response = (self.status, headers, bytes).into_response();
        response.extensions_mut().insert(ErrorCode(self.code));
        let (headers, text) = (response.headers_mut(), HeaderValue::from_static);
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => _ = headers.insert(ALLOW, text("GET,HEAD,POST")),
            StatusCode::UNAUTHORIZED => _ = headers.insert(WWW_AUTHENTICATE, text("Bearer")),
            _ => {}
        }
        if let Some(delay) = self.retry_after {
            // Rounded up, so that no client retries too early.
            let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorBody<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
}
