//! One span per request, with its IDs, and one line per request.
//!
//! Queries and headers must not be logged; they may contain secrets.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::client_address::{Client, TrustedProxies};
use crate::metrics::{Metrics, Route};
use crate::proxy_error::ErrorCode;
use crate::request_id::{RequestId, X_REQUEST_ID, traceparent};

/// The number of characters of a path that are logged. The client determines the length of the path.
const PATH_MAX_LEN: usize = 128;

/// Middleware: determines the client and the ID of a request, adds the ID to the response, logs and counts the request.
pub(crate) async fn request(
    State((trusted, metrics)): State<(TrustedProxies, Metrics)>,
    mut request: Request,
    next: Next,
) -> Response {
    let _in_flight = metrics.request_started();
    let client = Client::of(request.extensions(), request.headers(), &trusted);
    let id = RequestId::of(request.headers(), client);
    request.extensions_mut().insert(client);
    let traceparent = traceparent(request.headers());
    // The level is the highest, so that the span is part of each line that is logged.
    let span = tracing::error_span!("request", request_id = id.as_str(), traceparent);
    let route = Route::of(request.uri().path());
    let entry = AccessLogEntry {
        method: request.method().as_str().into(),
        path: truncated(request.uri().path()),
        client,
    };
    let started = Instant::now();
    let mut response = id.clone().scope(next.run(request)).instrument(span.clone()).await;
    let duration = started.elapsed();
    metrics.request_answered(route, response.status(), duration);
    span.in_scope(|| entry.write(&response, duration));
    response.headers_mut().insert(X_REQUEST_ID, id.into_header());
    response
}

struct AccessLogEntry {
    method: Box<str>,
    path: Box<str>,
    client: Client,
}

impl AccessLogEntry {
    fn write(self, response: &Response, duration: Duration) {
        let Self { method, path, client: Client { address: client, .. } } = self;
        let (status, elapsed_ms) = (response.status().as_u16(), duration.as_millis());
        let code = response.extensions().get().map(|ErrorCode(code)| *code);
        // `?` formats with Debug, which escapes terminal control sequences.
        if status >= 500 {
            tracing::warn!(%client, ?method, ?path, status, code, elapsed_ms, "answered");
        } else if code.is_some() {
            // A viewer may report the ID of the error.
            tracing::info!(%client, ?method, ?path, status, code, elapsed_ms, "answered");
        } else {
            tracing::debug!(%client, ?method, ?path, status, elapsed_ms, "answered");
        }
    }
}

/// Returns the start of a path.
fn truncated(path: &str) -> Box<str> {
    path.chars().take(PATH_MAX_LEN).collect::<String>().into()
}
