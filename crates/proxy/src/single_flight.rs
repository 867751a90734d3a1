//! One call of the API for many clients: equal requests share a call in progress, a fresh body and a failure.
//!
//! This module decides when the API is called, and what is served when a call fails. It must not know routes or headers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::timeout_at;
use tracing::Instrument as _;

use crate::api_request::ApiRequest;
use crate::cache::{Cache, CachedBody};
use crate::client_limit::ClientRateLimit;
use crate::clock::MonotonicClock;
use crate::failures::{Failure, Failures};
use crate::forwarded_response::ForwardedResponse;
use crate::gzip::{self, Effort};
use crate::memory::{MemoryBudget, Reservation};
use crate::metrics::{CallResult, Limit, Metrics};
use crate::outcome::{BodySource, Outcome, StaleReason};
use crate::proxy_error::ProxyError;
use crate::recent::RecentRequests;
use crate::redact::Redaction;
use crate::upstream::{CallError, Upstream, UpstreamResponse};
use crate::upstream_limit::Priority;

/// Bodies of at least this size, in bytes, are processed on a blocking thread, because validating and hashing them would
/// delay other requests of the worker.
const LARGE_BODY: usize = 256 * 1024;
/// Smaller bodies are not compressed: they fit into one packet.
const SMALL_BODY: usize = 1024;
/// How long the clients of a call wait for it if a stale body is cached. Shorter than a viewer's time-out.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often bodies and failures are checked for expiry.
const CLEANING_INTERVAL: Duration = Duration::from_secs(15);

/// Other batches and lists that one client may request per second: a person opens one at a time, a program could invent any
/// number.
const NEW_BATCHES_PER_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// Other batches that one client may request at once; for example, the tabs of a browser that starts.
const NEW_BATCHES_AT_ONCE: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// The settings of a [`SingleFlight`].
#[derive(Debug, Clone)]
pub struct SharingSettings {
    /// How long bodies are cached. With zero, no body and no failure is cached, and only calls in progress are shared.
    pub ttl: Duration,
    /// Whether and how account IDs are masked before a body is cached.
    pub redaction: Redaction,
    /// The memory limit for bodies, in bytes.
    pub memory_limit: usize,
    /// The clock for ages and waits.
    pub clock: MonotonicClock,
    /// The metrics.
    pub metrics: Metrics,
}

/// The API, called once for all clients that request the same at the same time. Clones share the state.
#[derive(Clone)]
pub struct SingleFlight {
    inner: Arc<Inner>,
}

struct Inner {
    upstream: Upstream,
    settings: SharingSettings,
    memory: MemoryBudget,
    new_batches: ClientRateLimit,
    state: Mutex<State>,
}

/// A call in progress.
#[derive(Clone)]
struct Flight {
    /// Receives the outcome.
    outcome: watch::Receiver<Option<Outcome>>,
    /// Until when its clients wait if a stale body is cached.
    patience_ends: tokio::time::Instant,
}

