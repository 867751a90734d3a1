//! The tests of the library in a browser, in one binary because each starts a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy does not treat browser tests as tests")]

mod attach;
mod fetch;
mod functions;
mod languages;
mod list;
mod sharing;
mod slices;
mod support;
mod views;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
