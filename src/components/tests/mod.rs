//! The components rendered on the host, without a browser: the text and roles that each state shows.

mod contact;
mod hand_over;
mod list;
mod views;

use std::rc::Rc;

use yew::LocalServerRenderer;
use yew::prelude::*;

use super::snapshot::compute_all;
use super::view::{Appearance, widget};
use super::view_state::{Now, ViewState};
use super::{BatchTaskWidget, BatchTaskWidgetProps};
use crate::effect::notify::Permission;
use crate::error::{Error, ErrorClass};
use crate::i18n::{Locale, Zone};
use crate::model::{BatchTask, StatusBucket};
use crate::poll::{Data, PartialTask, Phase, State};
use crate::view::columns::Columns;
use crate::view::eta::Estimator;
use crate::view::failures::{Failures, ReasonKey};
use crate::view::filter::{LongerThan, StatusFilter};
use crate::view::table::{Sort, ViewOptions};
use crate::wire::{self, ApiError};

const SAMPLE: &[u8] = include_bytes!("../../../tests/fixtures/describe-batch-task.sample.json");
const NOW_MS: u64 = 1_780_000_000_000;
const MONOTONIC_MS: u64 = 90_000;

fn decode(body: &[u8]) -> BatchTask {
    wire::decode(body, None).unwrap().task
}

fn state_with(task: BatchTask, phase: Phase) -> State {
    let mut state = State::new(5_000);
    state.data = Some(Data {
        content: Rc::new(task),
        request_id: "REQ-1".into(),
        fetched_at_ms: NOW_MS - 12_000,
        clock_offset_ms: None,
        is_stale: false,
    });
    state.phase = phase;
    state
}

#[derive(Clone, PartialEq, Properties)]
struct SnapshotProps {
    state: Rc<State>,
    options: ViewOptions,
    #[prop_or_default]
    query: AttrValue,
    #[prop_or_default]
    estimator: Estimator,
    #[prop_or_default]
    appearance: Appearance,
    #[prop_or_default]
    exporting: Option<u32>,
    #[prop_or_default]
    is_printed: bool,
    /// Notifications are blocked in this case.
    #[prop_or_default]
    awaits_end: bool,
    /// English and UTC by default.
    #[prop_or_default]
    locale: Option<Locale>,
}

/// The widget in one state at one time.
#[component]
fn Snapshot(props: &SnapshotProps) -> Html {
    widget(&view_of(props), &props.appearance)
}

fn view_of(props: &SnapshotProps) -> ViewState {
    let mut view = ViewState {
        locale: props.locale.unwrap_or_else(Locale::english),
        local_zone: props.locale.map_or_else(Zone::utc, |locale| locale.zone().clone()),
        batch_id: Some("pcb-asked".into()),
        instance_url: Some("https://console.example/{InstanceId}".into()),
        options: props.options,
        query: props.query.clone(),
        typed: props.query.clone(),
        now: Now { unix_ms: NOW_MS, monotonic_ms: MONOTONIC_MS },
        estimator: props.estimator.clone(),
        exporting: props.exporting,
        is_printed: props.is_printed,
        awaits_end: props.awaits_end,
        permission: if props.awaits_end { Permission::Denied } else { Permission::Granted },
        ..ViewState::new(props.state.clone(), Callback::noop())
    };
    compute_all(&mut view);
    view
}

fn block_on(html: impl Future<Output = String>) -> String {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(html)
}

fn render_with(state: State, options: ViewOptions) -> String {
    render_snapshot(SnapshotProps { options, ..SnapshotProps::of(state) })
}

impl SnapshotProps {
    fn of(state: State) -> Self {
        yew::props!(Self { state: Rc::new(state), options: ViewOptions::default() })
    }
}

fn render_snapshot(props: SnapshotProps) -> String {
    block_on(LocalServerRenderer::<Snapshot>::with_props(props).hydratable(false).render())
}

fn render(state: State) -> String {
    render_with(state, ViewOptions::default())
}

fn waiting() -> Phase {
    Phase::Waiting { delay_ms: 5_000, due_ms: NOW_MS + 5_000 }
}

#[track_caller]
fn assert_shows(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part:?} is not in {html}");
    }
}

