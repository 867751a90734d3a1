//! Reports events to the host page.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;

use super::value::Fields;
use crate::effect::styles;
use crate::error::{Error, ErrorClass};
use crate::poll::{Content, State, StateChanges};

/// Calls the host, and remembers the last reports.
pub(super) struct HostEvents<T: Content> {
    pub(super) notify: Function,
    root: ShadowRoot,
    /// Applies the stylesheets.
    adopt_styles: fn(&ShadowRoot) -> Result<(), JsValue>,
    state: RefCell<Option<Rc<State<T>>>>,
    wrong: RefCell<Vec<String>>,
}

impl<T: Content> HostEvents<T> {
    /// Applies the stylesheets to `root` with `adopt_styles`.
    ///
    /// # Errors
    /// If the browser rejects one.
    pub(super) fn new(
        notify: Function,
        root: &ShadowRoot,
        adopt_styles: fn(&ShadowRoot) -> Result<(), JsValue>,
    ) -> Result<Self, JsValue> {
        adopt_styles(root)?;
        let (state, wrong) = (RefCell::default(), RefCell::default());
        Ok(Self { notify, root: root.clone(), adopt_styles, state, wrong })
    }

    /// Applies the stylesheets again if the shadow root has lost them.
    pub(super) fn adopt_styles(&self) {
        if styles::is_lost(&self.root) {
            // They have been accepted before; a document without a window needs none.
            let _ = (self.adopt_styles)(&self.root);
        }
    }

    /// Reports the errors in the options that are new.
    pub(super) fn report_wrong(&self, wrong: &[String]) {
        let known = self.wrong.replace(wrong.to_owned());
        for sentence in wrong.iter().filter(|sentence| !known.contains(sentence)) {
            self.report_wrong_option(sentence);
        }
    }

    /// Reports an error in the options; nothing if the text is empty.
    pub(super) fn report_wrong_option(&self, sentence: &str) {
        if !sentence.is_empty() {
            self.emit("error", &detail(&Error::new(ErrorClass::Options, sentence), None));
        }
    }

    /// Returns the current data.
    pub(super) fn content(&self) -> Option<Rc<T>> {
        self.state.borrow().as_ref().and_then(|state| state.content()).map(Rc::clone)
    }

    /// Reports what is new in a state; a response as `update`.
    pub(super) fn report_state(&self, state: &Rc<State<T>>, update: &str) {
        let old = self.state.borrow_mut().replace(Rc::clone(state));
        // The interval of the initial state does not matter for the comparison.
        let changes = StateChanges::between(&old.unwrap_or_else(|| Rc::new(State::new(0))), state);
        if let Some(paused) = changes.paused {
            self.emit("paused", &paused.into());
        }
        if changes.answered.is_some() {
            let fields = Fields::default();
            fields.set("changed", &changes.is_changed.into());
            self.emit(update, &fields.finish());
        }
        if changes.is_finished {
            self.emit("finish", &Object::new());
        }
        if let Some(error) = changes.failed {
            self.emit("error", &detail(&error, state.retry_in_ms()));
        }
    }

    /// Calls the host. Returns what it returns.
    pub(super) fn emit(&self, what: &str, detail: &JsValue) -> JsValue {
        // It does not throw: see `attach`.
        self.notify.call2(&JsValue::UNDEFINED, &what.into(), detail).unwrap_or_default()
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
