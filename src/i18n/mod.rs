//! What a widget says, and how it writes numbers and times: [`Words`] is what everything that is drawn is given.
//!
//! The messages are data, in the package `batch-task-languages`. How a language writes a number and a date, and what the
//! offset of a zone is, the browser's `Intl` knows; `intl.rs` is the only place that asks it. On the host, where there is
//! none, `plain.rs` writes English, so that whatever is drawn renders there too.

#[cfg_attr(target_arch = "wasm32", path = "intl.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "plain.rs")]
mod formats;
mod locale;
mod template;

pub use batch_task_languages::{EN, Language, Messages};

pub use self::formats::Zone;
pub use self::locale::Locale;
pub use self::template::{fill, joined};
