//! Test infrastructure for the end-to-end tests: the real proxy, a stub HTTP server, and a real browser.
//!
//! Owns processes and waiting. Must not know what the page shows: the tests in `tests/` do.

mod axe;
mod browser;
mod delays;
mod devtools;
mod driver;
mod engine;
mod environment;
mod instance;
mod page_script;
mod port;
mod proxy;
mod response;
mod stub;
mod wait;
mod window;

pub use axe::axe_source;
pub use batch_task_browser_engines::Engine;
pub use browser::Browser;
pub use devtools::DevTools;
pub use proxy::{Proxy, Settings};
pub use response::{Delivery, POLICY, Response};
pub use stub::Stub;
pub use wait::{DEADLINE, wait_for};
pub use window::{Scheme, Size};
