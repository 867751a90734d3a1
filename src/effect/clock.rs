//! Time, randomness, and one timer per page for all texts that change every second.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;

use super::window;

/// The interval of ticks, in milliseconds.
const TICK_MS: u32 = 1_000;

type Listener = dyn Fn(u64);

thread_local! {
    static TICKER: RefCell<Ticker> = const { RefCell::new(Ticker { listeners: Vec::new(), interval: None }) };
}

struct Ticker {
    listeners: Vec<Weak<Listener>>,
    interval: Option<Interval>,
}

/// Calls a listener every second until it is dropped. Dropping the last one stops the timer.
pub struct Ticks {
    listener: Rc<Listener>,
}

impl Drop for Ticks {
    fn drop(&mut self) {
        // The listener being dropped can still be upgraded here, so compare it.
        TICKER.with_borrow_mut(|ticker| {
            ticker.listeners.retain(|listener| {
                listener.upgrade().is_some_and(|listener| !Rc::ptr_eq(&listener, &self.listener))
            });
            if ticker.listeners.is_empty() {
                ticker.interval = None;
            }
        });
    }
}

/// Returns the viewer's time, in Unix milliseconds.
#[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
pub fn now_ms() -> u64 {
    // The cast saturates; times before 1970 become 0.
    js_sys::Date::now() as u64
}

/// Returns the milliseconds since the page was loaded by a monotonic clock; 0 without one.
pub fn monotonic_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Returns a uniform random number.
pub fn random() -> u32 {
    (js_sys::Math::random() * 4_294_967_296.0) as u32
}

/// Calls `listener` with the time every second. All listeners of a page share one timer.
pub fn tick(listener: impl Fn(u64) + 'static) -> Ticks {
    let listener: Rc<Listener> = Rc::new(listener);
    TICKER.with_borrow_mut(|ticker| {
        ticker.listeners.push(Rc::downgrade(&listener));
        ticker.interval.get_or_insert_with(|| Interval::new(TICK_MS, call_listeners));
    });
    Ticks { listener }
}

fn call_listeners() {
    let now_ms = now_ms();
    // Listeners may be added and removed by the calls.
    let listeners = TICKER.with_borrow(|ticker| ticker.listeners.clone());
    for listener in listeners.iter().filter_map(Weak::upgrade) {
        listener(now_ms);
    }
}
