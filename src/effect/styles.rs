//! The stylesheet of shadow roots.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Document, ShadowRoot};

use super::construct;

thread_local! {
    /// The parsed stylesheet of the document that was used last. All widgets of that document share it.
    static SHEET: RefCell<Option<(Document, CssStyleSheet)>> = const { RefCell::new(None) };
}

/// Whether a shadow root has lost its stylesheet, which happens when it is moved to another document.
pub fn is_lost(root: &ShadowRoot) -> bool {
    root.adopted_style_sheets().length() == 0
}

/// Applies the stylesheet `css` to a shadow root.
///
/// # Errors
///
/// If the browser rejects the stylesheet.
pub fn adopt(root: &ShadowRoot, css: &str) -> Result<(), JsValue> {
    let document = root.owner_document();
    let cached = SHEET.with_borrow(|sheet| {
        sheet.as_ref().filter(|(owner, _)| Some(owner) == document.as_ref()).map(|(_, sheet)| sheet.clone())
    });
    let sheet = match cached {
        Some(sheet) => sheet,
        None => {
            let sheet: CssStyleSheet = construct(root, "CSSStyleSheet", &Array::new())?.unchecked_into();
            sheet.replace_sync(css)?;
            SHEET.set(document.map(|document| (document, sheet.clone())));
            sheet
        }
    };
    root.set_adopted_style_sheets(&Array::of1(&sheet));
    Ok(())
}
