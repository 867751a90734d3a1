//! The layout of elements: their size as it changes, their scroll position, and sizes set through the CSSOM.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, ResizeObserver, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::NodeRef;
use yew::platform::spawn_local;

use super::{construct, window};

/// Observes the size of an element until it is dropped.
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

/// Calls `listener` with the inner width and height of `element` in CSS px, immediately and whenever they change. It is not
/// called while the element is not laid out, as in a hidden part of the page.
pub fn observe_size(element: &Element, listener: impl Fn(u32, u32) + 'static) -> Resizes {
    observe_boxed(element, Box::new(listener))
}

/// Boxed, so that the wasm contains it once and not for each listener.
fn observe_boxed(element: &Element, listener: Box<dyn Fn(u32, u32)>) -> Resizes {
    let observed = element.clone();
    let call = Rc::new(move || {
        // Measuring an element that `content-visibility` skips is slow, and Chromium logs it.
        if !is_rendered(&observed) {
            return;
        }
        let (width_px, height_px) = (px(observed.client_width()), visible_height_px(&observed));
        if width_px > 0 {
            listener(width_px, height_px);
        }
    });
    call();
    // A render that resizes the element inside the observer's callback is reported as an error of the page ("ResizeObserver
    // loop completed with undelivered notifications"), so the listener is called after it.
    let mut pending = None;
    let callback = Closure::<dyn FnMut(Array)>::new(move |_: Array| {
        let call = Rc::clone(&call);
        pending.replace(Timeout::new(0, move || call()));
    });
    let observer = construct(element, "ResizeObserver", &Array::of1(callback.as_ref())).ok();
    let observer = observer.map(JsCast::unchecked_into::<ResizeObserver>);
    if let Some(observer) = &observer {
        observer.observe(element);
    }
    Resizes { observer, _callback: callback }
}

#[wasm_bindgen]
extern "C" {
    /// An element of a browser that may not have `checkVisibility`.
    type MaybeChecked;

    #[wasm_bindgen(method, catch, js_name = checkVisibility)]
    fn check_visibility(this: &MaybeChecked, options: &JsValue) -> Result<bool, JsValue>;
}

/// Whether the browser renders an element: not with `display: none`, in a closed `<details>`, or with a `content-visibility` that
/// skips it.
pub fn is_rendered(element: &Element) -> bool {
    let options = Object::new();
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&options, &"contentVisibilityAuto".into(), &JsValue::TRUE);
    let checked = element.unchecked_ref::<MaybeChecked>().check_visibility(&options);
    checked.unwrap_or_else(|_| element.get_bounding_client_rect().width() > 0.0)
}

/// Whether the page scrolls the content of `element`, and not the element itself: on the standalone page in a narrow window.
pub fn is_scrolled_by_page(element: &Element) -> bool {
    cfg!(feature = "page")
        && window().and_then(|window| window.get_computed_style(element).ok().flatten()).is_some_and(
            |style| style.get_property_value("overflow-y").is_ok_and(|overflow| overflow == "visible"),
        )
}

/// Returns the inner height of an element, or that of the window if the page scrolls it, in CSS px.
fn visible_height_px(element: &Element) -> u32 {
    match window().filter(|_| is_scrolled_by_page(element)) {
        Some(window) => {
            window.inner_height().ok().and_then(|height| height.as_f64()).map_or(0, |px| px as u32)
        }
        None => px(element.client_height()),
    }
}

/// Returns how far an element is scrolled down, or how much of it is above the window, in CSS px.
pub fn scroll_top_px(element: &Element) -> u32 {
    match is_scrolled_by_page(element) {
        // Rounded, because a browser that scrolls by whole pixels would drift by one with each poll otherwise.
        true => px(-(element.get_bounding_client_rect().top().round_ties_even() as i32)),
        false => px(element.scroll_top()),
    }
}

