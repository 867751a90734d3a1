//! Many viewers, one call: what is fresh is shared, and so is the call that is under way.
//!
//! Owns when the API is called, and what stands in when it fails. Must not know routes or headers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use batch_task_data::redact::Accounts;
use http::StatusCode;
use time::OffsetDateTime;
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::answer::{Reply, judge};
use crate::cache::{Cache, Kept, Key, MEMORY_LIMIT};
use crate::metrics::{CacheResult, CallResult, Metrics};
use crate::problem::Problem;
use crate::redact::redact_json;
use crate::upstream::{Answer, Upstream};

/// A body from this size on, in bytes, is examined on a thread of its own: checking and hashing it takes half a
/// millisecond (29 ms for 100,000 rows), for which a worker's other requests would wait.
const LARGE: usize = 256 * 1024;

/// What a request comes to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A body that was held, or that this call brought.
    Good(Kept, Origin),
    /// The API's own error.
    Refused(Reply),
    /// The proxy's error.
    Failed(Problem),
}

impl Outcome {
    fn as_counted(&self) -> CacheResult {
        match self {
            Self::Good(_, Origin::Hit) => CacheResult::Hit,
            Self::Good(_, Origin::Called) => CacheResult::Miss,
            Self::Good(_, Origin::Joined) => CacheResult::Joined,
            Self::Good(_, Origin::Stale(_)) => CacheResult::Stale,
            Self::Refused(_) => CacheResult::Refused,
            Self::Failed(_) => CacheResult::Failed,
        }
    }
}

/// Where a good body is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was held, and is fresh.
    Hit,
    /// The API was called for this request.
    Called,
    /// The API had been called for another request, which this one joined.
    Joined,
    /// It was held and stands in for an answer that cannot be had.
    Stale(Cause),
}

/// Why a stale body is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The API answered with this status.
    Status(StatusCode),
    /// There was no answer of the API; the proxy's code for that.
    Problem(&'static str),
}

/// The API, called once for all who ask at a time.
#[derive(Clone)]
pub struct Shared {
    inner: Arc<Inner>,
}

struct Inner {
    upstream: Upstream,
    ttl: Duration,
    accounts: Accounts,
    metrics: Metrics,
    state: Mutex<State>,
}

struct State {
    cache: Cache,
    flights: HashMap<Key, watch::Receiver<Option<Outcome>>>,
    /// Refusals of the API that ask for patience, and until when: to ask again sooner would be no use to any viewer.
    throttled: HashMap<Key, (OffsetDateTime, Reply)>,
}

/// What becomes of a request.
enum Boarding {
    /// It waits for a call, which was under way before or not.
    Flight(watch::Receiver<Option<Outcome>>, bool),
    /// It needs no call.
    Needless(Outcome),
}

impl Shared {
    /// Shares the answers of `upstream` for `ttl`; zero keeps none, and shares only calls that are under way. Account ids
    /// that are not to go out are not kept either.
    #[must_use]
    pub fn new(upstream: Upstream, ttl: Duration, accounts: Accounts, metrics: Metrics) -> Self {
        let state =
            State { cache: Cache::new(MEMORY_LIMIT), flights: HashMap::new(), throttled: HashMap::new() };
        Self { inner: Arc::new(Inner { upstream, ttl, accounts, metrics, state: Mutex::new(state) }) }
    }

    /// The time by which ages are counted.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.inner.upstream.now()
    }

    /// The present answer about a batch. Dropping the future leaves the call to those who wait for it too.
    pub async fn describe(&self, key: Key) -> Outcome {
        let outcome = self.outcome(key).await;
        self.inner.metrics.batch_answered(outcome.as_counted());
        outcome
    }

    async fn outcome(&self, key: Key) -> Outcome {
        let (mut flight, joined) = match self.board(key) {
            Boarding::Flight(flight, joined) => (flight, joined),
            Boarding::Needless(outcome) => return outcome,
        };
        let landed = flight.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        match landed {
            Some(Outcome::Good(kept, Origin::Called)) if joined => Outcome::Good(kept, Origin::Joined),
            Some(outcome) => outcome,
            // The call's task is gone without a word, which only a bug or the runtime's end can bring about.
            None => {
                Outcome::Failed(Problem::upstream_invalid(&self.inner.upstream.origin(), "nothing at all"))
            }
        }
    }

    /// A call is needless where a fresh body is held, or where the API has asked for patience.
    fn board(&self, key: Key) -> Boarding {
        let now = self.now();
        let mut state = self.inner.state();
        if let Some(kept) = state.cache.fresh(&key, now) {
            return Boarding::Needless(Outcome::Good(kept.clone(), Origin::Hit));
        }
        if let Some(outcome) = state.throttled(&key, now) {
            return Boarding::Needless(outcome);
        }
        // A flight whose sender is gone never lands.
        if let Some(flight) = state.flights.get(&key).filter(|flight| flight.has_changed().is_ok()) {
            return Boarding::Flight(flight.clone(), true);
        }
        let (land, flight) = watch::channel(None);
        state.flights.insert(key.clone(), flight.clone());
        let inner = Arc::clone(&self.inner);
        // A task of its own: whoever asked first may leave, and the others must still get their answer.
        let call = async move {
            let outcome = inner.call(&key).await;
            // Out of the list before it lands, so that no later request takes an answer that is over.
            inner.state().flights.remove(&key);
            land.send_replace(Some(outcome));
        };
        // What it logs is found by the id of the request that began it.
        tokio::spawn(call.in_current_span());
        Boarding::Flight(flight, false)
    }
}

