//! Data for tests.

use crate::model::{ApiTime, BatchStatus, BatchTask, SubTask, SubTaskStatus, SubTasks};

/// Returns a running batch without any other data.
pub(crate) fn empty_task() -> BatchTask {
    BatchTask {
        batch_id: "".into(),
        task_name: "".into(),
        task_type: "".into(),
        application_type: "".into(),
        status: BatchStatus::Running,
        total_count: None,
        success_count: None,
        task_begin: ApiTime::Absent,
        task_end: ApiTime::Absent,
        sub_tasks: SubTasks::default(),
    }
}

/// A failed row without any other data.
pub(crate) const FAILED_ROW: SubTask<'static> = SubTask {
    task_id: "",
    instance_id: "",
    status: SubTaskStatus::Failed,
    task_begin: ApiTime::Absent,
    task_end: ApiTime::Absent,
    error_msg: "",
};
