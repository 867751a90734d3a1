//! Highlights the terms of a search in the rows, by the CSS Custom Highlight API, which changes no element.
//!
//! All widgets of a document share one highlight. A browser without the API shows none.

use js_sys::{Array, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Range};

use super::construct;
use crate::view::search::{Highlighter, Hits};

/// The name of the highlight in the stylesheet.
const NAME: &str = "btw-hit";

/// The elements that contain texts that are searched.
const CELLS: &str =
    ".btw-col-id code, .btw-col-instance code, .btw-col-error, .btw-row-error, .btw-detail-error";

#[wasm_bindgen]
extern "C" {
    /// `Highlight`, or the registry of highlights.
    type Ranges;

    #[wasm_bindgen(method)]
    fn get(this: &Ranges, name: &str) -> Option<Ranges>;

    #[wasm_bindgen(method)]
    fn set(this: &Ranges, name: &str, highlight: &Ranges);

    #[wasm_bindgen(method)]
    fn add(this: &Ranges, range: &Range);

    #[wasm_bindgen(method)]
    fn delete(this: &Ranges, range: &JsValue);

    #[wasm_bindgen(method, js_name = forEach)]
    fn for_each(this: &Ranges, callback: &js_sys::Function);
}

/// Highlights the terms of `hits` in the rows in `scroller`, in place of those that were highlighted there before.
pub fn highlight(scroller: &Element, hits: &Hits) {
    let highlighter = Highlighter::of(hits);
    let Some(highlight) = ranges_of_document(scroller, highlighter.is_some()) else { return };
    remove(&highlight, scroller);
    // A document can create a range, and the bounds are inside the text.
    let _ = highlighter.map(|highlighter| add(&highlight, scroller, &highlighter));
}

/// Returns the highlight of the element's document. If there is none yet, creates it if it `is_needed`.
fn ranges_of_document(element: &Element, is_needed: bool) -> Option<Ranges> {
    let window = element.owner_document()?.default_view()?;
    let css = Reflect::get(&window, &"CSS".into()).ok()?;
    let registry = Reflect::get(&css, &"highlights".into()).ok().filter(JsValue::is_object)?;
    let registry: Ranges = registry.unchecked_into();
    if let Some(highlight) = registry.get(NAME) {
        return Some(highlight);
    }
    if !is_needed {
        return None;
    }
    let highlight: Ranges = construct(element, "Highlight", &Array::new()).ok()?.unchecked_into();
    registry.set(NAME, &highlight);
    Some(highlight)
}

/// Removes the ranges in `scroller`, and those that are empty or not in the document because their text was removed.
fn remove(highlight: &Ranges, scroller: &Element) {
    let old = Array::new();
    let collect = Closure::<dyn FnMut(JsValue)>::new({
        let old = old.clone();
        move |range: JsValue| {
            old.push(&range);
        }
    });
    highlight.for_each(collect.as_ref().unchecked_ref());
    for range in old.iter() {
        let at = range.unchecked_ref::<Range>();
        let is_shown = |node: web_sys::Node| node.is_connected() && !scroller.contains(Some(&node));
        if at.collapsed() || !at.start_container().is_ok_and(is_shown) {
            highlight.delete(&range);
        }
    }
}

fn add(highlight: &Ranges, scroller: &Element, highlighter: &Highlighter) -> Result<(), JsValue> {
    let cells = scroller.query_selector_all(CELLS)?;
    for index in 0..cells.length() {
        let text = cells.get(index).and_then(|cell| cell.first_child());
        let Some(text) = text.filter(|text| text.node_type() == web_sys::Node::TEXT_NODE) else { continue };
        for (begin, end) in highlighter.ranges(&text.node_value().unwrap_or_default()) {
            let Some(document) = text.owner_document() else { continue };
            let range = document.create_range()?;
            range.set_start(&text, begin)?;
            range.set_end(&text, end)?;
            highlight.add(&range);
        }
    }
    Ok(())
}
