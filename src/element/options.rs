//! Reads the options of a widget one by one. An invalid option is reported and ignored.
//!
//! There is no deserializer: it would stop at the first invalid option, and add 8 KB to the module.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use crate::components::{ActionFor, BatchTaskWidgetProps, HostAction, Theme};
use crate::effect::fetch::{Credentials, Fetcher, Method, RequestHeaders};
use crate::effect::languages::Overrides;
use crate::i18n::{Zone, joined};
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
    /// Reads the options of an object. `undefined` and `null` count as missing. Strings are accepted for numbers, since
    /// attributes are strings.
    pub(super) fn read(options: &JsValue) -> Self {
        let mut reader = Reader { options, wrong: Vec::new() };
        let mut props = yew::props!(BatchTaskWidgetProps {
            endpoint: reader.text("endpoint").unwrap_or_default(),
            batch_id: reader.text("batchId"),
            interval_ms: reader.interval_ms(),
            method: reader.one_of("method", &[("get", Method::Get), ("post", Method::Post)]),
            credentials: reader.one_of(
                "credentials",
                &[
                    ("same-origin", Credentials::SameOrigin),
                    ("include", Credentials::Include),
                    ("omit", Credentials::Omit),
                ],
            ),
            body_pointer: reader.text("bodyPointer"),
            headers: reader
                .parse_option("headers", "a function or an object of strings", RequestHeaders::read)
                .unwrap_or_default(),
            fetcher: reader.parse_option("fetcher", "a function", |value| {
                Some(Fetcher(value.dyn_ref::<Function>()?.clone()))
            }),
            lang: reader.text("lang"),
            time_zone: reader.time_zone(),
            // Invalid messages are reported when the language is loaded.
            messages: reader.get("messages").map(|messages| Overrides(messages.unchecked_into())),
            paused: reader.flag("paused"),
            compact: reader.flag("compact"),
            theme: reader
                .one_of("theme", &[("auto", Theme::Auto), ("light", Theme::Light), ("dark", Theme::Dark)]),
            options: reader.view_options(),
            query: reader.text("q").unwrap_or_default(),
            task_id: reader.text("taskId").filter(|id| !id.is_empty()),
            instance_url: reader.instance_url(),
            redact: reader.flag("redact"),
            actions: reader.actions(),
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

struct Reader<'a> {
    options: &'a JsValue,
    wrong: Vec<String>,
}

impl Reader<'_> {
    /// Returns an option; `None` if it is missing or its getter throws.
    #[inline(never)]
    fn get(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(self.options, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// Reads an option with `parse`, and reports it if that returns `None`.
    fn parse_option<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl Fn(&JsValue) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let parsed = parse(&value);
        if parsed.is_none() {
            self.reject(name, expected, &value);
        }
        parsed
    }

    #[inline(never)]
    fn reject(&mut self, name: &str, expected: &str, value: &JsValue) {
        // Numbers are formatted by JavaScript: Rust's float formatting would add kilobytes to the module.
        let text = || if value.is_object() { None } else { JSON::stringify(value).ok()?.as_string() };
        let value_text = value.as_string().or_else(text);
        let value_text = value_text.map_or_else(String::new, |value_text| format!(" “{value_text}”"));
        self.wrong.push(format!("{name}{value_text} is not valid; use {expected}."));
    }

    #[inline(never)]
    fn text(&mut self, name: &str) -> Option<AttrValue> {
        self.parse_option(name, "a string", JsValue::as_string).map(AttrValue::from)
    }

    #[inline(never)]
    fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.is_truthy())
    }

    /// Reads an option with one of several values; an empty string means the first one.
    fn one_of<T: Copy + Default>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let names: Vec<String> = choices.iter().map(|(word, _)| (*word).to_owned()).collect();
        let index = self.index_of(name, &names);
        index.and_then(|index| choices.get(index)).map_or_else(T::default, |(_, value)| *value)
    }

    /// Returns the index of the given value; for an empty string, an index out of range.
    #[inline(never)]
    fn index_of(&mut self, name: &str, choices: &[String]) -> Option<usize> {
        let find = |value: &JsValue| {
            let text = value.as_string()?;
            let text = text.trim();
            let found = choices.iter().position(|word| word.eq_ignore_ascii_case(text));
            found.or_else(|| text.is_empty().then_some(choices.len()))
        };
        self.parse_option(name, &joined(choices, " or "), find)
    }

    /// Reads the interval: seconds, at most a day, converted to milliseconds.
    fn interval_ms(&mut self) -> u32 {
        let seconds = self.parse_option("interval", "a number of seconds from 0 to 86400", |value| {
            // Parsed by JavaScript, to keep Rust's float parsing out of the module.
            let is_text = value.as_string().is_some_and(|text| !text.trim().is_empty());
            let seconds = value.as_f64().or_else(|| is_text.then(|| value.unchecked_into_f64()));
            seconds.filter(|seconds| (0.0..=86_400.0).contains(seconds))
        });
        seconds.map_or(DEFAULT_INTERVAL_MS, |seconds| (seconds * 1_000.0) as u32)
    }

    fn view_options(&mut self) -> ViewOptions {
        let statuses = "succeeded, failed, attention, running, waiting or other, or several with commas";
        let sort = "a column such as TaskBegin or -TaskBegin";
        ViewOptions {
            view: self.one_of("view", &View::ALL.map(|view| (view.as_str(), view))),
            filter: self.parsed("filter", statuses, StatusFilter::parse).unwrap_or_default(),
            longer_than: self.parsed("longerThan", "a duration such as 90s, 10m or 2h", LongerThan::parse),
            reason: self.parsed("reason", "8 hexadecimal digits", ReasonKey::parse),
            sort: self.parsed("sort", sort, Sort::parse),
            columns: self
                .parsed("columns", "columns such as TaskId,Status,ErrorMsg", Columns::parse)
                .unwrap_or_default(),
        }
    }

    /// Parses a text, or an array of names. An empty one is valid: it means the default, as a missing one does.
    fn parsed<T>(&mut self, name: &str, expected: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let mut parsed = None;
        self.check(name, expected, &mut |text| {
            parsed = parse(text);
            parsed.is_some()
        });
        parsed
    }

    /// Reports a text that `parse` does not accept.
    #[inline(never)]
    fn check(&mut self, name: &str, expected: &str, parse: &mut dyn FnMut(&str) -> bool) {
        if let Some(text) = self.names(name, expected)
            && !parse(&text)
        {
            self.reject(name, expected, &JsValue::from_str(&text));
        }
    }

    /// Returns a text, or the names of an array separated by commas; `None` if it is missing, empty or of another type, which
    /// is reported.
    #[inline(never)]
    fn names(&mut self, name: &str, expected: &str) -> Option<String> {
        let value = self.get(name)?;
        let names = value.dyn_ref::<Array>().map(|names| String::from(names.join(",")));
        let Some(names) = names.or_else(|| value.as_string()) else {
            self.reject(name, expected, &value);
            return None;
        };
        let names = names.trim();
        (!names.is_empty()).then(|| names.to_owned())
    }

    /// Reads the actions of the host: all, or none if one is not valid.
    #[inline(never)]
    fn actions(&mut self) -> Rc<Vec<HostAction>> {
        let expected = "an array such as [{ id: \"retry\", label: \"Retry\", for: \"failed\" }], where for is failed, attention or any";
        let mut actions = Vec::new();
        let Some(value) = self.get("actions") else { return Rc::default() };
        let list = value.dyn_ref::<Array>();
        for index in 0..list.map_or(0, Array::length) {
            let action = list.and_then(|list| host_action(&list.get(index)));
            actions.extend(action);
        }
        if list.is_none_or(|list| list.length() as usize != actions.len()) {
            self.reject("actions", expected, &value);
            actions.clear();
        }
        Rc::new(actions)
    }

    fn time_zone(&mut self) -> Option<AttrValue> {
        let name = self.parse_option("timeZone", "an IANA time zone such as Asia/Shanghai", |value| {
            let name = value.as_string()?;
            // An empty attribute counts as missing.
            (name.is_empty() || Zone::is_known(&name)).then_some(name)
        });
        name.map(AttrValue::from)
    }

    fn instance_url(&mut self) -> Option<AttrValue> {
        let expected = "an http(s) URL with {InstanceId} in its path";
        let pattern = self.parse_option("instanceUrl", expected, |value| {
            let pattern = value.as_string()?;
            (pattern.is_empty() || link::instance_url(&pattern, "pc-1").is_some()).then_some(pattern)
        });
        pattern.filter(|pattern| !pattern.is_empty()).map(AttrValue::from)
    }
}
