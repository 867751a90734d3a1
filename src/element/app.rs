//! A component that is rendered in an element of the page, and the promises of its refreshes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::html::BaseComponent;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::events::js_error;
use crate::effect::slices::yield_to_page;
use crate::error::{Error, ErrorClass};
use crate::watch::Refreshed;

/// A component that can be an [`App`].
pub(super) trait Embedded: BaseComponent {
    /// The message for a request of the host.
    fn message(request: Request) -> Self::Message;
}

/// A request of the host.
pub(super) enum Request {
    Refresh(Refreshed),
    Pause,
    Resume,
}

/// A rendered component; none after [`destroy`](Self::destroy). None of the methods calls back before it returns.
pub(super) struct App<C: Embedded>(RefCell<Option<AppHandle<C>>>);

impl<C: Embedded> App<C> {
    pub(super) fn render(element: Element, props: C::Properties) -> Self {
        Self(RefCell::new(Some(yew::Renderer::<C>::with_root_and_props(element, props).render())))
    }

    pub(super) fn update(&self, props: C::Properties) {
        if let Some(app) = &mut *self.0.borrow_mut() {
            app.update(props);
        }
    }

    pub(super) fn refresh(&self) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let pending = PendingPromise(Cell::new(Some((resolve, reject))));
            self.send(Request::Refresh(Callback::from(move |result| pending.settle(result))));
        })
    }

    pub(super) fn send(&self, request: Request) {
        if let Some(app) = &*self.0.borrow() {
            app.send_message(C::message(request));
        }
    }

    pub(super) fn destroy(&self) {
        let app = self.0.borrow_mut().take();
        if let Some(app) = app {
            destroy_app(app);
        }
    }
}

/// Destroys the app, if necessary after its creation: Yew 0.23 runs a destruction before a pending creation, which would
/// leave the component on the page.
fn destroy_app<C: BaseComponent>(app: AppHandle<C>) {
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
