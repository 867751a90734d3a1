//! Copies text to the clipboard, also in insecure contexts.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, HtmlDocument, HtmlElement, HtmlTextAreaElement};
use yew::platform::spawn_local;

use super::{document, focus, layout, window};

/// Copies `text`, and calls `done` with whether that succeeded.
///
/// Browsers allow it only during a user gesture.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let Some(clipboard) = clipboard() else { return done(copy_by_selection(&text).is_some()) };
    let written = clipboard.write_text(&text);
    spawn_local(async move {
        // A permissions policy may refuse the clipboard API and allow the old way.
        done(JsFuture::from(written).await.is_ok() || copy_by_selection(&text).is_some());
    });
}

/// Returns the clipboard API, which exists in secure contexts only.
fn clipboard() -> Option<Clipboard> {
    let navigator = window()?.navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    clipboard.is_object().then(|| clipboard.unchecked_into())
}

/// Copies the selection of an invisible text field.
fn copy_by_selection(text: &str) -> Option<()> {
    let document = document()?;
    let focused = focus::focused(&document);
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_value(text);
    field.set_read_only(true);
    // With `display: none` the text could not be selected.
    Reflect::set(&field, &"style".into(), &layout::style("position:fixed;inset:0 auto auto 0;opacity:0"))
        .ok()?;
    let body = document.body()?;
    body.append_child(&field).ok()?;
    field.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    field.remove();
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
        // If the element was removed meanwhile, there is no focus to restore.
        let _ = focused.focus();
    }
    copied.then_some(())
}
