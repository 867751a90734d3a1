//! Decoding: the sample of the API's reference, and the irregularities of real bodies.

mod differential;
mod effort;
mod errors;
mod properties;

use super::*;
use crate::model::{ApiTime, BatchStatus, BatchTask, StatusBucket, SubTask, SubTaskStatus, SubTasks};
use crate::redact::Accounts;
use crate::timestamp::Timestamp;

const SAMPLE: &[u8] = include_bytes!("../../../fixtures/describe-batch-task.sample.json");
const ODD: &[u8] = include_bytes!("../../../fixtures/describe-batch-task.odd.json");
const ENVELOPE: &[u8] = include_bytes!("../../../fixtures/describe-batch-task.envelope.json");

fn at(text: &str) -> ApiTime<'static> {
    ApiTime::At(Timestamp::parse(text).unwrap())
}

fn task_of(json: &str) -> BatchTask {
    decode(json.as_bytes(), None).unwrap_or_else(|error| panic!("{json}: {error}")).task
}

#[test]
fn all_fields_of_the_sample_are_decoded() {
    let Decoded { task, request_id } = decode(SAMPLE, None).unwrap();
    assert_eq!(&*request_id, "25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB");
    let rows = [SubTask {
        task_id: "629271331",
        instance_id: "pc-pz5f6mvi1p84t35d7",
        status: SubTaskStatus::Completed,
        task_begin: at("2026-05-28T17:38:20Z"),
        task_end: at("2026-05-28T20:38:20Z"),
        error_msg: "aliuid:1422133474238823 assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole",
    }];
    assert_eq!(task.sub_tasks.iter().collect::<Vec<_>>(), rows);
    assert_eq!(task.sub_tasks.counts().get(StatusBucket::Succeeded), 1);
    let expected = BatchTask {
        batch_id: "pcb-xxx".into(),
        task_name: "batch_task_test".into(),
        task_type: "polarclaw_install_skills".into(),
        application_type: "".into(),
        status: BatchStatus::Running,
        total_count: Some(10),
        success_count: Some(8),
        task_begin: at("2026-05-28T16:38:20Z"),
        task_end: at("2026-05-28T15:23:47Z"),
        sub_tasks: task.sub_tasks.clone(),
    };
    assert_eq!(task, expected);
}

#[test]
fn the_task_does_not_depend_on_the_request_id() {
    let again = String::from_utf8(SAMPLE.to_vec()).unwrap().replace("25C70FF3", "00000000");
    let (first, second) = (decode(SAMPLE, None).unwrap(), decode(again.as_bytes(), None).unwrap());
    assert_eq!(first.task, second.task);
    assert_ne!(first, second);
}

#[test]
fn all_irregularities_are_decoded() {
    let Decoded { task, request_id } = decode(ODD, None).unwrap();
    assert_eq!(&*request_id, "9007199254740993123456789");
    assert_eq!(&*task.batch_id, "123456789012345678901234567890");
    assert_eq!(&*task.task_name, "naïve 😀 \\u0041 \u{FFFD}! \"/\u{8}\u{C}\n\r\t");
    assert_eq!((&*task.task_type, &*task.application_type), ("", ""));
    assert_eq!(task.status, BatchStatus::Completed);
    assert_eq!((task.total_count, task.success_count), (Some(10), Some(-3)));
    assert_eq!(task.task_begin, at("2026-05-28T16:38:20Z"));
    assert_eq!(task.task_end, ApiTime::Unparsed("next week".into()));
    let empty = SubTask {
        task_id: "",
        instance_id: "",
        status: SubTaskStatus::Other(""),
        task_begin: ApiTime::Absent,
        task_end: ApiTime::Absent,
        error_msg: "",
    };
    let mut expected = vec![
        SubTask {
            task_id: "18446744073709551616",
            instance_id: "true",
            status: SubTaskStatus::Pause,
            task_begin: at("2026-05-28T16:38:20.007Z"),
            task_end: at("2026-05-28T16:38:20Z"),
            error_msg: "",
        },
        SubTask {
            task_id: "1",
            status: SubTaskStatus::Blocking,
            error_msg: "=cmd|' /C calc'!A0",
            ..empty.clone()
        },
        SubTask {
            task_id: "2",
            status: SubTaskStatus::Other("SKIPPED"),
            task_begin: ApiTime::Unparsed("2026-02-31 00:00:00".into()),
            ..empty.clone()
        },
    ];
    expected.resize(8, empty);
    assert_eq!(task.sub_tasks.iter().collect::<Vec<_>>(), expected);
    assert_eq!(task.sub_tasks.counts().get(StatusBucket::Attention), 2);
    assert_eq!(task.sub_tasks.counts().get(StatusBucket::Other), 6);
}

