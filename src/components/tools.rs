//! The buttons for a set of rows: copying the IDs of their instances, and the host's actions. All of it is a deferred part.

use std::rc::Rc;

#[cfg(feature = "element")]
use serde::Serialize;
#[cfg(feature = "element")]
use serde_wasm_bindgen::Serializer;
#[cfg(feature = "element")]
use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

use super::actions::{
    ActionChange, ActionKey, ActionRequest, ActionState, ActionStatus, Actions, HostAction,
};
use super::copy::copy_button;
use super::icon::{Action, action_icon, status_icon};
use super::markup::{Tag, button, fragment, tag};
use super::message::{CopyTarget, RowScope, WidgetMessage, on_press};
use super::view_state::ViewState;
use crate::i18n::{Locale, fill};
use crate::model::{BatchTask, StatusBucket, SubTask, SubTasks};
use crate::view::failures::GroupId;
use crate::view::format;
use crate::view::instances::{IdKind, ListFormat, unique_ids};

/// Returns the rows that a button is about, with their task; `None` if there is no data.
pub(super) fn rows_of(view: &ViewState, scope: RowScope) -> Option<(Rc<BatchTask>, Vec<u32>)> {
    let task = view.state.task();
    Some(match scope {
        RowScope::Group(id) => {
            let grouped = view.grouped.as_ref()?;
            let members = grouped.failures.rows(id.key());
            let rows = 0..grouped.task.sub_tasks.len() as u32;
            (Rc::clone(&grouped.task), rows.filter(|&row| members.contains(row)).collect())
        }
        RowScope::Attention => {
            let task = Rc::clone(task?);
            let rows = task.sub_tasks.rows_in(StatusBucket::Attention);
            (task, rows)
        }
        RowScope::Shown => (Rc::clone(task?), view.rows.to_vec()),
        RowScope::Row(row) => (Rc::clone(task?), vec![row]),
    })
}

/// Draws the tools of a failure group, or of all rows that need attention; `label` is its name.
pub(super) fn group_tools(view: &ViewState, scope: RowScope, label: &str) -> Tag {
    let locale = view.locale;
    let about = fill(locale.labelled, &[("label", locale.instance_ids), ("value", label)]);
    let items = tag("div")
        .class("btw-menu-items")
        .attr("role", "group")
        .attr("aria-label", about.clone())
        .attr("tabindex", "-1")
        .child(id_buttons(view, scope, label));
    let summary = tag("summary").class("btw-button btw-ids-button").attr("aria-label", about);
    let summary = summary.label(locale.instance_ids);
    let ids = tag("details").key("ids").class("btw-ids").child(summary).child(items);
    fragment().child(group_actions(view, scope, label)).child(ids)
}

/// Draws the buttons that copy the IDs of the instances of these rows.
pub(super) fn id_buttons(view: &ViewState, scope: RowScope, about: &str) -> Tag {
    let locale = view.locale;
    let button = |format, name| {
        let target = CopyTarget::InstanceIds(scope, format);
        copy_button(target, name, about, view.copying, &view.send, locale)
    };
    fragment()
        .child(button(ListFormat::Lines, locale.copy_lines))
        .child(button(ListFormat::Json, locale.copy_json))
}

/// Draws the host's buttons in the toolbar, for the visible rows.
pub(super) fn toolbar_tools(view: &ViewState) -> Tag {
    let Some(task) = view.state.task() else { return fragment() };
    fragment().children(view.actions.offered.iter().filter_map(|action| {
        let accepts = |row: &&u32| {
            let bucket = task.sub_tasks.bucket(**row as usize);
            bucket.is_some_and(|bucket| action.applies_to.accepts(bucket))
        };
        let count = view.rows.iter().filter(accepts).count();
        let count = format::count(i64::try_from(count).ok().filter(|count| *count > 0)?, view.locale);
        let text = format!("{} ({count})", action.label);
        Some(action_button(&view.actions, &view.send, view.locale, action, RowScope::Shown, "", text, ""))
    }))
}

/// Draws the host's buttons in the details of a row.
pub(super) fn row_tools(
    actions: &Actions,
    send: &Callback<WidgetMessage>,
    locale: Locale,
    sub_task: &SubTask<'_>,
    row: u32,
    tabindex: &'static str,
) -> Tag {
    let applicable = |action: &&HostAction| action.applies_to.accepts(sub_task.status.bucket());
    fragment().children(actions.offered.iter().filter(applicable).map(|action| {
        let text = action.label.to_string();
        let id = sub_task.task_id;
        action_button(actions, send, locale, action, RowScope::Row(row), id, text, &format::truncated(id))
            .attr("tabindex", tabindex)
    }))
}