impl State {
    /// What stands in for an answer until the API may be asked again.
    fn throttled(&self, key: &Key, now: OffsetDateTime) -> Option<Outcome> {
        let (until, reply) = self.throttled.get(key)?;
        let left = Duration::try_from(*until - now).ok().filter(|left| !left.is_zero())?;
        Some(match self.cache.usable(key, now) {
            Some(kept) => Outcome::Good(kept.clone(), Origin::Stale(Cause::Status(reply.status))),
            None => Outcome::Refused(reply.clone().with_wait(left)),
        })
    }

    fn throttle(&mut self, key: Key, wait: Duration, reply: Reply, now: OffsetDateTime) {
        self.throttled.retain(|_, (until, _)| *until > now);
        self.throttled.insert(key, (now + wait, reply));
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half-way through a change, so a poisoned state is a sound one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(&self, key: &Key) -> Outcome {
        let origin = self.upstream.origin();
        let begun = Instant::now();
        let called = self.upstream.describe_batch_task(key.as_deref()).await;
        let took = begun.elapsed();
        let now = self.upstream.now();
        let examined = match called {
            Ok(answer) => {
                self.examine(answer, now).await.map_err(|what| Problem::upstream_invalid(&origin, &what))
            }
            Err(failure) => Err(Problem::of_failure(&failure, &origin)),
        };
        let ended = match &examined {
            Ok(Examined::Good(_)) => CallResult::Good,
            Ok(Examined::Refused(_)) => CallResult::Refused,
            Err(_) => CallResult::Failed,
        };
        self.metrics.call_ended(ended, took);
        match examined {
            Ok(Examined::Good(kept)) => {
                if !self.ttl.is_zero() {
                    self.state().cache.keep(key.clone(), kept.clone(), now);
                }
                Outcome::Good(kept, Origin::Called)
            }
            Ok(Examined::Refused(reply)) => self.refused(key, reply, now),
            Err(problem) => self.failed(key, problem, now),
        }
    }

    /// What a refusal of the API comes to, and what is remembered of it.
    fn refused(&self, key: &Key, reply: Reply, now: OffsetDateTime) -> Outcome {
        let (status, note) = (reply.status.as_u16(), reply.note.as_deref());
        tracing::warn!(batch_id = shown(key), code = reply.code, status, note, "the API answered an error");
        if reply.refuses_key() {
            self.upstream.credentials().refused();
        }
        if let Some(wait) = reply.throttled_for() {
            self.state().throttle(key.clone(), wait, reply.clone(), now);
        }
        let passes = reply.status.is_server_error() || reply.status == StatusCode::TOO_MANY_REQUESTS;
        let cause = Cause::Status(reply.status);
        self.stand_in(key, passes.then_some(cause), now).unwrap_or(Outcome::Refused(reply))
    }

    /// What a call without an answer of the API comes to.
    fn failed(&self, key: &Key, problem: Problem, now: OffsetDateTime) -> Outcome {
        tracing::warn!(batch_id = shown(key), code = problem.code, "{}", problem.message);
        let passes = matches!(
            problem.status,
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        );
        let cause = Cause::Problem(problem.code);
        self.stand_in(key, passes.then_some(cause), now).unwrap_or(Outcome::Failed(problem))
    }

    async fn examine(&self, answer: Answer, now: OffsetDateTime) -> Result<Examined, String> {
        let (ttl, accounts) = (self.ttl, self.accounts);
        let is_large = answer.body.len() >= LARGE;
        let work = move || {
            let mut reply = judge(answer, now)?;
            if accounts == Accounts::Masked {
                reply.body = redact_json(reply.body);
            }
            Ok(if reply.code.is_none() {
                Examined::Good(Kept::new(reply.body, ttl, now))
            } else {
                Examined::Refused(reply)
            })
        };
        if !is_large {
            return work();
        }
        // Only a bug, or the runtime's end, keeps the work from its end.
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|_| Err("a body that could not be examined".to_owned()))
    }

    /// The last good body, if the failure is one that passes. Any other failure means that the body may no longer be
    /// seen: the permission is gone, or the batch is.
    fn stand_in(&self, key: &Key, passing: Option<Cause>, now: OffsetDateTime) -> Option<Outcome> {
        let mut state = self.state();
        let Some(cause) = passing else {
            state.cache.forget(key);
            return None;
        };
        let kept = state.cache.usable(key, now)?.clone();
        Some(Outcome::Good(kept, Origin::Stale(cause)))
    }
}

/// A batch as a log names it.
fn shown(key: &Key) -> &str {
    key.as_deref().unwrap_or("(none)")
}

/// What an answer of the API is found to be.
enum Examined {
    Good(Kept),
    Refused(Reply),
}
