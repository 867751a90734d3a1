//! Computes what is shown: pure functions from the model to plain data, which components draw. There is no Yew, no browser
//! and no clock here.
//!
//! In reading order: [`summary`] (percentage and bar), [`eta`] (time left), [`server_clock`], [`failures`] (grouped by
//! reason), [`table`] (filter and sort) with [`columns`], [`search`] and [`row_set`], [`window`] (which rows are drawn) with
//! [`column_widths`], [`kept`] (expanded rows that no longer match) and [`row_key`] (keyboard), [`slow`] (which rows take long), [`slots`] (which elements are
//! reused), [`link`] (to an instance), [`timeline`], [`export`], [`report`] and [`instances`] (lists of IDs), [`notice`] (errors), [`outcome`] (how a batch
//! stands), [`tab`] (browser tab), [`notification`], [`announce`] (live region), [`freshness`] with [`pause_button`], and
//! [`format`](mod@format).

pub mod announce;
pub mod column_widths;
pub mod columns;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod effort;
pub mod eta;
pub mod export;
pub mod failures;
pub mod filter;
pub mod format;
pub mod freshness;
pub mod instances;
pub mod kept;
pub mod link;
pub mod notice;
pub mod notification;
pub mod outcome;
pub mod pause_button;
pub mod report;
pub mod row_key;
pub mod row_set;
pub mod search;
pub mod server_clock;
pub mod slots;
pub mod slow;
pub mod summary;
pub mod tab;
pub mod table;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod table_oracle;
pub mod timeline;
pub mod window;
