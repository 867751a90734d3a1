//! The keyboard focus: which element has it, and how it is kept when a render removes or reuses that element.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusOptions, HtmlElement};
use yew::platform::spawn_local;

/// The widget's outermost element.
const WIDGET: &str = ".batch-task-widget";

/// Elements that the Tab key reaches.
const FOCUSABLE: &str = "button:not([tabindex]), summary, input, select, a, [tabindex='0']";

/// Keeps the focus over the render that follows, if it is in a widget: on the same element if it still exists, otherwise on the
/// nearest focusable one. `root` is in the widget that renders.
///
/// The focus is restored in a microtask, before a key can be pressed. `Component::rendered` may be later: Yew's scheduler lets
/// the browser continue after 16 ms between a render and the calls of it.
pub fn keep(root: &Element) {
    if let Some((document, path)) = path(root) {
        spawn_local(async move { restore(&document, path) });
    }
}

/// Focuses `root`, which only scripts focus, if the render that follows removes the focused element from it.
#[cfg(any(feature = "page", feature = "prerender"))]
pub fn keep_within(root: &Element) {
    let Some(document) = root.owner_document() else { return };
    if focused(&document).is_some_and(|element| root.contains(Some(&element))) {
        let root = root.clone();
        spawn_local(async move {
            if document.body().as_deref() == focused(&document).as_ref() {
                focus_without_scroll(&root);
            }
        });
    }
}

/// The document of `root`, and the focused element of a widget with its ancestors, from the inside out.
fn path(root: &Element) -> Option<(Document, Vec<Element>)> {
    let document = root.owner_document()?;
    let focused = focused(&document)?;
    let outside = focused.closest(WIDGET).ok()??.parent_element();
    let ancestors = std::iter::successors(Some(focused), |element| element.parent_element());
    Some((document, ancestors.take_while(|element| Some(element) != outside.as_ref()).collect()))
}

fn restore(document: &Document, path: Vec<Element>) {
    // When a focused element is removed, the body becomes the active element.
    if document.body().as_deref() != focused(document).as_ref() {
        return;
    }
    let mut candidates = path.into_iter().filter(|element| element.is_connected());
    let next = candidates.find_map(|element| match element.matches(FOCUSABLE) {
        Ok(true) => Some(element),
        _ => element.query_selector(FOCUSABLE).ok()?,
    });
    if let Some(next) = next {
        focus_without_scroll(&next);
    }
}

fn focus_without_scroll(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Focusing an element that cannot be focused does nothing.
    let _ = element.unchecked_ref::<HtmlElement>().focus_with_options(&options);
}

/// Whether `element` has the focus.
pub fn has_focus(element: &Element) -> bool {
    element.owner_document().and_then(|document| focused(&document)).as_ref() == Some(element)
}

/// Returns the focused element, also inside shadow roots.
pub(super) fn focused(document: &Document) -> Option<Element> {
    let mut focused = document.active_element()?;
    while let Some(inner) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inner;
    }
    Some(focused)
}

/// Focuses `scroller` if the focus is in one of its rows that will not be drawn after scrolling. `drawn` are the
/// `aria-rowindex` values of those that will be.
pub fn keep_in_scroller(scroller: &Element, drawn: Range<u32>) {
    let Some(focused) = scroller.owner_document().and_then(|document| focused(&document)) else { return };
    let Ok(Some(row)) = focused.closest("[aria-rowindex]") else { return };
    let index = row.get_attribute("aria-rowindex").and_then(|index| index.parse().ok());
    // Index 1 is the header, which is always drawn.
    if scroller.contains(Some(&row)) && index.is_some_and(|index: u32| index > 1 && !drawn.contains(&index)) {
        // Where the page scrolls the rows, the top of the scroller is far away.
        focus_without_scroll(scroller);
    }
}

/// Focuses the first element in `parent` that matches. The page scrolls if it has to.
pub fn focus_within(parent: &Element, selector: &str) {
    if let Ok(Some(element)) = parent.query_selector(selector) {
        // Focusing an element that cannot be focused does nothing.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Focuses the child with this index of the parent of `element`.
pub fn focus_sibling(element: &Element, index: usize) {
    let sibling = element.parent_element().and_then(|parent| parent.children().item(index as u32));
    if let Some(sibling) = sibling {
        // Focusing an element that cannot be focused does nothing.
        let _ = sibling.unchecked_into::<HtmlElement>().focus();
    }
}
