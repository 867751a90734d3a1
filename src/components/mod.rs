//! The components: they draw the plain data of [`crate::view`] and hold no logic worth a unit test.
//!
//! Imports go one way: `message` (what happens) and `actions` (the host's buttons) ← `view_state` (what is shown) ← `deferred` (what may be loaded later) ← the
//! functions that draw ← `lazy` (the table of the deferred functions) ← `widget`. Only the widget and its rows are Yew
//! components; the rest are functions.

mod actions;
mod badge;
mod copy;
mod copying;
mod deferred;
mod export;
mod fact;
mod failures;
mod filters;
mod freshness;
mod header;
mod icon;
mod jobs;
mod labels;
pub(crate) mod lazy;
mod list;
pub(crate) mod markup;
mod message;
mod notice;
mod progress;
mod props;
mod rows;
#[cfg(feature = "prerender")]
pub(crate) mod server;
#[cfg(any(feature = "prerender", all(test, not(target_arch = "wasm32"))))]
mod snapshot;
#[cfg(any(feature = "page", feature = "prerender"))]
pub(crate) mod strip;
mod tabs;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod toolbar;
mod tools;
mod typed;
mod view;
mod view_state;
mod widget;

pub use self::actions::{ActionFor, ActionKey, ActionRequest, ActionState, HostAction};
pub use self::list::{BatchTaskList, BatchTaskListProps, DEFAULT_LIST_INTERVAL_MS, ListMessage};
pub use self::message::{CopyOutcome, CopyTarget, ExportScope, RowScope, WidgetMessage};
pub use self::props::{BatchTaskWidgetProps, Theme};
pub use self::widget::BatchTaskWidget;
