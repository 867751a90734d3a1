//! A name and its value, in the header and in an open row.

use yew::prelude::*;

use crate::i18n::Words;
use crate::model::ApiTime;
use crate::view::format;

/// A fact that is always shown.
pub(super) const FACT: &str = "btw-fact";

/// A name and its value, unless there is none.
pub(super) fn fact(class: &'static str, name: &'static str, value: &str) -> Html {
    if value.is_empty() {
        return Html::default();
    }
    html! { <div {class}><dt>{ name }</dt><dd>{ value.to_owned() }</dd></div> }
}

/// The same for a time.
pub(super) fn time_fact(class: &'static str, name: &'static str, time: &ApiTime<'_>, words: Words) -> Html {
    if *time == ApiTime::Absent {
        return Html::default();
    }
    let machine_time = time.timestamp().map(format::machine_time);
    html! { <div {class}><dt>{ name }</dt><dd><time datetime={machine_time}>{ format::api_time(time, words) }</time></dd></div> }
}
