//! Tabs, timeline, exports and waiting for the end.

use super::*;
use crate::components::copy;
use crate::components::jobs::export_of;
use crate::components::message::{CopyTarget, ExportScope};
use crate::components::rows::detail::detail;
use crate::components::rows::state::{RowMarks, SubTaskRowsProps};
use crate::i18n::{Catalogue, EN, Language, Messages};
use crate::timestamp::Timestamp;
use crate::view::export::{Format, file_name};
use crate::view::table::View;

fn timeline_of(body: &str) -> String {
    let options = ViewOptions { view: View::Timeline, ..ViewOptions::default() };
    render_with(state_with(decode(body.as_bytes()), waiting()), options)
}

#[test]
fn a_timeline_shows_each_row_by_shape_and_name() {
    let html = timeline_of(
        r#"{"Status":"RUNNING","SubTasks":[
        {"TaskId":"1","Status":"COMPLETED","TaskBegin":"2026-05-28 16:38:20","TaskEnd":"2026-05-28 16:38:50"},
        {"TaskId":"2","Status":"FAILED","TaskBegin":"2026-05-28 16:38:20","TaskEnd":"2026-05-28 16:38:40"},
        {"TaskId":"a-very-long-task-id-of-0003","Status":"RUNNING","TaskBegin":"2026-05-28 16:38:30"},
        {"TaskId":"4","Status":"WAITING"}]}"#,
    );
    assert_shows(
        &html,
        &[
            "role=\"listbox\"",
            "aria-label=\"1, Succeeded, May 28, 2026 16:38:20 UTC to May 28, 2026 16:38:50 UTC\"",
            "aria-label=\"…ong-task-id-of-0003, a-very-long-task-id-of-0003, Running, since May 28, 2026 16:38:30 UTC\"",
            "…ong-task-id-of-0003",
            "1 not begun",
            "class=\"btw-now\"",
            Locale::english().lane_hint,
        ],
    );
    assert_eq!(html.matches("role=\"option\"").count(), 3);
    assert_eq!(html.matches("height=\"16\" rx=\"0\"").count(), 1, "what has failed is a block");
    assert_eq!(html.matches("btw-lane-going").count(), 1, "what goes on is open");
    assert!(!html.contains("<table"), "{html}");
}

#[test]
fn lanes_are_labelled_by_instance() {
    let html = timeline_of(
        r#"{"Status":"RUNNING","SubTasks":[{"TaskId":"629","InstanceId":"pc-1","Status":"FAILED","TaskBegin":"2026-05-28 16:38:20"}]}"#,
    );
    assert_shows(&html, &[">pc-1</text>", "aria-label=\"629, pc-1, Failed, since"]);
}

