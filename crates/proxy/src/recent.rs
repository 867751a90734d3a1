//! The batches that were requested lately and that the API knows. Calls for them go first.
//!
//! The current time is a parameter.

use std::collections::HashMap;
use std::time::Duration;

use crate::cache::Key;

/// How long a batch counts as requested lately.
const RECENT: Duration = Duration::from_secs(60);
/// The maximum number of batches. Further ones count as new.
const MAX_ENTRIES: usize = 10_000;

/// The batches, and when each was requested last.
#[derive(Debug, Default)]
pub struct RecentBatches {
    requested_at: HashMap<Key, Duration>,
}

impl RecentBatches {
    /// Returns whether a batch that is requested at `now` was also requested within the last minute.
    pub fn request(&mut self, key: &Key, now: Duration) -> bool {
        let Some(requested_at) = self.requested_at.get_mut(key) else { return false };
        let is_recent = now.saturating_sub(*requested_at) <= RECENT;
        *requested_at = now;
        is_recent
    }

    /// Adds a batch for which the API has responded with a body. Other names are not added, so that a client cannot add any
    /// number of invented ones.
    pub fn add(&mut self, key: &Key, now: Duration) {
        if self.requested_at.len() < MAX_ENTRIES {
            self.requested_at.insert(key.clone(), now);
        }
    }

    /// Removes the batches that nobody has requested lately.
    pub fn remove_expired(&mut self, now: Duration) {
        self.requested_at.retain(|_, requested_at| now.saturating_sub(*requested_at) <= RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_recent_while_it_is_requested_every_minute() {
        let (mut recent, at) = (RecentBatches::default(), Duration::from_secs);
        let key = Some("pcb-1".to_owned());
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
    fn the_number_of_batches_is_bounded() {
        let mut recent = RecentBatches::default();
        for number in 0..MAX_ENTRIES + 10 {
            recent.add(&Some(number.to_string()), Duration::ZERO);
        }
        assert_eq!(recent.requested_at.len(), MAX_ENTRIES);
    }
}
