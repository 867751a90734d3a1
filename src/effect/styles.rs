//! The stylesheet of shadow roots, and the rest of it, which comes later.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
#[cfg(feature = "split")]
use web_sys::Element;
use web_sys::{CssStyleSheet, Document, Node, ShadowRoot};

use super::construct;

thread_local! {
    /// The parsed stylesheet of the document that was used last. All widgets of that document share it.
    static SHEET: Cache = const { RefCell::new(None) };
    /// The same for the rest of it.
    #[cfg(feature = "split")]
    static REST: Cache = const { RefCell::new(None) };
}

#[cfg(feature = "list")]
thread_local! {
    /// The parsed stylesheet of the list, as [`SHEET`].
    static LIST: Cache = const { RefCell::new(None) };
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

/// Applies the stylesheet `css`, and that of the list, which extends it, to a shadow root.
///
/// # Errors
///
/// If the browser rejects a stylesheet.
#[cfg(feature = "list")]
pub fn adopt_list(root: &ShadowRoot, css: &str, list_css: &str) -> Result<(), JsValue> {
    let sheet = SHEET.with(|cache| parsed(root, css, cache))?;
    let list_sheet = LIST.with(|cache| parsed(root, list_css, cache))?;
    root.set_adopted_style_sheets(&Array::of2(&sheet, &list_sheet));
    Ok(())
}

/// Adds the rest of the stylesheet to the shadow root or the document that contains `element`, unless it has it, or has lost the
/// first part. `added` is what has been added before.
#[cfg(feature = "split")]
pub fn add(element: &Element, css: &str, added: &mut Option<CssStyleSheet>) {
    match element.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(root) => {
            let sheets = Array::from(&root.adopted_style_sheets());
            if sheets.length() != 0 && add_to(&root, &sheets, css, added) {
                root.set_adopted_style_sheets(&sheets);
            }
        }
        // The standalone page links the first part.
        Err(root) => {
            let Ok(document) = root.dyn_into::<Document>() else { return };
            let sheets = Array::from(&document.adopted_style_sheets());
            if add_to(element, &sheets, css, added) {
                document.set_adopted_style_sheets(&sheets);
            }
        }
    }
}

/// Adds a stylesheet to the document. Each call adds one.
#[cfg(any(feature = "page", feature = "prerender"))]
pub fn add_to_document(css: &str) {
    let Some(document) = super::document() else { return };
    // A document without a window needs no stylesheet.
    let Ok(sheet) = construct(&document, "CSSStyleSheet", &Array::new()) else { return };
    let sheet: CssStyleSheet = sheet.unchecked_into();
    if sheet.replace_sync(css).is_ok() {
        let sheets = Array::from(&document.adopted_style_sheets());
        sheets.push(&sheet);
        document.set_adopted_style_sheets(&sheets);
    }
}

/// Adds the stylesheet `css` of the document of `node` to a list. Returns whether it was missing.
#[cfg(feature = "split")]
fn add_to(node: &Node, sheets: &Array, css: &str, added: &mut Option<CssStyleSheet>) -> bool {
    if added.as_ref().is_some_and(|sheet| sheets.includes(sheet, 0)) {
        return false;
    }
    // A document without a window needs no stylesheet.
    let Ok(sheet) = REST.with(|cache| parsed(node, css, cache)) else { return false };
    // Another widget of a page may have added it.
    let is_missing = !sheets.includes(&sheet, 0);
    if is_missing {
        sheets.push(&sheet);
    }
    *added = Some(sheet);
    is_missing
}

/// Returns a stylesheet of the document that `node` is in.
fn parsed(node: &Node, css: &str, cache: &Cache) -> Result<CssStyleSheet, JsValue> {
    let document = node.owner_document();
    if let Some((owner, sheet)) = &*cache.borrow()
        && Some(owner) == document.as_ref()
    {
        return Ok(sheet.clone());
    }
    let sheet: CssStyleSheet = construct(node, "CSSStyleSheet", &Array::new())?.unchecked_into();
    sheet.replace_sync(css)?;
    cache.replace(document.map(|document| (document, sheet.clone())));
    Ok(sheet)
}
