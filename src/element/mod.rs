//! The elements for JavaScript: [`attach`] draws the widget and [`attach_list`] the list in a shadow root, and returns a handle.
//!
//! The custom elements, `mount` and `mountList` are JavaScript in `npm/` that uses this.

mod app;
mod events;
#[cfg(feature = "list")]
mod list;
mod options;
mod value;
#[cfg(feature = "element")]
mod widget;

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[cfg(feature = "list")]
pub use self::list::{ListHandle, attach_list};
#[cfg(feature = "element")]
pub use self::widget::{WidgetHandle, attach, set_early_requests, set_extras_loader};
use crate::effect::languages;

/// Sets the function that loads languages. It gets the name of a file such as `zh-CN` or `list/zh-CN` and returns a promise of the
/// module of that file.
#[wasm_bindgen(js_name = setLanguageLoader)]
pub fn set_language_loader(loader: Function) {
    languages::set_loader(loader);
}
