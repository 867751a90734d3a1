//! What is on the page: components that draw plain data from [`crate::view`] and hold no logic worth a test.
//!
//! In reading order: `widget` owns what is shown and the effects behind it, `view` lays out `header`, `notice`,
//! `progress` and `table`. Only the widget and its table are components; the rest are functions.

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

pub use self::widget::{BatchTaskWidget, BatchTaskWidgetProps, WidgetMessage};
