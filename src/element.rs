//! The widget for JavaScript: `mount(target, options)` and the handle that it gives.
//!
//! It owns the shadow root and what crosses to JavaScript. What the widget does is elsewhere.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Element, ShadowRoot, ShadowRootInit, ShadowRootMode};
use yew::prelude::*;

use crate::STYLES;
use crate::components::{BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
use crate::effect::document;
use crate::error::{Error, ErrorClass};
use crate::watch::DEFAULT_INTERVAL_MS;

thread_local! {
    /// One parsed stylesheet serves all widgets of a page.
    static SHEET: RefCell<Option<CssStyleSheet>> = const { RefCell::new(None) };
}

/// The options of `mount`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    endpoint: String,
    #[serde(default)]
    batch_id: Option<String>,
    /// Seconds.
    #[serde(default)]
    interval: Option<f64>,
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
/// `options` is `{endpoint, batchId?, interval?}`, the interval in seconds (5, if it is not given; at least 2; 0
/// fetches once).
///
/// # Errors
/// A `TypeError` that names the option that is wrong.
#[wasm_bindgen]
pub async fn mount(target: Element, options: JsValue) -> Result<WidgetHandle, JsValue> {
    let options: Options =
        serde_wasm_bindgen::from_value(options).map_err(|error| wrong_options(&error.to_string()))?;
    if options.endpoint.trim().is_empty() {
        return Err(wrong_options("endpoint is empty; give the URL of the proxy's DescribeBatchTask"));
    }
    let interval_ms = interval_ms(options.interval)
        .ok_or_else(|| wrong_options("interval is not a number of seconds from 0 to 86400"))?;
    let (host, root) = shadow_host(&target)?;
    let props = yew::props!(BatchTaskWidgetProps {
        endpoint: options.endpoint,
        batch_id: options.batch_id.map(AttrValue::from),
        interval_ms,
    });
    let app = yew::Renderer::<BatchTaskWidget>::with_root_and_props(root, props).render();
    Ok(WidgetHandle { app: Some(app), host })
}

/// Seconds as milliseconds; `None` if they are no sensible interval.
fn interval_ms(seconds: Option<f64>) -> Option<u32> {
    match seconds {
        None => Some(DEFAULT_INTERVAL_MS),
        Some(seconds) if (0.0..=86_400.0).contains(&seconds) => Some((seconds * 1_000.0) as u32),
        Some(_) => None,
    }
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
    let fields: [(&str, JsValue); 4] = [
        ("class", error.class().as_str().into()),
        ("code", error.code().into()),
        ("status", error.status().map_or(JsValue::NULL, JsValue::from)),
        ("requestId", error.request_id().into()),
    ];
    let object: &Object = js_error.as_ref();
    for (name, value) in fields {
        // A fresh error takes any property.
        drop(Reflect::set(object, &name.into(), &value));
    }
    js_error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_seconds_within_a_day() {
        assert_eq!(interval_ms(None), Some(5_000));
        assert_eq!(interval_ms(Some(2.5)), Some(2_500));
        assert_eq!(interval_ms(Some(0.0)), Some(0));
        for wrong in [-1.0, f64::NAN, f64::INFINITY, 86_401.0] {
            assert_eq!(interval_ms(Some(wrong)), None);
        }
    }
}
