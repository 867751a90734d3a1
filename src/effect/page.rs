//! Events of the page: hidden and visible, offline and online, printing.

use gloo_events::EventListener;
use web_sys::{Document, EventTarget, VisibilityState};

use super::{clock, document, window};
use crate::poll::{Content, Event, PauseReasons};

/// Listens until it is dropped.
pub struct PageEvents {
    _listeners: Vec<EventListener>,
}

/// Whether the page is hidden, or the one that has this document.
pub fn is_hidden(other: Option<&Document>) -> bool {
    let state = other.cloned().or_else(document).map(|document| document.visibility_state());
    state == Some(VisibilityState::Hidden)
}

/// Whether this document is not that of the page.
pub fn is_other(other: &Document) -> bool {
    document().as_ref() != Some(other)
}

/// Calls `listener` when the page becomes hidden or visible, or the one that has this document.
pub fn watch_visibility(other: Option<&Document>, listener: impl Fn() + 'static) -> PageEvents {
    let document = other.cloned().or_else(document);
    let on = |document: Document| EventListener::new(&document, "visibilitychange", move |_| listener());
    PageEvents { _listeners: document.map(on).into_iter().collect() }
}

/// Returns why polling is paused now: whether the page is hidden and whether the browser is offline.
pub fn pause_reasons() -> PauseReasons {
    let is_online = window().is_none_or(|window| window.navigator().on_line());
    PauseReasons { hidden: is_hidden(None), offline: !is_online, ..PauseReasons::default() }
}

/// The origins of the page.
pub struct Origins {
    /// The origin that requests are sent from: `null` in a sandboxed frame.
    pub own: String,
    /// The origin of the page's URL.
    pub of_url: String,
}

/// Returns the origins of the page; empty without a browser.
pub fn origins() -> Origins {
    let own = window().map(|window| window.origin()).unwrap_or_default();
    let of_url = window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    Origins { own, of_url }
}

/// Returns the URL of the page; empty without a browser, or if it is not one that others can open.
pub fn url() -> String {
    let url = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    if url.starts_with("http") { url } else { String::new() }
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = window() {
        // Fails only in a page that is being left.
        let _ = window.location().reload();
    }
}

/// Whether the page has the origin `null`, as in a sandboxed frame without `allow-same-origin`.
pub fn has_opaque_origin() -> bool {
    window().is_some_and(|window| window.origin() == "null")
}

/// Calls `listener` with `true` before the page is printed and with `false` afterwards.
pub fn watch_prints(listener: impl Fn(bool) + Clone + 'static) -> PageEvents {
    let on = |name: &'static str, is_begin| {
        let listener = listener.clone();
        let window = window()?;
        Some(EventListener::new(&window, name, move |_| listener(is_begin)))
    };
    PageEvents {
        _listeners: [on("beforeprint", true), on("afterprint", false)].into_iter().flatten().collect(),
    }
}

/// Calls `listener` with an event when the page is left or comes back, and when the browser goes offline or online.
pub fn watch<T: Content>(listener: impl Fn(Event<T>) + Clone + 'static) -> PageEvents {
    let mut listeners = Vec::with_capacity(6);
    // A page in the back/forward cache is left and comes back; a tab is frozen and resumed. Some browsers report both.
    let document = document().map(EventTarget::from);
    let window_target = window().map(EventTarget::from);
    for (target, left, back) in [(&window_target, "pagehide", "pageshow"), (&document, "freeze", "resume")] {
        let Some(target) = target else { continue };
        let (on_left, on_back) = (listener.clone(), listener.clone());
        listeners.push(EventListener::new(target, left, move |_| on_left(Event::PageSuspended)));
        listeners.push(EventListener::new(target, back, move |_| {
            let now_ms = clock::now_ms();
            on_back(Event::PageResumed { now_ms });
        }));
    }
    if let Some(window) = window() {
        let gone = listener.clone();
        listeners.push(EventListener::new(&window, "offline", move |_| gone(Event::WentOffline)));
        listeners.push(EventListener::new(&window, "online", move |_| {
            listener(Event::WentOnline { now_ms: clock::now_ms() });
        }));
    }
    PageEvents { _listeners: listeners }
}
