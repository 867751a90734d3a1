//! Putting text on the clipboard, in secure contexts and in others.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, HtmlDocument, HtmlElement, HtmlTextAreaElement};
use yew::platform::spawn_local;

use super::{document, focus, layout, window};

/// Copies `text`; `done` is told whether that worked.
///
/// Must be called while a press is handled: browsers ask for that.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let Some(clipboard) = clipboard() else { return done(copy_by_selection(&text).is_some()) };
    let written = clipboard.write_text(&text);
    spawn_local(async move {
        // A host's permissions policy may refuse the one way and allow the other.
        done(JsFuture::from(written).await.is_ok() || copy_by_selection(&text).is_some());
    });
}

/// The clipboard, which there is in secure contexts alone.
fn clipboard() -> Option<Clipboard> {
    let navigator = window()?.navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    clipboard.is_object().then(|| clipboard.unchecked_into())
}

/// The old way: a text field that nobody sees, selected and copied.
fn copy_by_selection(text: &str) -> Option<()> {
    let document = document()?;
    let focused = focus::focused(&document);
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_value(text);
    field.set_read_only(true);
    // Not `display: none`: what is not laid out cannot be selected.
    Reflect::set(&field, &"style".into(), &layout::style("position:fixed;inset:0 auto auto 0;opacity:0"))
        .ok()?;
    let body = document.body()?;
    body.append_child(&field).ok()?;
    field.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    field.remove();
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
        // An element that has gone meanwhile needs no focus.
        let _ = focused.focus();
    }
    copied.then_some(())
}
