//! What the whole-system tests stand on: the real proxy, a stub of somebody else's backend, and a real browser.
//!
//! It owns processes and waiting. It must not know what the page says: that is for the tests in `tests/`.

mod answer;
mod axe;
mod browser;
mod driver;
mod engine;
mod environment;
mod page_script;
mod proxy;
mod stub;
mod wait;
mod window;

pub use answer::{Answer, Delivery, POLICY, Reply};
pub use axe::axe_source;
pub use batch_task_browser_engines::Engine;
pub use browser::Browser;
pub use proxy::{Proxy, Settings};
pub use stub::Stub;
pub use wait::{DEADLINE, wait_for};
pub use window::{Scheme, Size};
