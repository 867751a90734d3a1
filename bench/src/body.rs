//! The response bodies, and what a page must show for them. Pure: everything depends on a seed.
//!
//! The rows have the form and the length (about 155 bytes) of the simulator's rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use serde::Serialize;

/// The start of the batch: 2026-05-28, 16:00:00 UTC, in seconds of that day.
const BATCH_BEGIN_S: u32 = 16 * 3_600;
/// The RequestId of a new body.
const REQUEST_ID: &str = "00000000-7C1B-5A3E-9E21-0B4D1F6A8C3E";
/// The offset of the RequestId in each body: after `{"RequestId":"`.
const REQUEST_ID_AT: usize = 14;
/// The number of steps in a whole batch.
const STEPS: usize = 200;

/// A subtask, from which the JSON and the expected cells are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) task_id: String,
    pub(crate) instance_id: String,
    /// The status in the API.
    pub(crate) status: &'static str,
    /// Seconds of the day.
    pub(crate) begin_s: Option<u32>,
    /// Seconds of the day.
    pub(crate) end_s: Option<u32>,
    pub(crate) error_msg: String,
}

/// A body and its rows.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    pub(crate) rows: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    request_id: &'a str,
    batch_id: &'a str,
    task_name: &'a str,
    task_type: &'a str,
    status: &'a str,
    total_count: usize,
    success_count: usize,
    task_begin: String,
    task_end: &'a str,
    sub_tasks: Vec<SubTask<'a>>,
    application_type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SubTask<'a> {
    task_id: &'a str,
    instance_id: &'a str,
    status: &'a str,
    task_begin: String,
    task_end: String,
    error_msg: &'a str,
}

impl Body {
    /// The batch of `total` rows, a multiple of 10, at a step. From one step to the next, 0.5 % of the rows end and 0.5 %
    /// start; at least one each.
    pub(crate) fn at(total: usize, step: usize, seed: u64) -> Self {
        let per_step = (total / STEPS).max(1);
        let done = total * 7 / 10 + step * per_step;
        let running = (total / 100).max(1);
        let rows: Vec<Row> = (0..total)
            .map(|index| {
                // A scattered order: the prime does not divide any total that is used.
                let turn = index * 7_919 % total;
                row(index, turn < done, turn < done + running, seed)
            })
            .collect();
        Self { bytes: json(&rows).into(), rows }
    }

    /// The body with another RequestId, in two parts; the second is shared, not copied.
    pub(crate) fn with_request_id(&self, number: u32) -> [Bytes; 2] {
        let end = REQUEST_ID_AT + REQUEST_ID.len();
        let mut head = self.bytes.slice(..end).to_vec();
        let digits = format!("{number:08X}");
        head[REQUEST_ID_AT..REQUEST_ID_AT + digits.len()].copy_from_slice(digits.as_bytes());
        [head.into(), self.bytes.slice(end..)]
    }

    /// How many rows have each status.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.status).or_insert(0) += 1;
        }
        counts
    }

    /// The percentage that a page must show; at most 99 while the batch is running.
    pub(crate) fn percent(&self) -> usize {
        (100 * completed(&self.rows) / self.rows.len().max(1)).min(99)
    }
}

fn completed(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.status == "COMPLETED").count()
}

fn row(index: usize, is_done: bool, has_started: bool, seed: u64) -> Row {
    // The values depend only on the row and the seed, so that they are the same at each step.
    let mut random = fastrand::Rng::with_seed(seed ^ ((index as u64 + 1) << 20));
    let task_id = (629_000_000 + index * 37 + random.usize(..37)).to_string();
    let instance_id = instance_id(&mut random);
    let begin_s = BATCH_BEGIN_S + random.u32(60..7_000);
    let end_s = begin_s + random.u32(5..55);
    let fails = random.u8(..50) == 0;
    let message = message(&mut random);
    let status = match () {
        () if is_done && fails => "FAILED",
        () if is_done => "COMPLETED",
        () if has_started => "RUNNING",
        () => "WAITING",
    };
    Row {
        task_id,
        instance_id,
        status,
        begin_s: has_started.then_some(begin_s),
        end_s: is_done.then_some(end_s),
        error_msg: if status == "FAILED" { message } else { String::new() },
    }
}

