//! `/healthz` (the process runs) and `/readyz` (the proxy has credentials and is not shutting down).
//!
//! These routes must not call the API: frequent probes would use up the account's quota.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use crate::upstream::Upstream;

/// Whether the proxy is shutting down. Clones share the state.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Makes `/readyz` fail from now on, so that load balancers send no further requests.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) fn routes(upstream: Upstream, draining: Draining) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state((upstream, draining))
}

async fn ready(State((upstream, draining)): State<(Upstream, Draining)>) -> Response {
    if draining.has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match upstream.credentials().current() {
        Ok(_) => "ready\n".into_response(),
        Err(missing) => (StatusCode::SERVICE_UNAVAILABLE, format!("{missing}\n")).into_response(),
    }
}
