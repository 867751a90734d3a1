//! The tabs that choose how the rows are shown, by the ARIA Authoring Practices: arrow keys go round, and what has the focus
//! is chosen.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::markup::{On, Tag, button, tag};
use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::Words;
use crate::view::table::{View, ViewOptions};

pub(super) fn tabs(shown: &Shown) -> Tag {
    let (options, words) = (shown.options, shown.words);
    let send = shown.send.clone();
    let keyed = Callback::from(move |event: Event| {
        let Some(view) = options.view.after_key(&event.unchecked_ref::<KeyboardEvent>().key()) else {
            return;
        };
        event.prevent_default();
        if let Some(tab) = event.target_dyn_into() {
            layout::focus_sibling(&tab, View::ALL.iter().position(|other| *other == view).unwrap_or(0));
        }
        send.emit(WidgetMessage::Picked(ViewOptions { view, ..options }));
    });
    let tab = |view: View| {
        let is_on = view == options.view;
        button("btw-tab")
            .key(view.as_str())
            .attr("role", "tab")
            .attr("aria-selected", is_on)
            .attr("tabindex", if is_on { "0" } else { "-1" })
            .on_click(shown.press(WidgetMessage::Picked(ViewOptions { view, ..options })))
            .child(view_name(view, words))
    };
    tag("div")
        .class("btw-tabs")
        .attr("role", "tablist")
        .attr("aria-label", words.views)
        .on(On::KeyDown, keyed)
        .children(View::ALL.into_iter().map(tab))
}

/// What a view is called.
pub(super) fn view_name(view: View, words: Words) -> &'static str {
    match view {
        View::Subtasks => words.subtasks,
        View::Timeline => words.timeline,
    }
}