#[test]
fn the_sample_shows_the_reference_values() {
    let html = render(state_with(decode(SAMPLE), waiting()));
    assert_shows(
        &html,
        &[
            "aria-label=\"batch_task_test\"",
            "Running",
            "80 %",
            "succeeded: 8 of 10",
            "1 of 10 subtasks listed",
            "aria-valuenow=\"8\"",
            "aria-valuemax=\"10\"",
            "aria-valuetext=\"80 % succeeded, 8 of 10\"",
            "Updated 12 s ago · next in 5 s",
            "REQ-1",
            "3 h 0 min",
            "aliuid:1422133474238823 assumeOssRole not exist",
            "btw-status-succeeded",
            "aria-rowcount=\"2\"",
        ],
    );
    assert!(!html.contains("role=\"alert\""));
    assert!(!html.contains("style="), "a style attribute would break the content security policy");
}

#[test]
fn the_first_response_shows_rows_and_progress_while_it_is_received() {
    let partial = |total_count| {
        let mut state = State::new(5_000);
        let task = Rc::new(BatchTask { total_count, ..decode(SAMPLE) });
        (state.partial, state.phase) = (Some(PartialTask { task, rows: 12_000 }), Phase::Fetching);
        render(state)
    };
    let html = partial(Some(100_000));
    let progress = "Loading, 12,000 of 100,000 subtasks so far";
    assert_shows(&html, &[progress, "629271331", "aria-busy=\"true\"", "batch_task_test"]);
    assert!(!html.contains("progressbar"), "no figure is known yet");
    assert_shows(&partial(None), &["Loading, subtasks so far: 12,000"]);
}

#[test]
fn texts_are_escaped() {
    let body = br#"{"TaskName":"<b>x</b>","Status":"RUNNING","TotalCount":1,"SubTasks":[{"TaskId":"<i>","ErrorMsg":"<script>alert(1)</script>"}]}"#;
    let html = render(state_with(decode(body), waiting()));
    for tag in ["<b>", "<i>", "<script"] {
        assert!(!html.contains(tag), "{tag}");
    }
    assert_shows(&html, &["&lt;script"]);
}

#[test]
fn loading_is_a_skeleton_and_not_an_empty_table() {
    let mut state = State::new(5_000);
    state.phase = Phase::Fetching;
    let html = render(state);
    assert_shows(&html, &["btw-skeleton", "Loading the batch task", "aria-busy=\"true\"", "Updating…"]);
    assert!(!html.contains("<table"));
}

