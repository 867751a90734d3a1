//! Metrics in the OpenMetrics format.
//!
//! Labels are routes, statuses and results, so that their number is bounded. Batches, clients and tokens must not be labels.

mod readings;

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
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub use self::readings::Reading;
use self::readings::Readings;
use crate::api_request::Action;

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The upper bounds of the buckets of the call duration, in seconds.
const CALL_SECONDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The upper bounds of the buckets of the request duration, in seconds.
const REQUEST_SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The kind of route that handles a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Route {
    Api,
    List,
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
            "/api/DescribeBatchTasks" => Self::List,
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

/// A limit on requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Limit {
    /// The rate limit per client.
    ClientRate,
    /// The limit on different batches per client.
    NewBatches,
    /// The limits on calls to the API.
    UpstreamCalls,
    /// The memory for bodies.
    Memory,
}

/// How the page was served to a client that may see a drawn one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum PageResult {
    /// With its first state drawn into it.
    Drawn,
    /// As it is, because that was not ready in time.
    Slow,
    /// As it is, because the client exceeds its rate limit.
    Limited,
    /// As it is, because drawing it failed.
    Failed,
}

/// Why a client connection was closed by the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CloseReason {
    /// The client has too many connections, none of which is idle.
    ClientLimit,
    /// Another connection replaced it, because it was idle and there were too many.
    Replaced,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Route,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: Limit,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PageLabel {
    result: PageResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CloseLabel {
    reason: CloseReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabel {
    action: Action,
    result: CacheResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabel {
    action: Action,
    result: CallResult,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The metrics of one proxy. Clones share them.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Histograms<RouteLabel>,
    limited: Family<LimitLabel, Counter>,
    cache: Family<CacheLabel, Counter>,
    calls: Histograms<CallLabel>,
    in_flight: Gauge,
    connections: Gauge,
    body_bytes: Gauge,
    closed: Family<CloseLabel, Counter>,
    pages: Family<PageLabel, Counter>,
    readings: Arc<Readings>,
}

impl Default for Metrics {
    fn default() -> Self {
        let (requests, limited, cache) = (Family::default(), Family::default(), Family::default());
        let durations: Histograms<RouteLabel> =
            Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS));
        let calls: Histograms<CallLabel> = Family::new_with_constructor(|| Histogram::new(CALL_SECONDS));
        let (in_flight, connections, closed) = (Gauge::default(), Gauge::default(), Family::default());
        let (body_bytes, pages) = (Gauge::default(), Family::default());
        let readings = Arc::new(Readings::default());
        let mut registry = Registry::with_prefix("batch_task_proxy");
        registry.register(
            "build",
            "Version of the program",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register("requests", "Requests answered, by route and HTTP status", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to the head of its response, by route",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("requests_limited", "Requests rejected by a limit", limited.clone());
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
        registry.register("connections_closed", "Client connections closed by a limit", closed.clone());
        registry.register("pages", "Pages for which the API was asked, by result", pages.clone());
        registry.register_collector(Box::new(Arc::clone(&readings)));
        let registry = Arc::new(registry);
        Self {
            registry,
            requests,
            durations,
            limited,
            cache,
            calls,
            in_flight,
            connections,
            body_bytes,
            closed,
            pages,
            readings,
        }
    }
}

impl Metrics {
    /// Counts an answered request and records the time until the head of its response.
    pub fn request_answered(&self, route: Route, status: StatusCode, duration: Duration) {
        self.requests.get_or_create(&RequestLabels { route, status: status.as_u16() }).inc();
        self.durations.get_or_create(&RouteLabel { route }).observe(duration.as_secs_f64());
    }

    /// Counts a request that was rejected by a limit.
    pub fn request_limited(&self, limit: Limit) {
        self.limited.get_or_create(&LimitLabel { limit }).inc();
    }

    /// Counts a connection that was closed by a limit.
    pub fn connection_closed(&self, reason: CloseReason) {
        self.closed.get_or_create(&CloseLabel { reason }).inc();
    }

    /// Counts a page.
    pub(crate) fn page_served(&self, result: PageResult) {
        self.pages.get_or_create(&PageLabel { result }).inc();
    }

    /// Sets where a value is read when the metrics are requested. Later calls for the same value have no effect.
    pub fn provide(&self, reading: Reading, source: impl Fn() -> Option<f64> + Send + Sync + 'static) {
        self.readings.provide(reading, Box::new(source));
    }

    /// Counts a response to an API request.
    pub fn api_answered(&self, action: Action, result: CacheResult) {
        self.cache.get_or_create(&CacheLabel { action, result }).inc();
    }

    /// Counts a call of the API and records its duration.
    pub fn call_ended(&self, action: Action, result: CallResult, duration: Duration) {
        self.calls.get_or_create(&CallLabel { action, result }).observe(duration.as_secs_f64());
        if result == CallResult::Good {
            self.readings.good_call_ended();
        }
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
        metrics.request_answered(Route::Api, StatusCode::OK, Duration::from_millis(3));
        metrics.request_answered(Route::Api, StatusCode::OK, Duration::from_millis(700));
        metrics.request_limited(Limit::ClientRate);
        metrics.api_answered(Action::DescribeBatchTask, CacheResult::Hit);
        metrics.call_ended(Action::DescribeBatchTask, CallResult::Good, Duration::from_millis(300));
        metrics.connection_closed(CloseReason::Replaced);
        metrics.page_served(PageResult::Drawn);
        metrics.provide(Reading::CredentialExpiry, || Some(1_780_000_000.0));
        metrics.provide(Reading::TokenFileAge, || Some(7.5));
        metrics.provide(Reading::LogLinesLost, || Some(4.0));
        let (open, closed) = (metrics.connection_opened(), metrics.connection_opened());
        drop(closed);
        let text = metrics.text();
        for line in [
            &format!("batch_task_proxy_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")),
            "batch_task_proxy_requests_total{route=\"Api\",status=\"200\"} 2",
            "batch_task_proxy_request_duration_seconds_bucket{le=\"0.0025\",route=\"Api\"} 0",
            "batch_task_proxy_request_duration_seconds_bucket{le=\"0.005\",route=\"Api\"} 1",
            "batch_task_proxy_request_duration_seconds_count{route=\"Api\"} 2",
            "batch_task_proxy_requests_limited_total{limit=\"ClientRate\"} 1",
            "batch_task_proxy_cache_total{action=\"DescribeBatchTask\",result=\"Hit\"} 1",
            "batch_task_proxy_upstream_call_seconds_sum{action=\"DescribeBatchTask\",result=\"Good\"} 0.3",
            "batch_task_proxy_upstream_call_seconds_bucket{le=\"0.25\",action=\"DescribeBatchTask\",result=\"Good\"} 0",
            "batch_task_proxy_upstream_call_seconds_bucket{le=\"0.5\",action=\"DescribeBatchTask\",result=\"Good\"} 1",
            "batch_task_proxy_connections 1",
            "batch_task_proxy_connections_closed_total{reason=\"Replaced\"} 1",
            "batch_task_proxy_pages_total{result=\"Drawn\"} 1",
            "batch_task_proxy_requests_in_flight 0",
            "batch_task_proxy_credential_expiry_timestamp_seconds 1780000000.0",
            "batch_task_proxy_token_file_age_seconds 7.5",
            "batch_task_proxy_log_lines_dropped_total{reason=\"Throttled\"} 0.0",
            "batch_task_proxy_log_lines_dropped_total{reason=\"Lost\"} 4.0",
            "# TYPE batch_task_proxy_upstream_last_good_call_age_seconds gauge",
            "# TYPE batch_task_proxy_log_lines_dropped counter",
        ] {
            assert!(text.contains(&format!("\n{line}\n")), "{line} in {text}");
        }
        drop(open);
    }

    #[test]
    fn a_value_that_is_not_known_is_left_out() {
        let metrics = Metrics::default();
        metrics.provide(Reading::CredentialExpiry, || None);
        metrics.call_ended(Action::DescribeBatchTask, CallResult::Refused, Duration::from_millis(300));
        let text = metrics.text();
        for name in ["last_good_call_age", "credential_expiry", "token_file_age"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }

    #[test]
    fn every_path_belongs_to_a_route() {
        for (path, route) in [
            ("/", Route::Page),
            ("/api/DescribeBatchTask", Route::Api),
            ("/api/DescribeBatchTasks", Route::List),
            ("/api/x/y", Route::Api),
            ("/readyz", Route::Health),
            ("/metrics", Route::Metrics),
            ("/metrics/x", Route::Page),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
