//! When to fetch, when to wait and when to stop: the poller's state machine, without clock, timer or I/O.
//!
//! [`State`] keeps the data that has been received apart from what the poller is doing ([`Phase`]). Events carry the time and
//! random numbers; `watch` runs the request or timer of a phase.

mod backoff;
mod changes;
mod contact;
mod content;
mod data;
mod event;
mod interval;
mod observers;
mod pause_reasons;
mod phase;
mod response_times;
mod state;
#[cfg(test)]
mod tests;
mod turns;

pub use self::backoff::{
    BACKOFF_BASE_MS, BACKOFF_CAP_MS, SLOW_BACKOFF_BASE_MS, SLOW_BACKOFF_CAP_MS, backoff_ms, slow_backoff_ms,
};
pub use self::changes::StateChanges;
pub use self::contact::Contact;
pub use self::content::Content;
pub use self::data::{Data, NoPartial, PartialTask};
pub use self::event::Event;
pub use self::interval::{DEFAULT_INTERVAL_MS, HIDDEN_INTERVAL_MS, MIN_INTERVAL_MS, clamp_interval_ms};
pub use self::observers::{ObserverOptions, Visibility};
pub use self::pause_reasons::PauseReasons;
pub use self::phase::{Phase, Settled};
pub use self::response_times::{ResponseTimes, ServerTime, wait_until_ms};
pub use self::state::State;
pub use self::turns::{MAX_OPEN, Turns};
