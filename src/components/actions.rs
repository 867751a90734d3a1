//! The host's buttons for rows: what they are, and what a press passes to the host. Only data; `tools.rs` draws them and
//! computes.

use std::rc::Rc;

use yew::platform::spawn_local;
use yew::prelude::*;

use super::message::{RowScope, WidgetMessage};
use crate::model::StatusBucket;

/// Rows that an action of the host is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionFor {
    /// Rows that failed.
    Failed,
    /// Rows that need attention.
    Attention,
    /// All rows. This is the default.
    #[default]
    Any,
}

impl ActionFor {
    /// Whether rows of this status group are meant.
    pub(super) fn accepts(self, bucket: StatusBucket) -> bool {
        match self {
            Self::Failed => bucket == StatusBucket::Failed,
            Self::Attention => bucket == StatusBucket::Attention,
            Self::Any => true,
        }
    }
}

/// An action that the host offers, such as "Retry". The widget shows a button for it with each reason, in each open row, and in
/// the toolbar for the visible rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAction {
    /// Identifies the action for the host.
    pub id: AttrValue,
    /// The name of the button.
    pub label: AttrValue,
    /// The rows that it is for.
    pub applies_to: ActionFor,
}

/// A press of a host's button: the action and its rows. The button is busy while the future of
/// [`wait_until`](Self::wait_until) runs, and then shows the outcome.
///
/// ```
/// use batch_task_widget::components::{ActionFor, ActionRequest, HostAction};
/// use batch_task_widget::BatchTaskWidget;
/// use std::rc::Rc;
/// use yew::prelude::*;
///
/// async fn retry(instances: Vec<String>) -> Result<String, String> {
///     // Call your own API here.
///     Ok(format!("{} restarted", instances.len()))
/// }
///
/// #[component]
/// fn App() -> Html {
///     let actions = use_memo((), |()| {
///         vec![HostAction { id: "retry".into(), label: "Retry".into(), applies_to: ActionFor::Failed }]
///     });
///     let on_action = Callback::from(|request: ActionRequest| {
///         request.wait_until(retry(request.instance_ids.clone()));
///     });
///     html! { <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" {actions} {on_action} /> }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ActionRequest {
    /// The ID of the action.
    pub id: AttrValue,
    /// The different TaskIds of the rows, in their order.
    pub task_ids: Vec<String>,
    /// The different InstanceIds of the rows, in their order; rows without one are left out.
    pub instance_ids: Vec<String>,
    /// The reason as the widget names it, if the rows have one in common: the ErrorMsg with variable parts masked.
    pub reason: Option<String>,
    /// The button that was pressed.
    pub(super) key: ActionKey,
    pub(super) send: Callback<WidgetMessage>,
}

impl ActionRequest {
    /// Runs `work`, which returns a text for the button, or an empty one for "Done"; an error text says why it failed.
    pub fn wait_until(&self, work: impl Future<Output = Result<String, String>> + 'static) {
        let request = self.clone();
        request.report(ActionState::Busy);
        spawn_local(async move {
            request.report(match work.await {
                Ok(text) => ActionState::Done(text.into()),
                Err(text) => ActionState::Failed(text.into()),
            });
        });
    }

    /// As [`wait_until`](Self::wait_until), for a promise of a text. If it resolves to something else, there is no outcome.
    #[cfg(feature = "element")]
    pub(super) fn wait_for(&self, promise: js_sys::Promise) {
        let request = self.clone();
        request.report(ActionState::Busy);
        spawn_local(async move {
            request.report(match wasm_bindgen_futures::JsFuture::from(promise).await {
                Ok(text) => {
                    text.as_string().map_or(ActionState::Ended, |text| ActionState::Done(text.into()))
                }
                Err(text) => ActionState::Failed(text.as_string().unwrap_or_default().into()),
            });
        });
    }

    fn report(&self, state: ActionState) {
        self.send.emit(WidgetMessage::ActionChanged(self.key.clone(), state));
    }
}

/// Identifies a button of the host.
#[derive(Clone, Debug)]
pub struct ActionKey {
    /// The ID of the action.
    pub(super) id: AttrValue,
    /// The rows.
    pub(super) scope: RowScope,
    /// The TaskId of a single row, whose number may change from poll to poll; else empty.
    pub(super) task_id: AttrValue,
}

impl PartialEq for ActionKey {
    fn eq(&self, other: &Self) -> bool {
        let has_same_scope = match (self.scope, other.scope) {
            (RowScope::Row(_), RowScope::Row(_)) => self.task_id == other.task_id,
            (scope, other) => scope == other,
        };
        self.id == other.id && has_same_scope
    }
}

/// A button and its new state.
pub(super) type ActionChange = (ActionKey, ActionState);

/// The state that a button of the host shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionState {
    /// The viewer has pressed the button.
    Pressed,
    /// The host is at work.
    Busy,
    /// It has succeeded. The text is the host's, or empty.
    Done(AttrValue),
    /// It has failed. The text is the host's, or empty.
    Failed(AttrValue),
    /// There is no outcome to show.
    Ended,
}

/// The state of a button, and when it is reset, by a monotonic clock.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ActionStatus {
    pub(super) key: ActionKey,
    pub(super) state: ActionState,
    pub(super) until_ms: u64,
}

/// The buttons of the host, and the states of those that were pressed.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions {
    pub(super) offered: Rc<Vec<HostAction>>,
    pub(super) pressed: Rc<Vec<ActionStatus>>,
}

impl PartialEq for Actions {
    /// Compares by identity.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.offered, &other.offered) && Rc::ptr_eq(&self.pressed, &other.pressed)
    }
}
