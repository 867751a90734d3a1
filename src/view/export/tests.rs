//! Tests of the files: exact bytes, and what other readers make of them.

use proptest::prelude::*;

use super::*;
use crate::model::{SubTaskStatus, SubTasksBuilder};

type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

fn rows(rows: &[Row<'_>]) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for &(task_id, instance_id, status, begin, end, error_msg) in rows {
        builder.push(&SubTask {
            task_id,
            instance_id,
            status: SubTaskStatus::parse(status),
            task_begin: ApiTime::parse(begin),
            task_end: ApiTime::parse(end),
            error_msg,
        });
    }
    builder.finish()
}

fn written(sub_tasks: &SubTasks, format: Format, columns: &str, budget: u32) -> String {
    let columns = Columns::parse(columns).unwrap_or_default();
    let order = (0..sub_tasks.len() as u32).collect();
    let mut export = Export::new(format, columns, order);
    let mut out = String::new();
    while !export.step(sub_tasks, budget, &mut out) {}
    out
}

const SAMPLE: [Row<'_>; 3] = [
    ("629271331", "pc-1", "failed", "2026/05/28T16:38:20Z", "2026-05-28 16:38:58.007", "a \"b\", c\r\nd"),
    ("=1+1", "@SUM(1)", "ODD ONE", "soon", "", "-2+3"),
    ("+3", "\tx", "COMPLETED", "", "", "aliuid:1422133474238823 实"),
];

#[test]
fn csv_to_the_byte() {
    let expected = "TaskId,Status,InstanceId,TaskBegin,TaskEnd,DurationMs,ErrorMsg\r\n\
        629271331,FAILED,pc-1,2026-05-28T16:38:20Z,2026-05-28T16:38:58.007Z,38007,\"a \"\"b\"\", c\r\nd\"\r\n\
        '=1+1,ODD ONE,'@SUM(1),soon,,,'-2+3\r\n\
        '+3,COMPLETED,\"'\tx\",,,,aliuid:1422133474238823 实\r\n";
    for budget in [1, 2, 100] {
        assert_eq!(written(&rows(&SAMPLE), Format::Csv, "", budget), expected, "{budget}");
    }
}

#[test]
fn csv_for_excel_has_a_byte_order_mark_and_texts_for_long_numbers() {
    let sub_tasks = rows(&[
        ("6292713310000000000", "42", "FAILED", "", "", "=1+1"),
        ("=1", "pc-1", "FAILED", "", "", "实"),
    ]);
    let expected = "\u{feff}TaskId,InstanceId,ErrorMsg\r\n\
        \"=\"\"6292713310000000000\"\"\",42,'=1+1\r\n\
        '=1,pc-1,实\r\n";
    assert_eq!(written(&sub_tasks, Format::CsvForExcel, "TaskId,InstanceId,ErrorMsg", 1), expected);
}

#[test]
fn json_to_the_byte() {
    let expected = r#"[
{"TaskId":"629271331","TaskEnd":"2026-05-28T16:38:58.007Z","DurationMs":38007,"ErrorMsg":"a \"b\", c\r\nd"},
{"TaskId":"=1+1","TaskEnd":null,"DurationMs":null,"ErrorMsg":"-2+3"},
{"TaskId":"+3","TaskEnd":null,"DurationMs":null,"ErrorMsg":"aliuid:1422133474238823 实"}
]
"#;
    for budget in [1, 2, 100] {
        let json = written(&rows(&SAMPLE), Format::Json, "TaskId,TaskEnd,Duration,ErrorMsg", budget);
        assert_eq!(json, expected, "{budget}");
    }
}

#[test]
fn a_file_is_named_after_the_batch_and_the_time() {
    let as_of = Timestamp::parse("2026-05-28T16:41:20Z").unwrap();
    for (id, expected) in [
        ("pcb-demo", "pcb-demo-subtasks-20260528T164120Z.csv"),
        ("a/../b: c", "a..bc-subtasks-20260528T164120Z.csv"),
        ("..", "batch-subtasks-20260528T164120Z.csv"),
    ] {
        assert_eq!(file_name(id, as_of, Format::Csv), expected);
    }
}

#[test]
fn files_without_rows() {
    let none = SubTasks::default();
    assert_eq!(written(&none, Format::Json, "", 9), "[]\n");
    assert_eq!(written(&none, Format::Csv, "TaskId,Duration", 9), "TaskId,DurationMs\r\n");
}

#[test]
fn only_the_rows_that_are_asked_for_and_in_their_order() {
    let sub_tasks = rows(&SAMPLE);
    let columns = Columns::parse("TaskId").unwrap();
    let mut export = Export::new(Format::Csv, columns, vec![2, 0, 99]);
    let mut out = String::new();
    assert_eq!(export.percent(), 0);
    assert!(!export.step(&sub_tasks, 1, &mut out));
    assert_eq!((export.percent(), out.as_str()), (33, "TaskId\r\n'+3\r\n"));
    assert!(export.step(&sub_tasks, 9, &mut out));
    assert_eq!(out, "TaskId\r\n'+3\r\n629271331\r\n");
}

#[test]
fn long_cells_are_written_in_more_steps() {
    let long = "x".repeat(2_000);
    let sub_tasks = rows(&[("1", "", "FAILED", "", "", &*long); 4]);
    let steps = |budget| {
        let mut export = Export::new(Format::Csv, Columns::ALL, vec![0, 1, 2, 3]);
        let mut out = String::new();
        1 + std::iter::from_fn(|| (!export.step(&sub_tasks, budget, &mut out)).then_some(())).count()
    };
    assert_eq!([1, 4, 5, 16].map(steps), [4, 4, 2, 1]);
}

proptest! {
    #[test]
    fn a_reader_reads_what_was_written(
        list in prop::collection::vec(["\\PC{0,6}", "[=+@\t\r\n\",' a-]{0,6}", "(\\PC|[\\x00-\\x1f\"\\\\]){0,9}"], 0..8),
        budget in 1_u32..10,
    ) {
        let list: Vec<Row<'_>> = list.iter().map(|[id, instance, error]| (&**id, &**instance, "FAILED", "", "", &**error)).collect();
        let sub_tasks = rows(&list);
        let columns = "TaskId,InstanceId,ErrorMsg";

        let csv = written(&sub_tasks, Format::Csv, columns, budget);
        let mut reader = ::csv::ReaderBuilder::new().terminator(::csv::Terminator::CRLF).from_reader(csv.as_bytes());
        let records: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(records.len(), list.len());
        for (record, row) in records.iter().zip(&list) {
            for (cell, text) in record.iter().zip([row.0, row.1, row.5]) {
                let without = |text: &str| text.replace('\'', "");
                prop_assert_eq!(without(cell), without(text));
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            }
        }

        let json = written(&sub_tasks, Format::Json, columns, budget);
        let values: Vec<std::collections::HashMap<String, String>> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(values.len(), list.len());
        for (value, row) in values.iter().zip(&list) {
            prop_assert_eq!([&*value["TaskId"], &*value["InstanceId"], &*value["ErrorMsg"]], [row.0, row.1, row.5]);
        }
    }
}
