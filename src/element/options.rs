//! Reads options one by one: those that the elements have in common, and the kinds of values. An invalid option is reported and
//! ignored.
//!
//! There is no deserializer: it would stop at the first invalid option, and add 8 KB to the module.

use std::ops::RangeInclusive;

use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use crate::components::Theme;
use crate::effect::fetch::{Credentials, Fetcher, Method, RequestHeaders};
use crate::effect::languages::Overrides;
use crate::i18n::{Zone, joined};

/// Reads the options of one object. `undefined` and `null` count as missing. Strings are accepted for numbers, since attributes are
/// strings.
pub(super) struct Reader<'a> {
    options: &'a JsValue,
    /// An error text for each invalid option, which says what is valid.
    pub(super) wrong: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(options: &'a JsValue) -> Self {
        Self { options, wrong: Vec::new() }
    }

    pub(super) fn method(&mut self) -> Method {
        self.one_of("method", &[("get", Method::Get), ("post", Method::Post)])
    }

    pub(super) fn credentials(&mut self) -> Credentials {
        self.one_of(
            "credentials",
            &[
                ("same-origin", Credentials::SameOrigin),
                ("include", Credentials::Include),
                ("omit", Credentials::Omit),
            ],
        )
    }

    pub(super) fn headers(&mut self) -> RequestHeaders {
        self.parse_option("headers", "a function or an object of strings", RequestHeaders::read)
            .unwrap_or_default()
    }

    pub(super) fn fetcher(&mut self) -> Option<Fetcher> {
        self.parse_option("fetcher", "a function", |value| {
            Some(Fetcher(value.dyn_ref::<Function>()?.clone()))
        })
    }

    /// Invalid messages are reported when the language is loaded.
    pub(super) fn messages(&self) -> Option<Overrides> {
        self.get("messages").map(|messages| Overrides(messages.unchecked_into()))
    }

    pub(super) fn theme(&mut self) -> Theme {
        self.one_of("theme", &[("auto", Theme::Auto), ("light", Theme::Light), ("dark", Theme::Dark)])
    }

    /// Returns an option; `None` if it is missing or its getter throws.
    #[inline(never)]
    pub(super) fn get(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(self.options, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// Reads an option with `parse`, and reports it if that returns `None`.
    pub(super) fn parse_option<T>(
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
    pub(super) fn reject(&mut self, name: &str, expected: &str, value: &JsValue) {
        // Numbers are formatted by JavaScript: Rust's float formatting would add kilobytes to the module.
        let text = || if value.is_object() { None } else { JSON::stringify(value).ok()?.as_string() };
        let value_text = value.as_string().or_else(text);
        let value_text = value_text.map_or_else(String::new, |value_text| format!(" “{value_text}”"));
        self.wrong.push(format!("{name}{value_text} is not valid; use {expected}."));
    }

    #[inline(never)]
    pub(super) fn text(&mut self, name: &str) -> Option<AttrValue> {
        self.parse_option(name, "a string", JsValue::as_string).map(AttrValue::from)
    }

    #[inline(never)]
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.is_truthy())
    }

    /// Reads an option with one of several values; an empty string means the first one.
    pub(super) fn one_of<T: Copy + Default>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
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
    pub(super) fn interval_ms(&mut self, default_ms: u32) -> u32 {
        let seconds = self.number("interval", "a number of seconds from 0 to 86400", 0.0..=86_400.0);
        seconds.map_or(default_ms, |seconds| (seconds * 1_000.0) as u32)
    }

    /// Reads a number of a range.
    pub(super) fn number(&mut self, name: &str, expected: &str, range: RangeInclusive<f64>) -> Option<f64> {
        self.parse_option(name, expected, |value| {
            // Parsed by JavaScript, to keep Rust's float parsing out of the module.
            let is_text = value.as_string().is_some_and(|text| !text.trim().is_empty());
            let number = value.as_f64().or_else(|| is_text.then(|| value.unchecked_into_f64()));
            number.filter(|number| range.contains(number))
        })
    }

    /// Parses a text, or an array of names. An empty one is valid: it means the default, as a missing one does.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
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
    pub(super) fn names(&mut self, name: &str, expected: &str) -> Option<String> {
        let value = self.get(name)?;
        let names = value.dyn_ref::<Array>().map(|names| String::from(names.join(",")));
        let Some(names) = names.or_else(|| value.as_string()) else {
            self.reject(name, expected, &value);
            return None;
        };
        let names = names.trim();
        (!names.is_empty()).then(|| names.to_owned())
    }

    pub(super) fn time_zone(&mut self) -> Option<AttrValue> {
        let name = self.parse_option("timeZone", "an IANA time zone such as Asia/Shanghai", |value| {
            let name = value.as_string()?;
            // An empty attribute counts as missing.
            (name.is_empty() || Zone::is_known(&name)).then_some(name)
        });
        name.map(AttrValue::from)
    }
}
