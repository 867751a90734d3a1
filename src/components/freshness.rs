//! The age of the data, with the pause and refresh buttons.

use yew::prelude::*;

use super::icon::{ACTION, Action, action_button};
use super::markup::{Tag, tag};
use crate::i18n::Locale;
use crate::poll::{Content, State};
use crate::view::freshness;
use crate::view::pause_button::PauseButton;

/// The action of a button that has to do with polling, whatever is polled.
#[derive(Clone, Copy)]
pub(super) enum Control {
    Pause,
    Resume,
    Refresh,
    /// Loads the page again.
    Reload,
}

/// Returns the handler of a button.
pub(super) type OnControl<'a> = &'a dyn Fn(Control) -> Callback<Event>;

/// Draws the age of the data at `now_ms` (Unix milliseconds), what comes next, and the buttons.
pub(super) fn freshness<T: Content>(
    state: &State<T>,
    now_ms: u64,
    locale: Locale,
    on_control: OnControl<'_>,
) -> Tag {
    let text = freshness::text(state, now_ms, locale);
    line(text, freshness::since(state, locale), PauseButton::of(state), locale, on_control)
}

fn line(
    text: String,
    since: Option<String>,
    pause: PauseButton,
    locale: Locale,
    on_control: OnControl<'_>,
) -> Tag {
    let control = match pause {
        PauseButton::Pause => Some((Action::Pause, locale.pause, Control::Pause)),
        PauseButton::Resume => Some((Action::Resume, locale.resume, Control::Resume)),
        PauseButton::Hidden => None,
    };
    // Both have the same key, so that the button keeps the focus when it is pressed.
    let control = control
        .map(|(action, name, control)| action_button("control", ACTION, action, name, on_control(control)));
    tag("div")
        .class("btw-freshness")
        .attr("part", "freshness")
        .child(tag("span").class("btw-freshness-text").attr("title", since).child(text))
        .child(control)
        .child(action_button(
            "refresh",
            ACTION,
            Action::Refresh,
            locale.refresh,
            on_control(Control::Refresh),
        ))
}
