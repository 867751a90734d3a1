//! One machine for several widgets that watch the same thing: what they want of it together, and what each sees.

use std::rc::Rc;

use super::{Phase, State};

/// What one widget wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Milliseconds from the end of one request to the next; 0 asks once.
    pub interval_ms: u32,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether its viewer waits for the end, even while the page is hidden.
    pub awaits_end: bool,
}

impl Wish {
    /// What all of them want: paused if all are, else at the shortest interval of those that are not, and for those of them
    /// who wait for the end.
    pub fn of_all(wishes: &[Self]) -> Self {
        let paused = wishes.iter().all(|wish| wish.paused);
        let counted = wishes.iter().filter(|wish| wish.paused == paused);
        let awaits_end = counted.clone().any(|wish| wish.awaits_end);
        let interval_ms = counted.map(|wish| wish.interval_ms).filter(|&interval_ms| interval_ms > 0).min();
        Self { interval_ms: interval_ms.unwrap_or(0), paused, awaits_end }
    }
}

/// What a paused widget has to do with the others' requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// It goes with them.
    Full,
    /// It is paused, but has asked for one answer.
    Once,
    /// It is paused.
    None,
}

impl State {
    /// What a widget sees that held `held`: `self` is what the machine does for all. A paused one stays as it is while the
    /// others go on.
    pub fn seen(self: &Rc<Self>, held: &Rc<Self>, attention: Attention) -> Rc<Self> {
        if self.holds.viewer || attention == Attention::Full {
            return Rc::clone(self);
        }
        let source = if attention == Attention::Once { self } else { held };
        let phase = match source.phase {
            Phase::Fetching if attention == Attention::Once => Phase::Fetching,
            Phase::Idle | Phase::Fetching | Phase::Waiting { .. } => Phase::Paused,
            still => still,
        };
        if source.holds.viewer && source.phase == phase {
            return Rc::clone(source);
        }
        let mut seen = (**source).clone();
        seen.phase = phase;
        seen.holds.viewer = true;
        Rc::new(seen)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::poll::{Event, Holds};

    #[test]
    fn the_shortest_interval_of_those_that_are_not_paused() {
        let wish = |interval_ms, paused| Wish { interval_ms, paused, awaits_end: false };
        let table = [
            (vec![wish(5_000, false)], wish(5_000, false)),
            (vec![wish(5_000, false), wish(2_000, false)], wish(2_000, false)),
            (vec![wish(5_000, false), wish(2_000, true)], wish(5_000, false)),
            (vec![wish(0, false), wish(9_000, false)], wish(9_000, false)),
            (vec![wish(0, false), wish(9_000, true)], wish(0, false)),
            (vec![wish(5_000, true), wish(2_000, true)], wish(2_000, true)),
        ];
        for (wishes, expected) in table {
            assert_eq!(Wish::of_all(&wishes), expected, "{wishes:?}");
        }
    }

    #[test]
    fn a_paused_widget_waits_for_no_end() {
        let wish = |paused, awaits_end| Wish { interval_ms: 5_000, paused, awaits_end };
        assert!(Wish::of_all(&[wish(false, false), wish(false, true)]).awaits_end);
        assert!(!Wish::of_all(&[wish(false, false), wish(true, true)]).awaits_end);
    }

    #[test]
    fn a_paused_widget_stays_as_it_is_while_the_others_go_on() {
        let holds = Holds::default();
        let first = Rc::new(State::new(5_000)).next(Event::Started { now_ms: 1, holds });
        let second = first.next(Event::RefreshRequested { ticket: 1 });
        assert!(Rc::ptr_eq(&second.seen(&first, Attention::Full), &second));

        let paused = second.seen(&first, Attention::None);
        assert_eq!((paused.phase, paused.holds.viewer), (Phase::Paused, true));
        assert!(Rc::ptr_eq(&second.seen(&paused, Attention::None), &paused), "and nothing is drawn again");

        let once = second.seen(&paused, Attention::Once);
        assert_eq!((once.phase, once.holds.viewer), (Phase::Fetching, true));
        assert_eq!(once.queued_ticket, second.queued_ticket);
    }

    #[test]
    fn if_all_are_paused_each_sees_what_the_machine_says() {
        let holds = Holds { viewer: true, ..Holds::default() };
        let shared = Rc::new(State::new(5_000)).next(Event::Started { now_ms: 1, holds });
        assert!(Rc::ptr_eq(&shared.seen(&Rc::new(State::new(1)), Attention::None), &shared));
    }
}
