//! Limits on calls to the API: calls per second, and concurrent calls, for all clients together.
//!
//! A call that would wait too long for its turn fails, so that waiting calls do not accumulate.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};
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

/// Delays or rejects calls that exceed [`UpstreamLimits`].
#[derive(Debug)]
pub(crate) struct UpstreamLimiter {
    max_wait: Duration,
    slots: Semaphore,
    rate: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>,
}

/// A call would have to wait too long for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitExceeded {
    /// When to try again.
    pub retry_after: Duration,
}

impl UpstreamLimiter {
    pub(crate) fn new(limits: UpstreamLimits) -> Self {
        Self {
            max_wait: MAX_WAIT,
            slots: Semaphore::new(limits.concurrency.get() as usize),
            rate: RateLimiter::direct_with_clock(Quota::per_second(limits.rate), MonotonicClock),
        }
    }

    /// Waits until a call is allowed. The call may last until the permit is dropped.
    pub(crate) async fn acquire(&self) -> Result<SemaphorePermit<'_>, LimitExceeded> {
        let deadline = Instant::now() + self.max_wait;
        let Ok(Ok(permit)) = timeout_at(deadline, self.slots.acquire()).await else {
            return Err(LimitExceeded { retry_after: SLOT_RETRY_DELAY });
        };
        while let Err(not_yet) = self.rate.check() {
            let wait = not_yet.wait_time_from(MonotonicClock.now());
            if Instant::now() + wait > deadline {
                return Err(LimitExceeded { retry_after: wait });
            }
            sleep(wait).await;
        }
        Ok(permit)
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
        let (first, _second) = (limiter.acquire().await.unwrap(), limiter.acquire().await.unwrap());
        assert_eq!(limiter.acquire().await.unwrap_err(), LimitExceeded { retry_after: SLOT_RETRY_DELAY });
        drop(first);
        drop(limiter.acquire().await.unwrap());
    }

    #[tokio::test]
    async fn a_call_above_the_rate_is_rejected_with_the_delay() {
        let limiter = UpstreamLimiter { max_wait: Duration::ZERO, ..limiter(1, 100) };
        drop(limiter.acquire().await.unwrap());
        let LimitExceeded { retry_after: wait } = limiter.acquire().await.unwrap_err();
        assert!(!wait.is_zero() && wait <= Duration::from_secs(1), "{wait:?}");
    }

    #[tokio::test]
    async fn a_short_wait_delays_the_call() {
        let limiter = limiter(20, 100);
        for _ in 0..22 {
            drop(limiter.acquire().await.unwrap());
        }
    }
}
