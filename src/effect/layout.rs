//! What a component needs of an element's layout: its size as it changes, how far it is scrolled, and sizes set
//! through the CSSOM, which a content security policy allows where it refuses a `style` attribute.

use std::ops::Range;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, FocusOptions, HtmlElement, ResizeObserver};
use yew::platform::spawn_local;

use super::document;
use super::turns::next_turn;

/// Keeps an element watched; its drop ends that.
pub struct Resizes {
    observer: Option<ResizeObserver>,
    _callback: Closure<dyn FnMut(Array)>,
}

impl Drop for Resizes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Calls `listener` with the inner width and height of `element` in CSS px, at once and whenever they change.
///
/// An element that is not laid out, in a hidden part of the page, has no size worth telling.
pub fn observe_size(element: &Element, listener: impl Fn(u32, u32) + 'static) -> Resizes {
    let observed = element.clone();
    let tell = Rc::new(move || {
        let (width_px, height_px) = (px(observed.client_width()), px(observed.client_height()));
        if width_px > 0 {
            listener(width_px, height_px);
        }
    });
    tell();
    // A render that changes the box while its observers are told would be an error of the page ("ResizeObserver loop
    // completed with undelivered notifications"), so the listener is told after them.
    let mut pending = None;
    let callback = Closure::<dyn FnMut(Array)>::new(move |_: Array| {
        let tell = Rc::clone(&tell);
        pending.replace(Timeout::new(0, move || tell()));
    });
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        observer.observe(element);
    }
    Resizes { observer, _callback: callback }
}

/// How far an element is scrolled down, in CSS px.
pub fn scroll_top_px(element: &Element) -> u32 {
    px(element.scroll_top())
}

/// Scrolls an element back to its top.
pub fn scroll_to_top(element: &Element) {
    element.set_scroll_top(0);
}

/// How far below the top of `element` a pointer at `client_y_px` is, in CSS px.
pub fn below_top_px(element: &Element, client_y_px: i32) -> i32 {
    client_y_px - element.get_bounding_client_rect().top() as i32
}

/// Scrolls `scroller` as little as shows what lies `top_px` to `end_px` below the top of its content, of which the first
/// `covered_px` in sight are covered by something that sticks there.
pub fn reveal(scroller: &Element, top_px: i32, end_px: i32, covered_px: i32) {
    let (scrolled, height) = (scroller.scroll_top(), scroller.client_height());
    if top_px - covered_px < scrolled {
        scroller.set_scroll_top(top_px - covered_px);
    } else if end_px > scrolled + height {
        scroller.set_scroll_top(end_px - height);
    }
}

/// Folds the `<details>` that `element` is in, and gives its summary the focus.
pub fn fold(element: &Element) {
    let Ok(Some(details)) = element.closest("details") else { return };
    // Both are there: it is open, and a disclosure without a summary could not have been opened.
    let _ = details.remove_attribute("open");
    if let Ok(Some(summary)) = details.query_selector("summary") {
        let _ = summary.unchecked_into::<HtmlElement>().focus();
    }
}

/// Folds the `<details>` that `left` is in once the focus, which leaves `left`, has gone to another place than that.
pub fn fold_behind(left: &Element) {
    let Ok(Some(details)) = left.closest("details") else { return };
    spawn_local(async move {
        // While it is between two places it is nowhere; and where another window has it, it has not left this place.
        next_turn().await;
        let focused = document().and_then(|document| focused(&document));
        if !details.contains(focused.as_deref()) {
            // It is folded already, or unfolded now.
            let _ = details.remove_attribute("open");
        }
    });
}

/// The widget's outermost element.
const WIDGET: &str = ".batch-task-widget";

/// What takes the focus by the Tab key.
const FOCUSABLE: &str = "button:not([tabindex]), summary, input, a, [tabindex='0']";

/// Where the focus is: an element of a widget, and the elements around it, from the inside outwards.
pub struct Focus(Vec<Element>);

/// Where the focus is, if it is in a widget.
pub fn focus() -> Option<Focus> {
    let focused = focused(&document()?)?;
    let outside = focused.closest(WIDGET).ok()??.parent_element();
    let around = std::iter::successors(Some(focused), |element| element.parent_element());
    Some(Focus(around.take_while(|element| Some(element) != outside.as_ref()).collect()))
}

impl Focus {
    /// Gives a focus back that was lost since: to the same element if that has only been moved, else to the first thing near
    /// its old place that takes one.
    pub fn keep(self) {
        let Some(document) = document() else { return };
        // What takes a focused element away leaves the focus with the document's body.
        if document.body().as_deref() != focused(&document).as_ref() {
            return;
        }
        let mut near = self.0.into_iter().filter(|element| element.is_connected());
        let next = near.find_map(|element| match element.matches(FOCUSABLE) {
            Ok(true) => Some(element),
            _ => element.query_selector(FOCUSABLE).ok()?,
        });
        if let Some(next) = next {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // What cannot be focused after all leaves the focus where it is.
            let _ = next.unchecked_into::<HtmlElement>().focus_with_options(&options);
        }
    }
}

/// The element that has the focus, inside however many shadow roots.
pub(super) fn focused(document: &Document) -> Option<Element> {
    let mut focused = document.active_element()?;
    while let Some(inner) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inner;
    }
    Some(focused)
}

/// Gives the focus to `scroller` if it is in a row of it that is about to show another one: the row's index, as
/// `aria-rowindex` says it, is not among `stay`.
pub fn keep_focus(scroller: &Element, stay: Range<u32>) {
    let Some(focused) = document().and_then(|document| focused(&document)) else { return };
    let Ok(Some(row)) = focused.closest("[aria-rowindex]") else { return };
    let index = row.get_attribute("aria-rowindex").and_then(|index| index.parse().ok());
    if scroller.contains(Some(&row)) && index.is_some_and(|index: u32| index > 1 && !stay.contains(&index)) {
        // It is a focusable element.
        let _ = scroller.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Gives the focus to the child at that place among those of the parent of `element`.
pub fn focus_sibling(element: &Element, place: usize) {
    let sibling = element.parent_element().and_then(|parent| parent.children().item(place as u32));
    if let Some(sibling) = sibling {
        // What is no HTML has no focus to take.
        let _ = sibling.unchecked_into::<HtmlElement>().focus();
    }
}

/// CSS declarations as the value of an element's `style` *property*, `~style={…}` in `html!`.
///
/// A content security policy refuses the `style` attribute and allows the CSSOM. There is no CSSOM on a host without a
/// browser, so there it is nothing.
pub fn style(declarations: &str) -> JsValue {
    if cfg!(target_arch = "wasm32") { JsValue::from_str(declarations) } else { JsValue::UNDEFINED }
}

fn px(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
