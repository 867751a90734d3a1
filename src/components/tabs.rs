//! The tabs that switch between table and timeline, as in the ARIA Authoring Practices: arrow keys move the focus and
//! select.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::labels::view_name;
use super::markup::{On, Tag, button, tag};
use super::message::WidgetMessage;
use super::view_state::ViewState;
use crate::effect::focus;
use crate::view::table::{View, ViewOptions};

pub(super) fn tabs(view: &ViewState) -> Tag {
    let (options, locale) = (view.options, view.locale);
    let send = view.send.clone();
    let on_key = Callback::from(move |event: Event| {
        let Some(view) = options.view.after_key(&event.unchecked_ref::<KeyboardEvent>().key()) else {
            return;
        };
        event.prevent_default();
        if let Some(tab) = event.target_dyn_into() {
            focus::focus_sibling(&tab, View::ALL.iter().position(|other| *other == view).unwrap_or(0));
        }
        send.emit(WidgetMessage::OptionsPicked(ViewOptions { view, ..options }));
    });
    let tab = |tab: View| {
        let is_on = tab == options.view;
        button("btw-tab")
            .key(tab.as_str())
            .attr("role", "tab")
            .attr("aria-selected", is_on)
            .attr("tabindex", if is_on { "0" } else { "-1" })
            .on_click(view.on_press(WidgetMessage::OptionsPicked(ViewOptions { view: tab, ..options })))
            .label(view_name(tab, locale))
    };
    tag("div")
        .class("btw-tabs")
        .attr("role", "tablist")
        .attr("aria-label", locale.views)
        .on(On::KeyDown, on_key)
        .children(View::ALL.into_iter().map(tab))
}
