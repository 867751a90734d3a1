//! `batch-task-proxy`: signs `DescribeBatchTask` calls for batch-task-widget, serves its page, and holds a simulator
//! of the API.
//!
//! [`router`] is the whole proxy as a value that a test calls without a socket. In reading order:
//!
//! - [`acs3`], [`signing`], [`credentials`], [`endpoint`], [`transport`], [`pace`], [`upstream`]: one signed call;
//! - [`answer`], [`problem`]: what comes of it;
//! - [`outline`], [`cache`], [`shared`], [`api`]: many clients, one call;
//! - [`allowed`]: which batches it tells of;
//! - [`pages`], [`security`], [`host`]: what surrounds it;
//! - [`simulator`]: the other side of the call;
//! - [`args`], [`outbound`], [`check`], [`serve`]: the command line and the process.

pub mod acs3;
pub mod allowed;
pub mod answer;
pub mod api;
pub mod args;
pub mod cache;
pub mod check;
pub mod clock;
pub mod credentials;
pub mod endpoint;
mod health;
pub mod host;
mod log;
pub mod outbound;
pub mod outline;
pub mod pace;
pub mod pages;
pub mod problem;
pub mod security;
pub mod serve;
pub mod shared;
mod signals;
pub mod signing;
pub mod simulator;
pub mod transport;
pub mod upstream;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use http::header::InvalidHeaderValue;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::allowed::Allowed;
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
    /// The batches that may be asked about.
    pub allowed: Allowed,
    /// Who may show the page in a frame.
    pub frame_ancestors: FrameAncestors,
}

/// The proxy, as a value: the API route, the health routes, and the page's files.
///
/// # Errors
/// If the content security policy cannot be put into a header.
pub fn router(upstream: Upstream, settings: Settings) -> Result<Router, InvalidHeaderValue> {
    let Settings { static_dir, cache_ttl, allowed, frame_ancestors } = settings;
    let policy = security::policy(&frame_ancestors)?;
    // Bodies differ at every poll and reach 15 MB: how soon one is compressed matters more than how well.
    // At this end of the scale gzip is quicker than brotli and makes such JSON smaller, too.
    let quick = CompressionLayer::new().no_br().quality(CompressionLevel::Fastest);
    Ok(Router::new()
        .merge(api::routes(Shared::new(upstream.clone(), cache_ttl), allowed).layer(quick))
        .merge(health::routes(upstream))
        .fallback_service(pages::routes(static_dir.as_deref()))
        .layer(from_fn(host::require_loopback_host))
        .layer(map_response(move |response: Response| {
            let policy = policy.clone();
            async move { security::add_headers(response, policy) }
        }))
        .layer(from_fn(log::request)))
}
