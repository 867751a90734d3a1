//! What is on the page: components that draw plain data from [`crate::view`] and hold no logic worth a test.
//!
//! In reading order: `props` is what a host asks for, `shown` is what is drawn, `widget` owns it and the effects behind it, `work` is what it does in slices, `acts` what it does beyond the page, `extras` what of it may be loaded later, `language` which words it is given, `view` lays out `header`,
//! `notice`, `progress`, `failures`, `tabs`, `toolbar` and `rows`. Only the widget and its rows are components; the rest are functions.

mod acts;
mod badge;
mod copy;
mod export;
pub(crate) mod extras;
mod fact;
mod failures;
mod header;
mod icon;
mod language;
mod markup;
mod notice;
mod progress;
mod props;
mod rows;
mod shown;
mod tabs;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod toolbar;
mod view;
mod widget;
mod work;

pub use self::props::{BatchTaskWidgetProps, Theme};
pub use self::shown::{Copied, Extent};
pub use self::widget::{BatchTaskWidget, WidgetMessage};
