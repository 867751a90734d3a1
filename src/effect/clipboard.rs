//! Copies text to the clipboard, also in insecure contexts.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use js_sys::{Array, Error, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Clipboard, Element, HtmlDocument, HtmlElement, HtmlTextAreaElement, Node,
};
use yew::platform::spawn_local;

use super::{document, focus, layout, window};

const PLAIN_TEXT: &str = "text/plain";

/// A copy that was started before its text was known.
#[derive(Debug)]
pub struct StartedCopy {
    /// Resolves the promise of the text.
    resolve: Function,
    /// Ends once the text is in the clipboard, or with the browser's error.
    written: JsFuture,
}

/// Starts to copy a text that will be given to [`finish`]. Browsers allow it only during a user gesture, which may be over
/// when the text is known. `None` if the browser cannot wait for a text: insecure contexts and browsers without
/// `ClipboardItem`.
pub fn start() -> Option<StartedCopy> {
    let clipboard = clipboard()?;
    let write: Function = Reflect::get(&clipboard, &"write".into()).ok()?.dyn_into().ok()?;
    let class: Function = Reflect::get(&js_sys::global(), &"ClipboardItem".into()).ok()?.dyn_into().ok()?;
    let mut resolve = None;
    let text = Promise::new(&mut |resolve_text, _| resolve = Some(resolve_text));
    let representations = Object::new();
    Reflect::set(&representations, &PLAIN_TEXT.into(), &text).ok()?;
    // `Reflect::construct` returns the exception of a browser that accepts no promise.
    let item = Reflect::construct(&class, &Array::of1(&representations)).ok()?;
    let written = Promise::resolve(&write.call1(&clipboard, &Array::of1(&item)).ok()?);
    // The future handles a rejection from now on.
    Some(StartedCopy { resolve: resolve?, written: written.into() })
}

/// Ends a started copy without a text. It leaves the clipboard unchanged.
pub fn cancel(started: &StartedCopy) {
    started.give(&Promise::reject(&Error::new("the text is not available")));
}

impl StartedCopy {
    fn give(&self, text: &JsValue) {
        // The function that resolves a promise does not throw.
        let _ = self.resolve.call1(&JsValue::UNDEFINED, text);
    }
}

/// Gives a started copy its text, and calls `done` with whether the text is in the clipboard.
pub fn finish(started: StartedCopy, text: &str, done: impl FnOnce(bool) + 'static) {
    let options = BlobPropertyBag::new();
    options.set_type(PLAIN_TEXT);
    // Not all browsers accept a string here.
    match Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options) {
        Ok(text) => started.give(&text),
        Err(error) => started.give(&Promise::reject(&error)),
    }
    spawn_local(async move { done(started.written.await.is_ok()) });
}

/// Copies `text`, and calls `done` with whether that succeeded. `button` is what the viewer pressed.
///
/// Browsers allow it only during a user gesture.
pub fn copy(text: String, button: Option<Element>, done: impl FnOnce(bool) + 'static) {
    let Some(clipboard) = clipboard() else { return done(copy_by_selection(&text, button.as_ref())) };
    let written = clipboard.write_text(&text);
    spawn_local(async move {
        // A permissions policy may refuse the clipboard API and allow the old way.
        done(JsFuture::from(written).await.is_ok() || copy_by_selection(&text, button.as_ref()));
    });
}

/// Returns the clipboard API, which exists in secure contexts only.
fn clipboard() -> Option<Clipboard> {
    let navigator = window()?.navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    clipboard.is_object().then(|| clipboard.unchecked_into())
}

/// Copies the selection of an invisible text field; returns whether the browser has taken the text.
fn copy_by_selection(text: &str, button: Option<&Element>) -> bool {
    let is_handled = Rc::new(Cell::new(false));
    let copied = select_and_copy(text, button, &is_handled);
    // The command returns `true` also if another element had the focus, and then another text or none was copied.
    copied.unwrap_or(false) && is_handled.get()
}

fn select_and_copy(text: &str, button: Option<&Element>, is_handled: &Rc<Cell<bool>>) -> Option<bool> {
    let document = document()?;
    let focused = focus::focused(&document);
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_value(text);
    field.set_read_only(true);
    // With `display: none` the text could not be selected.
    Reflect::set(&field, &"style".into(), &layout::style("position:fixed;inset:0 auto auto 0;opacity:0"))
        .ok()?;
    // Beside the button: outside of a modal dialog nothing can be focused, and a focus trap takes the focus back.
    let parent: Node = match button.and_then(|button| button.parent_node()) {
        Some(parent) => parent,
        None => document.body()?.into(),
    };
    parent.append_child(&field).ok()?;
    let taken = {
        let (text, is_handled) = (text.to_owned(), Rc::clone(is_handled));
        move |event: &web_sys::Event| {
            let data = Reflect::get(event, &"clipboardData".into()).unwrap_or_default();
            let set =
                Reflect::get(&data, &"setData".into()).ok().and_then(|set| set.dyn_into::<Function>().ok());
            let set = set.and_then(|set| set.call2(&data, &PLAIN_TEXT.into(), &text.as_str().into()).ok());
            if set.is_some() {
                event.prevent_default();
                // A host's own handler must not replace the text.
                event.stop_propagation();
                is_handled.set(true);
            }
        }
    };
    // On the document and during the capturing phase: it also gets the event if the focus has been moved elsewhere.
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let listener = EventListener::new_with_options(&document, "copy", options, taken);
    field.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    drop(listener);
    field.remove();
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
        // If the element was removed meanwhile, there is no focus to restore.
        let _ = focused.focus();
    }
    Some(copied)
}
