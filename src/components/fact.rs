//! A name and its value, in the header and in an open row.

use super::markup::{Tag, tag};
use crate::i18n::Locale;
use crate::model::ApiTime;
use crate::view::format;

/// A fact that is always shown.
pub(super) const FACT: &str = "btw-fact";

/// A name and its value, unless there is none.
pub(super) fn fact(class: &'static str, name: &'static str, value: &str) -> Option<Tag> {
    (!value.is_empty()).then(|| named(class, name, tag("dd").child(format::truncated(value))))
}

/// The same for a time.
pub(super) fn time_fact(
    class: &'static str,
    name: &'static str,
    time: &ApiTime<'_>,
    locale: Locale,
) -> Option<Tag> {
    if *time == ApiTime::Absent {
        return None;
    }
    let machine_time = time.timestamp().map(format::machine_time);
    let text = tag("time").attr("datetime", machine_time).child(format::api_time(time, locale));
    Some(named(class, name, tag("dd").child(text)))
}

/// A name and a description of it.
pub(super) fn named(class: &'static str, name: &'static str, description: Tag) -> Tag {
    tag("div").class(class).child(tag("dt").child(name)).child(description)
}
