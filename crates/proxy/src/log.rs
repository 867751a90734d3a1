//! Logs: their form, the id by which a request is found in them, and one line per request.
//!
//! Must not log a query or a header: the path says enough.

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

use crate::client::{Client, TrustedProxies};
use crate::metrics::{Metrics, Route};

/// The header by which a request is found in the logs.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A longer id is not taken over from anybody.
const REQUEST_ID_MAX_LEN: usize = 64;
/// More of a path is not logged: whoever asks decides how long it is.
const PATH_MAX_LEN: usize = 128;

/// The form of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Sends logs to stderr from now on; `RUST_LOG` says which, and `level` is what it says by default.
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

/// Names a request and its client, logs and counts it, and tells its id in the response.
pub(crate) async fn request(
    State((trusted, metrics)): State<(TrustedProxies, Metrics)>,
    mut request: Request,
    next: Next,
) -> Response {
    let _under_way = metrics.request_begun();
    let client = Client::of(request.extensions(), request.headers(), &trusted);
    let id = request_id(&request, client);
    request.extensions_mut().insert(client);
    let span = tracing::info_span!("request", request_id = id.to_str().unwrap_or_default());
    let route = Route::of(request.uri().path());
    let line = Line { method: request.method().as_str().into(), path: shown(request.uri().path()), client };
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    metrics.request_answered(route, response.status());
    span.in_scope(|| line.write(&response, started));
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

struct Line {
    method: Box<str>,
    path: Box<str>,
    client: Client,
}

impl Line {
    fn write(self, response: &Response, started: Instant) {
        let Self { method, path, client: Client { address: client, .. } } = self;
        let (status, elapsed_ms) = (response.status().as_u16(), started.elapsed().as_millis());
        // Debug form, which escapes what a terminal would obey.
        if status >= 500 {
            tracing::warn!(%client, ?method, ?path, status, elapsed_ms, "answered");
        } else {
            tracing::debug!(%client, ?method, ?path, status, elapsed_ms, "answered");
        }
    }
}

/// The id that a trusted peer gave the request, so that it is found in that peer's logs too, or a new one.
fn request_id(request: &Request, client: Client) -> HeaderValue {
    let given = request.headers().get(X_REQUEST_ID).filter(|_| client.is_by_trusted_proxy);
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

/// The beginning of a path.
fn shown(path: &str) -> Box<str> {
    path.chars().take(PATH_MAX_LEN).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_plain() {
        for good in ["a", "8f14e45f-ceea-467f_9.x", &"a".repeat(64)] {
            assert!(is_request_id(good.as_bytes()), "{good}");
        }
        for bad in ["", "a b", "a\tb", "a\"b", "a;b", "批", &"a".repeat(65)] {
            assert!(!is_request_id(bad.as_bytes()), "{bad}");
        }
    }
}
