//! `batch-task-proxy`: signs `DescribeBatchTask` calls for batch-task-widget, serves its page, and holds a simulator
//! of the API.
//!
//! [`router`] is the whole proxy as a value that a test calls without a socket. In reading order:
//!
//! - [`acs3`], [`signing`], [`credentials`], [`endpoint`], [`transport`], [`pace`], [`upstream`]: one signed call;
//! - [`answer`], [`problem`]: what comes of it;
//! - [`outline`], [`cache`], [`shared`], [`api`]: many clients, one call;
//! - [`client`], [`tokens`], [`access`], [`host`], [`cors`], [`rate`], [`allowed`]: who may ask, about which batches, how
//!   often;
//! - [`pages`], [`security`], [`health`], [`metrics`], [`log`]: what surrounds it;
//! - [`simulator`]: the other side of the call;
//! - [`args`], [`outbound`], [`check`], [`connections`], [`serve`]: the command line and the process.

pub mod access;
pub mod acs3;
pub mod allowed;
pub mod answer;
pub mod api;
pub mod args;
pub mod cache;
pub mod check;
pub mod client;
pub mod clock;
pub mod connections;
pub mod cors;
pub mod credentials;
pub mod endpoint;
pub mod health;
pub mod host;
pub mod log;
pub mod metrics;
pub mod outbound;
pub mod outline;
pub mod pace;
pub mod pages;
pub mod problem;
pub mod rate;
pub mod redact;
pub mod security;
pub mod serve;
pub mod shared;
mod signals;
pub mod signing;
pub mod simulator;
pub mod tokens;
pub mod transport;
pub mod upstream;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use batch_task_data::redact::Accounts;
use http::header::InvalidHeaderValue;
use tower::util::option_layer;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::access::Access;
use crate::allowed::Allowed;
use crate::api::{Audience, Source};
use crate::client::TrustedProxies;
use crate::cors::WebOrigin;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::rate::RateLimit;
use crate::security::FrameAncestors;
use crate::shared::Shared;
use crate::upstream::Upstream;

/// What a proxy does beside calling its upstream.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where the page's files are.
    pub static_dir: Option<PathBuf>,
    /// How long answers are shared; zero keeps none.
    pub cache_ttl: Duration,
    /// Whether account ids go out.
    pub accounts: Accounts,
    /// The batches that may be asked about.
    pub allowed: Allowed,
    /// Who may show the page in a frame.
    pub frame_ancestors: FrameAncestors,
    /// Who may ask.
    pub access: Access,
    /// The origins whose pages may read answers.
    pub origins: Vec<WebOrigin>,
    /// The peers that are believed whom they ask for.
    pub trusted_proxies: TrustedProxies,
    /// How often a client may ask.
    pub rate_limit: RateLimit,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the proxy is about to stop.
    pub draining: Draining,
}

/// The proxy, as a value: the API route, the health routes, the metrics, and the page's files.
///
/// # Errors
/// If the content security policy cannot be put into a header.
pub fn router(upstream: Upstream, settings: Settings) -> Result<Router, InvalidHeaderValue> {
    let Settings { access, metrics, .. } = settings;
    let policy = security::policy(&settings.frame_ancestors)?;
    // Bodies differ at every poll and reach 15 MB: how soon one is compressed matters more than how well.
    // At this end of the scale gzip is quicker than brotli and makes such JSON smaller, too.
    let quick = CompressionLayer::new().no_br().quality(CompressionLevel::Fastest);
    let source = Source {
        shared: Shared::new(upstream.clone(), settings.cache_ttl, settings.accounts, metrics.clone()),
        allowed: settings.allowed,
        audience: if access.is_shareable() { Audience::Anybody } else { Audience::Asker },
    };
    // A request passes from the last layer to the first: the count comes before the token, which it keeps from being
    // guessed, and the origin before both, so that a page can read why it was refused.
    let guarded = Router::new()
        .merge(api::routes(source).layer(quick))
        .merge(metrics::routes(metrics.clone()))
        .layer(from_fn_with_state(access.clone(), access::require_token))
        .layer(from_fn_with_state(settings.rate_limit, rate::limit))
        .layer(option_layer(cors::layer(&settings.origins)));
    Ok(Router::new()
        .merge(guarded)
        .merge(health::routes(upstream, settings.draining))
        .fallback_service(pages::routes(settings.static_dir.as_deref()))
        .layer(from_fn_with_state(access.clone(), host::require_loopback_host))
        .layer(map_response(move |response: Response| {
            let policy = policy.clone();
            async move { security::add_headers(response, policy) }
        }))
        .layer(from_fn_with_state((settings.trusted_proxies, metrics), log::request)))
}
