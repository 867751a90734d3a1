//! What a `DescribeBatchTask` answer says: bytes in as they arrive, packed rows out.
//!
//! It is a package of its own so that a page's build can make it quick and everything around it small; what is done once a
//! body, and not once a row, is `#[inline]`, which has it compiled where it is called, and so small, too. It owns the
//! modules below and must not know yew, the browser or what is drawn. `batch-task-widget` exports them all.

pub mod model;
pub mod order;
pub mod timestamp;
pub mod wire;

pub use batch_task_redact as redact;
