//! The keyboard focus: which element has it, and how it is kept when a render removes or reuses that element.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusOptions, HtmlElement};

/// The widget's outermost element.
const WIDGET: &str = ".batch-task-widget";

/// Elements that the Tab key reaches.
const FOCUSABLE: &str = "button:not([tabindex]), summary, input, a, [tabindex='0']";

/// The focused element of a widget and its ancestors, from the inside out.
pub struct SavedFocus(Vec<Element>);

/// Remembers which element has the focus before a render; `None` if it is not in a widget. `root` is in the widget that renders.
pub fn save(root: &Element) -> Option<SavedFocus> {
    let focused = focused(&root.owner_document()?)?;
    let outside = focused.closest(WIDGET).ok()??.parent_element();
    let ancestors = std::iter::successors(Some(focused), |element| element.parent_element());
    Some(SavedFocus(ancestors.take_while(|element| Some(element) != outside.as_ref()).collect()))
}

impl SavedFocus {
    /// Restores the focus after a render if the render has lost it: to the same element if it still exists, otherwise to the
    /// nearest focusable one.
    pub fn restore(self) {
        let Some(document) = self.0.first().and_then(|element| element.owner_document()) else { return };
        // When a focused element is removed, the body becomes the active element.
        if document.body().as_deref() != focused(&document).as_ref() {
            return;
        }
        let mut candidates = self.0.into_iter().filter(|element| element.is_connected());
        let next = candidates.find_map(|element| match element.matches(FOCUSABLE) {
            Ok(true) => Some(element),
            _ => element.query_selector(FOCUSABLE).ok()?,
        });
        if let Some(next) = next {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // Focusing an element that cannot be focused does nothing.
            let _ = next.unchecked_into::<HtmlElement>().focus_with_options(&options);
        }
    }
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
        let options = FocusOptions::new();
        // Where the page scrolls the rows, the top of the scroller is far away.
        options.set_prevent_scroll(true);
        // The scroller has a tabindex, so focusing it succeeds.
        let _ = scroller.unchecked_ref::<HtmlElement>().focus_with_options(&options);
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
