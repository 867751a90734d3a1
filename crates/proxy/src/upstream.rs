//! One signed call of the API, with limits on time, size and memory, and its retry.
//!
//! This module must not know the proxy's routes or interpret bodies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Client;
use time::OffsetDateTime;
use tokio::time::sleep;
use tower::util::MapRequestLayer;

use crate::api_request::ApiRequest;
use crate::clock::Clock;
use crate::credentials::{CredentialCache, Credentials, Lease, NoCredentials};
use crate::memory::{ArrivingBody, Reserve};
use crate::signing::Call;
use crate::target::{Target, TargetSettings};
use crate::transport::{self, ConnectionMode, Origin, Timeouts, TransportError};
use crate::upstream_limit::{LimitExceeded, Permit, Priority, UpstreamLimiter, UpstreamLimits};

/// The version of the API.
pub const VERSION: &str = "2017-08-01";
/// The largest accepted response body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The number of idle connections to keep open. A burst may open more, which are closed after use.
const IDLE_CONNECTIONS: usize = 16;
/// How long to keep an idle connection open. Shorter than the time-out of common servers, so that few calls use a
/// connection that the server has just closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// The delay before the second connection attempt, for a server that restarts.
const RECONNECT_DELAY: Duration = Duration::from_millis(100);

/// A client of the API: one host and one access key at a time.
#[derive(Clone)]
pub struct Upstream {
    client: Client,
    target: TargetSettings,
    credentials: CredentialCache,
    clock: Clock,
    limiter: Arc<UpstreamLimiter>,
    /// The number of connection attempts so far.
    connections: Arc<AtomicU64>,
}

impl Upstream {
    /// Creates a client with the default [`UpstreamLimits`]. Sends nothing. `target` is an endpoint, or the settings that
    /// determine it together with the profile that gives the credentials.
    ///
    /// # Errors
    /// If the CA certificates of the machine cannot be loaded.
    pub fn new(
        target: impl Into<TargetSettings>,
        credentials: CredentialCache,
        timeouts: Timeouts,
        clock: Clock,
    ) -> reqwest::Result<Self> {
        let connections = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&connections);
        let target = target.into();
        let mode = match &target.endpoint {
            Some(endpoint) => ConnectionMode::of(endpoint.value.is_tls(), endpoint.value.is_loopback()),
            None => ConnectionMode::Network,
        };
        let client = transport::client(timeouts, mode)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .connector_layer(MapRequestLayer::new(move |request| {
                counter.fetch_add(1, Ordering::Relaxed);
                request
            }))
            .build()?;
        let limiter = Arc::new(UpstreamLimiter::new(UpstreamLimits::default()));
        Ok(Self { client, target, credentials, clock, limiter, connections })
    }

    /// Replaces the limits.
    #[must_use]
    pub fn with_limits(self, limits: UpstreamLimits) -> Self {
        Self { limiter: Arc::new(UpstreamLimiter::new(limits)), ..self }
    }

    /// Returns the region and the host for calls with the current credentials.
    #[must_use]
    pub fn target(&self) -> Target {
        let lease = self.credentials.current().ok();
        self.target.target(lease.as_ref().and_then(|lease| lease.profile.as_deref()))
    }

    /// Returns the host that is called with the current credentials.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(&self.target().endpoint.value)
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// Returns the credentials that calls are signed with.
    #[must_use]
    pub fn credentials(&self) -> &CredentialCache {
        &self.credentials
    }

    /// Returns the number of connection attempts so far.
    #[must_use]
    pub fn connection_attempts(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Waits until the limits allow a call.
    ///
    /// # Errors
    /// If the call would have to wait too long.
    pub async fn admit(&self, priority: Priority) -> Result<Permit, LimitExceeded> {
        self.limiter.acquire(priority).await
    }

    /// Calls the API and reads the complete response, whatever its status. The memory for the body comes from `reserve`.
    /// Dropping the future aborts the call.
    ///
    /// A call is repeated once, with a new signature, if it cannot have been executed: the connection failed, or a
    /// connection that was kept open from an earlier call turned out to be closed.
    ///
    /// # Errors
    /// [`CallError`] if there are no credentials, there is no complete response, or no memory for it.
    pub async fn call(
        &self,
        _permit: &Permit,
        request: &ApiRequest,
        reserve: Reserve<'_>,
    ) -> Result<UpstreamResponse, CallError> {
        let lease = self.credentials.get().await.map_err(CallError::NoCredentials)?;
        let opened_before = self.connections.load(Ordering::Relaxed);
        match self.attempt(request, &lease, reserve).await {
            Err(CallError::Transport(TransportError::Unreachable | TransportError::UnknownHost)) => {
                sleep(RECONNECT_DELAY).await;
                self.attempt(request, &lease, reserve).await
            }
            // If a connection was opened in the meantime, this call may have used it rather than an idle one.
            Err(CallError::Transport(TransportError::ConnectionClosed))
                if opened_before == self.connections.load(Ordering::Relaxed) =>
            {
                self.attempt(request, &lease, reserve).await
            }
            result => result,
        }
    }

    async fn attempt(
        &self,
        request: &ApiRequest,
        lease: &Lease,
        reserve: Reserve<'_>,
    ) -> Result<UpstreamResponse, CallError> {
        let query = request.query();
        let endpoint = self.target.target(lease.profile.as_deref()).endpoint.value;
        let host = endpoint.host_header();
        let call = Call { host, action: request.action().name(), version: VERSION, query: &query };
        let headers = call.sign(&lease.credentials, self.now()).ok_or(CallError::UnusableCredentials)?;
        let url = format!("{}{}", endpoint.origin(), call.target());
        let mut response = self
            .client
            .post(url)
            .headers(headers)
            .send()
            .await
            .map_err(|error| TransportError::of(&error))?;
        let body = read_body(&mut response, reserve).await?;
        let headers = std::mem::take(response.headers_mut());
        let signed_with = Arc::new(lease.credentials.clone());
        Ok(UpstreamResponse { status: response.status(), headers, body, signed_with })
    }
}

/// Reads a complete body of at most [`BODY_LIMIT`] bytes.
async fn read_body(response: &mut reqwest::Response, reserve: Reserve<'_>) -> Result<Bytes, CallError> {
    let expected = response.content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if expected.is_some_and(|length| length > BODY_LIMIT) {
        return Err(TransportError::TooLarge.into());
    }
    let mut body = ArrivingBody::new(reserve);
    while let Some(part) = response.chunk().await.map_err(|error| TransportError::of(&error))? {
        if body.len() + part.len() > BODY_LIMIT {
            return Err(TransportError::TooLarge.into());
        }
        body.push(&part, expected).ok_or(CallError::OutOfMemory)?;
    }
    Ok(body.finish())
}

/// A complete response, not yet interpreted.
#[derive(Debug, Clone)]
pub struct UpstreamResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The credentials of the call, which must not reach a client.
    pub signed_with: Arc<Credentials>,
}

/// Why a call has no complete response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// There are no credentials.
    NoCredentials(NoCredentials),
    /// The credentials contain characters that are not allowed in an HTTP header.
    UnusableCredentials,
    /// The memory for bodies is in use.
    OutOfMemory,
    /// The transport failed.
    Transport(TransportError),
}

impl From<TransportError> for CallError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}
