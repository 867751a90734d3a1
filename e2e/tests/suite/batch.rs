//! API responses for the stub: a batch with three rows.

use e2e::Response;
use serde_json::{Value, json};

/// A running batch with three rows. Its RequestId contains `number`, the number of the request. It has no TaskBegin, so
/// no displayed time changes by itself.
pub(crate) fn running(number: usize) -> Value {
    json!({
        "RequestId": format!("REQUEST-{number}"),
        "BatchId": "pcb-stub",
        "TaskName": "Stubbed",
        "Status": "RUNNING",
        "TotalCount": 3,
        "SuccessCount": 1,
        "SubTasks": [
            {"TaskId": "1", "InstanceId": "pc-1", "Status": "COMPLETED"},
            {"TaskId": "2", "InstanceId": "pc-2", "Status": "RUNNING"},
            {"TaskId": "3", "InstanceId": "pc-3", "Status": "WAITING"},
        ],
    })
}

/// The response with that batch.
pub(crate) fn good(number: usize) -> Response {
    Response::json(running(number).to_string())
}

/// That batch with the status COMPLETED; its rows are the same.
pub(crate) fn completed(number: usize) -> Response {
    let mut body = running(number);
    body["Status"] = "COMPLETED".into();
    Response::json(body.to_string())
}

/// The first half of that body, with the `content-length` of the half.
pub(crate) fn half() -> Response {
    let mut response = good(1);
    response.body.truncate(response.body.len() / 2);
    response
}
