//! The cache of bodies: lifetimes and eviction.
//!
//! The current time is a parameter. This module must not know how a body is fetched or sent. Its memory is part of the
//! [`MemoryBudget`](crate::memory::MemoryBudget), which the bodies themselves hold.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::OnceCell;

use crate::api_request::ApiRequest;
use crate::body_summary::BodySummary;

/// The minimum time to live of a body whose batch has ended.
pub const FINISHED_TTL: Duration = Duration::from_secs(30);
/// The maximum age of a body that is served because the API fails.
pub const STALE_LIMIT: Duration = Duration::from_secs(300);
/// The maximum number of bodies, which limits the memory of small ones.
pub const MAX_ENTRIES: usize = 10_000;

/// The body of a successful response.
#[derive(Debug, Clone)]
pub struct CachedBody {
    /// The body.
    pub body: Bytes,
    /// The body as gzip, once a client has requested it; `None` if there was no memory for it.
    pub gzip: Arc<OnceCell<Option<Bytes>>>,
    /// Its entity tag and status.
    pub summary: BodySummary,
    /// How long the body is fresh.
    pub ttl: Duration,
    /// When the body was received, by the monotonic clock.
    fetched_at: Duration,
}

impl CachedBody {
    /// Creates an entry for a body that was received at `now`. If its batch has ended, the time to live is at least
    /// [`FINISHED_TTL`].
    #[must_use]
    pub fn new(body: Bytes, ttl: Duration, now: Duration) -> Self {
        let summary = BodySummary::of(&body);
        let ttl = if summary.finished && !ttl.is_zero() { ttl.max(FINISHED_TTL) } else { ttl };
        Self { body, gzip: Arc::default(), summary, ttl, fetched_at: now }
    }

    /// Returns the age at `now`.
    #[must_use]
    pub fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.fetched_at)
    }

    /// Returns the body for a response, which keeps it in use.
    #[must_use]
    pub fn into_response_body(self) -> Bytes {
        Bytes::from_owner(self)
    }

    /// Returns whether no client is receiving the body.
    fn is_unused(&self) -> bool {
        // Each clone of the body shares this.
        Arc::strong_count(&self.gzip) == 1
    }

    fn is_expired(&self, now: Duration) -> bool {
        self.age(now) > STALE_LIMIT.max(self.ttl)
    }
}

impl AsRef<[u8]> for CachedBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// The cached bodies, by request.
#[derive(Debug, Default)]
pub struct Cache {
    entries: HashMap<ApiRequest, CachedBody>,
}

impl Cache {
    /// Returns the body if it is fresh.
    #[must_use]
    pub fn fresh(&self, request: &ApiRequest, now: Duration) -> Option<&CachedBody> {
        self.entries.get(request).filter(|entry| entry.age(now) < entry.ttl)
    }

    /// Returns the body if it may be served because the API fails.
    #[must_use]
    pub fn fallback(&self, request: &ApiRequest, now: Duration) -> Option<&CachedBody> {
        self.entries.get(request).filter(|entry| !entry.is_expired(now))
    }

    /// Inserts or replaces a body.
    pub fn insert(&mut self, request: ApiRequest, body: CachedBody) {
        if self.entries.len() >= MAX_ENTRIES && !self.entries.contains_key(&request) {
            self.remove_oldest_unused();
        }
        self.entries.insert(request, body);
    }

    /// Removes a body.
    pub fn remove(&mut self, request: &ApiRequest) {
        self.entries.remove(request);
    }

    /// Removes the body that was received first, among those that no client is receiving. Returns whether there was one.
    pub fn remove_oldest_unused(&mut self) -> bool {
        let unused = self.entries.iter().filter(|(_, entry)| entry.is_unused());
        let oldest = unused.min_by_key(|(_, entry)| entry.fetched_at).map(|(request, _)| request.clone());
        oldest.is_some_and(|oldest| self.entries.remove(&oldest).is_some())
    }

    /// Removes the bodies that are too old for any use.
    pub fn remove_expired(&mut self, now: Duration) {
        self.entries.retain(|_, entry| !entry.is_expired(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000);
    const TTL: Duration = Duration::from_secs(2);

    fn key(name: &str) -> ApiRequest {
        ApiRequest::Batch(Some(name.to_owned()))
    }

    #[test]
    fn a_body_is_fresh_then_a_fallback_then_expired() {
        let mut cache = Cache::default();
        cache.insert(key("runs"), CachedBody::new(r#"{"Status":"RUNNING"}"#.into(), TTL, START));
        cache
            .insert(ApiRequest::Batch(None), CachedBody::new(r#"{"Status":"COMPLETED"}"#.into(), TTL, START));
        for (seconds, runs, ended, fallback) in [
            (0, true, true, true),
            (2, false, true, true),
            (29, false, true, true),
            (30, false, false, true),
            (300, false, false, true),
            (301, false, false, false),
        ] {
            let now = START + Duration::from_secs(seconds);
            assert_eq!(cache.fresh(&key("runs"), now).is_some(), runs, "{seconds}");
            assert_eq!(cache.fresh(&ApiRequest::Batch(None), now).is_some(), ended, "{seconds}");
            assert_eq!(cache.fallback(&key("runs"), now).is_some(), fallback, "{seconds}");
            cache.remove_expired(now);
            assert_eq!(cache.entries.len(), if fallback { 2 } else { 0 }, "{seconds}");
        }
    }

    #[test]
    fn the_oldest_unused_body_is_removed_first() {
        let mut cache = Cache::default();
        for (second, name) in ["a", "b", "c", "a"].into_iter().enumerate() {
            cache.insert(key(name), CachedBody::new("{}".into(), TTL, Duration::from_secs(second as u64)));
        }
        let receiving = cache.fresh(&key("b"), Duration::ZERO).unwrap().clone().into_response_body();
        for name in ["c", "a"] {
            assert!(cache.entries.contains_key(&key(name)) && cache.remove_oldest_unused(), "{name}");
            assert!(!cache.entries.contains_key(&key(name)), "{name}");
        }
        assert!(!cache.remove_oldest_unused());
        drop(receiving);
        assert!(cache.remove_oldest_unused());
    }
}
