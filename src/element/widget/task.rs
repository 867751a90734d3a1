//! A batch task as a JavaScript object with the API's names.

use js_sys::JSON;
use wasm_bindgen::JsValue;

use crate::element::value::Fields;
use crate::model::BatchTask;
use crate::view::columns::{Column, Columns};
use crate::view::export::{Export, Format};

/// Returns `{BatchId, TaskName, …, SubTasks: […]}`. Times are strings such as `2026-05-28T16:38:20Z`, absent values are
/// `null`.
///
/// The rows are passed as JSON, which browsers parse faster than values can be passed one by one.
pub(super) fn object(task: &BatchTask) -> JsValue {
    let fields = Fields::default();
    for (name, text) in [
        ("BatchId", &*task.batch_id),
        ("TaskName", &task.task_name),
        ("TaskType", &task.task_type),
        ("ApplicationType", &task.application_type),
        ("Status", task.status.as_str()),
    ] {
        fields.text(name, text);
    }
    fields.number("TotalCount", task.total_count);
    fields.number("SuccessCount", task.success_count);
    for (name, time) in [("TaskBegin", &task.task_begin), ("TaskEnd", &task.task_end)] {
        fields.time(name, time);
    }
    let rows = (0..u32::try_from(task.sub_tasks.len()).unwrap_or(u32::MAX)).collect();
    let mut json = String::new();
    let columns = Columns::ALL.toggled(Column::Duration);
    Export::new(Format::Json, columns, rows).step(&task.sub_tasks, u32::MAX, &mut json);
    fields.set("SubTasks", &JSON::parse(&json).unwrap_or(JsValue::NULL));
    fields.finish()
}
