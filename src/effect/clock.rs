//! The clock, chance, and the one timer of a page that all ticking texts share.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;

use super::window;

/// How often ticking texts are told, in milliseconds.
const TICK_MS: u32 = 1_000;

type Listener = dyn Fn(u64);

thread_local! {
    static TICKER: RefCell<Ticker> = const { RefCell::new(Ticker { listeners: Vec::new(), interval: None }) };
}

struct Ticker {
    listeners: Vec<Weak<Listener>>,
    interval: Option<Interval>,
}

/// Keeps a listener called; its drop ends that, and the last one's drop ends the timer.
pub struct Ticks {
    listener: Rc<Listener>,
}

impl Drop for Ticks {
    fn drop(&mut self) {
        // The listener that is being dropped still counts here, so it is the last one that stops the timer.
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

/// Now, in Unix milliseconds by the viewer's clock.
#[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
pub fn now_ms() -> u64 {
    // A float that is out of range saturates; a clock before 1970 is no clock.
    js_sys::Date::now() as u64
}

/// Milliseconds since the page began, by a clock that never jumps; 0 where there is none.
pub fn monotonic_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// A uniform random number.
pub fn random() -> u32 {
    (js_sys::Math::random() * 4_294_967_296.0) as u32
}

/// Calls `listener` with the time, once a second, on a timer that all of a page's listeners share.
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
    // Listeners may come and go while they are told.
    let listeners = TICKER.with_borrow(|ticker| ticker.listeners.clone());
    for listener in listeners.iter().filter_map(Weak::upgrade) {
        listener(now_ms);
    }
}
