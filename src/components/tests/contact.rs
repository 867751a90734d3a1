//! How the header and the progress show that a batch has ended with failures, and that the data is old.

use super::*;
use crate::timestamp::Timestamp;

/// The (`TaskId`, `Status`) of a row.
type Row = (&'static str, &'static str);

/// An ended batch with these rows.
fn ended(status: &str, rows: &[Row]) -> BatchTask {
    let rows: Vec<String> =
        rows.iter().map(|(id, status)| format!("{{\"TaskId\":\"{id}\",\"Status\":\"{status}\"}}")).collect();
    decode(format!("{{\"Status\":\"{status}\",\"SubTasks\":[{}]}}", rows.join(",")).as_bytes())
}

#[test]
fn a_completed_batch_with_failures_is_a_warning() {
    let table: [(&str, &[Row], &str, &str); 5] = [
        (
            "COMPLETED",
            &[("1", "COMPLETED"), ("2", "FAILED")],
            "btw-badge-attention",
            ">Completed · 1 failed<",
        ),
        ("COMPLETED", &[("1", "FAILED"), ("2", "PAUSE")], "btw-badge-attention", ">Completed · 1 failed<"),
        ("COMPLETED", &[("1", "PAUSE")], "btw-badge-attention", ">Completed · 1 needs attention<"),
        ("COMPLETED", &[("1", "COMPLETED")], "btw-badge-succeeded", ">Completed<"),
        ("FAILED", &[("1", "FAILED")], "btw-badge-failed", ">Failed<"),
    ];
    for (status, rows, class, words) in table {
        let html = render(state_with(ended(status, rows), Phase::Finished));
        assert_shows(&html, &[&format!("class=\"btw-badge {class}\""), words]);
    }
}

/// How many icons turn: that of the badge, and that of the chip.
fn turning(html: &str) -> usize {
    html.matches("btw-turns").count()
}

fn aged(age_ms: u64) -> State {
    let mut state = state_with(failed_and_running(), waiting());
    if let Some(data) = &mut state.data {
        data.fetched_at_ms = NOW_MS - age_ms;
    }
    state.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "x")));
    state
}

fn failed_and_running() -> BatchTask {
    decode(
        br#"{"Status":"RUNNING","TotalCount":3,"TaskBegin":"2026-05-28 20:26:00","SubTasks":[
        {"TaskId":"1","Status":"FAILED"},{"TaskId":"2","Status":"RUNNING"}]}"#,
    )
}

#[test]
fn spinners_turn_only_for_what_is_known_to_run() {
    assert_eq!(turning(&render(state_with(failed_and_running(), waiting()))), 2, "the badge and the chip");
    assert_eq!(turning(&render(aged(15_000))), 2, "three intervals");
    assert_eq!(turning(&render(aged(16_000))), 0, "older");
    let waiting_rows = decode(br#"{"Status":"RUNNING","SubTasks":[{"TaskId":"1","Status":"WAITING"}]}"#);
    assert_eq!(turning(&render(state_with(waiting_rows, waiting()))), 1, "no subtask runs: the badge only");
    let left_over = state_with(ended("FAILED", &[("1", "RUNNING")]), Phase::Finished);
    assert_eq!(turning(&render(left_over)), 0, "the batch has ended");
}

#[test]
fn old_data_has_no_time_left_and_the_elapsed_time_stops() {
    let estimated = |age_ms| {
        let mut estimator = Estimator::new();
        for polls in 0..10_u64 {
            let body = format!(r#"{{"Status":"RUNNING","TotalCount":100,"SuccessCount":{}}}"#, polls * 5);
            estimator.observe(&decode(body.as_bytes()), MONOTONIC_MS - 50_000 + polls * 5_000);
        }
        render_snapshot(SnapshotProps { estimator, ..SnapshotProps::of(aged(age_ms)) })
    };
    assert_shows(&estimated(14_000), &["btw-outlook"]);
    let old = estimated(20_000);
    assert!(!old.contains("btw-outlook"), "{old}");
    let begin = Timestamp::parse("2026-05-28 20:26:00").unwrap();
    let elapsed_s = (NOW_MS as i64 - begin.unix_ms()) / 1_000 - 20;
    assert_shows(&old, &[&format!("{elapsed_s} s</dd>")]);
}

#[test]
fn a_title_that_is_cut_can_be_read_in_its_tooltip() {
    let mut task = decode(SAMPLE);
    task.task_name = "a name".into();
    assert_shows(
        &render(state_with(task, waiting())),
        &["<h2 class=\"btw-title\" title=\"a name\">a name</h2>"],
    );
}
