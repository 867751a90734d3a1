//! `batch-task-proxy`: signs `DescribeBatchTask` calls for batch-task-widget, serves its page, and holds a simulator
//! of the API.
//!
//! [`router`] is the whole proxy as a value that a test calls without a socket. In reading order:
//!
//! - [`acs3`], [`credentials`], [`endpoint`], [`upstream`]: one signed call;
//! - [`answer`], [`problem`]: what comes of it;
//! - [`outline`], [`cache`], [`shared`], [`api`]: many clients, one call;
//! - [`pages`], [`security`], [`host`]: what surrounds it;
//! - [`simulator`]: the other side of the call;
//! - [`args`], [`serve`]: the command line and the process.

pub mod acs3;
pub mod answer;
pub mod api;
pub mod args;
pub mod cache;
pub mod clock;
pub mod credentials;
pub mod endpoint;
mod health;
pub mod host;
mod log;
pub mod outline;
pub mod pages;
pub mod problem;
pub mod security;
pub mod serve;
pub mod shared;
mod signals;
pub mod simulator;
pub mod upstream;

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, map_response};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::shared::Shared;
use crate::upstream::Upstream;

/// The proxy, as a value: the API route, the health routes, and the page's files from `static_dir`.
///
/// Answers are shared for `cache_ttl`; zero keeps none.
pub fn router(upstream: Upstream, static_dir: Option<&Path>, cache_ttl: Duration) -> Router {
    // Bodies differ at every poll and reach 15 MB: how soon one is compressed matters more than how well.
    // At this end of the scale gzip is quicker than brotli and makes such JSON smaller, too.
    let quick = CompressionLayer::new().no_br().quality(CompressionLevel::Fastest);
    Router::new()
        .merge(api::routes(Shared::new(upstream.clone(), cache_ttl)).layer(quick))
        .merge(health::routes(upstream))
        .fallback_service(pages::routes(static_dir))
        .layer(from_fn(host::require_loopback_host))
        .layer(map_response(security::add_headers))
        .layer(from_fn(log::request))
}