fn instance_id(random: &mut fastrand::Rng) -> String {
    let mut id = String::from("pc-");
    id.extend((0..17).map(|_| {
        let digit = random.digit(36);
        digit.to_ascii_lowercase()
    }));
    id
}

fn message(random: &mut fastrand::Rng) -> String {
    if random.bool() {
        let account = random.u64(1_000_000_000_000_000..2_000_000_000_000_000);
        return format!(
            "aliuid:{account} assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole"
        );
    }
    let (expected, got) = (random.u64(..1 << 48), random.u64(..1 << 48));
    format!("skill package checksum mismatch (expected {expected:012x}, got {got:012x})")
}

/// A time in the API's format; empty for a time in the future.
fn api_time(second_of_day: Option<u32>) -> String {
    let mut text = String::new();
    if let Some(s) = second_of_day {
        // Writing to a String cannot fail.
        let _ = write!(text, "2026/05/28T{}Z", clock(s));
    }
    text
}

/// `16:38:20`.
pub(crate) fn clock(second_of_day: u32) -> String {
    format!("{:02}:{:02}:{:02}", second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60)
}

fn json(rows: &[Row]) -> Vec<u8> {
    let sub_tasks = rows
        .iter()
        .map(|row| SubTask {
            task_id: &row.task_id,
            instance_id: &row.instance_id,
            status: row.status,
            task_begin: api_time(row.begin_s),
            task_end: api_time(row.end_s),
            error_msg: &row.error_msg,
        })
        .collect();
    let batch = Batch {
        request_id: REQUEST_ID,
        batch_id: "pcb-bench",
        task_name: "Install skills · whole fleet",
        task_type: "polarclaw_install_skills",
        status: "RUNNING",
        total_count: rows.len(),
        success_count: completed(rows),
        task_begin: api_time(Some(BATCH_BEGIN_S)),
        task_end: "",
        sub_tasks,
        application_type: "polarclaw",
    };
    // Structs of strings and numbers always serialise.
    serde_json::to_vec(&batch).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_depend_only_on_the_seed() {
        assert_eq!(Body::at(1_000, 0, 7).bytes, Body::at(1_000, 0, 7).bytes);
        assert_ne!(Body::at(1_000, 0, 7).bytes, Body::at(1_000, 0, 8).bytes);
    }

    #[test]
    fn one_percent_of_the_rows_change_in_each_step() {
        for (total, expected) in [(10, 2), (1_000, 10), (10_000, 100)] {
            let (before, after) = (Body::at(total, 0, 7), Body::at(total, 1, 7));
            let changed = before.rows.iter().zip(&after.rows).filter(|(a, b)| a != b).count();
            assert_eq!(changed, expected, "{total}");
            assert!(before.rows.iter().zip(&after.rows).all(|(a, b)| a.task_id == b.task_id));
        }
    }

    #[test]
    fn a_row_has_the_length_of_the_simulators_rows() {
        let bytes = Body::at(10_000, 0, 7).bytes.len();
        assert!((150..160).contains(&(bytes / 10_000)), "{bytes}");
    }

    #[test]
    fn only_the_request_id_is_replaced() {
        let body = Body::at(10, 0, 7);
        let with_id = |number| body.with_request_id(number).concat();
        assert_eq!(with_id(0), body.bytes);
        let other = with_id(0xABCD);
        assert_eq!(&other[..REQUEST_ID_AT + 8], b"{\"RequestId\":\"0000ABCD");
        assert_eq!(other[REQUEST_ID_AT + 8..], body.bytes[REQUEST_ID_AT + 8..]);
    }

    #[test]
    fn counts_and_percentage_match_the_rows() {
        let body = Body::at(1_000, 0, 7);
        let counts = body.counts();
        assert_eq!(counts.values().sum::<usize>(), 1_000);
        assert_eq!(counts["COMPLETED"] + counts["FAILED"], 700);
        assert_eq!(body.percent(), counts["COMPLETED"] / 10);
    }
}
