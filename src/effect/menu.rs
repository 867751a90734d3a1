//! Closing menus, which are `<details>` elements.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::platform::spawn_local;

use super::focus::focused;
use super::slices::yield_to_page;

/// Closes the menu that contains `element`, and focuses its button. Returns whether the menu was open.
pub fn close(element: &Element) -> bool {
    let Ok(Some(details)) = element.closest("details[open]") else { return false };
    // Removing an attribute that is not set does nothing.
    let _ = details.remove_attribute("open");
    if let Ok(Some(summary)) = details.query_selector("summary") {
        // A summary can be focused.
        let _ = summary.unchecked_into::<HtmlElement>().focus();
    }
    true
}

/// Closes the menu that contains `left` if the focus has moved from `left` to an element outside of the menu.
pub fn close_on_focus_out(left: &Element) {
    let Ok(Some(details)) = left.closest("details") else { return };
    spawn_local(async move {
        // During the event no element has the focus. If another window gets it, the active element does not change.
        yield_to_page().await;
        let focused = details.owner_document().and_then(|document| focused(&document));
        if !details.contains(focused.as_deref()) {
            // Removing an attribute that is not set does nothing.
            let _ = details.remove_attribute("open");
        }
    });
}
