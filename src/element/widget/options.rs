//! The options of a widget.

use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use crate::components::{ActionFor, BatchTaskWidgetProps, HostAction};
use crate::element::options::Reader;
use crate::i18n::joined;
use crate::view::columns::Columns;
use crate::view::failures::ReasonKey;
use crate::view::filter::{LongerThan, StatusFilter};
use crate::view::link;
use crate::view::table::{Sort, View, ViewOptions};
use crate::watch::DEFAULT_INTERVAL_MS;

/// The options, as far as they are valid.
pub(super) struct Options {
    /// The widget's properties, without callbacks.
    pub(super) props: BatchTaskWidgetProps,
    /// An error text for each invalid option, which says what is valid.
    pub(super) wrong: Vec<String>,
}

impl Options {
    /// Reads the options of an object.
    pub(super) fn read(options: &JsValue) -> Self {
        let mut reader = Reader::new(options);
        let mut props = yew::props!(BatchTaskWidgetProps {
            endpoint: reader.text("endpoint").unwrap_or_default(),
            batch_id: reader.text("batchId"),
            interval_ms: reader.interval_ms(DEFAULT_INTERVAL_MS),
            method: reader.method(),
            credentials: reader.credentials(),
            body_pointer: reader.text("bodyPointer"),
            headers: reader.headers(),
            fetcher: reader.fetcher(),
            lang: reader.text("lang"),
            time_zone: reader.time_zone(),
            messages: reader.messages(),
            paused: reader.flag("paused"),
            compact: reader.flag("compact"),
            theme: reader.theme(),
            options: view_options(&mut reader),
            query: reader.text("q").unwrap_or_default(),
            task_id: reader.text("taskId").filter(|id| !id.is_empty()),
            instance_url: instance_url(&mut reader),
            redact: reader.flag("redact"),
            actions: actions(&mut reader),
        });
        let wrong = reader.wrong;
        props.wrong_options = AttrValue::from(joined(&wrong, " "));
        Self { props, wrong }
    }
}

fn host_action(action: &JsValue) -> Option<HostAction> {
    let text = |name: &str| Reflect::get(action, &name.into()).ok()?.as_string();
    let (id, label, rows) = (text("id")?, text("label")?, text("for").unwrap_or_default());
    if id.is_empty() || label.is_empty() {
        return None;
    }
    Some(HostAction {
        id: id.into(),
        label: label.into(),
        applies_to: match &*rows {
            "failed" => ActionFor::Failed,
            "attention" => ActionFor::Attention,
            "any" | "" => ActionFor::Any,
            _ => return None,
        },
    })
}

fn view_options(reader: &mut Reader<'_>) -> ViewOptions {
    let statuses = "succeeded, failed, attention, running, waiting or other, or several with commas";
    let sort = "a column such as TaskBegin or -TaskBegin";
    ViewOptions {
        view: reader.one_of("view", &View::ALL.map(|view| (view.as_str(), view))),
        filter: reader.parsed("filter", statuses, StatusFilter::parse).unwrap_or_default(),
        longer_than: reader.parsed("longerThan", "a duration such as 90s, 10m or 2h", LongerThan::parse),
        reason: reader.parsed("reason", "8 hexadecimal digits", ReasonKey::parse),
        sort: reader.parsed("sort", sort, Sort::parse),
        columns: reader
            .parsed("columns", "columns such as TaskId,Status,ErrorMsg", Columns::parse)
            .unwrap_or_default(),
    }
}

/// Reads the actions of the host: all, or none if one is not valid.
#[inline(never)]
fn actions(reader: &mut Reader<'_>) -> Rc<Vec<HostAction>> {
    let expected = "an array such as [{ id: \"retry\", label: \"Retry\", for: \"failed\" }], where for is failed, attention or any";
    let mut actions = Vec::new();
    let Some(value) = reader.get("actions") else { return Rc::default() };
    let list = value.dyn_ref::<Array>();
    for index in 0..list.map_or(0, Array::length) {
        let action = list.and_then(|list| host_action(&list.get(index)));
        actions.extend(action);
    }
    if list.is_none_or(|list| list.length() as usize != actions.len()) {
        reader.reject("actions", expected, &value);
        actions.clear();
    }
    Rc::new(actions)
}

fn instance_url(reader: &mut Reader<'_>) -> Option<AttrValue> {
    let expected = "an http(s) URL with {InstanceId} in its path";
    let pattern = reader.parse_option("instanceUrl", expected, |value| {
        let pattern = value.as_string()?;
        (pattern.is_empty() || link::instance_url(&pattern, "pc-1").is_some()).then_some(pattern)
    });
    pattern.filter(|pattern| !pattern.is_empty()).map(AttrValue::from)
}
