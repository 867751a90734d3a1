//! Browser notifications.

use js_sys::{Array, Function, Object, Reflect, TypeError, UriError};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};
use yew::platform::spawn_local;

use super::window;

/// Whether the browser shows notifications of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It does.
    Granted,
    /// The viewer or a policy has refused them.
    Denied,
    /// The viewer has not answered the browser's question.
    Undecided,
    /// It has none, or only those of a service worker, as on Android.
    Unsupported,
}

/// A request for the permission to notify the viewer, which may be answered; `None` if the browser has no notifications.
#[derive(Debug)]
pub struct PermissionRequest(Option<JsFuture>);

/// Requests the permission to notify the viewer. [`read_permission`] reads the answer.
///
/// Browsers allow it only during a user gesture.
pub fn request_permission() -> PermissionRequest {
    let requested = class().and_then(|_| Notification::request_permission().ok());
    PermissionRequest(requested.map(JsFuture::from))
}

/// Calls `done` with the answer to a request.
pub fn read_permission(request: PermissionRequest, done: impl FnOnce(Permission) + 'static) {
    let Some(answer) = request.0 else { return done(Permission::Unsupported) };
    spawn_local(async move {
        // Old browsers return no promise, but the permission can be read in any case.
        let _ = answer.await;
        done(match Notification::permission() {
            NotificationPermission::Granted if can_construct() => Permission::Granted,
            NotificationPermission::Granted => Permission::Unsupported,
            NotificationPermission::Denied => Permission::Denied,
            _ => Permission::Undecided,
        });
    });
}

/// Whether the browser lets a page construct a notification. None is shown.
fn can_construct() -> bool {
    construct_without_tag() != Some(false) && (!is_android() || construct_with_function() != Some(false))
}

/// Constructs a notification with a tag that cannot be read. Returns whether this is the reason for the failure.
fn construct_without_tag() -> Option<bool> {
    // With a text that is not encoded correctly, this function throws an error of a class of its own.
    let get: Function =
        Reflect::get(&js_sys::global(), &"decodeURIComponent".into()).ok()?.dyn_into().ok()?;
    let get = get.bind1(&JsValue::NULL, &"%".into());
    let (options, descriptor) = (Object::new(), Object::new());
    Reflect::set(&descriptor, &"get".into(), &get).ok()?;
    Object::define_property(&options, &"tag".into(), &descriptor);
    let error = Reflect::construct(&class()?, &Array::of2(&"".into(), &options)).err()?;
    Some(error.is_instance_of::<UriError>())
}

/// Constructs a notification with data that cannot be cloned. Returns whether this is the reason for the failure.
///
/// Chromium reads the options before it refuses, on Android, to construct.
fn construct_with_function() -> Option<bool> {
    let (class, options) = (class()?, Object::new());
    Reflect::set(&options, &"data".into(), &class).ok()?;
    match Reflect::construct(&class, &Array::of2(&"".into(), &options)) {
        Ok(shown) => {
            // This browser ignores the data.
            shown.unchecked_into::<Notification>().close();
            None
        }
        Err(error) => Some(!error.is_instance_of::<TypeError>()),
    }
}

fn is_android() -> bool {
    let user_agent = window().and_then(|window| window.navigator().user_agent().ok());
    user_agent.is_some_and(|user_agent| user_agent.contains("Android"))
}

/// Shows a notification if it is permitted. Clicking it focuses the page. A later notification with the same `tag` replaces
/// it.
pub fn show(title: &str, body: &str, tag: &str) {
    if class().is_none() || Notification::permission() != NotificationPermission::Granted {
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

/// Returns the class, which insecure contexts and some browsers do not have.
fn class() -> Option<Function> {
    let window = window()?;
    Reflect::get(&window, &"Notification".into()).ok()?.dyn_into().ok()
}
