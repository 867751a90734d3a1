//! Several widgets that watch the same task share one poller: their combined options, and which state each of them sees.

use std::rc::Rc;

use super::content::Content;
use super::interval::HIDDEN_INTERVAL_MS;
use super::phase::Phase;
use super::state::State;

/// The options of one widget for the poller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObserverOptions {
    /// Milliseconds from the end of one request to the start of the next; 0 fetches once.
    pub interval_ms: u32,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether its viewer waits for the end of the task, even while the page is hidden.
    pub awaits_end: bool,
    /// Whether the browser renders it. A widget in a closed `<details>`, for example, is not rendered.
    pub is_rendered: bool,
    /// Whether the page that it is on is hidden.
    pub is_hidden: bool,
}

impl ObserverOptions {
    /// The interval, or the longer one of a widget that is not rendered, in milliseconds.
    const fn effective_interval_ms(&self) -> u32 {
        let is_short = self.interval_ms > 0 && self.interval_ms < HIDDEN_INTERVAL_MS;
        if !self.is_rendered && is_short { HIDDEN_INTERVAL_MS } else { self.interval_ms }
    }

    /// Combines the options of all observers: paused if all are; otherwise the shortest interval of those that are not paused,
    /// whether any of them waits for the end, whether any of them is rendered, and whether the pages of all are hidden.
    pub fn merge(options: &[Self]) -> Self {
        let paused = options.iter().all(|options| options.paused);
        let counted = options.iter().filter(|options| options.paused == paused);
        let awaits_end = counted.clone().any(|options| options.awaits_end);
        let is_rendered = counted.clone().any(|options| options.is_rendered);
        let is_hidden = counted.clone().all(|options| options.is_hidden);
        let interval_ms =
            counted.map(Self::effective_interval_ms).filter(|&interval_ms| interval_ms > 0).min();
        Self { interval_ms: interval_ms.unwrap_or(0), paused, awaits_end, is_rendered, is_hidden }
    }
}

/// The states of the shared poller that an observer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All: it is not paused.
    All,
    /// Those up to the next response: it is paused, and has requested a refresh.
    NextResponse,
    /// None: it is paused.
    None,
}

impl Visibility {
    /// Returns the state that an observer sees after `last`, when the poller is in the state `shared`. A paused observer keeps
    /// its data while the poller continues for the others.
    pub fn apply<T: Content>(self, shared: &Rc<State<T>>, last: &Rc<State<T>>) -> Rc<State<T>> {
        if shared.pause_reasons.viewer || self == Self::All {
            return Rc::clone(shared);
        }
        let source = if self == Self::NextResponse { shared } else { last };
        let phase = match source.phase {
            Phase::Fetching if self == Self::NextResponse => Phase::Fetching,
            Phase::Idle | Phase::Fetching | Phase::Waiting { .. } => Phase::Paused,
            phase @ (Phase::Paused | Phase::Stopped | Phase::Finished) => phase,
        };
        if source.pause_reasons.viewer && source.phase == phase {
            return Rc::clone(source);
        }
        let mut seen = (**source).clone();
        seen.phase = phase;
        seen.pause_reasons.viewer = true;
        Rc::new(seen)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::model::BatchTask;
    use crate::poll::{Event, PauseReasons};

    #[test]
    fn the_shortest_interval_of_unpaused_observers_wins() {
        let options = |interval_ms, paused| ObserverOptions {
            interval_ms,
            paused,
            awaits_end: false,
            is_rendered: true,
            is_hidden: false,
        };
        let table = [
            (vec![options(5_000, false)], options(5_000, false)),
            (vec![options(5_000, false), options(2_000, false)], options(2_000, false)),
            (vec![options(5_000, false), options(2_000, true)], options(5_000, false)),
            (vec![options(0, false), options(9_000, false)], options(9_000, false)),
            (vec![options(0, false), options(9_000, true)], options(0, false)),
            (vec![options(5_000, true), options(2_000, true)], options(2_000, true)),
        ];
        for (options, expected) in table {
            assert_eq!(ObserverOptions::merge(&options), expected, "{options:?}");
        }
    }

    #[test]
    fn a_widget_that_is_not_rendered_slows_down_unless_another_one_is() {
        let options = |interval_ms, is_rendered| ObserverOptions {
            interval_ms,
            paused: false,
            awaits_end: false,
            is_rendered,
            is_hidden: false,
        };
        for (interval_ms, expected_ms) in [(0, 0), (2_000, 30_000), (30_000, 30_000), (60_000, 60_000)] {
            let merged = ObserverOptions::merge(&[options(interval_ms, false)]);
            assert_eq!(merged, options(expected_ms, false));
        }
        let merged = ObserverOptions::merge(&[options(2_000, false), options(5_000, true)]);
        assert_eq!(merged, options(5_000, true));
    }

    #[test]
    fn a_paused_observer_does_not_await_the_end() {
        let options = |paused, awaits_end| ObserverOptions {
            interval_ms: 5_000,
            paused,
            awaits_end,
            is_rendered: true,
            is_hidden: false,
        };
        assert!(ObserverOptions::merge(&[options(false, false), options(false, true)]).awaits_end);
        assert!(!ObserverOptions::merge(&[options(false, false), options(true, true)]).awaits_end);
    }

    #[test]
    fn one_visible_page_is_enough() {
        let options = |is_hidden| ObserverOptions {
            interval_ms: 5_000,
            paused: false,
            awaits_end: false,
            is_rendered: true,
            is_hidden,
        };
        assert!(!ObserverOptions::merge(&[options(true), options(false)]).is_hidden);
        assert!(ObserverOptions::merge(&[options(true), options(true)]).is_hidden);
    }

    #[test]
    fn a_paused_observer_keeps_its_state_while_the_others_go_on() {
        let pause_reasons = PauseReasons::default();
        let first = Rc::new(State::<BatchTask>::new(5_000)).next(Event::Started { now_ms: 1, pause_reasons });
        let second = first.next(Event::RefreshRequested { ticket: 1 });
        assert!(Rc::ptr_eq(&Visibility::All.apply(&second, &first), &second));

        let paused = Visibility::None.apply(&second, &first);
        assert_eq!((paused.phase, paused.pause_reasons.viewer), (Phase::Paused, true));
        assert!(Rc::ptr_eq(&Visibility::None.apply(&second, &paused), &paused), "nothing is rendered");

        let once = Visibility::NextResponse.apply(&second, &paused);
        assert_eq!((once.phase, once.pause_reasons.viewer), (Phase::Fetching, true));
        assert_eq!(once.queued_ticket, second.queued_ticket);
    }

    #[test]
    fn if_all_are_paused_each_sees_the_shared_state() {
        let pause_reasons = PauseReasons { viewer: true, ..PauseReasons::default() };
        let shared =
            Rc::new(State::<BatchTask>::new(5_000)).next(Event::Started { now_ms: 1, pause_reasons });
        assert!(Rc::ptr_eq(&Visibility::None.apply(&shared, &Rc::new(State::new(1))), &shared));
    }
}
