//! The widget's second file, where it has one. What is in it is not this module's business.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Says where the file is: `loader` promises that it is loaded and linked. The npm package does this by itself.
#[cfg(feature = "element")]
pub fn set_loader(loader: Function) {
    LOADER.set(Some(loader));
}

/// Loads it; `done` is told whether it is there.
pub fn load(done: impl FnOnce(bool) + 'static) {
    let loader = LOADER.with_borrow(Clone::clone);
    let promise = loader.and_then(|loader| loader.call0(&JsValue::UNDEFINED).ok());
    let promise = promise.and_then(|promise| promise.dyn_into::<Promise>().ok());
    spawn_local(async move {
        // Whoever loads tells of a failure: it knows the address.
        done(match promise {
            Some(promise) => JsFuture::from(promise).await.is_ok(),
            None => false,
        });
    });
}
