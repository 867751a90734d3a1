//! The widget for JavaScript: `mount(target, options)` and the handle that it gives.
//!
//! It owns the shadow root and what crosses to JavaScript. What the widget does is elsewhere.

mod options;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Element, ShadowRoot, ShadowRootInit, ShadowRootMode};
use yew::prelude::*;

use self::options::Options;
use crate::STYLES;
use crate::components::{BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
use crate::effect::document;
use crate::error::{Error, ErrorClass};

thread_local! {
    /// One parsed stylesheet serves all widgets of a page.
    static SHEET: RefCell<Option<CssStyleSheet>> = const { RefCell::new(None) };
}

/// What a host is told of an error, beside its message.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorDetail<'a> {
    class: &'static str,
    code: &'a str,
    status: Option<u16>,
    request_id: &'a str,
}

/// A widget on a page.
#[wasm_bindgen]
pub struct WidgetHandle {
    app: Option<AppHandle<BatchTaskWidget>>,
    host: Element,
}

#[wasm_bindgen]
impl WidgetHandle {
    /// Asks for an answer newer than now. Resolves when it is on the page, unchanged data too; rejects with an Error
    /// when the request fails, and with an AbortError when the widget goes.
    pub fn refresh(&self) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let promised = Promised { resolve, reject };
            if let Some(app) = &self.app {
                let done = Callback::from(move |result| promised.settle(result));
                app.send_message(WidgetMessage::Refresh(done));
            }
        })
    }

    /// Takes the widget off the page and stops all that it does. A second call does nothing.
    pub fn destroy(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
            self.host.remove();
        }
    }
}

/// The two ends of a promise. Its drop rejects it, unless it has been settled: a widget that goes takes its messages
/// with it.
struct Promised {
    resolve: Function,
    reject: Function,
}

impl Promised {
    fn settle(&self, result: Result<(), Rc<Error>>) {
        let settled = match result {
            Ok(()) => self.resolve.call0(&JsValue::UNDEFINED),
            Err(error) => self.reject.call1(&JsValue::UNDEFINED, &js_error(&error)),
        };
        // Settling a promise does not throw, and a second time does nothing.
        drop(settled);
    }
}

impl Drop for Promised {
    fn drop(&mut self) {
        self.settle(Err(Rc::new(Error::new(ErrorClass::Aborted, "the widget was taken off the page"))));
    }
}

/// Appends a widget in an element of its own, with an open shadow root, to `target`.
///
/// `options` is `{endpoint, batchId?, interval?, q?, instanceUrl?, redact?}`: the interval in seconds (5, if it is not
/// given; at least 2; 0 fetches once), what is searched for at first, a pattern for links to instances (http(s) with
/// `{InstanceId}` in it), and whether account ids are masked.
///
/// # Errors
/// A `TypeError` that names the option that is wrong.
#[wasm_bindgen]
pub async fn mount(target: Element, options: JsValue) -> Result<WidgetHandle, JsValue> {
    let options = Options::read(&options).map_err(|wrong| wrong_options(&wrong))?;
    let (host, root) = shadow_host(&target)?;
    let props = yew::props!(BatchTaskWidgetProps {
        endpoint: options.endpoint,
        batch_id: options.batch_id.map(AttrValue::from),
        interval_ms: options.interval_ms,
        query: options.query,
        instance_url: options.instance_url.map(AttrValue::from),
        redact: options.redact,
    });
    let app = yew::Renderer::<BatchTaskWidget>::with_root_and_props(root, props).render();
    Ok(WidgetHandle { app: Some(app), host })
}

/// A new element in `target`, and in its shadow root the styles and the element that the widget is drawn in.
fn shadow_host(target: &Element) -> Result<(Element, Element), JsValue> {
    let document = document().ok_or_else(|| JsValue::from(js_sys::Error::new("there is no document")))?;
    let host = document.create_element("div")?;
    let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
    adopt_styles(&shadow)?;
    let root = document.create_element("div")?;
    shadow.append_child(&root)?;
    target.append_child(&host)?;
    Ok((host, root))
}

fn adopt_styles(shadow: &ShadowRoot) -> Result<(), JsValue> {
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
    shadow.set_adopted_style_sheets(&Array::of1(&sheet));
    Ok(())
}

fn wrong_options(message: &str) -> JsValue {
    js_sys::TypeError::new(&format!("batch-task-widget: {message}")).into()
}

/// An `Error` with what a host may want to tell apart: `class`, `code`, `status`, `requestId`.
fn js_error(error: &Error) -> JsValue {
    let js_error = js_sys::Error::new(&error.to_string());
    js_error.set_name(if error.class() == ErrorClass::Aborted { "AbortError" } else { "BatchTaskError" });
    let detail = ErrorDetail {
        class: error.class().as_str(),
        code: error.code(),
        status: error.status(),
        request_id: error.request_id(),
    };
    if let Ok(detail) = detail.serialize(&Serializer::new().serialize_missing_as_null(true)) {
        Object::assign(&js_error, detail.unchecked_ref());
    }
    js_error.into()
}