#[test]
fn an_empty_batch_shows_a_sentence() {
    let html = render(state_with(
        decode(br#"{"Status":"COMPLETED","TotalCount":0,"SuccessCount":0,"SubTasks":[]}"#),
        Phase::Finished,
    ));
    assert_shows(&html, &["This batch has no subtasks.", "Completed", "task has ended", "pcb-asked"]);
    assert!(!html.contains("aria-valuenow"), "the progress of 0 of 0 is unknown");
    let html = render(state_with(decode(br#"{"Status":"DISPATCHING","TotalCount":12}"#), waiting()));
    assert_shows(&html, &["Subtasks appear here once the batch is dispatched.", "0 of 12 subtasks listed"]);
}

#[test]
fn an_error_is_shown_above_the_old_data() {
    let mut state = state_with(decode(SAMPLE), waiting());
    state.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "no answer from api: failed to fetch")));
    let html = render(state);
    assert_shows(
        &html,
        &[
            "role=\"alert\"",
            "Cannot reach the server",
            "Data from 12 s ago · retrying in 5 s",
            "80 %",
            "Try again",
        ],
    );
    assert_eq!(html.matches("role=\"alert\"").count(), 1);
}

#[test]
fn a_permission_error_names_the_action_and_links_safely() {
    for (recommend, links) in [("https://api.aliyun.com/t?a=1&b=2", true), ("javascript:alert(1)", false)] {
        let api = ApiError {
            code: "Forbidden.RAM".into(),
            message: "not authorized".into(),
            request_id: "REQ-9".into(),
            recommend: recommend.into(),
            access_denied: None,
        };
        let mut state = State::new(5_000);
        state.phase = Phase::Stopped;
        state.last_error = Some(Rc::new(Error::from_api(api, 403).of_operation("DescribeBatchTask")));
        let html = render(state);
        assert_shows(
            &html,
            &["No permission", "polardb:DescribeBatchTask", "Forbidden.RAM", "REQ-9", "Not updating"],
        );
        assert_eq!(html.contains("rel=\"noopener noreferrer\""), links);
        assert!(!html.contains("href=\"javascript"));
    }
}

#[test]
fn filter_and_sort_are_exposed_to_assistive_technology() {
    let options = ViewOptions {
        filter: StatusBucket::Succeeded.into(),
        sort: Sort::parse("-TaskBegin"),
        ..ViewOptions::default()
    };
    let html = render_with(state_with(decode(SAMPLE), waiting()), options);
    assert_eq!(html.matches("aria-pressed=\"true\"").count(), 1);
    assert_eq!(html.matches("aria-sort=").count(), 1);
    assert_shows(&html, &["aria-sort=\"descending\"", "scope=\"col\"", "scope=\"row\"", "<caption"]);
    let options = ViewOptions { filter: StatusBucket::Failed.into(), ..ViewOptions::default() };
    assert_shows(
        &render_with(state_with(decode(SAMPLE), waiting()), options),
        &["No subtasks match the filter “Failed”.", "Show all"],
    );
}

#[test]
fn only_the_rows_in_the_viewport_are_drawn() {
    let rows: Vec<String> =
        (0..10_000).map(|id| format!("{{\"TaskId\":\"{id}\",\"Status\":\"RUNNING\"}}")).collect();
    let body = format!("{{\"Status\":\"RUNNING\",\"TotalCount\":10000,\"SubTasks\":[{}]}}", rows.join(","));
    let html = render(state_with(decode(body.as_bytes()), waiting()));
    let drawn = html.matches("class=\"btw-row\"").count();
    assert!((20..60).contains(&drawn), "{drawn} rows");
    assert_shows(&html, &["aria-rowcount=\"10001\"", "aria-rowindex=\"2\""]);
}

#[test]
fn server_side_rendering_gives_a_skeleton() {
    let props =
        yew::props!(BatchTaskWidgetProps { endpoint: "/api", batch_id: AttrValue::from("pcb-asked") });
    let html = block_on(LocalServerRenderer::<BatchTaskWidget>::with_props(props).hydratable(false).render());
    assert_shows(&html, &["btw-skeleton", "pcb-asked"]);
}

/// Three failures for two reasons, one paused row, one completed row.
fn failed() -> BatchTask {
    let rows = [
        ("1", "FAILED", "aliuid:1422133474238823 assumeOssRole not exist"),
        ("2", "FAILED", "aliuid:1422133474238824 assumeOssRole not exist"),
        ("3", "FAILED", "instance pc-2ze8k1n7q3x5 is locked by another task"),
        ("4", "PAUSE", ""),
        ("5", "COMPLETED", ""),
    ];
    let rows = rows.map(|(id, status, error)| {
        format!("{{\"TaskId\":\"{id}\",\"InstanceId\":\"pc-{id}\",\"Status\":\"{status}\",\"TaskEnd\":\"2026-05-28 16:38:0{id}\",\"ErrorMsg\":\"{error}\"}}")
    });
    decode(
        format!("{{\"Status\":\"RUNNING\",\"TotalCount\":5,\"SubTasks\":[{}]}}", rows.join(",")).as_bytes(),
    )
}

#[test]
fn failures_are_grouped_by_reason_with_what_needs_attention() {
    let html = render(state_with(failed(), waiting()));
    assert_shows(
        &html,
        &[
            "3 failed for 2 reasons · 1 needs attention",
            "aliuid:… assumeOssRole not exist",
            "16:38:01 – 16:38:02",
            "Copy report",
            "Instance IDs: aliuid:… assumeOssRole not exist",
            "Copy: instance pc-… is locked by another task",
            "One per line: Paused",
            "href=\"https://console.example/pc-1\"",
        ],
    );
    assert_eq!(html.matches("part=\"failures\"").count(), 1);
    assert!(!render(state_with(decode(SAMPLE), waiting())).contains("part=\"failures\""), "nothing failed");
}

#[test]
fn a_group_filters_the_table_and_the_filter_can_be_removed() {
    let task = failed();
    let reason = Failures::of(&task.sub_tasks).groups().first().map(|group| group.id.key());
    // With and without the filter that picking a reason sets.
    for filter in [StatusFilter::NONE, StatusBucket::Failed.into()] {
        let options = ViewOptions { filter, reason, ..ViewOptions::default() };
        let html = render_with(state_with(failed(), waiting()), options);
        let reason = "aliuid:… assumeOssRole not exist";
        assert_shows(&html, &["2 of 5", &format!("aria-label=\"Remove the filter “{reason}”\"")]);
        assert_eq!(html.matches("class=\"btw-row\"").count(), 2);
        assert_eq!(html.matches("aria-pressed=\"true\"").count(), 2, "the group and the chip Failed");
        assert!(html.contains("btw-chip-failed\" aria-pressed=\"true\""), "{html}");
    }
}

#[test]
fn a_reason_that_the_batch_does_not_have_is_named() {
    let options = ViewOptions { reason: ReasonKey::parse("00000000"), ..ViewOptions::default() };
    let html = render_with(state_with(failed(), waiting()), options);
    assert_shows(&html, &["0 of 5", "Reason not in this batch", "btw-empty"]);
}

#[test]
fn a_search_shows_the_number_of_hits() {
    let searched = |query: &'static str| {
        render_snapshot(SnapshotProps {
            query: query.into(),
            ..SnapshotProps::of(state_with(failed(), waiting()))
        })
    };
    assert_shows(&searched("LOCKED"), &["1 of 5", "pc-2ze8k1n7q3x5", "value=\"LOCKED\""]);
    assert_shows(&searched("<b>"), &["No subtasks match “&lt;b&gt;”.", ">Clear search<"]);
    assert!(!searched("<b>").contains("Show all"));
    assert_shows(
        &searched("pc-2ze8k1n7q3x5, pc-nothere1"),
        &["1 of 5", "1 of 2 found; not in this batch: pc-nothere1"],
    );
}

