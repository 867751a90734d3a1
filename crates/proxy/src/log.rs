//! Logging: the format, the request ID, and one line per request.
//!
//! Queries and headers must not be logged; they may contain secrets.

use std::io::IsTerminal as _;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use clap::ValueEnum;
use http::{HeaderName, HeaderValue};
use tracing::Instrument as _;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::client_address::{Client, TrustedProxies};
use crate::metrics::{Metrics, Route};

/// The header with the request ID, which also appears in each log line of the request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The maximum length of a request ID from a trusted proxy.
const REQUEST_ID_MAX_LEN: usize = 64;
/// The number of characters of a path that are logged. The client determines the length of the path.
const PATH_MAX_LEN: usize = 128;

/// The format of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Starts logging to stderr. The environment variable `RUST_LOG` selects what is logged; `level` is its default.
pub fn init(format: LogFormat, level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let ansi = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(ansi).init(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).init()
        }
    }
}

/// Middleware: determines the client and the ID of a request, adds the ID to the response, logs and counts the request.
pub(crate) async fn request(
    State((trusted, metrics)): State<(TrustedProxies, Metrics)>,
    mut request: Request,
    next: Next,
) -> Response {
    let _in_flight = metrics.request_started();
    let client = Client::of(request.extensions(), request.headers(), &trusted);
    let id = request_id(&request, client);
    request.extensions_mut().insert(client);
    let span = tracing::info_span!("request", request_id = id.to_str().unwrap_or_default());
    let route = Route::of(request.uri().path());
    let entry = AccessLogEntry {
        method: request.method().as_str().into(),
        path: truncated(request.uri().path()),
        client,
    };
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    metrics.request_answered(route, response.status());
    span.in_scope(|| entry.write(&response, started));
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

struct AccessLogEntry {
    method: Box<str>,
    path: Box<str>,
    client: Client,
}

impl AccessLogEntry {
    fn write(self, response: &Response, started: Instant) {
        let Self { method, path, client: Client { address: client, .. } } = self;
        let (status, elapsed_ms) = (response.status().as_u16(), started.elapsed().as_millis());
        // `?` formats with Debug, which escapes terminal control sequences.
        if status >= 500 {
            tracing::warn!(%client, ?method, ?path, status, elapsed_ms, "answered");
        } else {
            tracing::debug!(%client, ?method, ?path, status, elapsed_ms, "answered");
        }
    }
}

/// Returns the request ID of a trusted proxy, so that the logs of both can be correlated, or a new ID.
fn request_id(request: &Request, client: Client) -> HeaderValue {
    let given = request.headers().get(X_REQUEST_ID).filter(|_| client.via_trusted_proxy);
    let given = given.filter(|id| is_request_id(id.as_bytes())).cloned();
    given.unwrap_or_else(|| {
        let new = Uuid::new_v4().simple().to_string();
        HeaderValue::try_from(new).unwrap_or(HeaderValue::from_static("unknown"))
    })
}

fn is_request_id(id: &[u8]) -> bool {
    (1..=REQUEST_ID_MAX_LEN).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// Returns the start of a path.
fn truncated(path: &str) -> Box<str> {
    path.chars().take(PATH_MAX_LEN).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_short_and_has_no_special_characters() {
        for good in ["a", "8f14e45f-ceea-467f_9.x", &"a".repeat(64)] {
            assert!(is_request_id(good.as_bytes()), "{good}");
        }
        for bad in ["", "a b", "a\tb", "a\"b", "a;b", "批", &"a".repeat(65)] {
            assert!(!is_request_id(bad.as_bytes()), "{bad}");
        }
    }
}