#[test]
fn counts_are_parsed_from_numbers_and_strings() {
    let table = [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("-7", Some(-7)),
        ("\"42\"", Some(42)),
        ("\" +42 \"", Some(42)),
        ("10.0", Some(10)),
        ("1e3", Some(1_000)),
        ("1.5E+1", Some(15)),
        ("1200e-2", Some(12)),
        ("0e99999999999999999999", Some(0)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("-9223372036854775808.0", Some(i64::MIN)),
        ("9223372036854775808", Some(i64::MAX)),
        ("-99999999999999999999999", Some(i64::MIN)),
        ("1e999", Some(i64::MAX)),
        ("-1e99999999999999999999", Some(i64::MIN)),
        ("1e-99999999999999999999", None),
        ("0.5", None),
        ("1.05e1", None),
        ("null", None),
        ("true", None),
        ("\"\"", None),
        ("\".\"", None),
        ("\"e5\"", None),
        ("\"1e\"", None),
        ("\"--1\"", None),
        ("\"ten\"", None),
        ("\"1,000\"", None),
        ("[1]", None),
        ("{}", None),
    ];
    for (json, count) in table {
        let task = task_of(&format!(r#"{{"Status":"RUNNING","TotalCount":{json}}}"#));
        assert_eq!(task.total_count, count, "{json}");
    }
}

#[test]
fn lone_surrogates_are_replaced() {
    let table = [
        (r"\ud83d\ude00", "😀"),
        (r"\uD83D\uDE00\uD83D", "😀\u{FFFD}"),
        (r"\ud83d\ud83d\ude00", "\u{FFFD}😀"),
        (r"\ude00\ud83d", "\u{FFFD}\u{FFFD}"),
        (r"\ud83d\n", "\u{FFFD}\n"),
        (r"\ud83dé", "\u{FFFD}é"),
        (r"\ud83d\\ude00", "\u{FFFD}\\ude00"),
        (r"\\\\ud800\u0041", "\\\\ud800A"),
        (r"\u0000", "\0"),
    ];
    for (json, text) in table {
        assert_eq!(&*task_of(&format!(r#"{{"BatchId":"{json}"}}"#)).batch_id, text, "{json}");
    }
}

#[test]
fn one_field_is_sufficient_for_a_batch_task() {
    for json in [
        r#"{"Status":"RUNNING"}"#,
        r#"{"TotalCount":0}"#,
        r#"{"SubTasks":[]}"#,
        r#"{"BatchId":"pcb-1"}"#,
        r#" {"BatchId":"pcb-1","SubTasks":null} "#,
    ] {
        assert_eq!(task_of(json).sub_tasks, SubTasks::default());
    }
    assert_eq!(
        task_of(r#"{"status":"FAILED","BatchId":"pcb-1"}"#).status.as_str(),
        "",
        "names are case-sensitive"
    );
    assert_eq!(task_of(r#"{"Code":"200","Message":"ok","Status":"FAILED"}"#).status, BatchStatus::Failed);
}

#[test]
fn a_byte_order_mark_and_invalid_utf8_are_accepted() {
    let marked = [b"\xEF\xBB\xBF\r\n".as_slice(), SAMPLE].concat();
    assert_eq!(decode(&marked, None), decode(SAMPLE, None));
    let body = b"{\"BatchId\":\"a\xFFb\",\"SubTasks\":[{\"ErrorMsg\":\"\xE4\xB8\"}]}";
    let task = decode(body, None).unwrap().task;
    assert_eq!(&*task.batch_id, "a\u{FFFD}b");
    assert_eq!(task.sub_tasks.get(0).unwrap().error_msg, "\u{FFFD}");
}

#[test]
fn account_ids_are_masked_in_all_fields() {
    let body = r#"{"BatchId":"pcb-1","TaskName":"for aliuid:1422133474238823","TaskType":"account_id=142213347423",
        "Status":"STS.NUAbCdEfGhIj","TaskEnd":"user 1422133474238823","SubTasks":[
        {"TaskId":"629271331","InstanceId":"pc-1","Status":"owner 1422133474238823","TaskBegin":"uid 142213347423",
         "ErrorMsg":"aliuid\u003a1422133474238823 gone"},
        {"TaskId":"629271332","Status":"FAILED","TaskBegin":"2026/05/28T16:38:20Z","ErrorMsg":"disk full"}]}"#;
    let masked = |previous: Option<&SubTasks>| {
        let mut decoder = previous.map_or_else(Decoder::new, Decoder::after).with_accounts(Accounts::Masked);
        decoder.push(body.as_bytes());
        let so_far = decoder.so_far(None).unwrap().task;
        let task = decoder.into_decoded(None).unwrap().task;
        assert_eq!(so_far, task);
        task
    };
    let task = masked(None);
    assert!(!format!("{task:?}").contains("1422133"), "{task:?}");
    assert_eq!((&*task.batch_id, &*task.task_name), ("pcb-1", "for aliuid:…"));
    let row = task.sub_tasks.get(0).unwrap();
    assert_eq!((row.task_id, row.instance_id, row.error_msg), ("629271331", "pc-1", "aliuid:… gone"));
    assert_eq!(task.sub_tasks.get(1), task_of(body).sub_tasks.get(1));
    assert!(
        masked(Some(&task.sub_tasks)).sub_tasks.shares(&task.sub_tasks),
        "unchanged masked rows are shared"
    );
}

#[test]
fn batch_tasks_in_envelopes_are_found() {
    let found = decode(ENVELOPE, None).unwrap();
    assert_eq!((&*found.task.batch_id, found.task.total_count), ("pcb-xxx", Some(10)));
    assert_eq!(&*found.request_id, "25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB");
    assert_eq!(decode(ENVELOPE, Some("/data")).as_ref(), Ok(&found));

    let table = [
        ("", r#"{"BatchId":"x","data":{"BatchId":"y"}}"#),
        ("/a~1b/m~0n", r#"{"a/b":{"m~n":{"BatchId":"y"},"m~n":{"BatchId":"x"}}}"#),
        ("/0/1", r#"[[0,{"BatchId":"x"}]]"#),
        ("/", r#"{"":{"BatchId":"x"}}"#),
        ("/01", r#"{"01":{"BatchId":"x"}}"#),
        ("/é", r#"{"\u00e9":{"BatchId":"x"}}"#),
        ("/data/data", r#"{"data":{"data":{"BatchId":"x"}}}"#),
    ];
    for (pointer, json) in table {
        let decoded =
            decode(json.as_bytes(), Some(pointer)).unwrap_or_else(|error| panic!("{pointer}: {error}"));
        assert_eq!(&*decoded.task.batch_id, "x", "{pointer}");
    }
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    let wrap = |field: &str, value: &str| format!(r#"{{"BatchId":"x","{field}":{value}}}"#);
    for value in [&deep, &objects] {
        assert_eq!(&*task_of(&wrap("Extra", value)).batch_id, "x");
        assert_eq!(&*task_of(&wrap("Status", value)).batch_id, "x");
        assert_eq!(task_of(&wrap("SubTasks", &format!("[{value},{value}]"))).sub_tasks.len(), 2);
        assert!(matches!(decode(value.as_bytes(), None), Err(WireError::Unexpected { .. })));
        let nested = decode(wrap("SubTasks", value).as_bytes(), None);
        assert_eq!(nested.is_ok(), value.starts_with('['), "an array as a row is an empty row");
        assert!(decode(value.as_bytes(), Some("/0/0/a")).is_err());
    }
    for cut in ["[".repeat(100_000), r#"{"a":"#.repeat(100_000), r#"{"SubTasks":["#.repeat(100_000)] {
        assert_eq!(decode(cut.as_bytes(), None), Err(WireError::Truncated { length: cut.len() }));
    }
}

/// Returns a body with `rows` rows like the API's.
fn large(rows: u32, request_id: &str) -> String {
    let statuses = ["COMPLETED", "RUNNING", "WAITING", "FAILED"];
    let mut body = format!(
        r#"{{"RequestId":"{request_id}","BatchId":"pcb-100k","TaskName":"t","Status":"RUNNING","TotalCount":{rows},"SuccessCount":1,"SubTasks":["#
    );
    for row in 0..rows {
        let status = statuses[(row % 4) as usize];
        let (second, minute) = (row % 60, row / 60 % 60);
        let error_msg = if row % 50 == 3 { "aliuid:1422133474238823 assumeOssRole not exist" } else { "" };
        let comma = if row == 0 { "" } else { "," };
        body.push_str(&format!(
            r#"{comma}{{"TaskId":"{}","InstanceId":"pc-pz5f6mvi1p{row:07}","Status":"{status}","TaskBegin":"2026/05/28T17:{minute:02}:{second:02}Z","TaskEnd":"2026/05/28T20:38:20Z","ErrorMsg":"{error_msg}"}}"#,
            629_271_331 + row
        ));
    }
    body + "]}"
}
