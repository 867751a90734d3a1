//! The page's I/O: its URL and history, what the browser remembers, its `<meta>` settings, its title and icon.

use gloo_events::EventListener;
#[cfg(feature = "page")]
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlMetaElement, Storage, UrlSearchParams};

use crate::effect::{document, layout, window};

/// The height of the line that stands in for the header, in CSS px. `page.css` has the same value.
const STRIP_PX: f64 = 40.0;

/// Returns a parameter of the page's URL.
pub(super) fn query_parameter(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Sets or removes parameters of the page's URL: in a new history entry if it `is_step` and the page is not in a frame, whose
/// entries would be steps of the page around it; otherwise in the current one.
pub(super) fn set_query_parameters(parameters: &[(&str, Option<String>)], is_step: bool) {
    // A page that may not change its URL, such as a sandboxed frame, still works.
    let _ = write_parameters(parameters, is_step);
}

fn write_parameters(parameters: &[(&str, Option<String>)], is_step: bool) -> Option<()> {
    let (url, window) = (url_with(parameters)?, window()?);
    let history = window.history().ok()?;
    let is_framed = window.parent().ok()?.is_none_or(|parent| parent != window);
    if is_step && !is_framed {
        history.push_state_with_url(&JsValue::NULL, "", Some(&url)).ok()
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&url)).ok()
    }
}

/// Returns the page's URL with other values of these parameters; `None` removes one.
pub(super) fn url_with(parameters: &[(&str, Option<String>)]) -> Option<String> {
    let location = window()?.location();
    let search = UrlSearchParams::new_with_str(&location.search().ok()?).ok()?;
    for (name, value) in parameters {
        match value {
            Some(value) => search.set(name, value),
            None => search.delete(name),
        }
    }
    let hash = location.hash().unwrap_or_default();
    Some(format!("{}?{}{hash}", location.pathname().ok()?, String::from(search.to_string())))
}

/// Returns the path of the page's URL.
pub(super) fn path() -> Option<String> {
    window()?.location().pathname().ok()
}

/// Opens the page with other values of these parameters.
pub(super) fn open_with(parameters: &[(&str, Option<String>)]) {
    if let Some((url, window)) = url_with(parameters).zip(window()) {
        // A frame that may not navigate stays where it is.
        let _ = window.location().set_href(&url);
    }
}

/// Calls `listener` when the viewer goes back or forward in the history of this page.
pub(super) fn on_history(listener: impl Fn() + 'static) -> Option<EventListener> {
    on_window("popstate", listener)
}

/// Calls `listener` at each event of this type of the window.
pub(super) fn on_window(event: &'static str, listener: impl Fn() + 'static) -> Option<EventListener> {
    Some(EventListener::new(&window()?.into(), event, move |_| listener()))
}

/// Returns the browser's storage for this origin; `None` where it is refused.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Returns a parameter that the browser remembers.
pub(super) fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok()?
}

/// Has the browser remember a parameter, or forget it.
pub(super) fn remember(name: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A storage that is full or refused remembers nothing.
    let _ = match value {
        Some(value) => storage.set_item(&key(name), value),
        None => storage.remove_item(&key(name)),
    };
}

fn key(name: &str) -> String {
    format!("batch-task-widget.{name}")
}

/// Returns the page's URL with other values of these parameters, for other viewers.
pub(super) fn link_with(parameters: &[(&str, Option<String>)]) -> Option<String> {
    let origin = window()?.location().origin().ok()?;
    Some(origin + &url_with(parameters)?)
}

/// Returns the content of `<meta name=…>`; `None` if it is missing or empty.
pub(super) fn meta(name: &str) -> Option<String> {
    let element = document()?.query_selector(&format!("meta[name=\"{name}\"]")).ok()??;
    let content = element.dyn_into::<HtmlMetaElement>().ok()?.content();
    Some(content.trim().to_owned()).filter(|content| !content.is_empty())
}

/// Returns the content of `<meta name=…>`, or `default` if it is missing.
pub(super) fn meta_or(name: &str, default: &str) -> String {
    let element = document()
        .and_then(|document| document.query_selector(&format!("meta[name=\"{name}\"]")).ok().flatten());
    match element {
        Some(_) => meta(name).unwrap_or_default(),
        None => default.to_owned(),
    }
}

/// Sets the document's language.
pub(super) fn set_lang(tag: &str) {
    let root = document().and_then(|document| document.document_element());
    if let Some(root) = root {
        // Setting an attribute with a valid name does not fail.
        let _ = root.set_attribute("lang", tag);
    }
}

/// Returns a function that loads another file, which the page's start-up script sets.
#[cfg(feature = "page")]
pub(super) fn loader(root: &web_sys::Element, name: &str) -> Option<Function> {
    Reflect::get(root, &name.into()).ok()?.dyn_into().ok()
}

/// Sets the document's title.
pub(super) fn set_title(title: &str) {
    // Browsers announce a title that is set, changed or not.
    if let Some(document) = document().filter(|document| document.title() != title) {
        document.set_title(title);
    }
}

/// Sets the icon of the browser tab.
pub(super) fn set_icon(url: &str) {
    let icon = document().and_then(|document| document.query_selector("link[rel~=icon]").ok().flatten());
    // Browsers decode an icon that is set, changed or not.
    if let Some(icon) = icon.filter(|icon| icon.get_attribute("href").as_deref() != Some(url)) {
        // Setting an attribute with a valid name does not fail.
        let _ = icon.set_attribute("href", url);
    }
}

/// Calls `listener` when the page is scrolled, until the result is dropped. Rows that the page scrolls get a scroll event as if
/// they were in a scroll box.
pub(super) fn watch_scroll(listener: impl Fn() + 'static) -> Option<EventListener> {
    let listener = move |_: &Event| {
        let rows =
            document().and_then(|document| document.query_selector(".btw-table-scroll").ok().flatten());
        if let Some((rows, event)) = rows.filter(layout::is_scrolled_by_page).zip(Event::new("scroll").ok()) {
            // No listener cancels it.
            let _ = rows.dispatch_event(&event);
        }
        listener();
    };
    Some(EventListener::new(&window()?.into(), "scroll", listener))
}

/// Whether the widget's header and progress are scrolled out of sight.
pub(super) fn is_header_out_of_sight() -> bool {
    let progress = document().and_then(|document| document.query_selector(".btw-progress").ok().flatten());
    progress.is_some_and(|progress| progress.get_bounding_client_rect().bottom() < STRIP_PX)
}

/// Returns the element that the page is drawn in.
#[cfg(feature = "page")]
pub(super) fn root() -> Option<web_sys::Element> {
    document()?.get_element_by_id("batch-task")
}

/// Removes all children of an element.
#[cfg(feature = "page")]
pub(super) fn empty(element: &web_sys::Element) {
    while let Some(child) = element.first_child() {
        // Removing a child of the element does not fail.
        let _ = element.remove_child(&child);
    }
}