#[test]
fn an_empty_result_offers_to_remove_the_search_or_the_filters() {
    let shown = |filter: &str, query: &'static str, longer_than| {
        let filter = StatusFilter::parse(filter).unwrap_or_default();
        let longer_than = LongerThan::parse(longer_than);
        render_snapshot(SnapshotProps {
            options: ViewOptions { filter, longer_than, ..ViewOptions::default() },
            query: query.into(),
            ..SnapshotProps::of(state_with(failed(), waiting()))
        })
    };
    assert_shows(
        &shown("waiting,other", "aliuid", ""),
        &[
            "No subtasks with these filters match “aliuid”.",
            ">2 matches outside this filter<",
            ">Clear search<",
        ],
    );
    assert_shows(&shown("waiting", "zzz", ""), &["No subtasks match “zzz”.", ">Clear search<"]);
    assert!(!shown("waiting", "zzz", "").contains("outside"));
    assert_shows(
        &shown("waiting,other", "", "90s"),
        &["No subtasks match the filter “Waiting, Other, Longer than 90 s”.", ">Show all<", "0 of 5"],
    );
    assert_shows(
        &shown("", "", "2h"),
        &["Longer than 2 h", "aria-label=\"Remove the filter “Longer than 2 h”\""],
    );
    let html = shown("failed,attention", "", "");
    assert_eq!(html.matches("aria-pressed=\"true\"").count(), 2, "both chips");
    assert_shows(&html, &["btw-chip btw-chip-waiting btw-chip-zero"]);
}

#[test]
fn chosen_columns_are_drawn_and_the_id_column_stays() {
    let columns = Columns::parse("Status,Duration").unwrap();
    let html =
        render_with(state_with(failed(), waiting()), ViewOptions { columns, ..ViewOptions::default() });
    assert_eq!(html.matches("scope=\"col\"").count(), 3);
}

#[test]
fn the_time_left_is_shown_beside_the_counts() {
    let mut estimator = Estimator::new();
    let body = |done: u64| format!("{{\"Status\":\"RUNNING\",\"TotalCount\":100,\"SuccessCount\":{done}}}");
    for poll in 0..=9 {
        estimator.observe(&decode(body(poll * 5).as_bytes()), MONOTONIC_MS - 45_000 + poll * 5_000);
    }
    let html = render_snapshot(SnapshotProps {
        estimator,
        ..SnapshotProps::of(state_with(decode(body(45).as_bytes()), waiting()))
    });
    assert_shows(&html, &["about 1 min left · 60 a minute"]);
    assert!(!render(state_with(decode(SAMPLE), waiting())).contains("btw-outlook"), "one poll says nothing");
}

#[test]
fn not_modified_responses_count_for_a_stall() {
    let task = Rc::new(decode(br#"{"Status":"RUNNING","TotalCount":100,"SuccessCount":5}"#));
    let mut view = view_of(&SnapshotProps::of(State::new(5_000)));
    for poll in 0..=60 {
        let (unix_ms, monotonic_ms) = (NOW_MS + poll * 5_000, poll * 5_000);
        view.tick(Now { unix_ms, monotonic_ms });
        // A 304 has neither a task nor a RequestId.
        let mut state = State::new(5_000);
        state.data = Some(Data {
            content: Rc::clone(&task),
            request_id: "REQ-1".into(),
            fetched_at_ms: unix_ms,
            clock_offset_ms: None,
            is_stale: false,
        });
        view.set_state(Rc::new(state));
    }
    let estimate = view.estimator.estimate(view.now.monotonic_ms).text(Locale::english());
    assert_eq!(estimate.as_deref(), Some("nothing finished for 5 min"));
}
