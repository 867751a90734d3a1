//! Subtasks that need attention, copied lists of IDs, names of copy buttons, and the reasons of a print.

use super::*;
use crate::components::copy;
use crate::components::message::{CopyTarget, RowScope};
use crate::view::instances::ListFormat;

/// Three subtasks that need attention, for two reasons.
fn paused() -> BatchTask {
    decode(
        br#"{"Status":"RUNNING","SubTasks":[
        {"TaskId":"1","InstanceId":"pc-1","Status":"BLOCKING","ErrorMsg":"waiting for instance pc-2ze8k1n7q3x5"},
        {"TaskId":"2","InstanceId":"pc-1","Status":"PAUSE","ErrorMsg":"waiting for instance pc-2ze8k1n7q3x6"},
        {"TaskId":"3","InstanceId":"pc-3","Status":"PAUSE"}]}"#,
    )
}

#[test]
fn what_needs_attention_is_summed_up_and_grouped_by_message() {
    let html = render(state_with(paused(), waiting()));
    assert_shows(
        &html,
        &[
            "3 need attention",
            "Needs attention: 2 Paused, 1 Blocked",
            "Paused, Blocked: waiting for instance pc-…",
            "Instance IDs: Needs attention: 2 Paused, 1 Blocked",
        ],
    );
    assert_eq!(html.matches("class=\"btw-group btw-group-attention\"").count(), 3);
    let reason = Failures::of(&paused().sub_tasks).attention().first().map(|group| group.id.key());
    let html = render_with(state_with(paused(), waiting()), ViewOptions { reason, ..ViewOptions::default() });
    assert_eq!(html.matches("class=\"btw-row\"").count(), 2);
    assert!(html.contains("btw-chip-attention\" aria-pressed=\"true\""), "{html}");
    assert_eq!(html.matches("aria-pressed=\"true\"").count(), 2, "the reason and its chip");
}

#[test]
fn instance_ids_are_copied_for_a_reason_for_attention_and_for_the_shown_rows() {
    let copied = |task: BatchTask, scope, format| {
        let view = view_of(&SnapshotProps::of(state_with(task, waiting())));
        copy::text(&view, CopyTarget::InstanceIds(scope, format)).map(|copied| (copied.text, copied.count))
    };
    let reason = RowScope::Group(Failures::of(&failed().sub_tasks).groups()[0].id);
    let table = [
        (failed(), reason, ListFormat::Lines, "pc-1\npc-2", 2),
        (failed(), reason, ListFormat::Json, r#"["pc-1","pc-2"]"#, 2),
        (paused(), RowScope::Attention, ListFormat::Lines, "pc-1\npc-3", 2),
        (paused(), RowScope::Shown, ListFormat::Json, r#"["pc-1","pc-3"]"#, 2),
        (decode(br#"{"SubTasks":[{"TaskId":"1"}]}"#), RowScope::Shown, ListFormat::Lines, "", 0),
    ];
    for (task, scope, format, text, count) in table {
        assert_eq!(copied(task, scope, format), Some((text.to_owned(), Some(count))), "{scope:?}");
    }
}

#[test]
fn every_copy_button_has_a_name_of_its_own() {
    let html = render(state_with(failed(), waiting()));
    let names: Vec<&str> = html
        .split("<button")
        .filter(|tag| tag.contains("btw-copy"))
        .map(|tag| match tag.split_once("aria-label=\"") {
            Some((_, name)) => name.split('"').next().unwrap_or_default(),
            None => {
                tag.split_once("title=\"").and_then(|(_, name)| name.split('"').next()).unwrap_or_default()
            }
        })
        .collect();
    let unique: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}");
    assert!(names.len() > 6, "{names:?}");
}

#[test]
fn a_print_has_all_reasons() {
    let rows: Vec<String> = ('a'..='z')
        .flat_map(|reason| {
            ["FAILED", "PAUSE"]
                .map(|status| format!("{{\"Status\":\"{status}\",\"ErrorMsg\":\"reason {reason}\"}}"))
        })
        .collect();
    let body = format!("{{\"Status\":\"RUNNING\",\"SubTasks\":[{}]}}", rows.join(","));
    let groups = |is_printed| {
        let html = render_snapshot(SnapshotProps {
            is_printed,
            ..SnapshotProps::of(state_with(decode(body.as_bytes()), waiting()))
        });
        (html.matches("reason ").count() > 0, html.matches("<li class=\"btw-group").count())
    };
    assert_eq!(groups(false), (true, 5 + 1 + 5));
    assert_eq!(groups(true), (true, 26 + 1 + 26));
}
