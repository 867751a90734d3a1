//! Properties of decoding: a serialised model is decoded, a truncated body is detected, and no body causes a panic.

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

/// Serialises a string as JSON. Escapes all characters if `is_escaped`, else only those that JSON requires.
fn quoted(text: &str, is_escaped: bool) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        let must_escape = character.is_control() || matches!(character, '"' | '\\');
        if must_escape || is_escaped {
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
    fn a_serialised_model_is_decoded(
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
    fn a_truncated_model_is_detected(rows in prop::collection::vec(row_text(), 1..4), cut in any::<prop::sample::Index>()) {
        let task = task_of(r#"{"BatchId":"é"}"#);
        let json = to_json(&task, "RUNNING", &rows, false);
        let length = cut.index(json.len() - 1) + 1;
        prop_assert_eq!(decode(&json.as_bytes()[..length], None), Err(WireError::Truncated { length }));
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(body in prop::collection::vec(any::<u8>(), 0..200), pointer in "\\PC{0,6}|(/[a~01]{0,3}){0,3}") {
        let _ = decode(&body, None).map_err(|error| error.to_string());
        let _ = decode(&body, Some(&pointer)).map_err(|error| error.to_string());
        let _ = decode_api_error(&body);
    }

    #[test]
    fn fragments_of_json_do_not_panic(
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
            let message = error.to_string();
            prop_assert!(!message.ends_with('.') && !message.contains(char::is_control));
        }
        let _ = decode(body.as_bytes(), Some("/data/0"));
        let _ = decode_api_error(body.as_bytes());
    }

    #[test]
    fn a_changed_byte_does_not_panic(position in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for fixture in [SAMPLE, ODD, ENVELOPE] {
            let mut body = fixture.to_vec();
            let position = position.index(body.len());
            body[position] = byte;
            let _ = decode(&body, None).map_err(|error| error.to_string());
            let _ = decode(&body, Some("/data")).map_err(|error| error.to_string());
        }
    }
}
