//! Failed calls that answer further requests for a while, so that a failing API is not called for every request.
//!
//! The current time is a parameter. This module must not know how a failure is sent to a client.

use std::collections::HashMap;
use std::time::Duration;

use http::StatusCode;

use crate::api_request::{Action, ApiRequest};
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
/// The number of requests whose failures are kept. Beyond it, failures are not kept.
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
    /// All calls of one action.
    Action(Action),
    /// The calls for one request.
    Request(ApiRequest),
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
    /// Returns the failure that answers a request at `now`, and for how much longer it does.
    #[must_use]
    pub fn kept(&self, request: &ApiRequest, now: Duration) -> Option<(Failure, Duration)> {
        let scopes = [Scope::Account, Scope::Action(request.action()), Scope::Request(request.clone())];
        scopes.iter().find_map(|scope| {
            let entry = self.entries.get(scope)?;
            Some((entry.failure.clone(), entry.left(now)?))
        })
    }

    /// Begins a call, for which no failure is [kept](Self::kept). Returns whether it is the first one after a throttle of the
    /// account or of the action; then the other requests wait until its result is known.
    pub fn begin_call(&mut self, request: &ApiRequest, now: Duration) -> bool {
        let mut is_probe = false;
        for scope in [Scope::Account, Scope::Action(request.action())] {
            if let Some(entry) = self.entries.get_mut(&scope).filter(|entry| entry.counts(now)) {
                // The others must not follow before the API has accepted one call.
                entry.until = now + PROBE;
                is_probe = true;
            }
        }
        is_probe
    }

    /// Keeps a failure. Returns for how long.
    pub fn keep(&mut self, request: &ApiRequest, failure: Failure, now: Duration) -> Duration {
        let scope = match failure.throttle_scope() {
            Some(ThrottleScope::Account) => Scope::Account,
            Some(ThrottleScope::Action) => Scope::Action(request.action()),
            Some(ThrottleScope::Request) | None => Scope::Request(request.clone()),
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

    /// Forgets the failures of a request, and the throttles that concern it: the API has responded to a call.
    pub fn succeeded(&mut self, request: &ApiRequest) {
        self.not_throttled(request.action());
        self.entries.remove(&Scope::Request(request.clone()));
    }

    /// Forgets that the API throttles the account and an action: it has responded to a call of the action, if only with
    /// another error.
    pub fn not_throttled(&mut self, action: Action) {
        self.entries.remove(&Scope::Account);
        self.entries.remove(&Scope::Action(action));
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

    fn permission(failures: &mut Failures, key: &ApiRequest, now: Duration) -> Permission {
        match failures.kept(key, now) {
            Some(_) => Permission::Wait,
            None if failures.begin_call(key, now) => Permission::Probe,
            None => Permission::Call,
        }
    }

    fn key(name: &str) -> ApiRequest {
        ApiRequest::Batch(Some(name.to_owned()))
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
    fn throttling_applies_to_the_account_to_one_action_or_to_one_request() {
        let now = Duration::from_secs(1_000);
        let list = ApiRequest::parse(Action::DescribeBatchTasks, "").unwrap();
        for (code, others_wait, lists_wait) in [
            ("Throttling", true, true),
            ("Throttling.User", true, true),
            ("Throttling.Api", true, false),
            ("Throttling.Resource", false, false),
        ] {
            let mut failures = Failures::default();
            failures.keep(&key("a"), refused(429, code, None), now);
            assert!(failures.kept(&key("a"), now).is_some(), "{code}");
            assert_eq!(failures.kept(&key("b"), now).is_some(), others_wait, "{code}");
            assert_eq!(failures.kept(&list, now).is_some(), lists_wait, "{code}");
            // A list that succeeds says nothing about the limit of the other action.
            failures.succeeded(&list);
            assert_eq!(failures.kept(&key("b"), now).is_some(), code == "Throttling.Api", "{code}");
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
