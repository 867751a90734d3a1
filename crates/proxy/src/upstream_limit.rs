//! Limits on calls to the API: calls per second, and concurrent calls, for all clients together.
//!
//! A call that would wait too long for its turn fails, so that waiting calls do not accumulate. Calls for batches that nobody
//! requested lately may use only half of each limit, so that they do not delay the others.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};

/// The longest that a call waits for its turn: much shorter than a viewer's time-out.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// The retry delay that is reported when all slots are in use; the real delay depends on the calls in progress.
const SLOT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Limits on calls to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpstreamLimits {
    /// Average calls per second. A burst may have the same number.
    pub rate: NonZeroU32,
    /// Concurrent calls. Each may hold a body of up to [`BODY_LIMIT`](crate::upstream::BODY_LIMIT) bytes.
    pub concurrency: NonZeroU32,
}

impl UpstreamLimits {
    /// The default of `--upstream-rate`.
    pub const DEFAULT_RATE: NonZeroU32 = NonZeroU32::new(20).unwrap();
    /// The default of `--upstream-concurrency`.
    pub const DEFAULT_CONCURRENCY: NonZeroU32 = NonZeroU32::new(16).unwrap();
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self { rate: Self::DEFAULT_RATE, concurrency: Self::DEFAULT_CONCURRENCY }
    }
}

/// Which calls go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// For a batch that was requested within the last minute.
    Recent,
    /// For any other batch.
    New,
}

/// Delays or rejects calls that exceed [`UpstreamLimits`].
#[derive(Debug)]
pub(crate) struct UpstreamLimiter {
    max_wait: Duration,
    all: Limits,
    /// The part of the limits that calls for new batches may use.
    new: Limits,
}

/// Slots for concurrent calls, and a rate.
#[derive(Debug)]
struct Limits {
    slots: Arc<Semaphore>,
    rate: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>,
}

/// A call may last until its permit is dropped.
#[derive(Debug)]
pub struct Permit {
    _slots: Vec<OwnedSemaphorePermit>,
}

/// A call would have to wait too long for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitExceeded {
    /// When to try again.
    pub retry_after: Duration,
}

impl UpstreamLimiter {
    pub(crate) fn new(limits: UpstreamLimits) -> Self {
        let half = |limit: NonZeroU32| NonZeroU32::new(limit.get() / 2).unwrap_or(NonZeroU32::MIN);
        let UpstreamLimits { rate, concurrency } = limits;
        Self {
            max_wait: MAX_WAIT,
            all: Limits::new(rate, concurrency),
            new: Limits::new(half(rate), half(concurrency)),
        }
    }

    /// Waits until a call is allowed.
    pub(crate) async fn acquire(&self, priority: Priority) -> Result<Permit, LimitExceeded> {
        let deadline = Instant::now() + self.max_wait;
        let limits: &[&Limits] = match priority {
            Priority::Recent => &[&self.all],
            // The own part first: a new call must not hold a slot of the others while it waits.
            Priority::New => &[&self.new, &self.all],
        };
        let mut slots = Vec::new();
        for limit in limits {
            slots.push(limit.acquire(deadline).await?);
        }
        Ok(Permit { _slots: slots })
    }
}

impl Limits {
    fn new(rate: NonZeroU32, concurrency: NonZeroU32) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(concurrency.get() as usize)),
            rate: RateLimiter::direct_with_clock(Quota::per_second(rate), MonotonicClock),
        }
    }

    async fn acquire(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, LimitExceeded> {
        let Ok(Ok(slot)) = timeout_at(deadline, Arc::clone(&self.slots).acquire_owned()).await else {
            return Err(LimitExceeded { retry_after: SLOT_RETRY_DELAY });
        };
        while let Err(not_yet) = self.rate.check() {
            let wait = not_yet.wait_time_from(MonotonicClock.now());
            if Instant::now() + wait > deadline {
                return Err(LimitExceeded { retry_after: wait });
            }
            sleep(wait).await;
        }
        Ok(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(rate: u32, concurrency: u32) -> UpstreamLimiter {
        let number = |n| NonZeroU32::new(n).unwrap();
        UpstreamLimiter::new(UpstreamLimits { rate: number(rate), concurrency: number(concurrency) })
    }

    #[tokio::test]
    async fn a_call_without_a_free_slot_is_rejected() {
        let limiter = UpstreamLimiter { max_wait: Duration::from_millis(5), ..limiter(1000, 2) };
        let acquire = || limiter.acquire(Priority::Recent);
        let (first, _second) = (acquire().await.unwrap(), acquire().await.unwrap());
        assert_eq!(acquire().await.unwrap_err(), LimitExceeded { retry_after: SLOT_RETRY_DELAY });
        drop(first);
        drop(acquire().await.unwrap());
    }

    #[tokio::test]
    async fn a_call_above_the_rate_is_rejected_with_the_delay() {
        for priority in [Priority::Recent, Priority::New] {
            let limiter = UpstreamLimiter { max_wait: Duration::ZERO, ..limiter(1, 100) };
            drop(limiter.acquire(priority).await.unwrap());
            let LimitExceeded { retry_after: wait } = limiter.acquire(priority).await.unwrap_err();
            assert!(!wait.is_zero() && wait <= Duration::from_secs(1), "{wait:?}");
        }
    }

    #[tokio::test]
    async fn a_short_wait_delays_the_call() {
        let limiter = limiter(20, 100);
        for _ in 0..22 {
            drop(limiter.acquire(Priority::Recent).await.unwrap());
        }
    }

    #[tokio::test]
    async fn new_batches_leave_half_of_each_limit_to_the_others() {
        for (rate, concurrency) in [(1000, 8), (8, 1000)] {
            let limiter = UpstreamLimiter { max_wait: Duration::ZERO, ..limiter(rate, concurrency) };
            let mut permits = Vec::new();
            while let Ok(permit) = limiter.acquire(Priority::New).await {
                permits.push(permit);
            }
            assert_eq!(permits.len(), 4, "{rate} {concurrency}");
            for _ in 0..4 {
                permits.push(limiter.acquire(Priority::Recent).await.unwrap());
            }
        }
    }
}
