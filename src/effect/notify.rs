//! Browser notifications.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};
use yew::platform::spawn_local;

use super::window;

/// Requests the permission to notify the viewer, and calls `done` with whether it is granted.
///
/// Browsers allow it only during a user gesture.
pub fn request_permission(done: impl FnOnce(bool) + 'static) {
    // Insecure contexts and some browsers have no notifications.
    let Some(asked) = is_supported().then(|| Notification::request_permission().ok()).flatten() else {
        return done(false);
    };
    spawn_local(async move {
        // Old browsers return no promise, but the permission can be read in any case.
        let _ = JsFuture::from(asked).await;
        done(Notification::permission() == NotificationPermission::Granted);
    });
}

/// Shows a notification if it is permitted. Clicking it focuses the page. A later notification with the same `tag` replaces
/// it.
pub fn show(title: &str, body: &str, tag: &str) {
    if !is_supported() || Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(tag);
    // Browsers that require a service worker throw. The page's title and icon still show the end.
    if let Ok(notification) = Notification::new_with_options(title, &options) {
        // A page that may not be focused stays where it is.
        let come_back = Closure::once_into_js(|| drop(window().map(|window| window.focus())));
        notification.set_onclick(Some(come_back.unchecked_ref()));
    }
}

fn is_supported() -> bool {
    let class = window().and_then(|window| Reflect::get(&window, &JsValue::from_str("Notification")).ok());
    class.is_some_and(|class| class.is_function())
}
