//! Watch one PolarDB batch task, live, in a browser: its status, an honest progress bar, and a table of its subtasks.
//!
//! The widget reads `DescribeBatchTask` JSON from a backend proxy that signs the calls, such as `batch-task-proxy`.
//!
//! ```no_run
//! use batch_task_widget::BatchTaskWidget;
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     html! { <BatchTaskWidget endpoint="/api/DescribeBatchTask" batch_id="pcb-demo" /> }
//! }
//! ```
//!
//! The styles are [`STYLES`], or the file `static/batch-task-widget.css`; a page includes them once.
//! Those who draw their own call [`use_batch_task`] and read [`State`](poll::State) and
//! [`Summary`](view::summary::Summary).
//!
//! Modules, in reading order: data flows one way, bytes → [`wire`] → [`model`] → [`poll`] → [`view`] →
//! [`components`] → DOM, and [`effect`] does all I/O.

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod blank;
pub mod components;
pub mod effect;
pub mod error;
pub mod hooks;
pub mod i18n;
pub mod poll;
pub mod view;
pub mod watch;

pub use batch_task_data::{model, redact, timestamp, wire};

#[cfg(feature = "element")]
pub mod element;
#[cfg(feature = "page")]
pub mod page;

pub use components::{BatchTaskWidget, BatchTaskWidgetProps};
pub use hooks::{UseBatchTask, use_batch_task};
pub use watch::BatchTaskConfig;

/// The stylesheet. It styles only what is inside `.batch-task-widget`, and takes its colours from custom properties.
pub const STYLES: &str = include_str!("../static/batch-task-widget.css");
