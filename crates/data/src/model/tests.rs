//! Statuses, times and packed rows.

use proptest::prelude::*;

use super::*;
use crate::timestamp::Timestamp;

fn row<'a>(task_id: &'a str, status: &'a str, begin: &'a str) -> SubTask<'a> {
    SubTask {
        task_id,
        instance_id: "pc-1",
        status: SubTaskStatus::parse(status),
        task_begin: ApiTime::parse(begin),
        task_end: ApiTime::Absent,
        error_msg: "",
    }
}

fn packed(rows: &[SubTask<'_>]) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for row in rows {
        builder.push(row);
    }
    builder.finish()
}

#[test]
fn batch_statuses_are_trimmed_and_unknown_ones_kept() {
    let table = [
        ("RUNNING ", BatchStatus::Running, false),
        ("\tcompleted", BatchStatus::Completed, true),
        ("Failed", BatchStatus::Failed, true),
        ("DISPATCHING", BatchStatus::Dispatching, false),
        (" Rolled Back ", BatchStatus::Other("Rolled Back".into()), false),
        ("", BatchStatus::Other("".into()), false),
    ];
    for (text, status, ended) in table {
        assert_eq!(BatchStatus::parse(text), status, "{text:?}");
        assert_eq!(status.has_ended(), ended, "{text:?}");
        assert_eq!(BatchStatus::parse(status.as_str()), status);
    }
}

#[test]
fn every_subtask_status_has_a_bucket() {
    let table = [
        ("WAITING", StatusBucket::Waiting),
        (" running", StatusBucket::Running),
        ("COMPLETED", StatusBucket::Succeeded),
        ("FAILED\n", StatusBucket::Failed),
        ("PAUSE", StatusBucket::Attention),
        ("BLOCKING", StatusBucket::Attention),
        ("temp_terminated", StatusBucket::Attention),
        ("HUMAN_PROCESSING", StatusBucket::Attention),
        ("", StatusBucket::Other),
        ("SKIPPED", StatusBucket::Other),
    ];
    for (text, bucket) in table {
        let status = SubTaskStatus::parse(text);
        assert_eq!(status.bucket(), bucket, "{text:?}");
        assert_eq!(SubTaskStatus::parse(status.as_str()), status);
    }
    assert_eq!(SubTaskStatus::parse(" Skipped ").as_str(), "Skipped");
}

#[test]
fn bucket_names_parse() {
    for (index, bucket) in StatusBucket::ALL.into_iter().enumerate() {
        assert_eq!(bucket as usize, index);
        assert_eq!(StatusBucket::parse(bucket.as_str()), Some(bucket));
    }
    assert_eq!(StatusBucket::parse("Failed"), Some(StatusBucket::Failed), "case is ignored");
    assert_eq!(StatusBucket::parse("failure"), None);
    assert_eq!(StatusBucket::parse(""), None);
}

#[test]
fn times_are_absent_parsed_or_kept_as_text() {
    assert_eq!(ApiTime::parse(" "), ApiTime::Absent);
    assert_eq!(ApiTime::parse(" soon "), ApiTime::Unparsed("soon".into()));
    assert_eq!(ApiTime::parse(String::from(" soon ")).into_owned(), ApiTime::Unparsed("soon".into()));
    assert_eq!(ApiTime::parse("1970-01-01 00:00:01").timestamp(), Some(Timestamp::from_unix_ms(1_000)));
    assert_eq!(ApiTime::parse("soon").timestamp(), None);
}

#[test]
fn packed_rows_are_read_back() {
    let rows = [
        row("1", "RUNNING", "2026/05/28T16:38:20Z"),
        row("", "", ""),
        row("1", "SKIPPED", "soon"),
        row("2", "OTHER", "later"),
        row("0001", "COMPLETED", "0001-01-01T00:00:00Z"),
    ];
    let sub_tasks = packed(&rows);
    assert_eq!(sub_tasks.len(), rows.len());
    assert_eq!(sub_tasks.iter().collect::<Vec<_>>(), rows);
    assert_eq!(sub_tasks.get(rows.len()), None);
    assert_eq!(sub_tasks.get(usize::MAX), None);
    assert_eq!(sub_tasks.bucket(2), Some(StatusBucket::Other));
    assert_eq!(sub_tasks.bucket(rows.len()), None);
    assert_eq!(sub_tasks.counts().get(StatusBucket::Other), 3);
    assert_eq!(sub_tasks.counts().total(), 5);
}

#[test]
fn a_row_takes_33_bytes_and_its_text() {
    let rows = vec![row("123456789", "COMPLETED", "2026/05/28T16:38:20Z"); 1_000];
    assert_eq!(packed(&rows).heap_bytes(), 1_000 * ("123456789".len() + "pc-1".len() + 33));
}

#[test]
fn an_empty_table_has_no_rows() {
    let none = SubTasks::default();
    assert!(none.is_empty());
    assert_eq!(none, packed(&[]));
    assert_eq!(none.iter().len(), 0);
    assert_eq!(none.get(0), None);
}

#[test]
fn equality_compares_all_fields() {
    let rows = [row("1", "RUNNING", "soon"), row("2", "SKIPPED", "")];
    assert_eq!(packed(&rows), packed(&rows));
    let mut shifted = rows.clone();
    (shifted[0].task_id, shifted[0].instance_id) = ("1p", "c-1");
    for (index, changed) in [
        row("1", "RUNNING", "later"),
        row("1", "SKIPPED", "soon"),
        row("3", "RUNNING", "soon"),
        SubTask { error_msg: "no", ..rows[0].clone() },
        SubTask { task_end: ApiTime::parse("1970-01-01 00:00"), ..rows[0].clone() },
        shifted[0].clone(),
    ]
    .into_iter()
    .enumerate()
    {
        assert_ne!(packed(&rows), packed(&[changed, rows[1].clone()]), "change {index}");
    }
}

proptest! {
    #[test]
    fn any_packed_rows_are_read_back(
        cells in prop::collection::vec(
            ("\\PC{0,12}", "\\PC{0,12}", "[ A-Z_é]{0,9}|COMPLETED|FAILED|PAUSE", "\\PC{0,9}|[0-9]{13}", "\\PC{0,20}"),
            0..20,
        ),
    ) {
        let rows: Vec<_> = cells
            .iter()
            .map(|(task_id, instance_id, status, time, error_msg)| SubTask {
                task_id,
                instance_id,
                status: SubTaskStatus::parse(status),
                task_begin: ApiTime::parse(time.as_str()),
                task_end: ApiTime::parse(time.as_str()),
                error_msg,
            })
            .collect();
        let sub_tasks = packed(&rows);
        prop_assert_eq!(sub_tasks.iter().len(), rows.len());
        for (index, row) in rows.iter().enumerate() {
            prop_assert_eq!(sub_tasks.get(index), Some(row.clone()));
            prop_assert_eq!(sub_tasks.bucket(index), Some(row.status.bucket()));
        }
        prop_assert_eq!(sub_tasks.counts().total() as usize, rows.len());
    }
}
