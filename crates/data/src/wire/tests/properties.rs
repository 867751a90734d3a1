//! What holds for any body: a model written as JSON comes back, a cut one is told of, and nothing panics.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::model::SubTasksBuilder;

#[derive(Clone, Debug)]
struct RowText {
    task_id: String,
    instance_id: String,
    status: String,
    task_begin: String,
    task_end: String,
    error_msg: String,
}

fn row_text() -> impl Strategy<Value = RowText> {
    let status =
        "WAITING|RUNNING |completed|FAILED|PAUSE|BLOCKING|TEMP_TERMINATED|HUMAN_PROCESSING|[A-Z]{0,8}";
    ("\\PC{0,9}", "[a-z0-9-]{0,20}", status, time_text(), time_text(), "(?s).{0,30}").prop_map(
        |(task_id, instance_id, status, task_begin, task_end, error_msg)| RowText {
            task_id,
            instance_id,
            status,
            task_begin,
            task_end,
            error_msg,
        },
    )
}

fn time_text() -> impl Strategy<Value = String> {
    "|soon|20[0-9]{2}/0[1-9]/[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z|20[0-9]{2}-1[0-2]-10 10:10:10"
}

/// Writes a string as JSON, with escapes where `is_escaped` or where JSON needs them.
fn quoted(text: &str, is_escaped: bool) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        let must = character.is_control() || matches!(character, '"' | '\\');
        if must || is_escaped {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(json, "\\u{unit:04X}").unwrap();
            }
        } else {
            json.push(character);
        }
    }
    json.push('"');
    json
}

fn to_json(task: &BatchTask, status: &str, rows: &[RowText], is_escaped: bool) -> String {
    let text = |text: &str| quoted(text, is_escaped);
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            format!(
                r#"{{ "ErrorMsg":{},"Status":{},"TaskId":{},"x":[{{}}],"InstanceId":{},"TaskEnd":{},"TaskBegin":{}}}"#,
                text(&row.error_msg),
                text(&row.status),
                text(&row.task_id),
                text(&row.instance_id),
                text(&row.task_end),
                text(&row.task_begin),
            )
        })
        .collect();
    let count = |count: Option<i64>| count.map_or("null".to_owned(), |count| count.to_string());
    format!(
        r#"{{"RequestId":"r","SubTasks":[{}],"BatchId":{},"TaskName":{},"Status":{},"TotalCount":{},"SuccessCount":{}}}"#,
        rows.join(","),
        text(&task.batch_id),
        text(&task.task_name),
        text(status),
        count(task.total_count),
        count(task.success_count),
    )
}

proptest! {
    #[test]
    fn a_model_survives_json(
        batch_id in "\\PC{1,12}",
        task_name in "(?s).{0,20}",
        status in "RUNNING|COMPLETED|FAILED|DISPATCHING|[A-Z]{1,9}",
        total_count in any::<Option<i64>>(),
        success_count in any::<Option<i64>>(),
        rows in prop::collection::vec(row_text(), 0..12),
        is_escaped in any::<bool>(),
    ) {
        let mut builder = SubTasksBuilder::new();
        for row in &rows {
            builder.push(&SubTask {
                task_id: &row.task_id,
                instance_id: &row.instance_id,
                status: SubTaskStatus::parse(&row.status),
                task_begin: ApiTime::parse(row.task_begin.as_str()),
                task_end: ApiTime::parse(row.task_end.as_str()),
                error_msg: &row.error_msg,
            });
        }
        let task = BatchTask {
            batch_id: batch_id.into(),
            task_name: task_name.into(),
            task_type: "".into(),
            application_type: "".into(),
            status: BatchStatus::parse(&status),
            total_count,
            success_count,
            task_begin: ApiTime::Absent,
            task_end: ApiTime::Absent,
            sub_tasks: builder.finish(),
        };
        let json = to_json(&task, &status, &rows, is_escaped);
        let decoded = Decoded { task, request_id: "r".into() };
        prop_assert_eq!(decode(json.as_bytes(), None), Ok(decoded.clone()));
        let envelope = format!(r#"{{"code":"200","data":{json},"successResponse":true}}"#);
        prop_assert_eq!(decode(envelope.as_bytes(), None), Ok(decoded.clone()));
        prop_assert_eq!(decode(envelope.as_bytes(), Some("/data")), Ok(decoded));
    }

    #[test]
    fn a_cut_model_is_truncated(rows in prop::collection::vec(row_text(), 1..4), cut in any::<prop::sample::Index>()) {
        let task = task_of(r#"{"BatchId":"é"}"#);
        let json = to_json(&task, "RUNNING", &rows, false);
        let length = cut.index(json.len() - 1) + 1;
        prop_assert_eq!(decode(&json.as_bytes()[..length], None), Err(WireError::Truncated { length }));
    }

    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..200), pointer in "\\PC{0,6}|(/[a~01]{0,3}){0,3}") {
        let _ = decode(&body, None).map_err(|error| error.to_string());
        let _ = decode(&body, Some(&pointer)).map_err(|error| error.to_string());
        let _ = decode_api_error(&body);
    }

    #[test]
    fn no_near_miss_panics(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u00", "null", "1e5", "-", "true", " ",
                "\"Status\":", "\"SubTasks\":[", "\"TotalCount\":", "\"data\":{", "\"Code\":\"E\"", "é", "\u{FEFF}",
            ]),
            0..30,
        ),
    ) {
        let body = parts.concat();
        if let Err(error) = decode(body.as_bytes(), None) {
            let sentence = error.to_string();
            prop_assert!(!sentence.ends_with('.') && !sentence.contains(char::is_control));
        }
        let _ = decode(body.as_bytes(), Some("/data/0"));
        let _ = decode_api_error(body.as_bytes());
    }

    #[test]
    fn one_changed_byte_never_panics(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for fixture in [SAMPLE, ODD, ENVELOPE] {
            let mut body = fixture.to_vec();
            let place = place.index(body.len());
            body[place] = byte;
            let _ = decode(&body, None).map_err(|error| error.to_string());
            let _ = decode(&body, Some("/data")).map_err(|error| error.to_string());
        }
    }
}
