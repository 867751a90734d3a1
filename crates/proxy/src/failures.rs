//! Failed calls that answer further requests for a while, so that a failing API is not called for every request.
//!
//! The current time is a parameter. This module must not know how a failure is sent to a client.

use std::collections::HashMap;
use std::time::Duration;

use http::StatusCode;

use crate::cache::Key;
use crate::forwarded_response::{ForwardedResponse, ThrottleScope};
use crate::proxy_error::ProxyError;

/// How long the first failure is kept. Each further one is kept twice as long.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The longest time for which a failure is kept, so that a corrected permission takes effect soon.
const LONGEST_DELAY: Duration = Duration::from_secs(10);
/// The longest time for which the API is not called because it throttles, whatever delay it states.
const LONGEST_THROTTLE: Duration = Duration::from_secs(60);
/// How long a failure counts as the predecessor of the next one, after the time for which it was kept.
const MEMORY: Duration = Duration::from_secs(30);
/// How long the others wait for the result of the first call after a throttle.
const PROBE: Duration = Duration::from_secs(2);
/// The number of batches whose failures are kept. Beyond it, failures are not kept.
const MAX_ENTRIES: usize = 10_000;

/// A call that failed.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The API responded with an error.
    Refused(ForwardedResponse),
    /// There was no response of the API.
    Failed(ProxyError),
}

impl Failure {
    /// Returns whether the failure may pass without anybody's action, so that the last body is still of use.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let status = match self {
            Self::Refused(response) => response.status,
            Self::Failed(error) => error.status,
        };
        status.is_server_error() && !matches!(self, Self::Failed(error) if error.is_missing_credentials())
            || status == StatusCode::TOO_MANY_REQUESTS
    }

    fn throttle_scope(&self) -> Option<ThrottleScope> {
        match self {
            Self::Refused(response) => response.throttle_scope(),
            Self::Failed(_) => None,
        }
    }

    /// Returns how long the API asks not to be called.
    fn stated_delay(&self) -> Option<Duration> {
        match self {
            Self::Refused(response) => response.retry_after,
            Self::Failed(_) => None,
        }
    }
}

/// The calls that a failure concerns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Scope {
    /// All calls with the access key.
    Account,
    /// The calls for one batch.
    Batch(Key),
}

#[derive(Debug)]
struct Entry {
    failure: Failure,
    /// When the API may be called again.
    until: Duration,
    /// The number of failures in succession.
    count: u32,
}

impl Entry {
    /// Returns for how much longer the failure is kept.
    fn left(&self, now: Duration) -> Option<Duration> {
        self.until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// Returns whether a failure at `now` would be its successor.
    fn counts(&self, now: Duration) -> bool {
        self.until + MEMORY > now
    }
}

/// The kept failures.
#[derive(Debug, Default)]
pub struct Failures {
    entries: HashMap<Scope, Entry>,
}

impl Failures {
    /// Returns the failure that answers requests for a batch at `now`, and for how much longer it does.
    #[must_use]
    pub fn kept(&self, key: &Key, now: Duration) -> Option<(Failure, Duration)> {
        [Scope::Account, Scope::Batch(key.clone())].iter().find_map(|scope| {
            let entry = self.entries.get(scope)?;
            Some((entry.failure.clone(), entry.left(now)?))
        })
    }

    /// Begins a call, for which no failure is [kept](Self::kept). Returns whether it is the first one after a throttle of the
    /// account; then the other batches wait until its result is known.
    pub fn begin_call(&mut self, now: Duration) -> bool {
        let Some(entry) = self.entries.get_mut(&Scope::Account).filter(|entry| entry.counts(now)) else {
            return false;
        };
        // The others must not follow before the API has accepted one call.
        entry.until = now + PROBE;
        true
    }

    /// Keeps a failure. Returns for how long.
    pub fn keep(&mut self, key: &Key, failure: Failure, now: Duration) -> Duration {
        let scope = match failure.throttle_scope() {
            Some(ThrottleScope::Account) => Scope::Account,
            Some(ThrottleScope::Batch) | None => Scope::Batch(key.clone()),
        };
        let previous = self.entries.get(&scope).filter(|entry| entry.counts(now));
        let count = previous.map_or(0, |entry| entry.count) + 1;
        let backoff = (FIRST_DELAY * 2_u32.saturating_pow(count - 1)).min(LONGEST_DELAY);
        let longest = if failure.throttle_scope().is_some() { LONGEST_THROTTLE } else { LONGEST_DELAY };
        let delay = failure.stated_delay().unwrap_or_default().max(backoff).min(longest);
        if self.entries.len() < MAX_ENTRIES || self.entries.contains_key(&scope) {
            self.entries.insert(scope, Entry { failure, until: now + delay, count });
        }
        delay
    }

    /// Forgets the failures of a batch, and those of the account: the API has responded to a call.
    pub fn succeeded(&mut self, key: &Key) {
        self.entries.remove(&Scope::Account);
        self.entries.remove(&Scope::Batch(key.clone()));
    }

    /// Forgets that the API throttles the account: it has responded with another error.
    pub fn not_throttled(&mut self) {
        self.entries.remove(&Scope::Account);
    }

