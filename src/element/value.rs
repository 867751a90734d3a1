//! JavaScript objects that are passed to the host.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::model::ApiTime;
use crate::view::export::exact_time;

/// An object under construction.
#[derive(Default)]
pub(super) struct Fields(Object);

impl Fields {
    #[inline(never)]
    pub(super) fn set(&self, name: &str, value: &JsValue) {
        // Setting a property of a plain object does not fail.
        drop(Reflect::set(&self.0, &name.into(), value));
    }

    pub(super) fn text(&self, name: &str, text: &str) {
        self.set(name, &text.into());
    }

    /// Sets a text; `null` if it is absent.
    pub(super) fn text_or_null(&self, name: &str, text: Option<&str>) {
        self.set(name, &text.map_or(JsValue::NULL, JsValue::from));
    }

    /// Sets a number, which may be too large for a double to be exact; `null` if it is absent.
    pub(super) fn number(&self, name: &str, number: Option<i64>) {
        self.set(name, &number.map_or(JsValue::NULL, |number| JsValue::from_f64(number as f64)));
    }

    /// Sets a time such as `2026-05-28T16:38:20Z`; `null` if it is absent.
    pub(super) fn time(&self, name: &str, time: &ApiTime<'_>) {
        let text = match time {
            ApiTime::Absent => None,
            ApiTime::At(timestamp) => Some(exact_time(*timestamp)),
            ApiTime::Unparsed(text) => Some(text.to_string()),
        };
        self.text_or_null(name, text.as_deref());
    }

    pub(super) fn finish(self) -> JsValue {
        self.0.into()
    }
}
