//! The browser's notifications, for a viewer who looks elsewhere.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};
use yew::platform::spawn_local;

use super::window;

/// Asks the viewer whether they may be notified, unless they have said; `done` is told whether they may.
///
/// Must be called while a press is handled: browsers ask for that.
pub fn request_permission(done: impl FnOnce(bool) + 'static) {
    // Insecure contexts and some browsers have none.
    let Some(asked) = is_supported().then(|| Notification::request_permission().ok()).flatten() else {
        return done(false);
    };
    spawn_local(async move {
        // Old browsers give no promise, but what has been decided can be read in any case.
        let _ = JsFuture::from(asked).await;
        done(Notification::permission() == NotificationPermission::Granted);
    });
}

/// Notifies the viewer, if they may be. A press on it leads back to the page; a later one of the same `tag` takes its
/// place.
pub fn show(title: &str, body: &str, tag: &str) {
    if !is_supported() || Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(tag);
    // Browsers that ask for a service worker for this throw; the page's own signs are left.
    if let Ok(notification) = Notification::new_with_options(title, &options) {
        // A page that may not take the focus stays where it is.
        let come_back = Closure::once_into_js(|| drop(window().map(|window| window.focus())));
        notification.set_onclick(Some(come_back.unchecked_ref()));
    }
}

fn is_supported() -> bool {
    let class = window().and_then(|window| Reflect::get(&window, &JsValue::from_str("Notification")).ok());
    class.is_some_and(|class| class.is_function())
}