    /// Removes the failures that no longer count.
    pub fn remove_expired(&mut self, now: Duration) {
        self.entries.retain(|_, entry| entry.counts(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the API may be called.
    enum Permission {
        Call,
        Probe,
        Wait,
    }

    fn permission(failures: &mut Failures, key: &Key, now: Duration) -> Permission {
        match failures.kept(key, now) {
            Some(_) => Permission::Wait,
            None if failures.begin_call(now) => Permission::Probe,
            None => Permission::Call,
        }
    }

    fn key(name: &str) -> Key {
        Some(name.to_owned())
    }

    fn refused(status: u16, code: &str, retry_after_s: Option<u64>) -> Failure {
        Failure::Refused(ForwardedResponse {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: retry_after_s.map(Duration::from_secs),
            body: bytes::Bytes::new(),
            code: Some(code.to_owned()),
            request_id: None,
            note: None,
        })
    }

    /// Returns the times in seconds, in steps of 100 ms, at which a batch that always fails is called within `seconds`.
    fn calls(failure: &Failure, seconds: u64) -> Vec<f64> {
        let mut failures = Failures::default();
        let mut calls = Vec::new();
        for tenth in 0..=seconds * 10 {
            let now = Duration::from_millis(tenth * 100);
            if !matches!(permission(&mut failures, &key("a"), now), Permission::Wait) {
                calls.push(now.as_secs_f64());
                failures.keep(&key("a"), failure.clone(), now);
            }
        }
        calls
    }

    #[test]
    fn the_delay_doubles_up_to_ten_seconds() {
        for failure in [
            refused(403, "Forbidden.RAM", None),
            refused(503, "ServiceUnavailable", Some(0)),
            Failure::Failed(ProxyError::out_of_memory()),
            refused(429, "Throttling.User", None),
            refused(429, "Throttling.User", Some(1)),
        ] {
            assert_eq!(calls(&failure, 40), [0.0, 1.0, 3.0, 7.0, 15.0, 25.0, 35.0], "{failure:?}");
        }
    }

    #[test]
    fn a_stated_delay_is_a_minimum_within_limits() {
        for (failure, expected) in [
            (refused(503, "ServiceUnavailable", Some(5)), 5),
            (refused(503, "ServiceUnavailable", Some(3600)), 10),
            (refused(429, "Throttling.User", Some(7)), 7),
            (refused(429, "Throttling.Resource", Some(3600)), 60),
        ] {
            let delay = Failures::default().keep(&key("a"), failure.clone(), Duration::ZERO);
            assert_eq!(delay.as_secs(), expected, "{failure:?}");
        }
    }

    #[test]
    fn throttling_applies_to_the_account_or_to_one_batch() {
        let now = Duration::from_secs(1_000);
        for (code, others_wait) in [
            ("Throttling", true),
            ("Throttling.User", true),
            ("Throttling.Api", true),
            ("Throttling.Resource", false),
        ] {
            let mut failures = Failures::default();
            failures.keep(&key("a"), refused(429, code, None), now);
            assert!(failures.kept(&key("a"), now).is_some(), "{code}");
            assert_eq!(failures.kept(&key("b"), now).is_some(), others_wait, "{code}");
        }
    }

    #[test]
    fn after_a_throttle_one_call_is_made_before_the_others() {
        let (mut failures, at) = (Failures::default(), Duration::from_secs);
        failures.keep(&key("a"), refused(429, "Throttling.User", None), at(0));
        assert!(matches!(permission(&mut failures, &key("b"), at(1)), Permission::Probe));
        assert!(matches!(permission(&mut failures, &key("c"), at(1)), Permission::Wait));
        failures.succeeded(&key("b"));
        assert!(matches!(permission(&mut failures, &key("c"), at(1)), Permission::Call));
        // A call without a result does not hold back the others forever.
        failures.keep(&key("a"), refused(429, "Throttling.User", None), at(2));
        assert!(matches!(permission(&mut failures, &key("b"), at(3)), Permission::Probe));
        assert!(matches!(permission(&mut failures, &key("c"), at(5)), Permission::Probe));
    }

    #[test]
    fn success_ends_the_backoff_and_time_forgets_it() {
        let (mut failures, at) = (Failures::default(), Duration::from_secs);
        let failure = refused(403, "Forbidden.RAM", None);
        assert_eq!(failures.keep(&key("a"), failure.clone(), at(0)), at(1));
        assert_eq!(failures.keep(&key("a"), failure.clone(), at(1)), at(2));
        failures.succeeded(&key("a"));
        assert_eq!(failures.keep(&key("a"), failure.clone(), at(2)), at(1));
        failures.remove_expired(at(32));
        assert_eq!(failures.keep(&key("a"), failure.clone(), at(32)), at(2));
        failures.remove_expired(at(64));
        assert_eq!(failures.keep(&key("a"), failure, at(64)), at(1));
    }

    #[test]
    fn the_number_of_failures_is_bounded() {
        let mut failures = Failures::default();
        for number in 0..MAX_ENTRIES + 10 {
            failures.keep(&key(&number.to_string()), refused(404, "NotFound", None), Duration::ZERO);
        }
        assert_eq!(failures.entries.len(), MAX_ENTRIES);
    }
}
