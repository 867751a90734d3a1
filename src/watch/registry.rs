//! The pollers of the page, of all subjects.

use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A poller of any subject.
pub(super) trait AnyPoller: Any {
    /// Returns the origin of its requests; empty if its endpoint is not a URL.
    fn origin(&self) -> Rc<str>;

    /// Continues polling, at `now_ms` (Unix milliseconds), if the browser's word that it is offline had paused it.
    fn end_offline_hold(&self, now_ms: u64);
}

thread_local! {
    /// Includes some that have been dropped.
    static POLLERS: RefCell<Vec<Weak<dyn AnyPoller>>> = const { RefCell::new(Vec::new()) };
}

/// Adds a poller, so that others can be found for as long as something holds it.
pub(super) fn add(poller: Weak<dyn AnyPoller>) {
    POLLERS.with_borrow_mut(|pollers| {
        pollers.retain(|other| other.strong_count() > 0);
        pollers.push(poller);
    });
}

/// Returns all pollers.
pub(super) fn all() -> Vec<Rc<dyn AnyPoller>> {
    POLLERS.with_borrow(|pollers| pollers.iter().filter_map(Weak::upgrade).collect())
}

/// Returns the first poller of this type that `matches`.
pub(super) fn find<P: AnyPoller>(matches: impl Fn(&P) -> bool) -> Option<Rc<P>> {
    all().into_iter().find_map(|poller| {
        let poller: Rc<dyn Any> = poller;
        poller.downcast::<P>().ok().filter(|poller| matches(poller))
    })
}
