//! The place of a request among those of all pollers of the page.

use std::cell::RefCell;
use std::rc::Rc;

use yew::platform::spawn_local;

use crate::poll::Turns;

thread_local! {
    static TURNS: RefCell<Turns<Box<dyn FnOnce()>>> = RefCell::default();
}

/// A request that is open or waits for its turn. Dropping it lets the next one be sent.
pub(super) struct Turn(u32);

impl Turn {
    /// Adds a request to `origin`. Returns whether it may be sent now; otherwise `released` is called, later, when its turn has
    /// come. That can be after it was dropped.
    pub(super) fn take(origin: Rc<str>, released: impl FnOnce() + 'static) -> (Self, bool) {
        let (id, is_open) = TURNS.with_borrow_mut(|turns| turns.enter(origin, Box::new(released)));
        (Self(id), is_open)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(released) = TURNS.with_borrow_mut(|turns| turns.leave(self.0)) {
            // Not now: the poller that drops this is in the middle of an event.
            spawn_local(async { released() });
        }
    }
}
