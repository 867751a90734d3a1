//! How often, and how many at once, the API is called, whoever asks.
//!
//! Must not know what is called. Calls that would have to wait too long are turned away, so that neither they nor
//! their memory pile up.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout_at};

/// The longest that a call waits for its turn: well below what a viewer waits for an answer.
const QUEUE_LIMIT: Duration = Duration::from_secs(2);
/// What is said of the wait where calls that are under way, and not the clock, decide it.
const SLOT_WAIT: Duration = Duration::from_secs(1);

/// Bounds for calls to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Calls per second, on average; as many may come at a time.
    pub rate: NonZeroU32,
    /// Calls at once. Each may hold a body of the largest size.
    pub concurrency: NonZeroU32,
}

impl Limits {
    /// `--upstream-rate`, unless it is given.
    pub const DEFAULT_RATE: NonZeroU32 = NonZeroU32::new(20).unwrap();
    /// `--upstream-concurrency`, unless it is given.
    pub const DEFAULT_CONCURRENCY: NonZeroU32 = NonZeroU32::new(16).unwrap();
}

impl Default for Limits {
    fn default() -> Self {
        Self { rate: Self::DEFAULT_RATE, concurrency: Self::DEFAULT_CONCURRENCY }
    }
}

/// Keeps calls within [`Limits`].
#[derive(Debug)]
pub(crate) struct Pace {
    patience: Duration,
    slots: Semaphore,
    rate: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>,
}

/// A call has to wait too long for its turn; after this long it may have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy(pub Duration);

impl Pace {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            patience: QUEUE_LIMIT,
            slots: Semaphore::new(limits.concurrency.get() as usize),
            rate: RateLimiter::direct_with_clock(Quota::per_second(limits.rate), MonotonicClock),
        }
    }

    /// Waits for a call's turn, which lasts until the permit is dropped.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Busy> {
        let deadline = Instant::now() + self.patience;
        let Ok(Ok(permit)) = timeout_at(deadline, self.slots.acquire()).await else {
            return Err(Busy(SLOT_WAIT));
        };
        while let Err(not_yet) = self.rate.check() {
            let wait = not_yet.wait_time_from(MonotonicClock.now());
            if Instant::now() + wait > deadline {
                return Err(Busy(wait));
            }
            sleep(wait).await;
        }
        Ok(permit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rate: u32, concurrency: u32) -> Pace {
        let number = |n| NonZeroU32::new(n).unwrap();
        Pace::new(Limits { rate: number(rate), concurrency: number(concurrency) })
    }

    #[tokio::test]
    async fn who_finds_no_slot_is_turned_away_and_the_next_has_it() {
        let pace = Pace { patience: Duration::from_millis(5), ..pace(1000, 2) };
        let (first, _second) = (pace.turn().await.unwrap(), pace.turn().await.unwrap());
        assert_eq!(pace.turn().await.unwrap_err(), Busy(SLOT_WAIT));
        drop(first);
        drop(pace.turn().await.unwrap());
    }

    #[tokio::test]
    async fn beyond_the_rate_calls_are_told_when_there_is_a_turn() {
        let pace = Pace { patience: Duration::ZERO, ..pace(1, 100) };
        drop(pace.turn().await.unwrap());
        let Busy(wait) = pace.turn().await.unwrap_err();
        assert!(!wait.is_zero() && wait <= Duration::from_secs(1), "{wait:?}");
    }

    #[tokio::test]
    async fn what_is_soon_is_waited_for() {
        let pace = pace(20, 100);
        for _ in 0..22 {
            drop(pace.turn().await.unwrap());
        }
    }
}
