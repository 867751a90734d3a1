//! All I/O of the library. No other module uses the browser's APIs, except `i18n`, which formats with `Intl`.
//!
//! A function that starts something returns a handle. Dropping the handle stops it.

pub mod clipboard;
pub mod clock;
pub mod deferred;
pub mod download;
pub mod fetch;
pub mod focus;
pub mod languages;
pub mod layout;
pub mod menu;
pub mod notify;
pub mod page;
pub mod slices;

#[allow(clippy::disallowed_methods, reason = "the only place that may")]
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<web_sys::Document> {
    window()?.document()
}
