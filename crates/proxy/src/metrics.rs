//! What is counted, and how Prometheus reads it.
//!
//! Labels are routes, statuses and results, whose number is bounded; never a batch, a client or a token.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The upper bounds of the buckets of a call's time, in seconds.
const CALL_SECONDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The part of the proxy that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Route {
    Api,
    Health,
    Metrics,
    Page,
}

impl Route {
    /// The part that a path leads to.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path {
            "/metrics" => Self::Metrics,
            "/healthz" | "/readyz" => Self::Health,
            _ if path.starts_with("/api/") => Self::Api,
            _ => Self::Page,
        }
    }
}

/// Where the answer to a question about a batch came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CacheResult {
    /// It was held and fresh.
    Hit,
    /// The API was called.
    Miss,
    /// Another request's call was joined.
    Joined,
    /// It was held and stood in for an answer that could not be had.
    Stale,
    /// It is an error of the API.
    Refused,
    /// It is an error of the proxy.
    Failed,
}

/// How a call of the API ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CallResult {
    /// With a good body.
    Good,
    /// With an error of the API.
    Refused,
    /// Without an answer that can be passed on.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Route,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabel {
    result: CacheResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabel {
    result: CallResult,
}

/// The counters of one proxy; clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    cache: Family<CacheLabel, Counter>,
    calls: Family<CallLabel, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let new_histogram: fn() -> Histogram = || Histogram::new(CALL_SECONDS);
        let (requests, cache) = (Family::default(), Family::default());
        let calls = Family::new_with_constructor(new_histogram);
        let (in_flight, connections) = (Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("batch_task_proxy");
        registry.register("requests", "Requests answered, by route and HTTP status", requests.clone());
        registry.register("cache", "Questions about a batch, by where the answer came from", cache.clone());
        registry.register_with_unit(
            "upstream_call",
            "How long calls of the API took",
            Unit::Seconds,
            calls.clone(),
        );
        registry.register("requests_in_flight", "Requests that are being answered", in_flight.clone());
        registry.register("connections", "Connections of clients that are open", connections.clone());
        Self { registry: Arc::new(registry), requests, cache, calls, in_flight, connections }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn request_answered(&self, route: Route, status: StatusCode) {
        self.requests.get_or_create(&RequestLabels { route, status: status.as_u16() }).inc();
    }

    /// Counts an answer about a batch.
    pub fn batch_answered(&self, result: CacheResult) {
        self.cache.get_or_create(&CacheLabel { result }).inc();
    }

    /// Counts a call of the API, and how long it took.
    pub fn call_ended(&self, result: CallResult, took: Duration) {
        self.calls.get_or_create(&CallLabel { result }).observe(took.as_secs_f64());
    }

    /// Counts a request as under way until what this gives is dropped, be it because the client is gone.
    #[must_use]
    pub fn request_begun(&self) -> Counted {
        Counted::new(&self.in_flight)
    }

    /// Counts a connection as open until what this gives is dropped.
    #[must_use]
    pub fn connection_opened(&self) -> Counted {
        Counted::new(&self.connections)
    }

    /// All of it, as Prometheus reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Only a writer can fail here, and a String does not.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// One of those that a gauge counts, for as long as this lives.
#[derive(Debug)]
pub struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `/metrics`.
pub(crate) fn routes(metrics: Metrics) -> Router {
    Router::new().route("/metrics", get(read)).with_state(metrics)
}

async fn read(State(metrics): State<Metrics>) -> Response {
    ([(CONTENT_TYPE, MEDIA_TYPE)], metrics.text()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_can_be_read() {
        let metrics = Metrics::default();
        metrics.request_answered(Route::Api, StatusCode::OK);
        metrics.request_answered(Route::Api, StatusCode::OK);
        metrics.batch_answered(CacheResult::Hit);
        metrics.call_ended(CallResult::Good, Duration::from_millis(300));
        let (open, gone) = (metrics.connection_opened(), metrics.connection_opened());
        drop(gone);
        let text = metrics.text();
        for line in [
            "batch_task_proxy_requests_total{route=\"Api\",status=\"200\"} 2",
            "batch_task_proxy_cache_total{result=\"Hit\"} 1",
            "batch_task_proxy_upstream_call_seconds_sum{result=\"Good\"} 0.3",
            "batch_task_proxy_upstream_call_seconds_bucket{le=\"0.25\",result=\"Good\"} 0",
            "batch_task_proxy_upstream_call_seconds_bucket{le=\"0.5\",result=\"Good\"} 1",
            "batch_task_proxy_connections 1",
            "batch_task_proxy_requests_in_flight 0",
        ] {
            assert!(text.contains(&format!("\n{line}\n")), "{line} in {text}");
        }
        drop(open);
    }

    #[test]
    fn every_path_is_of_one_of_few_routes() {
        for (path, route) in [
            ("/", Route::Page),
            ("/api/DescribeBatchTask", Route::Api),
            ("/api/x/y", Route::Api),
            ("/readyz", Route::Health),
            ("/metrics", Route::Metrics),
            ("/metrics/x", Route::Page),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
