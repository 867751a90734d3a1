//! The stylesheet of shadow roots.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
#[cfg(feature = "split")]
use web_sys::Element;
use web_sys::{CssStyleSheet, Document, ShadowRoot};

use super::construct;

thread_local! {
    /// The parsed stylesheet of the document that was used last. All widgets of that document share it.
    static SHEET: Cache = const { RefCell::new(None) };
    /// The same for the rest of it.
    #[cfg(feature = "split")]
    static REST: Cache = const { RefCell::new(None) };
}

type Cache = RefCell<Option<(Document, CssStyleSheet)>>;

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
    let sheet = SHEET.with(|cache| parsed(root, css, cache))?;
    root.set_adopted_style_sheets(&Array::of1(&sheet));
    Ok(())
}

/// Adds the rest of the stylesheet to the shadow root that contains `element`, unless it has it, or has lost the first part.
/// `added` is what has been added before.
#[cfg(feature = "split")]
pub fn add(element: &Element, css: &str, added: &mut Option<CssStyleSheet>) {
    let Ok(root) = element.get_root_node().dyn_into::<ShadowRoot>() else { return };
    let sheets = Array::from(&root.adopted_style_sheets());
    let has_it = added.as_ref().is_some_and(|sheet| sheets.includes(sheet, 0));
    if has_it || sheets.length() == 0 {
        return;
    }
    // A document without a window needs no stylesheet.
    let Ok(sheet) = REST.with(|cache| parsed(&root, css, cache)) else { return };
    sheets.push(&sheet);
    root.set_adopted_style_sheets(&sheets);
    *added = Some(sheet);
}

/// Returns a stylesheet of the document that `root` is in.
fn parsed(root: &ShadowRoot, css: &str, cache: &Cache) -> Result<CssStyleSheet, JsValue> {
    let document = root.owner_document();
    if let Some((owner, sheet)) = &*cache.borrow()
        && Some(owner) == document.as_ref()
    {
        return Ok(sheet.clone());
    }
    let sheet: CssStyleSheet = construct(root, "CSSStyleSheet", &Array::new())?.unchecked_into();
    sheet.replace_sync(css)?;
    cache.replace(document.map(|document| (document, sheet.clone())));
    Ok(sheet)
}
