//! `/healthz` (the process runs) and `/readyz` (the proxy has credentials, its background tasks run, and it is not shutting
//! down).
//!
//! These routes must not call the API: frequent probes would use up the account's quota.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use crate::redact::Redaction;
use crate::supervise::BackgroundTasks;
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

/// Returns the route `/healthz`.
pub(crate) fn live_route() -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" }))
}

/// The conditions of `/readyz`.
#[derive(Clone)]
pub(crate) struct Readiness {
    pub(crate) upstream: Upstream,
    pub(crate) tasks: BackgroundTasks,
    pub(crate) draining: Draining,
    pub(crate) redaction: Redaction,
}

/// Returns the route `/readyz`.
pub(crate) fn ready_route(readiness: Readiness) -> Router {
    Router::new().route("/readyz", get(ready)).with_state(readiness)
}

async fn ready(State(Readiness { upstream, tasks, draining, redaction }): State<Readiness>) -> Response {
    if draining.has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let credentials = upstream.credentials();
    let failed: Vec<_> = tasks.failed().into_iter().chain(credentials.failed_task()).collect();
    if !failed.is_empty() {
        let text = format!("waiting for a restart: {}\n", failed.join(", "));
        return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    }
    match credentials.current() {
        Ok(_) => "ready\n".into_response(),
        Err(missing) => {
            (StatusCode::SERVICE_UNAVAILABLE, redaction.text(format!("{missing}\n"))).into_response()
        }
    }
}
