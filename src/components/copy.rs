//! The copy buttons, and the text that each copies.

use yew::prelude::*;

use super::icon::{Action, action_button};
use super::markup::Tag;
use super::message::{CopyTarget, WidgetMessage, on_press};
use super::view_state::{CopyStatus, ViewState};
use crate::i18n::Locale;
use crate::view::failures::Failures;
use crate::view::report::Report;

/// Returns a button named `name` that copies `target`. After a press it shows the result for two seconds.
pub(super) fn copy_button(
    target: CopyTarget,
    name: &'static str,
    copying: Option<CopyStatus>,
    send: &Callback<WidgetMessage>,
    locale: Locale,
) -> Tag {
    let (label, action) = match copying.filter(|copying| copying.target == target) {
        Some(copying) if copying.succeeded => (locale.copied, Action::Copied),
        Some(_) => (locale.copy_failed, Action::Copy),
        None => (name, Action::Copy),
    };
    // The key stays the same while the button shows the result.
    action_button(
        name,
        "btw-button btw-button-action btw-copy",
        action,
        label,
        on_press(send, WidgetMessage::CopyPressed(target)),
    )
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
