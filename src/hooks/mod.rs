//! Where the pure core and the effects meet, and nowhere else.

mod use_batch_task;
mod use_now;

pub use self::use_batch_task::{
    BatchTaskConfig, DEFAULT_INTERVAL_MS, MIN_INTERVAL_MS, Refreshed, UseBatchTask, use_batch_task,
};
pub use self::use_now::{Clock, use_now};
