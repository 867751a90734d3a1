//! The copy buttons, and the text that each copies.

use web_sys::Element;
use yew::prelude::*;

use super::icon::{Action, action_button};
use super::markup::Tag;
use super::message::{CopyOutcome, CopyTarget, WidgetMessage};
use super::view_state::{CopyStatus, ViewState, copy_result};
use crate::i18n::Locale;
use crate::view::failures::Failures;
use crate::view::report::Report;

/// Returns a button named `name` that copies `target`. After a press it shows the result for a while.
pub(super) fn copy_button(
    target: CopyTarget,
    name: &'static str,
    copying: Option<CopyStatus>,
    send: &Callback<WidgetMessage>,
    locale: Locale,
) -> Tag {
    let outcome = copying.filter(|copying| copying.target == target).map(|copying| copying.outcome);
    let label = outcome.map_or(name, |outcome| copy_result(outcome, locale));
    let action = if outcome == Some(CopyOutcome::Copied) { Action::Copied } else { Action::Copy };
    let send = send.clone();
    let on_press = Callback::from(move |event: Event| {
        // The target can be the icon.
        let pressed = event.target_dyn_into::<Element>();
        let button = pressed.and_then(|pressed| pressed.closest("button").ok()?);
        send.emit(WidgetMessage::CopyPressed(target, button));
    });
    // The key stays the same while the button shows the result.
    action_button(name, "btw-button btw-button-action btw-copy", action, label, on_press)
}

/// Returns the text of `target`; `None` if it no longer exists.
pub(super) fn text(view: &ViewState, target: CopyTarget) -> Option<String> {
    let data = view.state.data.as_ref()?;
    let task = &data.task;
    let cell = |row: u32| task.sub_tasks.get(row as usize);
    let none = Failures::default();
    let report = Report {
        task,
        failures: view.grouped.as_ref().map_or(&none, |grouped| &*grouped.failures),
        request_id: &data.request_id,
        as_of: view.as_of()?,
    };
    let text = match target {
        CopyTarget::Report => return Some(report.markdown(view.locale)),
        CopyTarget::Group(id) => {
            let group = report.failures.group(id)?;
            return Some(report.group_markdown(group, view.locale));
        }
        CopyTarget::TaskId(row) => cell(row)?.task_id,
        CopyTarget::InstanceId(row) => cell(row)?.instance_id,
        CopyTarget::ErrorMsg(row) => cell(row)?.error_msg,
    };
    Some(text.to_owned())
}
