//! Finds the tasks of the main thread in trace events. Pure.

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The names of the two marks, which the page sets in its main thread.
const START: &str = "bench-begin";
const END: &str = "bench-end";

/// A task between the two marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Task {
    /// CPU time in ms.
    pub(crate) cpu_ms: f64,
}

/// The tasks that overlap the time between the marks; an error if a mark is missing.
pub(crate) fn tasks(events: &[Value]) -> Result<Vec<Task>> {
    let mark = |name: &str| {
        events
            .iter()
            .find(|event| event["name"] == name && event["ts"].is_number())
            .with_context(|| format!("the trace has no {name}"))
    };
    let (start, end) = (mark(START)?, mark(END)?);
    let at = |event: &Value| event["ts"].as_f64().unwrap_or_default();
    let duration = |event: &Value, key: &str| event[key].as_f64().unwrap_or_default();
    Ok(events
        .iter()
        .filter(|event| event["name"] == "RunTask")
        .filter(|event| event["pid"] == start["pid"] && event["tid"] == start["tid"])
        .filter(|event| at(event) + duration(event, "dur") > at(start) && at(event) < at(end))
        .map(|event| Task { cpu_ms: duration(event, "tdur") / 1_000.0 })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tasks_between_the_marks_in_the_same_thread() {
        let task = |ts: u32, dur: u32, tid: u32| json!({"name": "RunTask", "pid": 1, "tid": tid, "ts": ts, "dur": dur, "tdur": dur / 2});
        let mark = |name: &str, ts: u32| json!({"name": name, "pid": 1, "tid": 2, "ts": ts});
        let events = [
            task(0, 900, 2),
            mark(START, 1_000),
            task(900, 300, 2),
            task(2_000, 4_000, 2),
            task(2_000, 9_000, 3),
            mark(END, 7_000),
            task(8_000, 100, 2),
        ];
        let found = tasks(&events).unwrap();
        assert_eq!(found, [Task { cpu_ms: 0.15 }, Task { cpu_ms: 2.0 }]);
        assert!(tasks(&events[..3]).is_err());
    }
}
