//! A name and its value, as in the header and in the details of a row.

use super::markup::{Tag, tag};
use crate::i18n::Locale;
use crate::model::ApiTime;
use crate::view::format;

/// The class of a fact that is always visible.
pub(super) const FACT: &str = "btw-fact";

/// Draws a text; `None` if it is empty.
pub(super) fn fact(class: &'static str, name: &'static str, value: &str) -> Option<Tag> {
    (!value.is_empty()).then(|| named(class, name, tag("dd").child(format::truncated(value))))
}

/// Draws a time; `None` if it is absent.
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

/// Draws a name and its description.
pub(super) fn named(class: &'static str, name: &'static str, description: Tag) -> Tag {
    tag("div").class(class).child(tag("dt").label(name)).child(description)
}
