//! Metrics in the OpenMetrics format.
//!
//! Labels are routes, statuses and results, so that their number is bounded. Batches, clients and tokens must not be labels.

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

/// The upper bounds of the buckets of the call duration, in seconds.
const CALL_SECONDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The kind of route that handles a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Route {
    Api,
    Health,
    Metrics,
    Page,
}

impl Route {
    /// Returns the route of a path.
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

/// Where the response to an API request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CacheResult {
    /// The body was cached and fresh.
    Hit,
    /// The API was called.
    Miss,
    /// The request joined a call of another request.
    Joined,
    /// The body was cached and stale; the API failed.
    Stale,
    /// The API responded with an error.
    Refused,
    /// The proxy failed.
    Failed,
}

/// The result of a call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CallResult {
    /// The API responded with a body.
    Good,
    /// The API responded with an error.
    Refused,
    /// There was no response that can be forwarded.
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

/// The metrics of one proxy. Clones share them.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    cache: Family<CacheLabel, Counter>,
    calls: Family<CallLabel, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    connections: Gauge,
    body_bytes: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let new_histogram: fn() -> Histogram = || Histogram::new(CALL_SECONDS);
        let (requests, cache) = (Family::default(), Family::default());
        let calls = Family::new_with_constructor(new_histogram);
        let (in_flight, connections, body_bytes) = (Gauge::default(), Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("batch_task_proxy");
        registry.register("requests", "Requests answered, by route and HTTP status", requests.clone());
        registry.register("cache", "Requests for a batch, by the source of the response", cache.clone());
        registry.register_with_unit(
            "upstream_call",
            "Duration of calls of the API",
            Unit::Seconds,
            calls.clone(),
        );
        registry.register("requests_in_flight", "Requests in progress", in_flight.clone());
        registry.register("connections", "Open client connections", connections.clone());
        registry.register_with_unit(
            "body",
            "Memory of bodies that arrive, are cached or are being sent",
            Unit::Bytes,
            body_bytes.clone(),
        );
        Self { registry: Arc::new(registry), requests, cache, calls, in_flight, connections, body_bytes }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn request_answered(&self, route: Route, status: StatusCode) {
        self.requests.get_or_create(&RequestLabels { route, status: status.as_u16() }).inc();
    }

    /// Counts a response to a request for a batch.
    pub fn batch_answered(&self, result: CacheResult) {
        self.cache.get_or_create(&CacheLabel { result }).inc();
    }

    /// Counts a call of the API and records its duration.
    pub fn call_ended(&self, result: CallResult, duration: Duration) {
        self.calls.get_or_create(&CallLabel { result }).observe(duration.as_secs_f64());
    }

    /// Returns the gauge of the memory for bodies.
    #[must_use]
    pub fn body_bytes(&self) -> Gauge {
        self.body_bytes.clone()
    }

    /// Counts a request as in progress until the guard is dropped, also if the client disconnects.
    #[must_use]
    pub fn request_started(&self) -> GaugeGuard {
        GaugeGuard::new(&self.in_flight)
    }

    /// Counts a connection as open until the guard is dropped.
    #[must_use]
    pub fn connection_opened(&self) -> GaugeGuard {
        GaugeGuard::new(&self.connections)
    }

    /// Returns all metrics in the OpenMetrics text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Increments a gauge, and decrements it when dropped.
#[derive(Debug)]
pub struct GaugeGuard(Gauge);

impl GaugeGuard {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Returns the route `/metrics`.
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
    fn all_metrics_are_in_the_text() {
        let metrics = Metrics::default();
        metrics.request_answered(Route::Api, StatusCode::OK);
        metrics.request_answered(Route::Api, StatusCode::OK);
        metrics.batch_answered(CacheResult::Hit);
        metrics.call_ended(CallResult::Good, Duration::from_millis(300));
        let (open, closed) = (metrics.connection_opened(), metrics.connection_opened());
        drop(closed);
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
    fn every_path_belongs_to_a_route() {
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
