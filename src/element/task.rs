//! A batch task as a JavaScript object with the API's names.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::model::{ApiTime, BatchTask};
use crate::view::columns::{Column, Columns};
use crate::view::export::{Export, Format, exact_time};

/// Returns `{BatchId, TaskName, …, SubTasks: […]}`. Times are strings such as `2026-05-28T16:38:20Z`, absent values are
/// `null`.
///
/// The rows are passed as JSON, which browsers parse faster than values can be passed one by one.
pub(super) fn object(task: &BatchTask) -> JsValue {
    let object = Object::new();
    let set = |name: &str, value: JsValue| {
        // Setting a property of a plain object does not fail.
        drop(Reflect::set(&object, &name.into(), &value));
    };
    for (name, text) in [
        ("BatchId", &*task.batch_id),
        ("TaskName", &task.task_name),
        ("TaskType", &task.task_type),
        ("ApplicationType", &task.application_type),
        ("Status", task.status.as_str()),
    ] {
        set(name, text.into());
    }
    for (name, count) in [("TotalCount", task.total_count), ("SuccessCount", task.success_count)] {
        // Counts may be too large for a double to be exact.
        set(name, count.map_or(JsValue::NULL, |count| JsValue::from_f64(count as f64)));
    }
    for (name, time) in [("TaskBegin", &task.task_begin), ("TaskEnd", &task.task_end)] {
        set(
            name,
            match time {
                ApiTime::Absent => JsValue::NULL,
                ApiTime::At(timestamp) => exact_time(*timestamp).into(),
                ApiTime::Unparsed(text) => JsValue::from_str(text),
            },
        );
    }
    let rows = (0..u32::try_from(task.sub_tasks.len()).unwrap_or(u32::MAX)).collect();
    let mut json = String::new();
    let columns = Columns::ALL.toggled(Column::Duration);
    Export::new(Format::Json, columns, rows).step(&task.sub_tasks, u32::MAX, &mut json);
    set("SubTasks", JSON::parse(&json).unwrap_or(JsValue::NULL));
    object.into()
}
