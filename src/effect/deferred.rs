//! Loads the second wasm file, which holds the deferred functions.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Sets the function that loads the file. It returns a promise that resolves once the file is loaded and linked. The npm
/// package sets it.
#[cfg(feature = "element")]
pub fn set_loader(loader: Function) {
    LOADER.set(Some(loader));
}

/// Loads the file, and calls `done` with whether that succeeded.
pub fn load(done: impl FnOnce(bool) + 'static) {
    let loader = LOADER.with_borrow(Clone::clone);
    let promise = loader.and_then(|loader| loader.call0(&JsValue::UNDEFINED).ok());
    let promise = promise.and_then(|promise| promise.dyn_into::<Promise>().ok());
    spawn_local(async move {
        // The loader reports the error: it knows the URL.
        done(match promise {
            Some(promise) => JsFuture::from(promise).await.is_ok(),
            None => false,
        });
    });
}
