//! The widget for JavaScript: [`attach`] draws it in a shadow root and returns a handle.
//!
//! The custom element and `mount` are JavaScript in `npm/` that use this.

mod events;
mod options;
mod task;
mod value;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};
use yew::platform::spawn_local;
use yew::prelude::*;

use self::events::{HostEvents, js_error};
use self::options::Options;
use crate::components::{BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
use crate::effect::slices::yield_to_page;
use crate::effect::{deferred, fetch, languages, styles};
use crate::error::{Error, ErrorClass};
use crate::styles::OF_ELEMENT;

/// The handle to a widget on a page. None of its methods calls back before it returns.
#[wasm_bindgen]
pub struct WidgetHandle {
    app: RefCell<Option<AppHandle<BatchTaskWidget>>>,
    host: Rc<HostEvents>,
}

#[wasm_bindgen]
impl WidgetHandle {
    /// Replaces all options. Missing ones get their defaults.
    pub fn configure(&self, options: &JsValue) {
        // The element may have been moved to another document.
        self.host.adopt_styles();
        let props = self.host.props(Options::read(options));
        if let Some(app) = &mut *self.app.borrow_mut() {
            app.update(props);
        }
    }

    /// Requests a response newer than now. The promise resolves when the response is on the page, changed or not. It
    /// rejects with an Error if the request fails, and with an AbortError if the widget is removed.
    pub fn refresh(&self) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let pending = PendingPromise(Cell::new(Some((resolve, reject))));
            self.send(WidgetMessage::Refresh(Callback::from(move |result| pending.settle(result))));
        })
    }

    /// Stops polling.
    pub fn pause(&self) {
        self.send(WidgetMessage::Pause);
    }

    /// Continues polling.
    pub fn resume(&self) {
        self.send(WidgetMessage::Resume);
    }

    /// Returns the current data as an object with the API's names; `null` without data. It is built for each call.
    #[wasm_bindgen(getter)]
    pub fn task(&self) -> JsValue {
        self.host.task()
    }

    /// Removes the widget from its shadow root and stops its work. A second call does nothing.
    pub fn destroy(&self) {
        let app = self.app.borrow_mut().take();
        if let Some(app) = app {
            destroy_app(app);
        }
    }

    fn send(&self, message: WidgetMessage) {
        if let Some(app) = &*self.app.borrow() {
            app.send_message(message);
        }
    }
}

/// Destroys the app, if necessary after its creation: Yew 0.23 runs a destruction before a pending creation, which would
/// leave the widget on the page.
fn destroy_app(app: AppHandle<BatchTaskWidget>) {
    if app.get_component().is_some() {
        app.destroy();
        return;
    }
    spawn_local(async move {
        while app.get_component().is_none() {
            yield_to_page().await;
        }
        app.destroy();
    });
}

/// The functions that settle a promise. Dropping it rejects the promise, since a removed widget drops its messages.
struct PendingPromise(Cell<Option<(Function, Function)>>);

impl PendingPromise {
    fn settle(&self, result: Result<(), Rc<Error>>) {
        let Some((resolve, reject)) = self.0.take() else { return };
        let settled = match result {
            Ok(()) => resolve.call0(&JsValue::UNDEFINED),
            Err(error) => reject.call1(&JsValue::UNDEFINED, &js_error(&error)),
        };
        // Settling a promise does not throw.
        drop(settled);
    }
}

impl Drop for PendingPromise {
    fn drop(&mut self) {
        // Creating an unused error would be most of the cost of a refresh.
        if self.0.get_mut().is_some() {
            self.settle(Err(Rc::new(Error::new(
                ErrorClass::Aborted,
                "the widget was removed from the page",
            ))));
        }
    }
}

/// Sets the function that loads languages. It gets a tag such as `zh-CN` and returns a promise of the module of that
/// language.
#[wasm_bindgen(js_name = setLanguageLoader)]
pub fn set_language_loader(loader: Function) {
    languages::set_loader(loader);
}

/// Sets the function that returns a request that was sent before the module was loaded, by its key, or `undefined`. See
/// `npm/early.js`.
#[wasm_bindgen(js_name = setEarlyRequests)]
pub fn set_early_requests(find: Function) {
    fetch::set_early_requests(find);
}

/// Sets the function that loads the second wasm file. It returns a promise that resolves after `linkExtras` has been called.
#[wasm_bindgen(js_name = setExtrasLoader)]
pub fn set_extras_loader(loader: Function) {
    deferred::set_loader(loader);
}

/// Draws a widget with its styles in `element`, which is inside `root`.
///
/// `options` has the properties of the custom element. `notify` is called with a name and a detail: `update`, `finish`,
/// `error` and `view-change`, which become events, and `paused`, `time-zone` and `task`. It must not throw, and must not call the
/// handle before it returns.
///
/// # Errors
///
/// If the browser rejects the stylesheet.
#[wasm_bindgen]
pub fn attach(
    root: &ShadowRoot,
    element: Element,
    options: &JsValue,
    notify: Function,
) -> Result<WidgetHandle, JsValue> {
    styles::adopt(root, OF_ELEMENT)?;
    let host = HostEvents::new(notify, root);
    let props: BatchTaskWidgetProps = host.props(Options::read(options));
    let app = yew::Renderer::<BatchTaskWidget>::with_root_and_props(element, props).render();
    Ok(WidgetHandle { app: RefCell::new(Some(app)), host })
}
