//! Decodes `DescribeBatchTask` responses: bytes as they arrive become packed rows.
//!
//! This is a package of its own because cargo sets the optimisation level per package: decoding is compiled for speed, and the
//! rest of the widget for size. Functions that run once per body, and not once per row, are `#[inline]`, so that they are
//! compiled in the calling package, for size.
//!
//! This crate must not know yew, the browser or what is displayed. `batch-task-widget` re-exports its modules.

pub mod model;
pub mod order;
pub mod timestamp;
pub mod wire;

pub use batch_task_redact as redact;
