//! What is on the page: components that draw plain data from [`crate::view`] and hold no logic worth a test.
//!
//! In reading order: `props` is what a host asks for, `shown` is what is drawn, `widget` owns it and the effects behind it, `view` lays out `header`,
//! `notice`, `progress`, `failures`, `toolbar` and `table`. Only the widget and its table are components; the rest are functions.

mod badge;
mod copy;
mod fact;
mod failures;
mod header;
mod icon;
mod notice;
mod progress;
mod props;
mod shown;
mod table;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod toolbar;
mod view;
mod widget;

pub use self::props::{BatchTaskWidgetProps, Theme};
pub use self::shown::Copied;
pub use self::widget::{BatchTaskWidget, WidgetMessage};
