//! Texts, numbers, dates and time zones: [`Locale`] is what everything that is drawn uses.
//!
//! The messages are in the package `batch-task-languages`. In the browser, `Intl` formats numbers and dates, and only
//! `intl.rs` calls it. On the host, `plain.rs` does, so that everything renders there too.

#[cfg_attr(target_arch = "wasm32", path = "intl.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "plain.rs")]
mod formats;
mod locale;
mod template;

pub use batch_task_languages::{Catalogue, EN, Language, ListMessages, Messages, canonical_tag, file_name};

pub use self::formats::Zone;
pub use self::locale::Locale;
pub use self::template::{fill, joined};
