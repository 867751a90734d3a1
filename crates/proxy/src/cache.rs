//! The good bodies that the proxy holds, with their ages, in bounded memory.
//!
//! Owns lifetimes and eviction. Is given the time; must not know how a body is fetched or answered.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use time::OffsetDateTime;

use crate::outline::Outline;

/// How long a batch that has ended is fresh, unless the time to live is longer still.
pub const FINISHED_TTL: Duration = Duration::from_secs(30);
/// How old a body may be that is served because the API fails.
pub const STALE_LIMIT: Duration = Duration::from_secs(300);
/// What all bodies together may take, in bytes.
pub const MEMORY_LIMIT: usize = 256 * 1024 * 1024;

/// What an entry takes beside its body, roughly: many small bodies are bounded by it.
const ENTRY_OVERHEAD: usize = 1024;

/// The BatchId of a request, or its absence.
pub type Key = Option<String>;

/// A good body, and when it came.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The API's bytes.
    pub body: Bytes,
    /// What is known of them.
    pub outline: Outline,
    /// How long it is fresh.
    pub ttl: Duration,
    fetched_at: OffsetDateTime,
}

impl Kept {
    /// A body that came at `now`, fresh for `ttl` or, if its batch has ended, for longer.
    #[must_use]
    pub fn new(body: Bytes, ttl: Duration, now: OffsetDateTime) -> Self {
        let outline = Outline::of(&body);
        let ttl = if outline.finished && !ttl.is_zero() { ttl.max(FINISHED_TTL) } else { ttl };
        Self { body, outline, ttl, fetched_at: now }
    }

    /// The age at `now`; a clock that was set back makes a body as old as can be.
    #[must_use]
    pub fn age(&self, now: OffsetDateTime) -> Duration {
        Duration::try_from(now - self.fetched_at).unwrap_or(Duration::MAX)
    }

    fn weight(&self) -> usize {
        self.body.len() + ENTRY_OVERHEAD
    }
}

/// The bodies, by key.
#[derive(Debug)]
pub struct Cache {
    kept: HashMap<Key, Kept>,
    weight: usize,
    limit: usize,
}

impl Cache {
    /// An empty cache that holds at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { kept: HashMap::new(), weight: 0, limit }
    }

    /// A body that is younger than its time to live.
    #[must_use]
    pub fn fresh(&self, key: &Key, now: OffsetDateTime) -> Option<&Kept> {
        self.kept.get(key).filter(|kept| kept.age(now) < kept.ttl)
    }

    /// A body that is young enough to stand in for one that cannot be had.
    #[must_use]
    pub fn usable(&self, key: &Key, now: OffsetDateTime) -> Option<&Kept> {
        self.kept.get(key).filter(|kept| kept.age(now) <= STALE_LIMIT.max(kept.ttl))
    }

    /// Keeps a body in place of the one before; what is too old goes, then the oldest until all fits.
    pub fn keep(&mut self, key: Key, kept: Kept, now: OffsetDateTime) {
        self.forget(&key);
        self.kept.retain(|_, old| old.age(now) <= STALE_LIMIT.max(old.ttl));
        self.weight = self.kept.values().map(Kept::weight).sum();
        if kept.weight() > self.limit {
            return;
        }
        while self.weight + kept.weight() > self.limit {
            let oldest = self.kept.iter().min_by_key(|(_, old)| old.fetched_at).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.forget(&oldest);
        }
        self.weight += kept.weight();
        self.kept.insert(key, kept);
    }

    /// Drops a body, such as one that its viewers may no longer see.
    pub fn forget(&mut self, key: &Key) {
        if let Some(old) = self.kept.remove(key) {
            self.weight -= old.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const START: OffsetDateTime = datetime!(2026-05-28 16:38:20 UTC);
    const TTL: Duration = Duration::from_secs(2);

    fn key(name: &str) -> Key {
        Some(name.to_owned())
    }

    #[test]
    fn a_body_is_fresh_then_usable_then_gone() {
        let mut cache = Cache::new(MEMORY_LIMIT);
        cache.keep(key("runs"), Kept::new(r#"{"Status":"RUNNING"}"#.into(), TTL, START), START);
        cache.keep(None, Kept::new(r#"{"Status":"COMPLETED"}"#.into(), TTL, START), START);
        for (seconds, runs, ended, usable) in [
            (0, true, true, true),
            (2, false, true, true),
            (29, false, true, true),
            (30, false, false, true),
            (300, false, false, true),
            (301, false, false, false),
            (-1, false, false, false),
        ] {
            let now = START + time::Duration::seconds(seconds);
            assert_eq!(cache.fresh(&key("runs"), now).is_some(), runs, "{seconds}");
            assert_eq!(cache.fresh(&None, now).is_some(), ended, "{seconds}");
            assert_eq!(cache.usable(&key("runs"), now).is_some(), usable, "{seconds}");
        }
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let mut cache = Cache::new(3 * (ENTRY_OVERHEAD + 10));
        for (second, name) in ["a", "b", "c", "d", "c"].into_iter().enumerate() {
            let now = START + Duration::from_secs(second as u64);
            cache.keep(key(name), Kept::new(vec![b' '; 10].into(), TTL, now), now);
            assert!(cache.weight <= cache.limit);
        }
        let left = |cache: &Cache, name| cache.usable(&key(name), START + Duration::from_secs(5)).is_some();
        assert_eq!(["a", "b", "c", "d"].map(|name| left(&cache, name)), [false, true, true, true]);
        let now = START + Duration::from_secs(5);
        cache.keep(key("e"), Kept::new(vec![b' '; 9000].into(), TTL, now), now);
        assert!(!left(&cache, "e") && left(&cache, "d"), "what never fits pushes nothing out");
    }
}
