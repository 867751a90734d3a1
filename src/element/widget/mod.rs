//! The widget's handle and its events.

mod options;
mod task;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};
use yew::prelude::*;

use self::options::Options;
use super::app::{App, Embedded, Request};
use super::events::HostEvents;
use super::value::Fields;
use crate::components::lazy::report_action;
use crate::components::{ActionRequest, BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
use crate::effect::{deferred, fetch, styles};
use crate::model::BatchTask;
use crate::styles::OF_ELEMENT;
use crate::view::columns::Columns;
use crate::view::failures::ReasonKey;
use crate::view::filter::LongerThan;
use crate::view::table::{View, ViewOptions};

/// The handle to a widget on a page. None of its methods calls back before it returns.
#[wasm_bindgen]
pub struct WidgetHandle {
    app: App<BatchTaskWidget>,
    events: Rc<WidgetEvents>,
}

#[wasm_bindgen]
impl WidgetHandle {
    /// Replaces all options. Missing ones get their defaults.
    pub fn configure(&self, options: &JsValue) {
        // The element may have been moved to another document.
        self.events.host.adopt_styles();
        self.app.update(self.events.props(Options::read(options)));
    }

    /// Requests a response newer than now. The promise resolves when the response is on the page, changed or not. It
    /// rejects with an Error if the request fails, and with an AbortError if the widget is removed.
    pub fn refresh(&self) -> Promise {
        self.app.refresh()
    }

    /// Stops polling.
    pub fn pause(&self) {
        self.app.send(Request::Pause);
    }

    /// Continues polling.
    pub fn resume(&self) {
        self.app.send(Request::Resume);
    }

    /// Returns the current data as an object with the API's names; `null` without data. It is built for each call.
    #[wasm_bindgen(getter)]
    pub fn task(&self) -> JsValue {
        self.events.host.content().map_or(JsValue::NULL, |task| task::object(&task))
    }

    /// Removes the widget from its shadow root and stops its work. A second call does nothing.
    pub fn destroy(&self) {
        self.app.destroy();
    }
}

impl Embedded for BatchTaskWidget {
    fn message(request: Request) -> WidgetMessage {
        match request {
            Request::Refresh(done) => WidgetMessage::Refresh(done),
            Request::Pause => WidgetMessage::Pause,
            Request::Resume => WidgetMessage::Resume,
        }
    }
}

/// Reports events of a widget.
struct WidgetEvents {
    host: HostEvents<BatchTask>,
    /// The viewer's choices, as they were last reported or set.
    choices: RefCell<(ViewOptions, AttrValue)>,
}

impl WidgetEvents {
    /// Returns the widget's properties with callbacks that report to the host. New errors in the options are reported now.
    fn props(self: &Rc<Self>, options: Options) -> BatchTaskWidgetProps {
        let Options { mut props, wrong } = options;
        self.choices.replace((props.options, props.query.clone()));
        self.host.report_wrong(&wrong);
        let this = Rc::clone(self);
        props.on_state = Callback::from(move |state| this.host.report_state(&state, "update"));
        let this = Rc::clone(self);
        props.on_move = Callback::from(move |()| this.host.adopt_styles());
        let this = Rc::clone(self);
        props.on_options = Callback::from(move |options| this.report_view(|choices| choices.0 = options));
        let this = Rc::clone(self);
        props.on_time_zone = Callback::from(move |zone: AttrValue| {
            this.host.emit("time-zone", &zone.as_str().into());
        });
        let this = Rc::clone(self);
        props.on_task_close = Callback::from(move |()| {
            this.host.emit("task", &JsValue::NULL);
        });
        let this = Rc::clone(self);
        props.on_wrong_messages =
            Callback::from(move |wrong: &'static str| this.host.report_wrong_option(wrong));
        let notify = self.host.notify.clone();
        props.on_action = Callback::from(move |request: ActionRequest| report_action(&notify, &request));
        let this = Rc::clone(self);
        props.on_query = Callback::from(move |query| this.report_view(|choices| choices.1 = query));
        props
    }

    fn report_view(&self, pick: impl FnOnce(&mut (ViewOptions, AttrValue))) {
        let detail = {
            let mut choices = self.choices.borrow_mut();
            pick(&mut choices);
            view_detail(choices.0, &choices.1)
        };
        self.host.emit("view-change", &detail);
    }
}

/// Returns the `detail` of `batch-task-view-change`. Defaults are `null`.
#[inline(never)]
fn view_detail(options: ViewOptions, query: &str) -> JsValue {
    let fields = Fields::default();
    for (name, text) in [
        ("view", (options.view != View::default()).then(|| options.view.as_str().to_owned())),
        ("filter", (!options.filter.is_empty()).then(|| options.filter.text())),
        ("longerThan", options.longer_than.map(LongerThan::text)),
        ("reason", options.reason.map(ReasonKey::text)),
        // Not trimmed: it comes back as an attribute, and a space that is being typed must stay.
        ("q", (!query.is_empty()).then(|| query.to_owned())),
        ("sort", options.sort.map(|sort| sort.to_string())),
        ("columns", (options.columns != Columns::ALL).then(|| options.columns.to_string())),
    ] {
        fields.text_or_null(name, text.as_deref());
    }
    fields.finish()
}

/// Sets the function that returns a request that was sent before the module was loaded, by its key, or `undefined`. See
/// `npm/early.js`.
#[wasm_bindgen(js_name = setEarlyRequests)]
pub fn set_early_requests(find: Function) {
    fetch::set_early_requests(find);
}

/// Sets the function that loads the second wasm file. It returns a promise that resolves after `linkExtras` has been called.
#[wasm_bindgen(js_name = setExtrasLoader)]
pub fn set_extras_loader(loader: Function) {
    deferred::set_loader(loader);
}

/// Draws a widget with its styles in `element`, which is inside `root`.
///
/// `options` has the properties of the custom element. `notify` is called with a name and a detail: `update`, `finish`,
/// `error` and `view-change`, which become events, and `paused`, `time-zone` and `task`. It must not throw, and must not call the
/// handle before it returns.
///
/// # Errors
///
/// If the browser rejects the stylesheet.
#[wasm_bindgen]
pub fn attach(
    root: &ShadowRoot,
    element: Element,
    options: &JsValue,
    notify: Function,
) -> Result<WidgetHandle, JsValue> {
    let host = HostEvents::new(notify, root, |root| styles::adopt(root, OF_ELEMENT))?;
    let events = Rc::new(WidgetEvents { host, choices: RefCell::default() });
    let app = App::render(element, events.props(Options::read(options)));
    Ok(WidgetHandle { app, events })
}
