//! The copy buttons, and the text that each copies.

use web_sys::Element;
use yew::prelude::*;

use super::deferred::Copied;
use super::icon::{Action, action_button, action_icon};
use super::markup::{Tag, button, tag};
use super::message::{CopyOutcome, CopyTarget, WidgetMessage};
use super::tools::rows_of;
use super::view_state::{CopyStatus, ViewState, copy_result};
use crate::effect::page;
use crate::i18n::{Locale, fill};
use crate::redact::redact;
use crate::view::failures::Failures;
use crate::view::instances::{IdKind, list, unique_ids};
use crate::view::report::Report;

/// Returns a button named `name` that copies `target`. After a press it shows the result for a while. `about` makes the
/// accessible names of several such buttons different; it can be empty.
pub(super) fn copy_button(
    target: CopyTarget,
    name: &'static str,
    about: &str,
    copying: Option<CopyStatus>,
    send: &Callback<WidgetMessage>,
    locale: Locale,
) -> Tag {
    let outcome = copying.filter(|copying| copying.target == target).map(|copying| copying.outcome);
    let label = outcome.map_or(AttrValue::Static(name), |outcome| copy_result(outcome, locale));
    let action = if let Some(CopyOutcome::Copied(_)) = outcome { Action::Copied } else { Action::Copy };
    let full_name =
        (!about.is_empty()).then(|| fill(locale.labelled, &[("label", &label), ("value", about)]));
    let on_press = on_copy(target, send);
    // The key stays the same while the button shows the result.
    action_button(name, "btw-button btw-button-action btw-copy", action, label, on_press)
        .attr("aria-label", full_name)
}

/// Draws an ID named `label` that a click copies, with a button for the keyboard.
pub(super) fn copied_on_click(view: &ViewState, target: CopyTarget, label: &'static str, id: Tag) -> Tag {
    let locale = view.locale;
    let outcome = view.copying.filter(|copying| copying.target == target).map(|copying| copying.outcome);
    let name = outcome.map_or(AttrValue::Static(locale.copy), |outcome| copy_result(outcome, locale));
    let action = if let Some(CopyOutcome::Copied(_)) = outcome { Action::Copied } else { Action::Copy };
    let name = fill(locale.labelled, &[("label", &name), ("value", label)]);
    let button =
        button("btw-copy-id").attr("title", name.clone()).attr("aria-label", name).child(action_icon(action));
    // The press of the button reaches this listener, too.
    tag("span").class("btw-copyable").on_click(on_copy(target, &view.send)).child(id).child(button)
}

/// Returns a handler that copies `target`.
fn on_copy(target: CopyTarget, send: &Callback<WidgetMessage>) -> Callback<Event> {
    let send = send.clone();
    Callback::from(move |event: Event| {
        // The target can be the icon.
        let pressed = event.target_dyn_into::<Element>();
        let button = pressed.and_then(|pressed| pressed.closest("button, span").ok()?);
        send.emit(WidgetMessage::CopyPressed(target, button));
    })
}

/// Returns the text of `target`; `None` if it no longer exists.
pub(super) fn text(view: &ViewState, target: CopyTarget) -> Option<Copied> {
    if let CopyTarget::InstanceIds(scope, format) = target {
        let (task, rows) = rows_of(view, scope)?;
        let ids = unique_ids(&task.sub_tasks, &rows, IdKind::Instance);
        return Some(Copied { text: list(&ids, format), count: u32::try_from(ids.len()).ok() });
    }
    Some(Copied { text: single_text(view, target)?, count: None })
}

/// Returns the text of a target that is not a list.
fn single_text(view: &ViewState, target: CopyTarget) -> Option<String> {
    if target == CopyTarget::ErrorRequestId {
        return Some(view.state.last_error.as_ref()?.request_id().to_owned());
    }
    let data = view.state.data.as_ref()?;
    let task = &data.content;
    let cell = |row: u32| task.sub_tasks.get(row as usize);
    let none = Failures::default();
    let report = Report {
        page_url: "",
        task,
        failures: view.grouped.as_ref().map_or(&none, |grouped| &*grouped.failures),
        request_id: &data.request_id,
        as_of: view.as_of()?,
    };
    let text = match target {
        CopyTarget::Report => {
            let url = view.page_url.as_ref().map_or_else(page::url, |url| url.emit(()).to_string());
            let page_url = if view.is_redacted { &redact(&url) } else { &*url };
            return Some(Report { page_url, ..report }.markdown(view.locale));
        }
        CopyTarget::Group(id) => {
            let group = report.failures.group(id)?;
            return Some(report.group_markdown(group, view.locale));
        }
        CopyTarget::TaskId(row) => cell(row)?.task_id,
        CopyTarget::Link(row) => {
            let id = AttrValue::from(cell(row)?.task_id.to_owned());
            return Some(view.task_url.as_ref()?.emit(id).to_string());
        }
        CopyTarget::InstanceId(row) => cell(row)?.instance_id,
        CopyTarget::ErrorMsg(row) => cell(row)?.error_msg,
        CopyTarget::BatchId => &task.batch_id,
        CopyTarget::RequestId => &data.request_id,
        CopyTarget::InstanceIds(..) | CopyTarget::ErrorRequestId => return None,
    };
    Some(text.to_owned())
}
