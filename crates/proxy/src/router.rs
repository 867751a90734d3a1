//! The router of the proxy, assembled from its routes and middleware.

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use batch_task_data::redact::Accounts;
use http::header::InvalidHeaderValue;
use tower::util::option_layer;

use crate::access::Access;
use crate::api::{ApiState, CacheScope};
use crate::batch_allow_list::BatchAllowList;
use crate::client_address::TrustedProxies;
use crate::client_limit::ClientRateLimit;
use crate::clock::MonotonicClock;
use crate::cors::WebOrigin;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::security::FrameAncestors;
use crate::single_flight::{SharingSettings, SingleFlight};
use crate::upstream::Upstream;
use crate::{
    access, api, client_limit, cors, health, host_check, log, memory, metrics, security, static_files,
};

/// The settings of a proxy, besides its upstream.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The directory with the files of the page.
    pub static_dir: Option<PathBuf>,
    /// How long responses are cached; zero disables the cache.
    pub cache_ttl: Duration,
    /// The memory limit for bodies, in bytes; the default if absent.
    pub memory_limit: Option<usize>,
    /// The clock for ages and waits.
    pub clock: MonotonicClock,
    /// Whether account IDs are masked.
    pub accounts: Accounts,
    /// The permitted batches.
    pub batch_allow_list: BatchAllowList,
    /// The origins that may show the page in a frame.
    pub frame_ancestors: FrameAncestors,
    /// How clients are authenticated.
    pub access: Access,
    /// The origins whose pages may read responses.
    pub origins: Vec<WebOrigin>,
    /// The proxies whose forwarding headers are trusted.
    pub trusted_proxies: TrustedProxies,
    /// The rate limit per client.
    pub client_rate_limit: ClientRateLimit,
    /// The metrics.
    pub metrics: Metrics,
    /// Whether the proxy is shutting down.
    pub draining: Draining,
}

/// Returns the router of a proxy: the API route, the health routes, the metrics and the files of the page.
///
/// # Errors
/// If the content security policy is not a valid header value.
pub fn router(upstream: Upstream, settings: Settings) -> Result<Router, InvalidHeaderValue> {
    let Settings { access, metrics, .. } = settings;
    let policy = security::policy(&settings.frame_ancestors)?;
    let cache_scope = if access.allows_shared_caching() { CacheScope::Public } else { CacheScope::Private };
    let api_state = ApiState {
        single_flight: SingleFlight::new(
            upstream.clone(),
            SharingSettings {
                ttl: settings.cache_ttl,
                accounts: settings.accounts,
                memory_limit: settings.memory_limit.unwrap_or(memory::DEFAULT_LIMIT),
                clock: settings.clock,
                metrics: metrics.clone(),
            },
        ),
        batch_allow_list: settings.batch_allow_list,
        cache_scope,
    };
    // The layer added last runs first. CORS is outermost, so that a page can read why a request was rejected. The rate limit
    // comes before the token check, so that tokens cannot be guessed quickly.
    let protected = Router::new()
        .merge(api::routes(api_state))
        .merge(metrics::routes(metrics.clone()))
        .layer(from_fn_with_state(access.clone(), access::require_token))
        .layer(from_fn_with_state(settings.client_rate_limit, client_limit::limit))
        .layer(option_layer(cors::layer(&settings.origins)));
    Ok(Router::new()
        .merge(protected)
        .merge(health::routes(upstream, settings.draining))
        .fallback_service(static_files::routes(settings.static_dir.as_deref()))
        .layer(from_fn_with_state(access.clone(), host_check::require_loopback_host))
        .layer(map_response(move |response: Response| {
            let policy = policy.clone();
            async move { security::add_headers(response, policy) }
        }))
        .layer(from_fn_with_state((settings.trusted_proxies, metrics), log::request)))
}
