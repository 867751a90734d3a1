//! The proxy's own errors, in the shape that the API gives its errors.
//!
//! Owns the `Proxy.*` codes, their HTTP statuses and sentences. Must not know when a call is made.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use crate::credentials::NoCredentials;
use crate::transport::Trouble;
use crate::upstream::{BODY_LIMIT, Failure};

/// The media type of everything that the API routes answer.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// What the errors give as `HostId`, so that a reader can tell the proxy's from the API's.
const HOST_ID: &str = "batch-task-proxy";

/// An error of the proxy itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error's `Code`, by which a client classifies it.
    pub code: &'static str,
    /// The error's `Message`: for people, without secrets and without what the client sent.
    pub message: String,
    /// When to ask again, where that is known.
    pub retry_after: Option<Duration>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, retry_after: None }
    }

    /// The BatchId is not one that the proxy passes on.
    #[must_use]
    pub fn invalid_batch_id(why: &str) -> Self {
        let message = format!("BatchId {why}; it is 1 to 128 characters of A-Z a-z 0-9 . _ ~ + -");
        Self::new(StatusCode::BAD_REQUEST, "Proxy.InvalidBatchId", message)
    }

    /// The request names a host that is not loopback.
    #[must_use]
    pub fn foreign_host() -> Self {
        let message = "this proxy answers on loopback only: call it as localhost or 127.0.0.1".to_owned();
        Self::new(StatusCode::FORBIDDEN, "Proxy.Forbidden", message)
    }

    /// The batch is none of those that this proxy tells of.
    #[must_use]
    pub fn batch_not_allowed() -> Self {
        let message = "this proxy does not tell of this batch: its --allow-batch-id names others".to_owned();
        Self::new(StatusCode::FORBIDDEN, "Proxy.Forbidden", message)
    }

    /// The request carries no token, or none that is known.
    #[must_use]
    pub fn unauthorized() -> Self {
        let message =
            "this proxy asks for a bearer token that it knows: send one in the Authorization header";
        Self::new(StatusCode::UNAUTHORIZED, "Proxy.Unauthorized", message.to_owned())
    }

    /// The client asks too often.
    #[must_use]
    pub fn too_many_requests() -> Self {
        let message = "this client asks more often than the proxy's --rate-limit lets it".to_owned();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Proxy.TooManyRequests", message)
    }

    /// The method is neither GET nor POST; the code is the API's own.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let message = "this route takes GET and POST".to_owned();
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHTTPMethod", message)
    }

    /// There is nothing to sign with.
    #[must_use]
    pub fn no_credentials(missing: &NoCredentials) -> Self {
        let message = missing.to_string();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Proxy.NoCredentials", message)
    }

    /// The credentials hold characters that cannot be sent.
    #[must_use]
    pub fn unusable_credentials() -> Self {
        let message =
            "the credentials that the proxy found hold a character that no HTTP header can carry, such as \
                       a line break: set them anew"
                .to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Proxy.NoCredentials", message)
    }

    /// What a call's failure is to the proxy's client.
    #[must_use]
    pub fn of_failure(failure: &Failure, origin: &str) -> Self {
        match failure {
            Failure::NoCredentials(missing) => Self::no_credentials(missing),
            Failure::UnusableCredentials => Self::unusable_credentials(),
            Failure::Busy(busy) => Self::too_many_calls(busy.0),
            Failure::Transport(trouble) => Self::of_trouble(*trouble, origin),
        }
    }

    fn of_trouble(trouble: Trouble, origin: &str) -> Self {
        let (status, code) = match trouble {
            Trouble::ConnectTimedOut | Trouble::ReadTimedOut => {
                (StatusCode::GATEWAY_TIMEOUT, "Proxy.UpstreamTimeout")
            }
            Trouble::UnknownHost | Trouble::BadCertificate | Trouble::Unreachable => {
                (StatusCode::BAD_GATEWAY, "Proxy.UpstreamUnreachable")
            }
            Trouble::Dropped | Trouble::Cut | Trouble::TooLarge => {
                (StatusCode::BAD_GATEWAY, "Proxy.UpstreamInvalid")
            }
        };
        let limit = format!(" (the limit is {} MiB)", BODY_LIMIT / 1024 / 1024);
        let detail = if trouble == Trouble::TooLarge { limit.as_str() } else { "" };
        Self::new(status, code, format!("{origin} {}{detail}", trouble.words()))
    }

    /// The API is being called as often as the proxy may; after the wait there may be a turn.
    #[must_use]
    pub fn too_many_calls(wait: Duration) -> Self {
        let message = "the proxy is calling the API as often as its limits allow".to_owned();
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "Proxy.TooManyRequests", message);
        Self { retry_after: Some(wait), ..problem }
    }

    /// Something answered, but not as the API does.
    #[must_use]
    pub fn upstream_invalid(origin: &str, what: &str) -> Self {
        let message = format!("{origin} answered with {what}, where the API answers with a JSON object");
        Self::new(StatusCode::BAD_GATEWAY, "Proxy.UpstreamInvalid", message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id = Uuid::new_v4().to_string().to_uppercase();
        let body =
            Body { request_id: &request_id, host_id: HOST_ID, code: self.code, message: &self.message };
        // A struct of strings always serialises; an empty body would only lose the sentence.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let headers = [(CONTENT_TYPE, JSON), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        let mut response = (self.status, headers, bytes).into_response();
        let (headers, text) = (response.headers_mut(), HeaderValue::from_static);
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => _ = headers.insert(ALLOW, text("GET,HEAD,POST")),
            StatusCode::UNAUTHORIZED => _ = headers.insert(WWW_AUTHENTICATE, text("Bearer")),
            _ => {}
        }
        if let Some(wait) = self.retry_after {
            // Rounded up: who comes a moment too early has come in vain.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
}
