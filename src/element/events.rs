//! Reports events to the host page.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;
use yew::prelude::*;

use super::options::Options;
use super::task;
use super::value::Fields;
use crate::components::lazy::report_action;
use crate::components::{ActionRequest, BatchTaskWidgetProps};
use crate::effect::styles;
use crate::error::{Error, ErrorClass};
use crate::poll::{State, StateChanges};
use crate::styles::OF_ELEMENT;
use crate::view::columns::Columns;
use crate::view::failures::ReasonKey;
use crate::view::filter::LongerThan;
use crate::view::table::{View, ViewOptions};

/// Calls the host, and remembers the last reports.
pub(super) struct HostEvents {
    notify: Function,
    root: ShadowRoot,
    reported: RefCell<Reported>,
}

#[derive(Default)]
struct Reported {
    state: Option<Rc<State>>,
    options: ViewOptions,
    query: AttrValue,
    wrong: Vec<String>,
}

impl HostEvents {
    pub(super) fn new(notify: Function, root: &ShadowRoot) -> Rc<Self> {
        Rc::new(Self { notify, root: root.clone(), reported: RefCell::default() })
    }

    /// Applies the stylesheet again if the shadow root has lost it.
    pub(super) fn adopt_styles(&self) {
        if styles::is_lost(&self.root) {
            // The stylesheet has been accepted before; a document without a window needs none.
            let _ = styles::adopt(&self.root, OF_ELEMENT);
        }
    }

    /// Returns the widget's properties with callbacks that report to the host. New errors in the options are reported now.
    pub(super) fn props(self: &Rc<Self>, options: Options) -> BatchTaskWidgetProps {
        let Options { mut props, wrong } = options;
        let known = {
            let mut reported = self.reported.borrow_mut();
            reported.options = props.options;
            reported.query = props.query.clone();
            std::mem::replace(&mut reported.wrong, wrong.clone())
        };
        for sentence in wrong.iter().filter(|sentence| !known.contains(sentence)) {
            let error = Error::new(ErrorClass::Options, sentence.as_str());
            self.emit("error", &detail(&error, None));
        }
        let this = Rc::clone(self);
        props.on_state = Callback::from(move |state| this.state(&state));
        let this = Rc::clone(self);
        props.on_move = Callback::from(move |()| this.adopt_styles());
        let this = Rc::clone(self);
        props.on_options =
            Callback::from(move |options| this.report_view(|reported| reported.options = options));
        let this = Rc::clone(self);
        props.on_time_zone =
            Callback::from(move |zone: AttrValue| this.emit("time-zone", &zone.as_str().into()));
        let this = Rc::clone(self);
        props.on_task_close = Callback::from(move |()| this.emit("task", &JsValue::NULL));
        let this = Rc::clone(self);
        props.on_wrong_messages = Callback::from(move |wrong: &'static str| {
            if !wrong.is_empty() {
                this.emit("error", &detail(&Error::new(ErrorClass::Options, wrong), None));
            }
        });
        let notify = self.notify.clone();
        props.on_action = Callback::from(move |request: ActionRequest| report_action(&notify, &request));
        let this = Rc::clone(self);
        props.on_query = Callback::from(move |query| this.report_view(|reported| reported.query = query));
        props
    }

    pub(super) fn task(&self) -> JsValue {
        let reported = self.reported.borrow();
        let task = reported.state.as_ref().and_then(|state| state.task());
        task.map_or(JsValue::NULL, |task| task::object(task))
    }

    fn state(&self, state: &Rc<State>) {
        let old = self.reported.borrow_mut().state.replace(Rc::clone(state));
        // The interval of the initial state does not matter for the comparison.
        let changes = StateChanges::between(&old.unwrap_or_else(|| Rc::new(State::new(0))), state);
        if let Some(paused) = changes.paused {
            self.emit("paused", &paused.into());
        }
        if changes.answered.is_some() {
            let fields = Fields::default();
            fields.set("changed", &changes.is_changed.into());
            self.emit("update", &fields.finish());
        }
        if changes.is_finished {
            self.emit("finish", &Object::new());
        }
        if let Some(error) = changes.failed {
            self.emit("error", &detail(&error, state.retry_in_ms()));
        }
    }

    fn report_view(&self, pick: impl FnOnce(&mut Reported)) {
        let detail = {
            let mut reported = self.reported.borrow_mut();
            pick(&mut reported);
            view_detail(reported.options, &reported.query)
        };
        self.emit("view-change", &detail);
    }

    fn emit(&self, what: &str, detail: &JsValue) {
        // It does not throw: see `attach`.
        drop(self.notify.call2(&JsValue::UNDEFINED, &what.into(), detail));
    }
}

/// Returns a JavaScript error with the same properties as `batch-task-error`.
pub(super) fn js_error(error: &Error) -> JsValue {
    let js_error = js_sys::Error::new(&error.to_string());
    js_error.set_name(if error.class() == ErrorClass::Aborted { "AbortError" } else { "BatchTaskError" });
    let message = js_error.message();
    Object::assign(&js_error, detail(error, None).unchecked_ref());
    js_error.set_message(&String::from(message));
    js_error.into()
}

/// Returns the `detail` of `batch-task-error`, and the properties of a rejected promise's error.
fn detail(error: &Error, retry_in_ms: Option<u32>) -> JsValue {
    let fields = Fields::default();
    fields.text("class", error.class().as_str());
    fields.text("code", error.code());
    fields.text("message", error.message());
    fields.number("status", error.status().map(i64::from));
    fields.text("requestId", error.request_id());
    fields.number("retryInMs", retry_in_ms.map(i64::from));
    fields.finish()
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
