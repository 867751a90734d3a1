//! Loads the second wasm file, which holds the deferred functions.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;

use super::window;

/// How long a browser that cannot say when it is idle waits, in milliseconds.
const IDLE_MS: u32 = 1_000;

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// Whether a widget of the page has requested the file.
    static IS_REQUESTED: Cell<bool> = const { Cell::new(false) };
}

/// Sets the function that loads the file. It returns a promise that resolves once the file is loaded and linked.
#[cfg(any(feature = "element", feature = "split"))]
pub fn set_loader(loader: Function) {
    LOADER.set(Some(loader));
}

/// Loads the file, and calls `done` with whether that succeeded.
pub fn load(done: impl FnOnce(bool) + 'static) {
    IS_REQUESTED.set(true);
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

/// Calls `done` once the page is idle, unless the file has been requested by then.
pub fn when_idle(done: impl FnOnce() + 'static) {
    let Some(window) = window() else { return };
    let function = |name: &str| Reflect::get(&window, &name.into()).ok()?.dyn_into::<Function>().ok();
    let callback = Closure::once_into_js(move || {
        if !IS_REQUESTED.get() {
            done();
        }
    });
    let (request, delay_ms) = match function("requestIdleCallback") {
        Some(request) => (Some(request), JsValue::UNDEFINED),
        None => (function("setTimeout"), IDLE_MS.into()),
    };
    if let Some(request) = request {
        // Neither function throws.
        let _ = request.call2(&window, &callback, &delay_ms);
    }
}
