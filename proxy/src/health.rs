//! `/healthz` (the process runs) and `/readyz` (it has what it needs to answer).
//!
//! Must not call the API: a probe every second would use up the account's quota.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use crate::upstream::Upstream;

pub(crate) fn routes(upstream: Upstream) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(upstream)
}

async fn ready(State(upstream): State<Upstream>) -> Response {
    match upstream.credentials().held() {
        Ok(_) => "ready\n".into_response(),
        Err(missing) => (StatusCode::SERVICE_UNAVAILABLE, format!("{missing}\n")).into_response(),
    }
}
