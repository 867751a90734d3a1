//! Hooks for those who draw their own: Yew's side of [`crate::watch`].

mod use_batch_task;

pub use self::use_batch_task::{UseBatchTask, use_batch_task};
