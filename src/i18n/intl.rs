//! Formats numbers, plurals, dates and time zones with the browser's `Intl`. `plain.rs` does it on the host.
//!
//! A formatter is created once per language or zone. `Intl` is called once per date, and once per quarter of an hour for
//! the offset of a zone, since offsets change only then. The rest is arithmetic, so that a table of times is fast.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::timestamp::{DAY_MS, MINUTE_MS, Timestamp};

/// A cache with this many entries is cleared.
const MAX_CACHED: usize = 96;

/// The formatters of a language.
pub(super) struct Formats {
    number: Option<Function>,
    plural: Option<(JsValue, Function)>,
    /// Without and with the year.
    dates: [Option<Function>; 2],
    time_separator: char,
    days: Cache,
}

impl Formats {
    pub(super) fn new(tag: &str) -> Self {
        // Some regions have other digits or another calendar by default.
        let tag = &format!("{tag}-u-ca-gregory-nu-latn");
        let date = |options: &[(&str, &str)]| format(&formatter("DateTimeFormat", tag, options)?);
        let plural = formatter("PluralRules", tag, &[]).and_then(|rules| {
            let select = Reflect::get(&rules, &"select".into()).ok()?;
            Some((rules, select.dyn_into().ok()?))
        });
        let clock = [("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23"), ("timeZone", "UTC")];
        let clock = date(&clock).and_then(|clock| text(&clock, &0.0.into()));
        let day = [("month", "short"), ("day", "numeric"), ("timeZone", "UTC")];
        let with_year = [("year", "numeric"), ("month", "short"), ("day", "numeric"), ("timeZone", "UTC")];
        Self {
            number: formatter("NumberFormat", tag, &[]).and_then(|number| format(&number)),
            plural,
            dates: [date(&day), date(&with_year)],
            time_separator: clock
                .and_then(|text| text.chars().find(|it| !it.is_ascii_digit()))
                .unwrap_or(':'),
            days: RefCell::default(),
        }
    }

    pub(super) fn number(&self, value: i64) -> String {
        // Numbers of up to three digits are the same in all languages.
        let is_short = (-999..=999).contains(&value);
        let number = self.number.as_ref().filter(|_| !is_short);
        number.and_then(|number| text(number, &value.into())).unwrap_or_else(|| value.to_string())
    }

    pub(super) fn is_singular(&self, count: i64) -> bool {
        let plural =
            self.plural.as_ref().and_then(|(rules, select)| select.call1(rules, &(count as f64).into()).ok());
        plural.map_or(count == 1, |name| name == "one")
    }

    pub(super) fn day(&self, wall: Timestamp, with_year: bool) -> String {
        let day = wall.unix_ms().div_euclid(DAY_MS);
        let format = self.dates[usize::from(with_year)].as_ref();
        cached(&self.days, day * 2 + i64::from(with_year), format, day * DAY_MS)
    }

    pub(super) const fn time_separator(&self) -> char {
        self.time_separator
    }
}

/// A time zone.
#[derive(Clone)]
pub struct Zone {
    /// As the browser spells it.
    name: Rc<str>,
    /// Formats the offset; `None` for UTC.
    offset: Option<Function>,
    offsets: Rc<Cache>,
}

impl Zone {
    /// Returns UTC.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), offset: None, offsets: Rc::default() }
    }

    /// Returns the zone with this IANA name, in any case; `None` if the browser does not know it.
    pub fn named(name: &str) -> Option<Self> {
        Self::of(&formatter("DateTimeFormat", "en", &[("timeZone", name)])?)
    }

    /// Whether the browser knows the zone with this IANA name, in any case.
    pub fn is_known(name: &str) -> bool {
        formatter("DateTimeFormat", "en", &[("timeZone", name)]).is_some()
    }

    /// Returns the viewer's zone.
    pub fn local() -> Self {
        formatter("DateTimeFormat", "en", &[]).and_then(|format| Self::of(&format)).unwrap_or_else(Self::utc)
    }

    /// Returns the zone of a formatter.
    fn of(format: &JsValue) -> Option<Self> {
        let resolve: Function = Reflect::get(format, &"resolvedOptions".into()).ok()?.dyn_into().ok()?;
        let resolved = resolve.call0(format).ok()?;
        let name = Reflect::get(&resolved, &"timeZone".into()).ok()?.as_string()?;
        if matches!(&*name, "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT") {
            return Some(Self::utc());
        }
        let options = [("timeZone", &*name), ("timeZoneName", "longOffset")];
        let offset = self::format(&formatter("DateTimeFormat", "en", &options)?);
        Some(Self { name: name.into(), offset, offsets: Rc::default() })
    }

    /// Returns the IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is UTC.
    pub fn is_utc(&self) -> bool {
        self.name() == "UTC"
    }

    /// Returns the offset from UTC at a time, in minutes.
    pub fn offset_min(&self, at: Timestamp) -> i32 {
        let Some(offset) = &self.offset else { return 0 };
        let quarter = at.unix_ms().div_euclid(15 * MINUTE_MS);
        let text = cached(&self.offsets, quarter, Some(offset), quarter * 15 * MINUTE_MS);
        parse_offset_min(&text).unwrap_or(0)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Formatted texts by key.
type Cache = RefCell<Vec<(i64, String)>>;

/// Returns the cached text of `key`, or formats `unix_ms` (Unix milliseconds) and caches it.
fn cached(cache: &Cache, key: i64, format: Option<&Function>, unix_ms: i64) -> String {
    let mut cache = cache.borrow_mut();
    if let Some((_, text)) = cache.iter().find(|(other, _)| *other == key) {
        return text.clone();
    }
    if cache.len() == MAX_CACHED {
        cache.clear();
    }
    let text = format.and_then(|format| text(format, &(unix_ms as f64).into())).unwrap_or_default();
    cache.push((key, text.clone()));
    text
}

/// Parses the offset in `5/28/2026, GMT+05:30`, in minutes. Seconds, which zones had until about 1900, are ignored.
fn parse_offset_min(text: &str) -> Option<i32> {
    let mark = text.bytes().rposition(|byte| byte == b'T')?;
    let offset = text.as_bytes().get(mark + 1..)?;
    let mut digits = offset.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| i32::from(byte - b'0'));
    // For an offset of 0 there are no digits.
    let minutes = [600, 60, 10, 1].into_iter().map(|worth| digits.next().unwrap_or(0) * worth).sum::<i32>();
    Some(if offset.first() == Some(&b'+') { minutes } else { -minutes })
}

/// Creates a formatter, for English if `Intl` rejects the tag; `None` if it rejects an option.
fn formatter(class: &str, tag: &str, options: &[(&str, &str)]) -> Option<JsValue> {
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &(*name).into(), &(*value).into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    // `Reflect::construct` returns the exception; calling the constructor directly would abort the module.
    let constructor: Function = Reflect::get(&intl, &class.into()).ok()?.dyn_into().ok()?;
    let construct = |tag: &str| Reflect::construct(&constructor, &Array::of2(&tag.into(), &object)).ok();
    construct(tag).or_else(|| construct("en"))
}

/// Returns the bound `format` function of a formatter.
fn format(formatter: &JsValue) -> Option<Function> {
    Reflect::get(formatter, &"format".into()).ok()?.dyn_into().ok()
}

fn text(format: &Function, value: &JsValue) -> Option<String> {
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}
