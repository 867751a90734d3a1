//! The only I/O: everything here touches the browser, and nothing else in the library does.
//!
//! Cancellation is ownership. Each function that starts something gives a value whose drop stops it.

pub mod clipboard;
pub mod clock;
pub mod download;
pub mod extras;
pub mod fetch;
pub mod languages;
pub mod layout;
pub mod notify;
pub mod page;
pub mod turns;

#[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<web_sys::Document> {
    window()?.document()
}
