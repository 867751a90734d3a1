//! JSON as the browser parses it. The values of `JSON.parse` have no getters, so reading them cannot fail or have effects.

use js_sys::{Array, JSON, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A value; undefined if there is none.
pub(in super::super) type Json = JsValue;

/// Parses a text; `None` if it is not JSON.
pub(in super::super) fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok()
}

/// Whether the value is undefined.
pub(in super::super) fn is_undefined(value: &Json) -> bool {
    value.is_undefined()
}

/// Whether the value is undefined or null.
pub(in super::super) fn is_absent(value: &Json) -> bool {
    value.is_null() || value.is_undefined()
}

/// Whether the value is an object or an array.
pub(in super::super) fn is_object(value: &Json) -> bool {
    value.is_object()
}

/// Whether the value is an array.
pub(in super::super) fn is_array(value: &Json) -> bool {
    Array::is_array(value)
}

/// Returns a member of an object or an array; undefined if there is none.
pub(in super::super) fn member(value: &Json, name: &str) -> Json {
    let name = JsValue::from_str(name);
    let is_own = value.is_object() && Object::has_own(value.unchecked_ref::<Object>(), &name);
    // Reading a member of plain data does not fail.
    if is_own { Reflect::get(value, &name).unwrap_or_default() } else { JsValue::UNDEFINED }
}

/// The items of an array.
pub(in super::super) type Items = Array;

/// Returns the items of an array, or of the first array in an object; `None` if there is none.
pub(in super::super) fn items(value: &Json) -> Option<Items> {
    if let Some(items) = value.dyn_ref::<Array>() {
        return Some(items.clone());
    }
    let members = value.dyn_ref::<Object>().map(Object::values)?;
    members.iter().find(Array::is_array).map(JsCast::unchecked_into)
}

/// Returns a string.
pub(in super::super) fn string(value: &Json) -> Option<String> {
    value.as_string()
}

/// Returns a truth value.
pub(in super::super) fn truth(value: &Json) -> Option<bool> {
    value.as_bool()
}

/// Returns a number.
pub(in super::super) fn number(value: &Json) -> Option<f64> {
    value.as_f64()
}

/// Returns the number that a string states, or not a number. Converted by JavaScript, to keep Rust's float parsing out of the module.
pub(in super::super) fn stated_number(string: &Json) -> f64 {
    string.unchecked_into_f64()
}

/// Returns a number or a truth value as text.
pub(in super::super) fn written(value: Json) -> String {
    String::from(&value.unchecked_into::<JsString>().to_string())
}