/// Draws the host's buttons of a failure group, or of all rows that need attention.
fn group_actions(view: &ViewState, scope: RowScope, label: &str) -> Tag {
    let bucket = if needs_attention(view, scope) { StatusBucket::Attention } else { StatusBucket::Failed };
    let applicable = |action: &&HostAction| action.applies_to.accepts(bucket);
    fragment().children(view.actions.offered.iter().filter(applicable).map(|action| {
        let text = action.label.to_string();
        action_button(&view.actions, &view.send, view.locale, action, scope, "", text, label)
    }))
}

fn needs_attention(view: &ViewState, scope: RowScope) -> bool {
    let RowScope::Group(id) = scope else { return scope == RowScope::Attention };
    let group = view.grouped.as_ref().and_then(|grouped| grouped.failures.group(id));
    group.is_some_and(|group| group.needs_attention)
}

/// Draws a button of the host. While the host is at work it shows that, and afterwards the outcome. It keeps the focus.
#[expect(clippy::too_many_arguments, reason = "rows have no ViewState")]
fn action_button(
    actions: &Actions,
    send: &Callback<WidgetMessage>,
    locale: Locale,
    action: &HostAction,
    scope: RowScope,
    task_id: &str,
    text: String,
    about: &str,
) -> Tag {
    let key = ActionKey { id: action.id.clone(), scope, task_id: task_id.to_owned().into() };
    let state = actions.pressed.iter().find(|status| status.key == key).map(|status| &status.state);
    let is_busy = state == Some(&ActionState::Busy);
    let (icon, label) = match state {
        Some(ActionState::Busy) => (Some(status_icon(StatusBucket::Running)), text),
        Some(ActionState::Done(_)) => (Some(action_icon(Action::Copied)), outcome_text(state, locale)),
        Some(ActionState::Failed(_)) => {
            (Some(status_icon(StatusBucket::Failed)), outcome_text(state, locale))
        }
        None | Some(ActionState::Pressed | ActionState::Ended) => (None, text),
    };
    let full_name =
        (!about.is_empty()).then(|| fill(locale.labelled, &[("label", &label), ("value", about)]));
    button(if is_busy { "btw-button btw-action btw-turns" } else { "btw-button btw-action" })
        .key(&format!("action {}", action.id))
        .attr("title", label.clone())
        .attr("aria-label", full_name)
        .attr("aria-busy", is_busy.then_some("true"))
        .attr("aria-disabled", is_busy.then_some("true"))
        .on_click(on_press(send, WidgetMessage::ActionChanged(key, ActionState::Pressed)))
        .child(icon)
        .child(tag("span").class("btw-action-label").child(label))
}

/// Returns the host's text about the outcome, or a text for none.
fn outcome_text(state: Option<&ActionState>, locale: Locale) -> String {
    let (text, otherwise) = match state {
        Some(ActionState::Failed(text)) => (&**text, locale.action_failed),
        Some(ActionState::Done(text)) => (&**text, locale.action_done),
        _ => ("", ""),
    };
    let text = text.trim();
    if text.is_empty() { otherwise.to_owned() } else { format::truncated(text) }
}

/// Applies a press of a button of the host, and what the host says about it; removes the outcomes that have been shown long
/// enough.
pub(super) fn act(view: &mut ViewState, change: Option<ActionChange>, host: &Callback<ActionRequest>) {
    match change {
        Some((key, ActionState::Pressed)) => {
            if let Some(request) = request(view, &key) {
                host.emit(request);
            }
        }
        change => set_state(view, change),
    }
}

