//! Whether the data on the page can still be what the server has.

use super::content::Content;
use super::interval::DEFAULT_INTERVAL_MS;
use super::state::State;

/// Data counts as old after this many intervals.
const OLD_AFTER_INTERVALS: u64 = 3;

/// How well the data on the page is known to be current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// It is at most three intervals old, or the task has ended, or there is no data yet.
    #[default]
    Live,
    /// It is older, but nothing has failed: polling is paused, or a request is in flight.
    Old,
    /// It is older, and the server or the API behind it does not answer.
    Lost,
    /// A permanent error has stopped the automatic updates.
    Stopped,
}

impl<T: Content> State<T> {
    /// Returns how current the data is at `now_ms` (Unix milliseconds by the viewer's clock).
    pub fn contact(&self, now_ms: u64) -> Contact {
        if self.has_stopped_updating() {
            return Contact::Stopped;
        }
        let age_ms = self.age_ms(now_ms).filter(|_| !self.has_ended()).unwrap_or(0);
        // A request may take longer than a short interval.
        let interval_ms = u64::from(self.effective_interval_ms().max(DEFAULT_INTERVAL_MS));
        match age_ms > OLD_AFTER_INTERVALS * interval_ms {
            false => Contact::Live,
            true if self.is_stale() || self.pause_reasons.offline => Contact::Lost,
            true => Contact::Old,
        }
    }

    /// Returns the age of the data at `now_ms`, in milliseconds; `None` without data.
    pub fn age_ms(&self, now_ms: u64) -> Option<u64> {
        Some(now_ms.saturating_sub(self.data.as_ref()?.fetched_at_ms))
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::{Error, ErrorClass};
    use crate::model::BatchTask;
    use crate::poll::{Data, Event, PauseReasons};
    use crate::test_data;

    const MINUTE_MS: u64 = 60_000;

    /// A state with data from 0 ms.
    fn state(interval_ms: u32, change: impl FnOnce(&mut State)) -> State {
        let mut state = State::new(interval_ms);
        let data = Data {
            content: Rc::new(test_data::empty_task()),
            request_id: "r".into(),
            fetched_at_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
        };
        state.data = Some(data);
        change(&mut state);
        state
    }

    fn failed(state: &mut State) {
        state.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
    }

    #[test]
    fn data_is_old_after_three_intervals() {
        let offline = |state: &mut State| state.pause_reasons.offline = true;
        let hidden = |state: &mut State| state.pause_reasons.hidden = true;
        let cached = |state: &mut State| state.data.as_mut().unwrap().is_stale = true;
        let table = [
            ("just now", state(5_000, failed), 15_000, Contact::Live),
            ("older", state(5_000, failed), 15_001, Contact::Lost),
            ("a cache stands in for the API", state(5_000, cached), 15_001, Contact::Lost),
            ("offline", state(5_000, offline), 15_001, Contact::Lost),
            ("paused, or back on a page that was hidden", state(5_000, |_| {}), 15_001, Contact::Old),
            ("a short interval, because a response may be slow", state(2_000, failed), 15_000, Contact::Live),
            ("a long interval", state(60_000, failed), 180_000, Contact::Live),
            ("a long interval, older", state(60_000, failed), 180_001, Contact::Lost),
            ("fetched once", state(0, |_| {}), 15_001, Contact::Old),
            ("a hidden page polls every 30 s at most", state(5_000, hidden), 90_000, Contact::Live),
            ("a hidden page, older", state(5_000, hidden), 90_001, Contact::Old),
        ];
        for (name, state, now_ms, expected) in table {
            assert_eq!(state.contact(now_ms), expected, "{name}");
        }
        assert_eq!(
            State::<BatchTask>::new(5_000).contact(MINUTE_MS),
            Contact::Live,
            "nothing is shown that could be old"
        );
    }

    #[test]
    fn a_permanent_error_stops_at_once_and_an_ended_task_does_not_age() {
        let refused = |state: &mut State| {
            state.last_error = Some(Rc::new(Error::from_status(403, "application/json")));
        };
        assert_eq!(state(5_000, refused).contact(0), Contact::Stopped);
        let mut ended = test_data::empty_task();
        ended.status = crate::model::BatchStatus::Completed;
        let ended = state(5_000, |state| {
            failed(state);
            state.data.as_mut().unwrap().content = Rc::new(ended);
        });
        assert_eq!(ended.contact(60 * MINUTE_MS), Contact::Live);
    }

    #[test]
    fn a_response_restores_the_contact() {
        let lost = Rc::new(state(5_000, failed));
        assert_eq!(lost.contact(MINUTE_MS), Contact::Lost);
        let started = lost.next(Event::Started { now_ms: 1, pause_reasons: PauseReasons::default() });
        let answered = started.next(Event::ResponseReceived {
            generation: started.generation,
            content: Rc::new(test_data::empty_task()),
            request_id: "r2".into(),
            age_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
            now_ms: MINUTE_MS,
        });
        assert_eq!(answered.contact(MINUTE_MS), Contact::Live);
    }
}
