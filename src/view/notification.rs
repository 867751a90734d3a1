//! The notifications for a viewer who waits for the end of a task: the end, that updating has stopped, two minutes without
//! contact, and a stall.

use crate::i18n::Locale;
use crate::poll::{Contact, State};
use crate::view::eta::Estimate;
use crate::view::notice::notice;
use crate::view::summary::Summary;
use crate::view::{format, freshness, tab};

/// How long there must have been no contact, in milliseconds.
const LOST_AFTER_MS: u64 = 120_000;

/// A notification of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
}

/// The conditions that the viewer has been notified of and that still hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notified {
    is_lost: bool,
    is_stalled: bool,
}

impl Notified {
    /// Returns the notification for the change from `old` to `new`, or for what holds at `now_ms` (Unix milliseconds) and has
    /// not been notified of. `estimate` is the estimate for `new`.
    pub fn next(
        &mut self,
        old: &State,
        new: &State,
        now_ms: u64,
        estimate: Estimate,
        locale: Locale,
    ) -> Option<Notification> {
        let task = new.task()?;
        let summary = Summary::of(task);
        if task.status.has_ended() {
            let is_new = !old.task().is_some_and(|old| old.status.has_ended());
            return is_new.then(|| Notification {
                title: tab::status_and_name(task, locale),
                body: tab::counts(&summary, locale),
            });
        }
        let name = || tab::title(task, &summary, locale);
        if new.has_stopped_updating() && !old.has_stopped_updating() {
            let wrong = notice(new, locale)?;
            return Some(Notification { title: wrong.title.to_owned(), body: name() });
        }
        let contact = new.contact(now_ms);
        let is_lost =
            contact == Contact::Lost && new.age_ms(now_ms).is_some_and(|age_ms| age_ms >= LOST_AFTER_MS);
        if std::mem::replace(&mut self.is_lost, is_lost) != is_lost && is_lost {
            let body = format!("{} · {}", freshness::age(new, now_ms, locale)?, name());
            return Some(Notification { title: locale.no_contact.to_owned(), body });
        }
        let is_stalled = contact == Contact::Live && matches!(estimate, Estimate::Stalled { .. });
        if std::mem::replace(&mut self.is_stalled, is_stalled) != is_stalled && is_stalled {
            let title = format::capitalized(&estimate.time_left(locale)?);
            return Some(Notification { title, body: name() });
        }
        None
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::{Error, ErrorClass};
    use crate::poll::{Data, Event, PauseReasons, Phase};

    /// A state with data from 0 ms.
    fn state(status: &str, rows: &str, phase: Phase) -> State {
        let body = format!(
            r#"{{"BatchId":"pcb-1","TaskName":"Install","Status":"{status}","TotalCount":10,"SuccessCount":8,"SubTasks":[{rows}]}}"#
        );
        let mut state = State::new(5_000);
        let data = Data {
            content: Rc::new(crate::wire::decode(body.as_bytes(), None).unwrap().task),
            request_id: "r".into(),
            fetched_at_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
        };
        state.data = Some(data);
        state.phase = phase;
        state
    }

    fn change(old: &State, new: &State) -> Option<(String, String)> {
        let notification = Notified::default().next(old, new, 1_000, Estimate::Unknown, Locale::english());
        notification.map(|Notification { title, body }| (title, body))
    }

    fn texts(title: &str, body: &str) -> Option<(String, String)> {
        Some((title.to_owned(), body.to_owned()))
    }

    #[test]
    fn the_end_is_notified_once() {
        let running = state("RUNNING", "", Phase::Fetching);
        let ended = state("COMPLETED", r#"{"Status":"FAILED"}"#, Phase::Finished);
        let expected = texts("Completed · 1 failed · Install", "succeeded: 8 of 10 · 1 failed");
        assert_eq!(change(&running, &ended), expected);
        assert_eq!(change(&ended, &ended), None, "once");
        assert_eq!(change(&running, &running), None);
    }

    #[test]
    fn a_permanent_error_is_notified_once() {
        let started = Event::Started { now_ms: 1, pause_reasons: PauseReasons::default() };
        let running = Rc::new(state("RUNNING", "", Phase::Idle)).next(started);
        // One stops polling, the other is retried slowly.
        for (status, title) in [(403, "No permission"), (401, "Sign-in required")] {
            let error = Rc::new(Error::from_status(status, "application/json"));
            let failed = Event::FetchFailed { generation: running.generation, error, now_ms: 1, random: 0 };
            let stopped = running.next(failed);
            assert_eq!(change(&running, &stopped), texts(title, "80 % Running · Install"));
            assert_eq!(change(&stopped, &stopped), None, "once");
            let refetching = stopped.next(Event::RefreshRequested { ticket: 1 });
            assert_eq!(change(&stopped, &refetching), None, "once");
        }
    }

    /// Returns the notifications of a state that does not change, with the second of each.
    fn over_time(
        state: &State,
        estimate: impl Fn(u64) -> Estimate,
        seconds: u64,
    ) -> Vec<(u64, String, String)> {
        let mut notified = Notified::default();
        let at = |second: u64| {
            let found = notified.next(state, state, second * 1_000, estimate(second), Locale::english())?;
            Some((second, found.title, found.body))
        };
        (0..seconds).filter_map(at).collect()
    }

    #[test]
    fn two_minutes_without_contact_are_notified_once() {
        let mut lost = state("RUNNING", "", Phase::Fetching);
        lost.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
        let expected =
            [(120, "No contact".into(), "Data from 2 min 0 s ago · 80 % Running · Install".into())];
        assert_eq!(over_time(&lost, |_| Estimate::Unknown, 1_000), expected);

        let mut offline = state("RUNNING", "", Phase::Paused);
        offline.pause_reasons.offline = true;
        assert_eq!(over_time(&offline, |_| Estimate::Unknown, 1_000).len(), 1, "the network is gone");
        let mut paused = state("RUNNING", "", Phase::Paused);
        paused.pause_reasons.viewer = true;
        assert_eq!(over_time(&paused, |_| Estimate::Unknown, 1_000), [], "the viewer has paused it");
    }

    #[test]
    fn a_second_outage_is_notified_again() {
        let mut lost = state("RUNNING", "", Phase::Fetching);
        lost.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
        let mut back = lost.clone();
        back.last_error = None;
        if let Some(data) = &mut back.data {
            data.fetched_at_ms = 130_000;
        }
        let mut notified = Notified::default();
        let mut next = |state: &State, now_ms| {
            notified.next(state, state, now_ms, Estimate::Unknown, Locale::english()).is_some()
        };
        let seen = [next(&lost, 120_000), next(&back, 131_000), next(&back, 132_000), next(&lost, 400_000)];
        assert_eq!(seen, [true, false, false, true]);
    }

    #[test]
    fn a_stall_is_notified_each_time_that_it_begins() {
        let mut running = state("RUNNING", "", Phase::Fetching);
        if let Some(data) = &mut running.data {
            data.fetched_at_ms = u64::MAX;
        }
        let estimate = |second| match second {
            50..=60 | 80.. => Estimate::Stalled { quiet_ms: second * 1_000 },
            _ => Estimate::Unknown,
        };
        let expected = [
            (50, "Nothing finished for 50 s".into(), "80 % Running · Install".into()),
            (80, "Nothing finished for 1 min".into(), "80 % Running · Install".into()),
        ];
        assert_eq!(over_time(&running, estimate, 300), expected);
    }
}
