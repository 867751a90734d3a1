//! The browser's time zones.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Whether the browser knows the zone of this IANA name, in any case.
pub fn is_known(name: &str) -> bool {
    let options = Object::new();
    let set = Reflect::set(&options, &"timeZone".into(), &name.into());
    // The constructor throws a RangeError, and a plain call of it would take the whole module down.
    let intl = Reflect::get(&js_sys::global(), &"Intl".into());
    let format = intl.and_then(|intl| Reflect::get(&intl, &"DateTimeFormat".into()));
    let Ok(constructor) = set.and(format) else { return false };
    Reflect::construct(constructor.unchecked_ref::<Function>(), &Array::of2(&JsValue::UNDEFINED, &options))
        .is_ok()
}
