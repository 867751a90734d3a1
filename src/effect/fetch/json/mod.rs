//! Values of JSON: in the browser those of JavaScript, so that no parser is in the module, and on the host those of `serde_json`.

#[cfg_attr(any(target_arch = "wasm32", not(any(feature = "prerender", test))), path = "browser.rs")]
#[cfg_attr(all(not(target_arch = "wasm32"), any(feature = "prerender", test)), path = "plain.rs")]
mod values;

pub(super) use self::values::*;
