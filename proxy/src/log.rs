//! One line per request, for whoever asks for it with `RUST_LOG=debug`.
//!
//! Must not log a query or a header: the path says enough.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

pub(crate) async fn request(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::debug!(%method, path, status, elapsed_ms = started.elapsed().as_millis(), "answered");
    response
}
