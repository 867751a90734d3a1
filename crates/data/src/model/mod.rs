//! The data model of a batch task: the batch, its statuses, and its subtasks in packed columns.
//!
//! This module must not know JSON, fetching or display.

mod api_time;
mod batch_task;
mod status;
mod sub_tasks;
mod sub_tasks_builder;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use self::api_time::ApiTime;
pub use self::batch_task::BatchTask;
pub use self::status::{BatchStatus, StatusBucket, StatusCounts, SubTaskStatus};
pub use self::sub_tasks::{SubTask, SubTasks};
pub use self::sub_tasks_builder::{ExpectedRow, PackedRow, PackedStatus, SubTasksBuilder};