#[derive(Default)]
struct State {
    cache: Cache,
    failures: Failures,
    recent: RecentRequests,
    flights: HashMap<ApiRequest, Flight>,
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

/// A response of the API after validation.
enum Processed {
    Good(CachedBody),
    Refused(ForwardedResponse),
}

impl SingleFlight {
    /// Shares the responses of `upstream`. Must be called within a Tokio runtime.
    #[must_use]
    pub fn new(upstream: Upstream, settings: SharingSettings) -> Self {
        let memory = MemoryBudget::new(settings.memory_limit, settings.metrics.body_bytes());
        let new_batches = ClientRateLimit::with_burst(NEW_BATCHES_PER_SECOND, NEW_BATCHES_AT_ONCE);
        let inner = Arc::new(Inner { upstream, settings, memory, new_batches, state: Mutex::default() });
        tokio::spawn(clean(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Returns the current time of the clock for ages.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.inner.settings.clock.now()
    }

    /// Returns the current response to a client's request. Dropping the future does not abort a call that others wait for.
    pub async fn answer(&self, request: ApiRequest, client: IpAddr) -> Outcome {
        let action = request.action();
        let outcome = match self.lookup(&request, client) {
            Lookup::Ready(outcome) => outcome,
            Lookup::Started(flight) => self.wait_for(&request, flight).await,
            Lookup::Joined(flight) => match self.wait_for(&request, flight).await {
                Outcome::Good(body, BodySource::Called) => Outcome::Good(body, BodySource::Joined),
                outcome => outcome,
            },
        };
        self.inner.settings.metrics.api_answered(action, outcome.cache_result());
        outcome
    }

    /// Returns a body as gzip, which is created once for all clients; `None` if it is too small, or there is no memory for it.
    pub async fn gzip(&self, cached: &CachedBody) -> Option<Bytes> {
        if cached.body.len() < SMALL_BODY {
            return None;
        }
        let compress = async || {
            // The result of compressing random bytes is only a few bytes larger.
            let reservation = self.inner.reserve(cached.body.len() + SMALL_BODY)?;
            let body = cached.body.clone();
            let compressed =
                tokio::task::spawn_blocking(move || gzip::compress(&body, Effort::Fast)).await.ok()??;
            Some(reservation.attach(compressed))
        };
        cached.gzip.get_or_init(compress).await.clone()
    }

    async fn wait_for(&self, request: &ApiRequest, mut flight: Flight) -> Outcome {
        let patience_ends = flight.patience_ends;
        if let Ok(outcome) = timeout_at(patience_ends, self.outcome_of(&mut flight)).await {
            return outcome;
        }
        let stale = self.inner.state().cache.fallback(request, self.now()).cloned();
        match stale {
            Some(body) => Outcome::Good(body, BodySource::Stale(StaleReason::SlowCall)),
            None => self.outcome_of(&mut flight).await,
        }
    }

    async fn outcome_of(&self, flight: &mut Flight) -> Outcome {
        let outcome = flight.outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        // Without an outcome the task of the call has panicked, or the runtime shuts down.
        outcome.unwrap_or_else(|| {
            let error = ProxyError::upstream_invalid(&self.inner.upstream.origin(), "nothing");
            Outcome::Failed(Failure::Failed(error), None)
        })
    }

    /// No call is needed if a fresh body is cached, or a failure is kept.
    fn lookup(&self, request: &ApiRequest, client: IpAddr) -> Lookup {
        let now = self.now();
        let mut state = self.inner.state();
        let is_recent = state.recent.request(request, now);
        if let Some(body) = state.cache.fresh(request, now) {
            return Lookup::Ready(Outcome::Good(body.clone(), BodySource::Hit));
        }
        // If its sender is gone, a flight will never receive an outcome.
        if let Some(flight) = state.flights.get(request).filter(|flight| flight.outcome.has_changed().is_ok())
        {
            return Lookup::Joined(flight.clone());
        }
        if let Some((failure, left)) = state.failures.kept(request, now) {
            return Lookup::Ready(state.answer(request, failure, Some(left), now));
        }
        if !is_recent && let Err(wait) = self.inner.new_batches.count(client) {
            self.inner.settings.metrics.request_limited(Limit::NewBatches);
            let failure = Failure::Failed(ProxyError::too_many_batches(wait));
            return Lookup::Ready(state.answer(request, failure, None, now));
        }
        let is_probe = state.failures.begin_call(request, now);
        let priority = if is_recent { Priority::Recent } else { Priority::New };
        Lookup::Started(self.start(&mut state, request.clone(), priority, is_probe))
    }

    fn start(&self, state: &mut State, request: ApiRequest, priority: Priority, is_probe: bool) -> Flight {
        let (sender, outcome) = watch::channel(None);
        let flight = Flight { outcome, patience_ends: tokio::time::Instant::now() + PATIENCE };
        state.flights.insert(request.clone(), flight.clone());
        let inner = Arc::clone(&self.inner);
        // The call runs in a task of its own, so that it continues if the client that caused it disconnects.
        let call = async move {
            let outcome = inner.call(&request, priority, is_probe).await;
            // Removed first, so that no later request joins a call that has ended.
            inner.state().flights.remove(&request);
            sender.send_replace(Some(outcome));
        };
        // The call logs with the request ID of the request that caused it.
        tokio::spawn(call.in_current_span());
        flight
    }
}

impl State {
    /// Returns the cached body if the failure is transient. Otherwise removes the body: the permission may have been revoked,
    /// or what it describes may be gone.
    fn answer(
        &mut self,
        request: &ApiRequest,
        failure: Failure,
        kept: Option<Duration>,
        now: Duration,
    ) -> Outcome {
        if !failure.is_transient() {
            self.cache.remove(request);
        } else if let Some(body) = self.cache.fallback(request, now) {
            return Outcome::Good(body.clone(), BodySource::Stale(StaleReason::from(&failure)));
        }
        Outcome::Failed(failure, kept)
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds this lock, so the state of a poisoned lock is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.settings.clock.now()
    }

    /// Reserves memory, and evicts cached bodies until there is enough. Bodies that a client is receiving would free nothing.
    fn reserve(&self, bytes: usize) -> Option<Reservation> {
        loop {
            if let Some(reservation) = self.memory.reserve(bytes) {
                return Some(reservation);
            }
            if !self.state().cache.remove_oldest_unused() {
                return None;
            }
        }
    }

    async fn call(self: &Arc<Self>, request: &ApiRequest, priority: Priority, is_probe: bool) -> Outcome {
        let permit = match self.upstream.admit(priority).await {
            Ok(permit) => permit,
            Err(exceeded) => {
                self.settings.metrics.request_limited(Limit::UpstreamCalls);
                return self
                    .failed(request, Failure::Failed(ProxyError::too_many_calls(exceeded.retry_after)));
            }
        };
        if !is_probe {
            // The API may have throttled the account while this call waited for its turn.
            let mut state = self.state();
            if let Some((failure, left)) = state.failures.kept(request, self.now()) {
                return state.answer(request, failure, Some(left), self.now());
            }
        }
        let origin = self.upstream.origin();
        let started = Instant::now();
        let reserve = |bytes| self.reserve(bytes);
        let called = self.upstream.call(&permit, request, &reserve).await;
        let duration = started.elapsed();
        drop(permit);
        let processed = match called {
            Ok(response) => self.process(response).await,
            Err(error) => {
                if error == CallError::OutOfMemory {
                    self.settings.metrics.request_limited(Limit::Memory);
                }
                Err(ProxyError::from_call_error(&error, &origin))
            }
        };
        let result = match &processed {
            Ok(Processed::Good(_)) => CallResult::Good,
            Ok(Processed::Refused(_)) => CallResult::Refused,
            Err(_) => CallResult::Failed,
        };
        self.settings.metrics.call_ended(request.action(), result, duration);
        match processed {
            Ok(Processed::Good(body)) => {
                let mut state = self.state();
                state.failures.succeeded(request);
                state.recent.add(request, self.now());
                if !self.settings.ttl.is_zero() {
                    state.cache.insert(request.clone(), body.clone());
                }
                Outcome::Good(body, BodySource::Called)
            }
            Ok(Processed::Refused(response)) => self.failed(request, Failure::Refused(response)),
            Err(error) => self.failed(request, Failure::Failed(error)),
        }
    }

    fn failed(&self, request: &ApiRequest, failure: Failure) -> Outcome {
        log(request, &failure);
        let failure = match failure {
            Failure::Failed(error) => {
                let message = self.settings.redaction.text(error.message);
                Failure::Failed(ProxyError { message, ..error })
            }
            refused @ Failure::Refused(_) => refused,
        };
        let is_cached = !self.settings.ttl.is_zero();
        let is_kept = match &failure {
            Failure::Refused(response) => is_cached || response.throttle_scope().is_some(),
            Failure::Failed(error) => is_cached && error.is_worth_keeping(),
        };
        if matches!(&failure, Failure::Refused(response) if response.rejects_credentials()) {
            self.upstream.credentials().report_rejected();
        }
        let now = self.now();
        let mut state = self.state();
        if matches!(&failure, Failure::Refused(response) if response.throttle_scope().is_none()) {
            state.failures.not_throttled(request.action());
        }
        let kept = is_kept.then(|| state.failures.keep(request, failure.clone(), now));
        state.answer(request, failure, kept, now)
    }

    async fn process(self: &Arc<Self>, response: UpstreamResponse) -> Result<Processed, ProxyError> {
        let is_large = response.body.len() >= LARGE_BODY;
        let inner = Arc::clone(self);
        let work = move || inner.processed(response);
        if !is_large {
            return work();
        }
        // Joining fails only if the closure panics or the runtime shuts down.
        let what = "a body that could not be processed";
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|_| Err(ProxyError::upstream_invalid(&self.upstream.origin(), what)))
    }

    fn processed(&self, response: UpstreamResponse) -> Result<Processed, ProxyError> {
        let mut forwarded = ForwardedResponse::from_upstream(response, self.upstream.now())
            .map_err(|what| ProxyError::upstream_invalid(&self.upstream.origin(), &what))?;
        if !matches!(self.settings.redaction, Redaction::Off) {
            // Two copies at most exist at the same time.
            let reservation = self.reserve(2 * forwarded.body.len()).ok_or_else(ProxyError::out_of_memory)?;
            let body = std::mem::take(&mut forwarded.body);
            let original = body.as_ptr();
            let masked = self.settings.redaction.body(body);
            forwarded.body =
                if masked.as_ptr() == original { masked } else { reservation.attach(masked.into()) };
        }
        Ok(if forwarded.code.is_none() {
            Processed::Good(CachedBody::new(forwarded.body, self.settings.ttl, self.now()))
        } else {
            Processed::Refused(forwarded)
        })
    }
}

/// Removes what has expired, until nobody uses the cache any more.
async fn clean(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(CLEANING_INTERVAL).await;
        let Some(inner) = inner.upgrade() else { return };
        let now = inner.now();
        let mut state = inner.state();
        state.cache.remove_expired(now);
        state.failures.remove_expired(now);
        state.recent.remove_expired(now);
    }
}

fn log(request: &ApiRequest, failure: &Failure) {
    let action = request.action().name();
    let batch_id = request.batch_id();
    match failure {
        Failure::Refused(response) => tracing::warn!(
            action,
            batch_id,
            code = response.code,
            api_request_id = response.request_id,
            status = response.status.as_u16(),
            note = response.note,
            "the API returned an error"
        ),
        Failure::Failed(error) => tracing::warn!(action, batch_id, code = error.code, "{}", error.message),
    }
}
