//! The time, as data for components: the viewer's clock, told once a second, or a moment that is held.

use yew::prelude::*;

use crate::effect::clock;

/// Whose time a component shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The viewer's, once a second.
    #[default]
    Live,
    /// Always this, in Unix milliseconds: for tests and galleries, and to render on a host without a browser.
    Held(u64),
}

/// Now in Unix milliseconds; the component renders once a second while the clock is live.
#[hook]
pub fn use_now(clock: Clock) -> u64 {
    let now_ms = use_state_eq(|| match clock {
        Clock::Live => clock::now_ms(),
        Clock::Held(now_ms) => now_ms,
    });
    let setter = now_ms.setter();
    use_effect_with(clock, move |clock| {
        let ticks = match *clock {
            Clock::Live => Some(clock::tick(move |now_ms| setter.set(now_ms))),
            Clock::Held(now_ms) => {
                setter.set(now_ms);
                None
            }
        };
        move || drop(ticks)
    });
    *now_ms
}
