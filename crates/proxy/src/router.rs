//! The router of the proxy, assembled from its routes and middleware.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use http::HeaderValue;
use http::header::InvalidHeaderValue;
use tower::util::option_layer;

use crate::access::Access;
use crate::api::{ApiState, CacheScope};
use crate::batch_allow_list::BatchAllowList;
use crate::client_address::TrustedProxies;
use crate::client_limit::ClientRateLimit;
use crate::clock::{Clock, MonotonicClock};
use crate::cors::WebOrigin;
use crate::health::{Draining, Readiness};
use crate::metrics::{Metrics, Reading};
use crate::prerender::{Prerenderer, Prerendering};
use crate::redact::Redaction;
use crate::security::FrameAncestors;
use crate::single_flight::{SharingSettings, SingleFlight};
use crate::static_folder::StaticFolder;
use crate::supervise::BackgroundTasks;
use crate::upstream::Upstream;
use crate::{
    access, api, client_limit, cors, health, host_check, log, memory, metrics, prerender, security,
    static_files,
};

/// The settings of a proxy, besides its upstream.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The directory with the files of the page.
    pub static_dir: Option<PathBuf>,
    /// Whether the page is served with its first state.
    pub prerendering: Prerendering,
    /// How long responses are cached; zero disables the cache.
    pub cache_ttl: Duration,
    /// The memory limit for bodies, in bytes; the default if absent.
    pub memory_limit: Option<usize>,
    /// The clock for ages and waits.
    pub clock: MonotonicClock,
    /// Whether and how account IDs are masked.
    pub redaction: Redaction,
    /// The permitted batches.
    pub batch_allow_list: BatchAllowList,
    /// Whether batches may be listed.
    pub is_list_allowed: bool,
    /// The origins that may show the page in a frame.
    pub frame_ancestors: FrameAncestors,
    /// How clients are authenticated.
    pub access: Access,
    /// Which caches may store responses.
    pub cache_scope: CacheScope,
    /// Where `/readyz` and `/metrics` are served.
    pub admin_routes: AdminRoutes,
    /// The origins whose pages may read responses.
    pub origins: Vec<WebOrigin>,
    /// The proxies whose forwarding headers are trusted.
    pub trusted_proxies: TrustedProxies,
    /// The rate limit per client.
    pub client_rate_limit: ClientRateLimit,
    /// The metrics.
    pub metrics: Metrics,
    /// The background tasks on which the proxy depends.
    pub tasks: BackgroundTasks,
    /// Whether the proxy is shutting down.
    pub draining: Draining,
}

/// Where `/readyz` and `/metrics` are served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AdminRoutes {
    /// By [`router`], together with the API and the page. `/metrics` requires a token, if the API does.
    #[default]
    Shared,
    /// Only by [`admin_router`], on an address of its own.
    Separate,
}

/// Returns the router of a proxy: the API routes, the health routes, the metrics and the files of the page.
///
/// # Errors
/// If the content security policy is not a valid header value.
pub fn router(upstream: Upstream, settings: Settings) -> Result<Router, InvalidHeaderValue> {
    provide_readings(&upstream, &settings);
    let readiness = readiness(&upstream, &settings);
    let Settings { access, metrics, .. } = settings;
    let policy = security::policy(&settings.frame_ancestors)?;
    let clock: Clock = {
        let upstream = upstream.clone();
        Arc::new(move || upstream.now())
    };
    let sharing = SharingSettings {
        ttl: settings.cache_ttl,
        redaction: settings.redaction,
        memory_limit: settings.memory_limit.unwrap_or(memory::DEFAULT_LIMIT),
        clock: settings.clock,
        metrics: metrics.clone(),
    };
    let api_state = ApiState {
        single_flight: SingleFlight::new(upstream, sharing),
        batch_allow_list: settings.batch_allow_list,
        is_list_allowed: settings.is_list_allowed,
        cache_scope: settings.cache_scope,
    };
    let prerenderer = settings.static_dir.as_deref().filter(|_| settings.prerendering.is_allowed(&access));
    let prerenderer = prerenderer.map(|static_dir| {
        Prerenderer::new(
            StaticFolder::new(static_dir),
            api_state.clone(),
            settings.client_rate_limit.clone(),
            metrics.clone(),
            clock,
        )
    });
    let pages = static_files::routes(settings.static_dir.as_deref())
        .layer(option_layer(prerenderer.map(|it| from_fn_with_state(it, prerender::draw))));
    let mut protected = Router::new().merge(api::routes(api_state));
    let mut open = health::live_route();
    if settings.admin_routes == AdminRoutes::Shared {
        protected = protected.merge(metrics::routes(metrics.clone()));
        open = open.merge(health::ready_route(readiness));
    }
    // The layer added last runs first. CORS is outermost, so that a page can read why a request was rejected. The rate limit
    // comes before the token check, so that tokens cannot be guessed quickly.
    let protected = protected
        .layer(from_fn_with_state(access.clone(), access::require_token))
        .layer(from_fn_with_state((settings.client_rate_limit, metrics.clone()), client_limit::limit))
        .layer(option_layer(cors::layer(&settings.origins)));
    let routes = protected.merge(open).fallback_service(pages);
    Ok(with_common_layers(routes, access, policy, settings.trusted_proxies, metrics))
}

/// Returns the router for an address of its own: the health routes and the metrics, without a token. `access` is
/// [`Access::Loopback`] if the address is.
///
/// # Errors
/// If the content security policy is not a valid header value.
pub fn admin_router(
    upstream: &Upstream,
    settings: &Settings,
    access: Access,
) -> Result<Router, InvalidHeaderValue> {
    let metrics = settings.metrics.clone();
    let routes = health::live_route()
        .merge(health::ready_route(readiness(upstream, settings)))
        .merge(metrics::routes(metrics.clone()));
    let policy = security::policy(&settings.frame_ancestors)?;
    Ok(with_common_layers(routes, access, policy, settings.trusted_proxies.clone(), metrics))
}

/// Adds the layers of all routes: logs, security headers, and the check of the host.
fn with_common_layers(
    routes: Router,
    access: Access,
    policy: HeaderValue,
    trusted_proxies: TrustedProxies,
    metrics: Metrics,
) -> Router {
    routes
        .layer(from_fn_with_state(access, host_check::require_loopback_host))
        .layer(map_response(move |response: Response| {
            let policy = policy.clone();
            async move { security::add_headers(response, policy) }
        }))
        .layer(from_fn_with_state((trusted_proxies, metrics), log::request))
}

fn readiness(upstream: &Upstream, settings: &Settings) -> Readiness {
    Readiness {
        upstream: upstream.clone(),
        tasks: settings.tasks.clone(),
        draining: settings.draining.clone(),
        redaction: settings.redaction.clone(),
    }
}

/// Connects the metrics with the values that other parts know.
fn provide_readings(upstream: &Upstream, Settings { access, metrics, .. }: &Settings) {
    let credentials = upstream.credentials().clone();
    metrics.provide(Reading::CredentialExpiry, move || {
        Some(credentials.current().ok()?.expires_at?.unix_timestamp() as f64)
    });
    if let Access::Tokens(tokens) = access {
        let (tokens, upstream) = (tokens.clone(), upstream.clone());
        metrics.provide(Reading::TokenFileAge, move || Some(tokens.age(upstream.now())?.as_secs_f64()));
    }
    metrics.provide(Reading::LogLinesThrottled, || Some(log::throttled_lines() as f64));
    metrics.provide(Reading::LogLinesLost, || Some(log::lost_lines() as f64));
}
