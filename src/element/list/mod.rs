//! The list's handle and its events.

mod options;
mod page;

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};
use yew::prelude::*;

use self::options::Options;
use super::app::{App, Embedded, Request};
use super::events::HostEvents;
use super::value::Fields;
use crate::components::{BatchTaskList, BatchTaskListProps, ListMessage};
use crate::effect::styles;
use crate::list::{BatchPage, ListQuery};
use crate::styles::{LIST_STYLES, OF_ELEMENT};

/// The handle to a list on a page. None of its methods calls back before it returns.
#[wasm_bindgen]
pub struct ListHandle {
    app: App<BatchTaskList>,
    host: Rc<HostEvents<BatchPage>>,
}

#[wasm_bindgen]
impl ListHandle {
    /// Replaces all options. Missing ones get their defaults.
    pub fn configure(&self, options: &JsValue) {
        // The element may have been moved to another document.
        self.host.adopt_styles();
        self.app.update(props(&self.host, Options::read(options)));
    }

    /// Requests a response newer than now, as [`WidgetHandle`](crate::element::WidgetHandle) does.
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

    /// Returns the current page as an object with the API's names; `null` without data. It is built for each call.
    #[wasm_bindgen(getter)]
    pub fn page(&self) -> JsValue {
        self.host.content().map_or(JsValue::NULL, |page| page::object(&page))
    }

    /// Removes the list from its shadow root and stops its work. A second call does nothing.
    pub fn destroy(&self) {
        self.app.destroy();
    }
}

impl Embedded for BatchTaskList {
    fn message(request: Request) -> ListMessage {
        match request {
            Request::Refresh(done) => ListMessage::Refresh(done),
            Request::Pause => ListMessage::Pause,
            Request::Resume => ListMessage::Resume,
        }
    }
}

/// Returns the list's properties with callbacks that report to the host. New errors in the options are reported now.
fn props(host: &Rc<HostEvents<BatchPage>>, options: Options) -> BatchTaskListProps {
    let Options { mut props, wrong } = options;
    host.report_wrong(&wrong);
    let this = Rc::clone(host);
    props.on_state = Callback::from(move |state| this.report_state(&state, "list-update"));
    let this = Rc::clone(host);
    props.on_move = Callback::from(move |()| this.adopt_styles());
    let this = Rc::clone(host);
    props.on_wrong_messages = Callback::from(move |wrong: &'static str| this.report_wrong_option(wrong));
    let this = Rc::clone(host);
    props.on_query = Callback::from(move |query: ListQuery| {
        this.emit("view-change", &view_detail(&query));
    });
    let this = Rc::clone(host);
    props.on_open = Some(Callback::from(move |batch_id: AttrValue| {
        let fields = Fields::default();
        fields.text("batchId", &batch_id);
        this.emit("open", &fields.finish()).is_truthy()
    }));
    props
}

/// Returns the `detail` of `batch-task-view-change`. Defaults are `null`.
fn view_detail(query: &ListQuery) -> JsValue {
    let fields = Fields::default();
    for (name, text) in query.to_parameters() {
        fields.text_or_null(name, text.as_deref());
    }
    fields.finish()
}

/// Draws a list with its styles in `element`, which is inside `root`.
///
/// `options` has the properties of the custom element. `notify` is called with a name and a detail: `list-update`, `error`,
/// `view-change` and `open`, which become events, and `paused`. For `open` it returns whether the host has opened the batch; then the
/// link is not followed. It must not throw, and must not call the handle before it returns.
///
/// # Errors
///
/// If the browser rejects the stylesheet.
#[wasm_bindgen(js_name = attachList)]
pub fn attach_list(
    root: &ShadowRoot,
    element: Element,
    options: &JsValue,
    notify: Function,
) -> Result<ListHandle, JsValue> {
    let host =
        Rc::new(HostEvents::new(notify, root, |root| styles::adopt_list(root, OF_ELEMENT, LIST_STYLES))?);
    let app = App::render(element, props(&host, Options::read(options)));
    Ok(ListHandle { app, host })
}
