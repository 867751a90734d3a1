//! The options of a list.

use wasm_bindgen::JsValue;
use yew::AttrValue;

use crate::components::{BatchTaskListProps, DEFAULT_LIST_INTERVAL_MS};
use crate::element::options::Reader;
use crate::i18n::joined;
use crate::list::{ListQuery, MAX_PAGE_NUMBER, MAX_PAGE_SIZE, Statuses, TaskType, TimeRange};
use crate::view::link;

/// The options, as far as they are valid.
pub(super) struct Options {
    /// The list's properties, without callbacks.
    pub(super) props: BatchTaskListProps,
    /// An error text for each invalid option, which says what is valid.
    pub(super) wrong: Vec<String>,
}

impl Options {
    /// Reads the options of an object.
    pub(super) fn read(options: &JsValue) -> Self {
        let mut reader = Reader::new(options);
        let mut props = yew::props!(BatchTaskListProps {
            endpoint: reader.text("endpoint").unwrap_or_default(),
            interval_ms: reader.interval_ms(DEFAULT_LIST_INTERVAL_MS),
            method: reader.method(),
            credentials: reader.credentials(),
            body_pointer: reader.text("bodyPointer"),
            headers: reader.headers(),
            fetcher: reader.fetcher(),
            lang: reader.text("lang"),
            time_zone: reader.time_zone(),
            messages: reader.messages(),
            paused: reader.flag("paused"),
            theme: reader.theme(),
            redact: reader.flag("redact"),
            query: query(&mut reader),
        });
        if let Some(pattern) = batch_url(&mut reader) {
            props.batch_url = Some(pattern).filter(|pattern| !pattern.is_empty());
        }
        let wrong = reader.wrong;
        props.wrong_options = AttrValue::from(joined(&wrong, " "));
        Self { props, wrong }
    }
}

fn query(reader: &mut Reader<'_>) -> ListQuery {
    let statuses = "dispatching, running, completed or failed, or several with commas";
    let task_type = "1 to 64 letters, digits and . _ -";
    let default = ListQuery::default();
    let mut range = TimeRange::ALL.map(|range| (range.as_str(), range));
    // An empty text means the first one.
    range.sort_by_key(|(_, range)| *range != default.range);
    let mut number = |name: &str, expected: &str, largest: u32| {
        let number = reader.number(name, expected, 1.0..=f64::from(largest));
        number.map(|number| number as u32)
    };
    ListQuery {
        page_number: number("page", "a page number, from 1", MAX_PAGE_NUMBER).unwrap_or(default.page_number),
        page_size: number("pageSize", "a number from 1 to 100", MAX_PAGE_SIZE).unwrap_or(default.page_size),
        statuses: reader.parsed("status", statuses, Statuses::parse).unwrap_or_default(),
        task_type: reader.parsed("type", task_type, TaskType::parse),
        range: reader.one_of("range", &range),
    }
}

/// Reads the pattern for links. An empty one turns them off.
fn batch_url(reader: &mut Reader<'_>) -> Option<AttrValue> {
    let expected = "an http(s) URL, or one relative to the page, with {BatchId}";
    let pattern = reader.parse_option("batchUrl", expected, |value| {
        let pattern = value.as_string()?;
        (pattern.is_empty() || link::batch_url(&pattern, "pcb-1").is_some()).then_some(pattern)
    });
    pattern.map(AttrValue::from)
}
