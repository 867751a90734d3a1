//! What is shown, worked out: pure functions from the model to plain data that components draw.
//!
//! No yew, no web-sys, no clock. In reading order: [`summary`] (percentage and bar), [`eta`] (how long
//! still) and [`server_clock`] (by whose clock), [`failures`] (what went wrong, by reason), [`table`] (filter, sort) with
//! [`columns`], [`search`] and [`row_set`], [`window`] (which rows are drawn) and [`slots`] (in which elements), [`link`] (to an instance), [`timeline`]
//! (when each ran), [`export`] and [`report`] (as files and text), [`notice`] (what is
//! said when something is wrong), [`tab`] (what a tab and a notification say), [`announce`] (what a live region says, and when), [`freshness`] (how old it is and what comes next), [`format`](mod@format) (numbers,
//! times and durations as text).

pub mod announce;
pub mod columns;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod effort;
pub mod eta;
pub mod export;
pub mod failures;
pub mod format;
pub mod freshness;
pub mod link;
pub mod notice;
pub mod pause_button;
pub mod report;
pub mod row_set;
pub mod search;
pub mod server_clock;
pub mod slots;
pub mod summary;
pub mod tab;
pub mod table;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod table_oracle;
pub mod timeline;
pub mod window;
