//! What is on the page: components that draw plain data from [`crate::view`] and hold no logic worth a test.
//!
//! In reading order: `widget` wires the hook to `view`, which lays out `header`, `notice`, `progress` and
//! `table`.

mod badge;
mod header;
mod icon;
mod notice;
mod progress;
mod table;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod view;
mod widget;

pub use self::view::{WidgetView, WidgetViewProps};
pub use self::widget::{BatchTaskWidget, BatchTaskWidgetProps};
