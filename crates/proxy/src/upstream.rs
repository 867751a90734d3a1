//! One signed call of `DescribeBatchTask`: bytes out, bytes in, with its limits of time and size.
//!
//! Owns when a call is repeated. Must not know the proxy's routes or judge what a body says.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Client;
use time::OffsetDateTime;
use tokio::time::sleep;
use tower::util::MapRequestLayer;

use crate::clock::Clock;
use crate::credentials::{Credentials, Keeper, Lease, NoCredentials};
use crate::endpoint::Endpoint;
use crate::pace::{Busy, Limits, Pace};
use crate::signing::Call;
use crate::transport::{self, Reach, Timeouts, Trouble, read_body};

/// The action that is called; there is no other.
pub const ACTION: &str = "DescribeBatchTask";
/// The version of the API.
pub const VERSION: &str = "2017-08-01";
/// The largest body that is taken from the API, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Idle connections that are held; a burst may open more, which then close.
const IDLE_CONNECTIONS: usize = 16;
/// How long one is held idle: shorter than servers hold theirs, so that few calls meet one that was just closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// The wait before a connection is tried once more: a server that restarts is back in a moment.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The API as the proxy sees it: one host, one key, one action.
#[derive(Clone)]
pub struct Upstream {
    client: Client,
    endpoint: Endpoint,
    credentials: Keeper,
    clock: Clock,
    pace: Arc<Pace>,
    /// How many connections were begun so far.
    connections: Arc<AtomicU64>,
}

impl Upstream {
    /// Prepares the client, with the default [`Limits`]; nothing is sent yet.
    ///
    /// # Errors
    /// If the TLS set-up of the machine (its certificates) cannot be loaded.
    pub fn new(
        endpoint: Endpoint,
        credentials: Keeper,
        timeouts: Timeouts,
        clock: Clock,
    ) -> reqwest::Result<Self> {
        let connections = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&connections);
        let client = transport::client(timeouts, Reach::of(endpoint.is_tls(), endpoint.is_loopback()))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .connector_layer(MapRequestLayer::new(move |request| {
                counter.fetch_add(1, Ordering::Relaxed);
                request
            }))
            .build()?;
        let pace = Arc::new(Pace::new(Limits::default()));
        Ok(Self { client, endpoint, credentials, clock, pace, connections })
    }

    /// Bounds its calls.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { pace: Arc::new(Pace::new(limits)), ..self }
    }

    /// The host that is called, as a URL's start.
    #[must_use]
    pub fn origin(&self) -> String {
        self.endpoint.origin()
    }

    /// The time by its clock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// What calls are signed with.
    #[must_use]
    pub fn credentials(&self) -> &Keeper {
        &self.credentials
    }

    /// Calls the API and reads its answer whole, whatever its status. Dropping the future aborts the call.
    ///
    /// A call is repeated once, signed anew, if it cannot have been answered: no connection stood, or one that was held
    /// from an earlier call turned out to be closed.
    ///
    /// # Errors
    /// [`Failure`] if there is nothing to sign with, no turn to be had, or no whole answer.
    pub async fn describe_batch_task(&self, batch_id: Option<&str>) -> Result<Answer, Failure> {
        let lease = self.credentials.get().await.map_err(Failure::NoCredentials)?;
        let _turn = self.pace.turn().await.map_err(Failure::Busy)?;
        let begun = self.connections.load(Ordering::Relaxed);
        match self.attempt(batch_id, &lease).await {
            Err(Failure::Transport(Trouble::Unreachable | Trouble::UnknownHost)) => {
                sleep(RECONNECT_PAUSE).await;
                self.attempt(batch_id, &lease).await
            }
            // If another call has begun a connection meanwhile, this one may have had a new one, too.
            Err(Failure::Transport(Trouble::Dropped))
                if begun == self.connections.load(Ordering::Relaxed) =>
            {
                self.attempt(batch_id, &lease).await
            }
            result => result,
        }
    }

    async fn attempt(&self, batch_id: Option<&str>, lease: &Lease) -> Result<Answer, Failure> {
        let query: Vec<_> = batch_id.map(|id| (Cow::from("BatchId"), Cow::from(id))).into_iter().collect();
        let host = self.endpoint.host_header();
        let call = Call { host, action: ACTION, version: VERSION, query: &query };
        let headers = call.sign(&lease.credentials, self.now()).ok_or(Failure::UnusableCredentials)?;
        let url = format!("{}{}", self.endpoint.origin(), call.target());
        let mut response =
            self.client.post(url).headers(headers).send().await.map_err(|error| Trouble::of(&error))?;
        let body = read_body(&mut response, BODY_LIMIT).await?;
        let headers = std::mem::take(response.headers_mut());
        let signed_with = Arc::new(lease.credentials.clone());
        Ok(Answer { status: response.status(), headers, body, signed_with })
    }
}

/// A whole answer, unjudged.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// All its headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
    /// What the call was signed with, and the answer must not tell.
    pub signed_with: Arc<Credentials>,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is nothing to sign with.
    NoCredentials(NoCredentials),
    /// The credentials hold characters that no header can carry.
    UnusableCredentials,
    /// Too many calls are before it.
    Busy(Busy),
    /// The call went wrong on its way.
    Transport(Trouble),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Transport(trouble)
    }
}
