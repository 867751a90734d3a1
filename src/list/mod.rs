//! The list of batches: a page of it as the API gives it, which batches the viewer wants to see, and what a row shows.
//!
//! This module must not know yew, the browser or JSON. [`effect::fetch`](crate::effect::fetch) decodes pages.

mod batch;
mod locale;
mod notice;
mod pages;
mod query;
pub mod row;

pub use self::batch::{BatchPage, BatchSummary, MAX_ROWS};
pub use self::locale::ListLocale;
pub use self::notice::{NOT_ALLOWED, notice};
pub use self::pages::Pages;
pub use self::query::{
    DEFAULT_PAGE_SIZE, ListQuery, ListedStatus, MAX_PAGE_NUMBER, MAX_PAGE_SIZE, Statuses, TaskType, TimeRange,
};
