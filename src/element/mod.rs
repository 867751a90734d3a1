//! The widget for JavaScript: [`attach`] draws one in a shadow root and gives the handle to it.
//!
//! It owns what crosses to JavaScript. The custom element and `mount` are JavaScript around it, in `npm/`; what the widget
//! does is elsewhere.

mod events;
mod options;
mod task;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Element, ShadowRoot};
use yew::platform::spawn_local;
use yew::prelude::*;

use self::events::{HostEvents, js_error};
use self::options::Options;
use crate::STYLES;
use crate::components::lazy::link;
use crate::components::{BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
use crate::effect::slices::yield_to_page;
use crate::effect::{deferred, languages};
use crate::error::{Error, ErrorClass};

thread_local! {
    /// One parsed stylesheet serves all widgets of a page.
    static SHEET: RefCell<Option<CssStyleSheet>> = const { RefCell::new(None) };
}

/// A widget on a page. Nothing of it calls back before it returns.
#[wasm_bindgen]
pub struct WidgetHandle {
    app: RefCell<Option<AppHandle<BatchTaskWidget>>>,
    host: Rc<HostEvents>,
}

#[wasm_bindgen]
impl WidgetHandle {
    /// Goes on with other options, all of them: what is not given is as if it never had been.
    pub fn configure(&self, options: &JsValue) {
        let props = self.host.props(Options::read(options));
        if let Some(app) = &mut *self.app.borrow_mut() {
            app.update(props);
        }
    }

    /// Asks for an answer newer than now. Resolves when it is on the page, unchanged data too; rejects with an Error
    /// when the request fails, and with an AbortError when the widget goes.
    pub fn refresh(&self) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let pending = PendingPromise(Cell::new(Some((resolve, reject))));
            self.send(WidgetMessage::Refresh(Callback::from(move |result| pending.settle(result))));
        })
    }

    /// Stops asking.
    pub fn pause(&self) {
        self.send(WidgetMessage::Pause);
    }

    /// Goes on asking.
    pub fn resume(&self) {
        self.send(WidgetMessage::Resume);
    }

    /// The last data as an object with the API's names, built now; `null` if there is none.
    #[wasm_bindgen(getter)]
    pub fn task(&self) -> JsValue {
        self.host.task()
    }

    /// Takes the widget out of its shadow root and stops all that it does. A second call does nothing.
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

/// Yew 0.23 destroys before it creates, whatever was asked for first: who destroys what it has not created yet destroys
/// nothing, and gets a widget that nobody owns. So such a one is let be created first.
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

/// The two ends of a promise, until it has been settled. Its drop rejects it: a widget that goes takes its messages with it.
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
        // Making an error for one that has been settled would be most of what a refresh costs here.
        if self.0.get_mut().is_some() {
            self.settle(Err(Rc::new(Error::new(
                ErrorClass::Aborted,
                "the widget was removed from the page",
            ))));
        }
    }
}

/// Says how languages are loaded: `loader` is given a tag such as `zh-CN` and promises the module of its file.
#[wasm_bindgen(js_name = setLanguageLoader)]
pub fn set_language_loader(loader: Function) {
    languages::set_loader(loader);
}

/// Says how the widget's second file is loaded: `loader` promises that it is, and that [`link_extras`] has been called.
#[wasm_bindgen(js_name = setExtrasLoader)]
pub fn set_extras_loader(loader: Function) {
    deferred::set_loader(loader);
}

/// Takes over the second file, which has been instantiated beside this one.
#[wasm_bindgen(js_name = linkExtras)]
pub fn link_extras() {
    link();
}

/// Draws a widget in `element`, which lies in `root`, with its styles.
///
/// `options` are the properties of the custom element. `notify` is called with a word and a detail whenever there is
/// something to tell: `update`, `finish`, `error` and `view-change`, which become events, and `paused` and `time-zone`. It must not call
/// back before it returns.
///
/// # Errors
/// If the browser refuses the style sheet.
#[wasm_bindgen]
pub fn attach(
    root: &ShadowRoot,
    element: Element,
    options: &JsValue,
    notify: Function,
) -> Result<WidgetHandle, JsValue> {
    adopt_styles(root)?;
    let host = HostEvents::new(notify);
    let props: BatchTaskWidgetProps = host.props(Options::read(options));
    let app = yew::Renderer::<BatchTaskWidget>::with_root_and_props(element, props).render();
    Ok(WidgetHandle { app: RefCell::new(Some(app)), host })
}

fn adopt_styles(root: &ShadowRoot) -> Result<(), JsValue> {
    let held = SHEET.with_borrow(Clone::clone);
    let sheet = match held {
        Some(sheet) => sheet,
        None => {
            let sheet = CssStyleSheet::new()?;
            sheet.replace_sync(STYLES)?;
            SHEET.set(Some(sheet.clone()));
            sheet
        }
    };
    root.set_adopted_style_sheets(&Array::of1(&sheet));
    Ok(())
}
