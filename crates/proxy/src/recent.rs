//! The requests that were made lately and that the API has answered with a body. Calls for them go first.
//!
//! The current time is a parameter.

use std::collections::HashMap;
use std::time::Duration;

use crate::api_request::ApiRequest;

/// How long something counts as requested lately.
const RECENT: Duration = Duration::from_secs(60);
/// The maximum number of requests. Further ones count as new.
const MAX_ENTRIES: usize = 10_000;

/// The requests, and when each was made last.
#[derive(Debug, Default)]
pub struct RecentRequests {
    requested_at: HashMap<ApiRequest, Duration>,
}

impl RecentRequests {
    /// Returns whether a request at `now` was also made within the last minute.
    pub fn request(&mut self, request: &ApiRequest, now: Duration) -> bool {
        let Some(requested_at) = self.requested_at.get_mut(request) else { return false };
        let is_recent = now.saturating_sub(*requested_at) <= RECENT;
        *requested_at = now;
        is_recent
    }

    /// Adds a request to which the API has responded with a body. Others are not added, so that a client cannot add any
    /// number of invented ones.
    pub fn add(&mut self, request: &ApiRequest, now: Duration) {
        if self.requested_at.len() < MAX_ENTRIES {
            self.requested_at.insert(request.clone(), now);
        }
    }

    /// Removes the requests that nobody has made lately.
    pub fn remove_expired(&mut self, now: Duration) {
        self.requested_at.retain(|_, requested_at| now.saturating_sub(*requested_at) <= RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_recent_while_it_is_made_every_minute() {
        let (mut recent, at) = (RecentRequests::default(), Duration::from_secs);
        let key = ApiRequest::Batch(Some("pcb-1".to_owned()));
        assert!(!recent.request(&key, at(0)));
        assert!(!recent.request(&key, at(1)), "the API has not confirmed it");
        recent.add(&key, at(2));
        for (second, expected) in [(62, true), (122, true), (183, false), (184, true)] {
            assert_eq!(recent.request(&key, at(second)), expected, "{second}");
        }
        recent.remove_expired(at(244));
        assert!(recent.request(&key, at(244)));
        recent.remove_expired(at(305));
        assert!(!recent.request(&key, at(305)));
    }

    #[test]
    fn the_number_of_requests_is_bounded() {
        let mut recent = RecentRequests::default();
        for number in 0..MAX_ENTRIES + 10 {
            recent.add(&ApiRequest::Batch(Some(number.to_string())), Duration::ZERO);
        }
        assert_eq!(recent.requested_at.len(), MAX_ENTRIES);
    }
}
