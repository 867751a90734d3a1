//! The tabs that choose how the rows are shown, by the ARIA Authoring Practices: arrow keys go round, and what has the focus
//! is chosen.

use yew::prelude::*;

use super::shown::Shown;
use super::widget::WidgetMessage;
use crate::effect::layout;
use crate::i18n::Words;
use crate::view::table::{View, ViewOptions};

pub(super) fn tabs(shown: &Shown) -> Html {
    let (options, words) = (shown.options, shown.words);
    let send = shown.send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let Some(view) = options.view.after_key(&event.key()) else { return };
        event.prevent_default();
        if let Some(tab) = event.target_dyn_into() {
            layout::focus_sibling(&tab, View::ALL.iter().position(|other| *other == view).unwrap_or(0));
        }
        send.emit(WidgetMessage::Picked(ViewOptions { view, ..options }));
    });
    let tab = |view: View| {
        let is_on = view == options.view;
        let onclick = shown.press(WidgetMessage::Picked(ViewOptions { view, ..options }));
        html! {
            <button key={view.as_str()} type="button" class="btw-tab" role="tab" aria-selected={is_on.to_string()}
                tabindex={if is_on { "0" } else { "-1" }} {onclick}>{ view_name(view, words) }</button>
        }
    };
    html! {
        <div class="btw-tabs" role="tablist" aria-label={words.views} {onkeydown}>{ for View::ALL.into_iter().map(tab) }</div>
    }
}

/// What a view is called.
pub(super) fn view_name(view: View, words: Words) -> &'static str {
    match view {
        View::Subtasks => words.subtasks,
        View::Timeline => words.timeline,
    }
}
