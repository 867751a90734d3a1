//! A page of the list as a JavaScript object with the API's names.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::element::value::Fields;
use crate::list::{BatchPage, BatchSummary};

/// Returns `{PageNumber, PageSize, TotalCount, TaskList: [{BatchId, …}]}`. Times are strings such as `2026-05-28T16:38:20Z`, absent
/// values are `null`.
pub(super) fn object(page: &BatchPage) -> JsValue {
    let fields = Fields::default();
    for (name, number) in
        [("PageNumber", page.page_number), ("PageSize", page.page_size), ("TotalCount", page.total_count)]
    {
        fields.number(name, number);
    }
    let list: Array = page.batches.iter().map(summary).collect();
    fields.set("TaskList", &list);
    fields.finish()
}

fn summary(batch: &BatchSummary) -> JsValue {
    let fields = Fields::default();
    for (name, text) in [
        ("BatchId", &*batch.batch_id),
        ("TaskName", &batch.task_name),
        ("TaskType", &batch.task_type),
        ("Status", batch.status.as_str()),
    ] {
        fields.text(name, text);
    }
    fields.number("TotalCount", batch.total_count);
    fields.number("SuccessCount", batch.success_count);
    fields.time("TaskBegin", &batch.task_begin);
    fields.time("TaskEnd", &batch.task_end);
    fields.finish()
}
