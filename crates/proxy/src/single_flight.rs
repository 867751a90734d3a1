//! One call of the API for many clients: requests for the same batch share a call in progress and a fresh body.
//!
//! This module decides when the API is called, and what is served when a call fails. It must not know routes or headers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use batch_task_data::redact::Accounts;
use http::StatusCode;
use time::OffsetDateTime;
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::cache::{Cache, CachedBody, Key, MEMORY_LIMIT};
use crate::forwarded_response::ForwardedResponse;
use crate::metrics::{CacheResult, CallResult, Metrics};
use crate::proxy_error::ProxyError;
use crate::redact::redact_json;
use crate::upstream::{Upstream, UpstreamResponse};

/// Bodies of at least this size, in bytes, are processed on a blocking thread, because validating and hashing them would
/// delay other requests of the worker.
const LARGE_BODY: usize = 256 * 1024;

/// The result of a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A body, cached or just received.
    Good(CachedBody, BodySource),
    /// An error of the API.
    Refused(ForwardedResponse),
    /// An error of the proxy.
    Failed(ProxyError),
}

impl Outcome {
    fn cache_result(&self) -> CacheResult {
        match self {
            Self::Good(_, BodySource::Hit) => CacheResult::Hit,
            Self::Good(_, BodySource::Called) => CacheResult::Miss,
            Self::Good(_, BodySource::Joined) => CacheResult::Joined,
            Self::Good(_, BodySource::Stale(_)) => CacheResult::Stale,
            Self::Refused(_) => CacheResult::Refused,
            Self::Failed(_) => CacheResult::Failed,
        }
    }
}

/// Where a body came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodySource {
    /// The cache; the body is fresh.
    Hit,
    /// A call for this request.
    Called,
    /// A call for another request, which this one joined.
    Joined,
    /// The cache; the body is stale, and the API fails.
    Stale(StaleReason),
}

/// Why a stale body is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleReason {
    /// The API responded with this status.
    Status(StatusCode),
    /// The call failed with this code of the proxy.
    ProxyError(&'static str),
}

/// The API, called once for all clients that request the same batch at the same time. Clones share the state.
#[derive(Clone)]
pub struct SingleFlight {
    inner: Arc<Inner>,
}

struct Inner {
    upstream: Upstream,
    ttl: Duration,
    accounts: Accounts,
    metrics: Metrics,
    state: Mutex<State>,
}

/// A call in progress; the channel receives its outcome.
type Flight = watch::Receiver<Option<Outcome>>;

struct State {
    cache: Cache,
    flights: HashMap<Key, Flight>,
    /// Batches for which the API throttles: until when it must not be called, and its response.
    throttled: HashMap<Key, (OffsetDateTime, ForwardedResponse)>,
}

/// How a request is served.
enum Lookup {
    /// By a call that was started for this request.
    Started(Flight),
    /// By a call that was already in progress.
    Joined(Flight),
    /// Without a call.
    Ready(Outcome),
}

impl SingleFlight {
    /// Shares the responses of `upstream` for `ttl`. With a `ttl` of zero no body is cached, and only calls in progress are
    /// shared. Account IDs are masked before a body is cached.
    #[must_use]
    pub fn new(upstream: Upstream, ttl: Duration, accounts: Accounts, metrics: Metrics) -> Self {
        let state =
            State { cache: Cache::new(MEMORY_LIMIT), flights: HashMap::new(), throttled: HashMap::new() };
        Self { inner: Arc::new(Inner { upstream, ttl, accounts, metrics, state: Mutex::new(state) }) }
    }

    /// Returns the current time, with which ages are computed.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.inner.upstream.now()
    }

    /// Returns the current response for a batch. Dropping the future does not abort a call that others wait for.
    pub async fn describe(&self, key: Key) -> Outcome {
        let outcome = match self.lookup(key) {
            Lookup::Ready(outcome) => outcome,
            Lookup::Started(flight) => self.wait_for(flight).await,
            Lookup::Joined(flight) => match self.wait_for(flight).await {
                Outcome::Good(body, BodySource::Called) => Outcome::Good(body, BodySource::Joined),
                outcome => outcome,
            },
        };
        self.inner.metrics.batch_answered(outcome.cache_result());
        outcome
    }

    async fn wait_for(&self, mut flight: Flight) -> Outcome {
        let outcome = flight.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        // Without an outcome the task of the call has panicked, or the runtime shuts down.
        outcome.unwrap_or_else(|| {
            Outcome::Failed(ProxyError::upstream_invalid(&self.inner.upstream.origin(), "nothing"))
        })
    }

    /// No call is needed if a fresh body is cached or the API throttles the batch.
    fn lookup(&self, key: Key) -> Lookup {
        let now = self.now();
        let mut state = self.inner.state();
        if let Some(body) = state.cache.fresh(&key, now) {
            return Lookup::Ready(Outcome::Good(body.clone(), BodySource::Hit));
        }
        if let Some(outcome) = state.throttled(&key, now) {
            return Lookup::Ready(outcome);
        }
        // If its sender is gone, a flight will never receive an outcome.
        if let Some(flight) = state.flights.get(&key).filter(|flight| flight.has_changed().is_ok()) {
            return Lookup::Joined(flight.clone());
        }
        let (sender, flight) = watch::channel(None);
        state.flights.insert(key.clone(), flight.clone());
        let inner = Arc::clone(&self.inner);
        // The call runs in a task of its own, so that it continues if the client that caused it disconnects.
        let call = async move {
            let outcome = inner.call(&key).await;
            // Removed first, so that no later request joins a call that has ended.
            inner.state().flights.remove(&key);
            sender.send_replace(Some(outcome));
        };
        // The call logs with the request ID of the request that caused it.
        tokio::spawn(call.in_current_span());
        Lookup::Started(flight)
    }
}