/// Returns what a press passes to the host; `None` if the button is busy or its rows no longer exist.
fn request(view: &ViewState, key: &ActionKey) -> Option<ActionRequest> {
    let is_busy = |status: &ActionStatus| status.key == *key && status.state == ActionState::Busy;
    if view.actions.pressed.iter().any(is_busy) {
        return None;
    }
    let action = view.actions.offered.iter().find(|action| action.id == key.id)?;
    let (task, mut rows) = rows_of(view, key.scope)?;
    let sub_tasks = &task.sub_tasks;
    rows.retain(|&row| {
        let is_meant =
            !matches!(key.scope, RowScope::Row(_)) || sub_tasks.task_id(row as usize) == key.task_id;
        is_meant && sub_tasks.bucket(row as usize).is_some_and(|bucket| action.applies_to.accepts(bucket))
    });
    let ids = |kind| unique_ids(sub_tasks, &rows, kind).into_iter().map(str::to_owned).collect();
    let reason = match key.scope {
        RowScope::Group(id) => Some(id),
        RowScope::Row(_) => rows.first().and_then(|&row| group_of(sub_tasks, row)),
        // The rows may be a part of it.
        RowScope::Shown => {
            view.options.reason.and_then(|key| Some(view.grouped.as_ref()?.failures.with_key(key)?.id))
        }
        RowScope::Attention => None,
    };
    let reason = reason.zip(view.grouped.as_ref()).and_then(|(id, grouped)| {
        Some(grouped.failures.group(id)?.label(&grouped.task.sub_tasks, view.locale))
    });
    (!rows.is_empty()).then(|| ActionRequest {
        id: key.id.clone(),
        task_ids: ids(IdKind::Task),
        instance_ids: ids(IdKind::Instance),
        reason,
        key: key.clone(),
        send: view.send.clone(),
    })
}

/// Returns the group of a row that failed or needs attention.
fn group_of(sub_tasks: &SubTasks, row: u32) -> Option<GroupId> {
    let (status, error_msg) = (sub_tasks.status(row as usize)?, sub_tasks.error_msg(row as usize));
    match status.bucket() {
        StatusBucket::Failed => Some(GroupId::of(error_msg)),
        StatusBucket::Attention => Some(GroupId::of_attention(status, error_msg)),
        _ => None,
    }
}

/// How long a button of the host shows that the action has succeeded or failed, in milliseconds.
const OUTCOME_FOR_MS: [u64; 2] = [5_000, 15_000];

/// Stores and announces the new state of a button, if any, and removes the outcomes that have been shown long enough.
fn set_state(view: &mut ViewState, change: Option<ActionChange>) {
    let now_ms = view.now.monotonic_ms;
    let mut pressed: Vec<ActionStatus> = view.actions.pressed.to_vec();
    pressed.retain(|status| status.until_ms > now_ms);
    if let Some((key, state)) = change {
        let known = pressed.iter().position(|status| status.key == key);
        // Without the beginning, the outcome is that of another batch.
        if known.is_none() && state != ActionState::Busy {
            return;
        }
        if let Some(known) = known {
            pressed.remove(known);
        }
        if let ActionState::Done(_) | ActionState::Failed(_) = state {
            let label = view.actions.offered.iter().find(|action| action.id == key.id);
            let label = label.map_or_else(String::new, |action| action.label.to_string());
            let text = outcome_text(Some(&state), view.locale);
            view.announce(&fill(view.locale.labelled, &[("label", &label), ("value", &text)]));
        }
        let for_ms = match state {
            ActionState::Busy => Some(u64::MAX),
            ActionState::Done(_) => Some(OUTCOME_FOR_MS[0]),
            ActionState::Failed(_) => Some(OUTCOME_FOR_MS[1]),
            ActionState::Pressed | ActionState::Ended => None,
        };
        if let Some(for_ms) = for_ms {
            pressed.push(ActionStatus { key, state, until_ms: now_ms.saturating_add(for_ms) });
        }
    }
    if *view.actions.pressed != pressed {
        view.actions.pressed = Rc::new(pressed);
    }
}

/// Calls a function of the host with `"action"` and the `detail` of `batch-task-action`, without `waitUntil`. It returns a promise
/// of what the button shows: a text, or `undefined` if the host has not said how long it takes.
#[cfg(feature = "element")]
pub(super) fn report_action(notify: &js_sys::Function, request: &ActionRequest) {
    let ActionRequest { id, task_ids, instance_ids, reason, .. } = request;
    let detail = ActionDetail { id, task_ids, instance_ids, reason: reason.as_deref() };
    // Serializing texts does not fail.
    let detail = detail.serialize(&Serializer::new().serialize_missing_as_null(true)).unwrap_or_default();
    // The function does not throw.
    if let Ok(promise) = notify.call2(&JsValue::UNDEFINED, &"action".into(), &detail) {
        request.wait_for(promise.unchecked_into());
    }
}

/// The `detail` of `batch-task-action`, without `waitUntil`.
#[cfg(feature = "element")]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionDetail<'a> {
    id: &'a str,
    task_ids: &'a [String],
    instance_ids: &'a [String],
    reason: Option<&'a str>,
}
