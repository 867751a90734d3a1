//! All I/O of the library. No other module uses the browser's APIs, except `i18n`, which formats with `Intl`.
//!
//! A function that starts something returns a handle. Dropping the handle stops it.

pub mod clipboard;
pub mod clock;
pub mod deferred;
pub mod download;
pub mod fetch;
pub mod focus;
pub mod highlight;
pub mod languages;
pub mod layout;
pub mod menu;
pub mod notify;
pub mod page;
pub mod slices;
pub mod styles;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

#[allow(clippy::disallowed_methods, reason = "the only place that may")]
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// Constructs an object of a class of the window that `node` is in.
fn construct(node: &Node, class: &str, arguments: &Array) -> Result<Object, JsValue> {
    let window = node.owner_document().and_then(|document| document.default_view()).or_else(window);
    let class = Reflect::get(&window.into(), &class.into())?;
    // A function of another window is not an instance of this one's `Function`.
    Reflect::construct(class.unchecked_ref::<Function>(), arguments).map(JsCast::unchecked_into)
}

pub(crate) fn document() -> Option<web_sys::Document> {
    window()?.document()
}
