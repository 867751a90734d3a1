//! The filters that have no chip of their own above: each is a chip beside the search field, with a button that removes it.

use super::icon::{Action, action_icon};
use super::markup::{Tag, button, fragment, tag};
use super::message::WidgetMessage;
use super::view_state::ViewState;
use crate::i18n::fill;
use crate::view::table::ViewOptions;

/// Draws the chips of the filters in use.
pub(super) fn chips(view: &ViewState) -> Tag {
    fragment().child(reason(view))
}

/// Draws the reason that the rows are filtered to. A link can name one that the batch does not have, or not yet.
fn reason(view: &ViewState) -> Option<Tag> {
    let (locale, grouped) = (view.locale, view.grouped.as_ref()?);
    let group = grouped.failures.with_key(view.options.reason?);
    let name = match group {
        Some(group) => group.label(&grouped.task.sub_tasks, locale),
        None => locale.reason_unknown.to_owned(),
    };
    // The rows stay filtered by status, as the pressed chip shows.
    let others = ViewOptions { filter: view.options.statuses(), reason: None, ..view.options };
    Some(chip(view, "reason", name, others))
}

/// Draws a chip named `name` that picks the options `others` when its button is pressed.
fn chip(view: &ViewState, key: &'static str, name: String, others: ViewOptions) -> Tag {
    let remove = button("btw-open")
        .attr("aria-label", fill(view.locale.remove_filter, &[("filter", &name)]))
        .on_click(view.on_press(WidgetMessage::OptionsPicked(others)))
        .child(action_icon(Action::Remove));
    tag("span")
        .key(key)
        .class("btw-filter")
        .child(tag("span").class("btw-group-label").attr("title", name.clone()).child(name))
        .child(remove)
}
