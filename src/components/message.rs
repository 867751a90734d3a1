//! The messages of the widget and what they carry. Imports no other file of the components but `actions`.

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::actions::{ActionKey, ActionState};
use crate::effect::notify::Permission;
use crate::model::BatchTask;
use crate::poll::State;
use crate::view::export::Format;
use crate::view::failures::{Failures, GroupId};
use crate::view::instances::ListFormat;
use crate::view::search::Hits;
use crate::view::table::ViewOptions;
use crate::watch::Refreshed;

/// Messages of the widget: the viewer's actions, requests of the host through a [`Scope`](yew::html::Scope), and results of
/// effects.
///
/// A host sends [`Refresh`](Self::Refresh), [`Pause`](Self::Pause) and [`Resume`](Self::Resume). One that renders the widget
/// as an app of its own, by `yew::Renderer`, has an `AppHandle`, which gives its scope:
///
/// ```
/// use std::rc::Rc;
///
/// use batch_task_widget::BatchTaskWidget;
/// use batch_task_widget::components::WidgetMessage;
/// use batch_task_widget::error::Error;
/// use yew::Callback;
/// use yew::html::Scope;
///
/// fn refresh(widget: &Scope<BatchTaskWidget>, log: Callback<String>) {
///     let done = Callback::from(move |result: Result<(), Rc<Error>>| match result {
///         Ok(()) => log.emit("the new data is on the page".to_owned()),
///         Err(error) => log.emit(error.to_string()),
///     });
///     widget.send_message(WidgetMessage::Refresh(done));
/// }
/// ```
#[derive(Clone, Debug)]
pub enum WidgetMessage {
    /// The watcher has a new state.
    StateChanged(Rc<State>),
    /// A second has passed.
    Ticked,
    /// The viewer picked another view, filter, group, sort or choice of columns.
    OptionsPicked(ViewOptions),
    /// The viewer typed this into the search field.
    QueryTyped(AttrValue),
    /// The search field contains this while an input method composes text; it is not searched yet.
    QueryComposed(AttrValue),
    /// A search of this task has finished.
    SearchFinished(Rc<BatchTask>, Rc<Hits>),
    /// The failures of this task have been grouped.
    GroupingFinished(Rc<BatchTask>, Rc<Failures>),
    /// The viewer expanded or collapsed the less frequent failure groups.
    GroupsToggled,
    /// The viewer pressed a copy button, which is given unless there is no browser.
    CopyPressed(CopyTarget, Option<Element>),
    /// Copying has ended.
    CopyFinished(CopyTarget, CopyOutcome),
    /// The viewer pressed a button of the host, or the host has begun the action or ended it.
    ActionChanged(ActionKey, ActionState),
    /// The deferred functions are needed: the page is idle, a pointer or the focus is over the widget, or the viewer retries.
    DeferredRequested,
    /// The deferred functions have been loaded (`true`) or could not be.
    DeferredFinished(bool),
    /// The viewer asked for a file.
    ExportPressed(Format, ExportScope),
    /// This much of the file is written, in percent.
    ExportProgressed(u32),
    /// The file has been given to the browser. The frame around the page may block it (`true`).
    ExportFinished(bool),
    /// The viewer cancelled the file.
    ExportCancelled,
    /// The viewer turned the notification at the end of the task on or off.
    AwaitEndToggled(bool),
    /// The browser has answered whether it shows notifications.
    PermissionReceived(Permission),
    /// The language has been loaded, or another one has been asked for.
    LocaleChanged,
    /// The viewer switched between UTC and the local time zone.
    ZoneToggled,
    /// Printing of the page begins (`true`) or has ended.
    Printed(bool),
    /// The viewer collapsed the row that the host wants to show.
    TargetClosed,
    /// The viewer expanded or collapsed the facts of a narrow widget.
    FactsToggled,
    /// Stop polling.
    Pause,
    /// Continue polling.
    Resume,
    /// Fetch now; the callback is called once the result is on the page.
    Refresh(Refreshed),
    /// The viewer pressed the refresh button.
    RefreshPressed,
    /// The viewer wants to load the page again, to sign in.
    ReloadPressed,
}

/// A text that a copy button copies. Rows are given by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyTarget {
    /// The report on the whole task.
    Report,
    /// A group of failures.
    Group(GroupId),
    /// The instances of these rows.
    InstanceIds(RowScope, ListFormat),
    /// The BatchId.
    BatchId,
    /// The RequestId of the shown response.
    RequestId,
    /// The RequestId of the last error.
    ErrorRequestId,
    /// A subtask's TaskId.
    TaskId(u32),
    /// A subtask's InstanceId.
    InstanceId(u32),
    /// The link to a subtask.
    Link(u32),
    /// A subtask's ErrorMsg.
    ErrorMsg(u32),
}

/// Rows that a button is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowScope {
    /// The rows of a group of failures, or of a group that needs attention.
    Group(GroupId),
    /// All rows that need attention.
    Attention,
    /// The visible rows, in their order.
    Shown,
    /// One row.
    Row(u32),
}

/// How copying has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The text is in the clipboard: a list of this many IDs, or `None` if it is not a list. If a list is empty, the clipboard
    /// is unchanged.
    Copied(Option<u32>),
    /// The browser has refused.
    Failed,
    /// The text is ready now, but the browser copies it only during a press.
    PressAgain,
}

/// The rows and columns of an exported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportScope {
    /// The visible rows in their order, with the chosen columns.
    Shown,
    /// All rows in the API's order, with all columns.
    All,
}

/// Returns a handler that sends `message` on each event.
pub(super) fn on_press(send: &Callback<WidgetMessage>, message: WidgetMessage) -> Callback<Event> {
    let send = send.clone();
    Callback::from(move |_| send.emit(message.clone()))
}