#[test]
fn an_ended_timeline_has_no_now_line_and_one_without_times_a_sentence() {
    let row = r#"{"TaskId":"1","Status":"COMPLETED","TaskBegin":"2026-05-28 16:38:20","TaskEnd":"2026-05-28 16:38:50"}"#;
    let ended = timeline_of(&format!(r#"{{"Status":"COMPLETED","SubTasks":[{row}]}}"#));
    assert!(!ended.contains("btw-now") && ended.contains("btw-lane-bar"), "{ended}");
    assert_shows(
        &timeline_of(r#"{"Status":"RUNNING","SubTasks":[{"Status":"WAITING"}]}"#),
        &[Locale::english().no_times],
    );
}

#[test]
fn a_long_timeline_says_how_many_rows_it_omits() {
    let row = r#"{"Status":"COMPLETED","TaskBegin":"2026-05-28 16:38:20"}"#;
    let html = timeline_of(&format!(r#"{{"Status":"RUNNING","SubTasks":[{}]}}"#, [row; 301].join(",")));
    assert_eq!(html.matches("role=\"option\"").count(), 300);
    assert_shows(&html, &["Showing the first 300 of 301"]);
}

/// A failed row whose texts have this many characters.
fn long_row(characters: usize) -> String {
    let text = "x".repeat(characters);
    format!(
        r#"{{"TaskName":"{text}","Status":"{text}","BatchId":"{text}","SubTasks":[
        {{"TaskId":"{text}","InstanceId":"{text}","Status":"FAILED","TaskBegin":"2026-05-28 16:38:20","ErrorMsg":"{text}"}},
        {{"TaskId":"2","Status":"{text}","TaskBegin":"{text}"}}]}}"#
    )
}

/// The details of a task's first subtask.
#[component]
fn OpenRow(props: &SnapshotProps) -> Html {
    let view = view_of(props);
    let task = view.state.task().cloned().unwrap_or_else(|| Rc::new(crate::test_data::empty_task()));
    let rows = SubTaskRowsProps {
        moves: 0,
        locale: view.locale,
        task: Rc::clone(&task),
        rows: view.rows,
        picks: 0,
        name: "".into(),
        options: view.options,
        hits: Rc::default(),
        query: view.query,
        copying: None,
        actions: view.actions,
        task_id: None,
        has_links: true,
        is_partial: false,
        instance_url: view.instance_url,
        now: None,
        median_ms: None,
        load_state: view.load_state,
        send: Callback::noop(),
        root: NodeRef::default(),
        is_printed: false,
    };
    task.sub_tasks
        .get(0)
        .map_or_else(Html::default, |sub_task| detail(&rows, &sub_task, 0, RowMarks::default()).html())
}

#[test]
fn long_texts_are_truncated_wherever_they_are_shown() {
    let longest = |html: &str| html.split(['<', '>', '"']).map(str::len).max().unwrap_or(0);
    let body = long_row(100_000);
    let state = || state_with(decode(body.as_bytes()), waiting());
    let query = AttrValue::from("y".repeat(100_000));
    for (what, html) in [
        ("the table", render(state())),
        ("the timeline", timeline_of(&body)),
        ("a search", render_snapshot(SnapshotProps { query: query.clone(), ..SnapshotProps::of(state()) })),
    ] {
        // The search field holds the whole query.
        let html = html.replacen(query.as_str(), "", 1);
        assert!(longest(&html) <= 9_000, "{what}: {} characters", longest(&html));
        assert_shows(&html, &["x…"]);
    }
    let open = |body: &str| {
        let props = SnapshotProps::of(state_with(decode(body.as_bytes()), waiting()));
        block_on(LocalServerRenderer::<OpenRow>::with_props(props).hydratable(false).render())
    };
    let html = open(&body);
    assert_eq!(longest(&html), 10_000 + "…".len());
    assert_shows(&html, &["Showing the first 10,000 characters.", "“Copy error” copies all of them."]);
    assert!(!open(&long_row(10_000)).contains("Showing the first"), "all of it is there");
}

#[test]
fn truncated_texts_are_copied_whole() {
    let view = view_of(&SnapshotProps::of(state_with(decode(long_row(100_000).as_bytes()), waiting())));
    for target in [CopyTarget::ErrorMsg(0), CopyTarget::TaskId(0), CopyTarget::InstanceId(0)] {
        assert_eq!(copy::text(&view, target).map(|copied| copied.text.len()), Some(100_000), "{target:?}");
    }
}

#[test]
fn tabs_show_the_selection_and_the_column_menu_belongs_to_the_table() {
    let table = render(state_with(failed(), waiting()));
    assert_shows(
        &table,
        &[
            "role=\"tablist\"",
            "class=\"btw-tab\" role=\"tab\" aria-selected=\"true\" tabindex=\"0\">Subtasks<",
            "tabindex=\"-1\">Timeline<",
        ],
    );
    assert_shows(&table, &[">Columns<", ">Export<"]);
    let html = timeline_of(
        r#"{"Status":"RUNNING","SubTasks":[{"Status":"RUNNING","TaskBegin":"2026-05-28 16:38:20"}]}"#,
    );
    assert_shows(&html, &["aria-selected=\"true\" tabindex=\"0\">Timeline<", ">Export<"]);
    assert!(!html.contains(">Columns<"), "{html}");
}

#[test]
fn the_visible_rows_and_all_rows_can_be_exported() {
    let all = render(state_with(failed(), waiting()));
    assert_shows(&all, &["aria-label=\"CSV, All 5\"", "aria-label=\"JSON, All 5\""]);
    assert!(!all.contains("5 shown"), "all are shown");
    let filter = StatusBucket::Failed.into();
    let some = render_with(state_with(failed(), waiting()), ViewOptions { filter, ..ViewOptions::default() });
    assert_shows(&some, &["aria-label=\"CSV, 3 shown\"", "aria-label=\"CSV, All 5\""]);
    let none = render(state_with(decode(br#"{"Status":"RUNNING","SubTasks":[]}"#), waiting()));
    assert!(!none.contains(">Export<"), "{none}");
}

#[test]
fn an_export_can_be_cancelled() {
    let html = render_snapshot(SnapshotProps {
        exporting: Some(40),
        ..SnapshotProps::of(state_with(failed(), waiting()))
    });
    assert_shows(&html, &["Exporting, 40 %", ">Cancel<"]);
    // The menu stays, since it has the focus.
    assert_shows(&html, &[">Export<"]);
}

#[test]
fn an_export_holds_the_rows_and_columns_of_its_scope() {
    let filter = StatusBucket::Failed.into();
    let columns = Columns::parse("TaskId").unwrap();
    let options = ViewOptions { filter, columns, ..ViewOptions::default() };
    let view = view_of(&SnapshotProps { options, ..SnapshotProps::of(state_with(failed(), waiting())) });
    let task = failed();
    for (scope, lines) in [(ExportScope::Shown, 4), (ExportScope::All, 6)] {
        let (mut export, name) = export_of(&view, Format::Csv, scope).unwrap();
        let mut text = String::new();
        assert!(export.step(&task.sub_tasks, u32::MAX, &mut text));
        assert_eq!(text.lines().count(), lines, "{text}");
        assert_eq!(text.lines().next().unwrap().contains(','), scope == ExportScope::All, "{text}");
        let as_of = Timestamp::from_unix_ms(NOW_MS as i64 - 12_000);
        assert_eq!(name, file_name("", as_of, Format::Csv));
    }
}

#[test]
fn the_end_can_be_awaited_while_the_task_runs() {
    let running = render(state_with(failed(), waiting()));
    assert_shows(&running, &["aria-pressed=\"false\"", Locale::english().notify_on_end]);
    assert!(
        !render(state_with(decode(br#"{"Status":"COMPLETED"}"#), Phase::Finished))
            .contains(Locale::english().notify_on_end)
    );
    let html = render_snapshot(SnapshotProps {
        awaits_end: true,
        ..SnapshotProps::of(state_with(failed(), waiting()))
    });
    assert_shows(
        &html,
        &["class=\"btw-link btw-await\" aria-pressed=\"true\"", Locale::english().no_notifications],
    );
}

#[test]
fn a_compact_widget_has_no_table_and_no_filters() {
    let appearance = Appearance { compact: true, ..Appearance::default() };
    let html =
        render_snapshot(SnapshotProps { appearance, ..SnapshotProps::of(state_with(failed(), waiting())) });
    assert_shows(
        &html,
        &[
            "3 failed for 2 reasons",
            "Succeeded",
            "aliuid:… assumeOssRole not exist",
            Locale::english().copy_report,
        ],
    );
    for gone in
        ["<table", "role=\"tab\"", "aria-pressed=\"true\"", "<button type=\"button\" class=\"btw-chip"]
    {
        assert!(!html.contains(gone), "{gone}: {html}");
    }
}

/// A time zone eight hours ahead of UTC.
fn shanghai() -> Locale {
    Locale::english().with_zone(&Zone::with_rule("Asia/Shanghai", |_| 480))
}

#[test]
fn times_are_in_the_named_zone() {
    let body = r#"{"Status":"COMPLETED","TaskBegin":"2026-05-28 16:38:20","SubTasks":[
        {"TaskId":"1","Status":"COMPLETED","TaskBegin":"2026-05-28 16:38:20","TaskEnd":"2026-05-28 16:38:50"}]}"#;
    let state = state_with(decode(body.as_bytes()), waiting());
    let html =
        render_snapshot(SnapshotProps { locale: Some(shanghai()), ..SnapshotProps::of(state.clone()) });
    assert_shows(
        &html,
        &[
            "times in Asia/Shanghai (UTC+8)</caption>",
            "class=\"btw-col-time\" title=\"May 29, 2026 00:38:20 UTC+8\">00:38:20<",
            "<time datetime=\"2026-05-28T16:38:20Z\">May 29, 2026 00:38:20 UTC+8</time>",
            "Times in Asia/Shanghai (UTC+8) <button type=\"button\" class=\"btw-link\">Show UTC</button>",
            "Updated at May 29, 2026",
        ],
    );
    let html = render_snapshot(SnapshotProps::of(state));
    assert_shows(&html, &["Times in UTC</span>", "times in UTC</caption>"]);
    assert!(!html.contains("Show local time"), "there is no other zone to show");
}

#[test]
fn all_texts_are_in_the_given_language() {
    let body = r#"{"Status":"RUNNING","TotalCount":3,"SuccessCount":1,"TaskBegin":"2026-05-28 16:38:20","SubTasks":[
        {"TaskId":"1","Status":"FAILED","TaskBegin":"2026-05-28 16:38:20","TaskEnd":"2026-05-28 16:38:50"},
        {"TaskId":"2","Status":"PAUSE"}]}"#;
    let messages: &'static Messages = Box::leak(Box::new(Messages::of(Language::Pseudo)));
    let locale = Locale::new(messages, "en-XA", &Zone::utc());
    for view in View::ALL {
        let options = ViewOptions { view, ..ViewOptions::default() };
        let state = state_with(decode(body.as_bytes()), waiting());
        let html =
            render_snapshot(SnapshotProps { options, locale: Some(locale), ..SnapshotProps::of(state) });
        // The text between tags and the attributes that screen readers read. English text means that it did not come from
        // the catalogue.
        for english in
            EN.texts().into_iter().filter(|text| text.chars().filter(char::is_ascii_alphabetic).count() > 3)
        {
            for shown in
                [format!(">{english}<"), format!("label=\"{english}\""), format!("title=\"{english}\"")]
            {
                assert!(english == "JSON" || !html.contains(&shown), "{shown} in {view:?}");
            }
        }
    }
}
