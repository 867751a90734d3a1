//! The cache of bodies: lifetimes and eviction, in bounded memory.
//!
//! The current time is a parameter. This module must not know how a body is fetched or sent.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use time::OffsetDateTime;

use crate::body_summary::BodySummary;

/// The minimum time to live of a body whose batch has ended.
pub const FINISHED_TTL: Duration = Duration::from_secs(30);
/// The maximum age of a body that is served because the API fails.
pub const STALE_LIMIT: Duration = Duration::from_secs(300);
/// The memory limit of the cache, in bytes.
pub const MEMORY_LIMIT: usize = 256 * 1024 * 1024;

/// The approximate size of an entry without its body. It limits the number of small bodies.
const ENTRY_OVERHEAD: usize = 1024;

/// The BatchId of a request, if it has one.
pub type Key = Option<String>;

/// The body of a successful response.
#[derive(Debug, Clone)]
pub struct CachedBody {
    /// The body.
    pub body: Bytes,
    /// Its entity tag and status.
    pub summary: BodySummary,
    /// How long the body is fresh.
    pub ttl: Duration,
    fetched_at: OffsetDateTime,
}

impl CachedBody {
    /// Creates an entry for a body that was received at `now`. If its batch has ended, the time to live is at least
    /// [`FINISHED_TTL`].
    #[must_use]
    pub fn new(body: Bytes, ttl: Duration, now: OffsetDateTime) -> Self {
        let summary = BodySummary::of(&body);
        let ttl = if summary.finished && !ttl.is_zero() { ttl.max(FINISHED_TTL) } else { ttl };
        Self { body, summary, ttl, fetched_at: now }
    }

    /// Returns the age at `now`. If the clock was set back, returns the maximum, so that the body is not used.
    #[must_use]
    pub fn age(&self, now: OffsetDateTime) -> Duration {
        Duration::try_from(now - self.fetched_at).unwrap_or(Duration::MAX)
    }

    fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.age(now) > STALE_LIMIT.max(self.ttl)
    }

    fn size(&self) -> usize {
        self.body.len() + ENTRY_OVERHEAD
    }
}

/// The cached bodies, by key.
#[derive(Debug)]
pub struct Cache {
    entries: HashMap<Key, CachedBody>,
    size: usize,
    limit: usize,
}

impl Cache {
    /// Creates an empty cache of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { entries: HashMap::new(), size: 0, limit }
    }

    /// Returns the body if it is younger than its time to live.
    #[must_use]
    pub fn fresh(&self, key: &Key, now: OffsetDateTime) -> Option<&CachedBody> {
        self.entries.get(key).filter(|entry| entry.age(now) < entry.ttl)
    }

    /// Returns the body if it may be served while the API fails.
    #[must_use]
    pub fn fallback(&self, key: &Key, now: OffsetDateTime) -> Option<&CachedBody> {
        self.entries.get(key).filter(|entry| !entry.is_expired(now))
    }

    /// Inserts or replaces a body. Removes expired bodies, and then the oldest ones until the new body fits.
    pub fn insert(&mut self, key: Key, body: CachedBody, now: OffsetDateTime) {
        self.remove(&key);
        self.entries.retain(|_, entry| !entry.is_expired(now));
        self.size = self.entries.values().map(CachedBody::size).sum();
        if body.size() > self.limit {
            return;
        }
        while self.size + body.size() > self.limit {
            let oldest =
                self.entries.iter().min_by_key(|(_, entry)| entry.fetched_at).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.remove(&oldest);
        }
        self.size += body.size();
        self.entries.insert(key, body);
    }

    /// Removes a body.
    pub fn remove(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.size -= entry.size();
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
    fn a_body_is_fresh_then_a_fallback_then_expired() {
        let mut cache = Cache::new(MEMORY_LIMIT);
        cache.insert(key("runs"), CachedBody::new(r#"{"Status":"RUNNING"}"#.into(), TTL, START), START);
        cache.insert(None, CachedBody::new(r#"{"Status":"COMPLETED"}"#.into(), TTL, START), START);
        for (seconds, runs, ended, fallback) in [
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
            assert_eq!(cache.fallback(&key("runs"), now).is_some(), fallback, "{seconds}");
        }
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_body_is_evicted_first() {
        let mut cache = Cache::new(3 * (ENTRY_OVERHEAD + 10));
        for (second, name) in ["a", "b", "c", "d", "c"].into_iter().enumerate() {
            let now = START + Duration::from_secs(second as u64);
            cache.insert(key(name), CachedBody::new(vec![b' '; 10].into(), TTL, now), now);
            assert!(cache.size <= cache.limit);
        }
        let has = |cache: &Cache, name| cache.fallback(&key(name), START + Duration::from_secs(5)).is_some();
        assert_eq!(["a", "b", "c", "d"].map(|name| has(&cache, name)), [false, true, true, true]);
        let now = START + Duration::from_secs(5);
        cache.insert(key("e"), CachedBody::new(vec![b' '; 9000].into(), TTL, now), now);
        assert!(!has(&cache, "e") && has(&cache, "d"), "a body that is too large evicts no other");
    }
}