/// Scrolls an element down by `px` from its top. If the page scrolls it, its top stays where it is while it is visible.
pub fn scroll_to(element: &Element, px: u32) {
    let px = i32::try_from(px).unwrap_or(i32::MAX);
    if !is_scrolled_by_page(element) {
        return element.set_scroll_top(px);
    }
    let by_px = element.get_bounding_client_rect().top() + f64::from(px);
    if let Some(window) = window().filter(|_| px > 0 || by_px < 0.0) {
        window.scroll_by_with_x_and_y(0.0, by_px);
    }
}

/// Returns how far the top of an element is below the top of the page, in CSS px; `None` if the page does not scroll it.
pub fn top_in_page_px(element: &Element) -> Option<f64> {
    let window = window().filter(|_| is_scrolled_by_page(element))?;
    Some(element.get_bounding_client_rect().top() + window.page_y_offset().unwrap_or_default())
}

/// Scrolls the page by as much as the parts above `element` have grown since its top was `old_px` below the top of the page, if
/// they are out of sight. Returns where its top is.
pub fn follow_growth(element: &Element, old_px: f64) -> Option<f64> {
    let new_px = top_in_page_px(element)?;
    let by_px = new_px - old_px;
    if by_px != 0.0
        && let Some(window) = window().filter(|_| element.get_bounding_client_rect().top() < by_px)
    {
        window.scroll_by_with_x_and_y(0.0, by_px);
    }
    Some(new_px)
}

/// Scrolls `scroller` to the position in `px`, if there still is one, after the current task and before the browser continues.
pub fn scroll_soon(scroller: NodeRef, px: Rc<Cell<Option<u32>>>) {
    spawn_local(async move {
        let Some(scroller) = scroller.cast::<Element>() else { return };
        if let Some(px) = px.take() {
            scroll_to(&scroller, px);
        }
    });
}

/// Returns the height of the first element in `parent` that matches, in CSS px; 0 without one.
pub fn height_px(parent: &Element, selector: &str) -> u32 {
    let element = parent.query_selector(selector).ok().flatten();
    element.map_or(0, |element| element.get_bounding_client_rect().height().round() as u32)
}

/// Returns how far a pointer at `client_y_px` is below the top of `element`, in CSS px.
pub fn below_top_px(element: &Element, client_y_px: i32) -> i32 {
    client_y_px - element.get_bounding_client_rect().top() as i32
}

/// Returns where the visible part of an element ends in the window, in CSS px.
pub fn visible_end_px(element: &Element) -> i32 {
    let end_px = element.get_bounding_client_rect().bottom() as i32;
    let window_px = window().and_then(|window| window.inner_height().ok()?.as_f64());
    window_px.map_or(end_px, |window_px| end_px.min(window_px as i32))
}

/// Scrolls `scroller` by the least amount that shows its content from `top_px` to `end_px`. A sticky element covers the first
/// `covered_px` of the visible part.
pub fn reveal(scroller: &Element, top_px: i32, end_px: i32, covered_px: i32) {
    let (scrolled, height) = (scroller.scroll_top(), scroller.client_height());
    if top_px - covered_px < scrolled {
        scroller.set_scroll_top(top_px - covered_px);
    } else if end_px > scrolled + height {
        scroller.set_scroll_top(end_px - height);
    }
}

/// Scrolls the page so that an element is in the middle of the browser window, unless it is inside the window already.
pub fn bring_into_view(element: &Element) {
    let window = element.owner_document().and_then(|document| document.default_view());
    let height = window.and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0);
    let bounds = element.get_bounding_client_rect();
    if bounds.top() < 0.0 || bounds.bottom() > height {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Returns CSS declarations as the value of an element's `style` *property* (`~style={…}` in `html!`), which goes through the
/// CSSOM: the content security policy refuses the `style` attribute. Without a browser it returns nothing.
pub fn style(declarations: &str) -> JsValue {
    if cfg!(target_arch = "wasm32") { JsValue::from_str(declarations) } else { JsValue::UNDEFINED }
}

fn px(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
