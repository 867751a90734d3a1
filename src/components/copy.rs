//! The button that copies, and says that it has.

use yew::prelude::*;

use super::icon::{Action, action_button};
use super::markup::Tag;
use super::shown::{Copied, Copying, press};
use super::widget::WidgetMessage;
use crate::i18n::Words;

/// A button named `name` that copies `what`. For two seconds it says what came of it.
pub(super) fn copy_button(
    what: Copied,
    name: &'static str,
    copying: Option<Copying>,
    send: &Callback<WidgetMessage>,
    words: Words,
) -> Tag {
    let (shown, action) = match copying.filter(|copying| copying.what == what) {
        Some(copying) if copying.succeeded => (words.copied, Action::Copied),
        Some(_) => (words.copy_failed, Action::Copy),
        None => (name, Action::Copy),
    };
    // Its own name stays its key while it says what came of it.
    action_button(
        name,
        "btw-button btw-button-action btw-copy",
        action,
        shown,
        press(send, WidgetMessage::Copy(what)),
    )
}
