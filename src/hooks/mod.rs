//! Hooks for components that draw the task themselves.

mod use_batch_task;

pub use self::use_batch_task::{UseBatchTask, use_batch_task};