impl State {
    /// Returns the outcome without a call, if the API throttles the batch at present.
    fn throttled(&self, key: &Key, now: OffsetDateTime) -> Option<Outcome> {
        let (until, response) = self.throttled.get(key)?;
        let left = Duration::try_from(*until - now).ok().filter(|left| !left.is_zero())?;
        Some(match self.cache.fallback(key, now) {
            Some(body) => {
                Outcome::Good(body.clone(), BodySource::Stale(StaleReason::Status(response.status)))
            }
            None => Outcome::Refused(response.clone().with_retry_after(left)),
        })
    }

    fn throttle(&mut self, key: Key, delay: Duration, response: ForwardedResponse, now: OffsetDateTime) {
        self.throttled.retain(|_, (until, _)| *until > now);
        self.throttled.insert(key, (now + delay, response));
    }

    /// Returns the cached body if the failure is transient (`reason` is given). Otherwise removes the body: the permission
    /// may have been revoked, or the batch may be gone.
    fn fallback(&mut self, key: &Key, reason: Option<StaleReason>, now: OffsetDateTime) -> Option<Outcome> {
        let Some(reason) = reason else {
            self.cache.remove(key);
            return None;
        };
        let body = self.cache.fallback(key, now)?.clone();
        Some(Outcome::Good(body, BodySource::Stale(reason)))
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds this lock, so the state of a poisoned lock is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(&self, key: &Key) -> Outcome {
        let origin = self.upstream.origin();
        let started = Instant::now();
        let called = self.upstream.describe_batch_task(key.as_deref()).await;
        let duration = started.elapsed();
        let now = self.upstream.now();
        let processed = match called {
            Ok(response) => {
                self.process(response, now).await.map_err(|what| ProxyError::upstream_invalid(&origin, &what))
            }
            Err(error) => Err(ProxyError::from_call_error(&error, &origin)),
        };
        let result = match &processed {
            Ok(Processed::Good(_)) => CallResult::Good,
            Ok(Processed::Refused(_)) => CallResult::Refused,
            Err(_) => CallResult::Failed,
        };
        self.metrics.call_ended(result, duration);
        match processed {
            Ok(Processed::Good(body)) => {
                if !self.ttl.is_zero() {
                    self.state().cache.insert(key.clone(), body.clone(), now);
                }
                Outcome::Good(body, BodySource::Called)
            }
            Ok(Processed::Refused(response)) => self.refused(key, response, now),
            Err(error) => self.failed(key, error, now),
        }
    }

    /// Handles an error of the API.
    fn refused(&self, key: &Key, response: ForwardedResponse, now: OffsetDateTime) -> Outcome {
        let (status, note) = (response.status.as_u16(), response.note.as_deref());
        tracing::warn!(
            batch_id = log_name(key),
            code = response.code,
            status,
            note,
            "the API returned an error"
        );
        if response.rejects_credentials() {
            self.upstream.credentials().report_rejected();
        }
        let mut state = self.state();
        if let Some(delay) = response.throttle_delay() {
            state.throttle(key.clone(), delay, response.clone(), now);
        }
        let is_transient =
            response.status.is_server_error() || response.status == StatusCode::TOO_MANY_REQUESTS;
        let reason = is_transient.then_some(StaleReason::Status(response.status));
        state.fallback(key, reason, now).unwrap_or(Outcome::Refused(response))
    }

    /// Handles a call without a response of the API.
    fn failed(&self, key: &Key, error: ProxyError, now: OffsetDateTime) -> Outcome {
        tracing::warn!(batch_id = log_name(key), code = error.code, "{}", error.message);
        let is_transient = matches!(
            error.status,
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        );
        let reason = is_transient.then_some(StaleReason::ProxyError(error.code));
        self.state().fallback(key, reason, now).unwrap_or(Outcome::Failed(error))
    }

    async fn process(&self, response: UpstreamResponse, now: OffsetDateTime) -> Result<Processed, String> {
        let (ttl, accounts) = (self.ttl, self.accounts);
        let is_large = response.body.len() >= LARGE_BODY;
        let work = move || {
            let mut forwarded = ForwardedResponse::from_upstream(response, now)?;
            if accounts == Accounts::Masked {
                forwarded.body = redact_json(forwarded.body);
            }
            Ok(if forwarded.code.is_none() {
                Processed::Good(CachedBody::new(forwarded.body, ttl, now))
            } else {
                Processed::Refused(forwarded)
            })
        };
        if !is_large {
            return work();
        }
        // Joining fails only if the closure panics or the runtime shuts down.
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|_| Err("a body that could not be processed".to_owned()))
    }
}

/// Returns the name of a batch in logs.
fn log_name(key: &Key) -> &str {
    key.as_deref().unwrap_or("(none)")
}

/// A response of the API after validation.
enum Processed {
    Good(CachedBody),
    Refused(ForwardedResponse),
}
