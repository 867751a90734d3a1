//! The list rendered on the host: the text and roles that each state shows.

use std::rc::Rc;

use yew::LocalServerRenderer;
use yew::prelude::*;

use super::{MONOTONIC_MS, NOW_MS, assert_shows, block_on};
use crate::components::list::{ListState, list};
use crate::components::view_state::Now;
use crate::components::{BatchTaskList, BatchTaskListProps, Theme};
use crate::error::{Error, ErrorClass};
use crate::i18n::{Catalogue, Language, ListMessages, Locale, Messages, Zone};
use crate::list::{BatchPage, BatchSummary, ListLocale, ListQuery, TaskType};
use crate::model::{ApiTime, BatchStatus};
use crate::poll::{Data, Phase, State};
use crate::timestamp::Timestamp;

/// A change that a test makes before the list is drawn.
#[derive(Clone, Copy)]
struct Change(fn(&mut ListState));

impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SnapshotProps {
    state: Rc<State<BatchPage>>,
    query: ListQuery,
    change: Change,
}

#[component]
fn Snapshot(props: &SnapshotProps) -> Html {
    let mut view = ListState::new(Rc::default_state(), props.query.clone(), Callback::noop());
    view.now = Now { unix_ms: NOW_MS, monotonic_ms: MONOTONIC_MS };
    view.batch_url = Some("?batch-id={BatchId}".into());
    view.set_state(Rc::clone(&props.state));
    (props.change.0)(&mut view);
    list(&view, Theme::Auto, "")
}

/// The state before the first request.
trait DefaultState {
    fn default_state() -> Self;
}

impl DefaultState for Rc<State<BatchPage>> {
    fn default_state() -> Self {
        Self::new(State::new(30_000))
    }
}

fn render(state: State<BatchPage>, query: ListQuery, change: fn(&mut ListState)) -> String {
    let props = SnapshotProps { state: Rc::new(state), query, change: Change(change) };
    block_on(LocalServerRenderer::<Snapshot>::with_props(props).hydratable(false).render())
}

fn ago(minutes: i64) -> ApiTime<'static> {
    ApiTime::At(Timestamp::from_unix_ms(NOW_MS as i64 - minutes * 60_000))
}

fn batch(id: &str, status: &str, [success, total]: [i64; 2]) -> BatchSummary {
    BatchSummary {
        batch_id: id.into(),
        task_name: format!("name of {id}").into(),
        task_type: "polarclaw_install_skills".into(),
        status: BatchStatus::parse(status),
        total_count: Some(total),
        success_count: Some(success),
        task_begin: ago(10),
        task_end: if BatchStatus::parse(status).has_ended() { ago(3) } else { ApiTime::Absent },
    }
}

fn page(batches: Vec<BatchSummary>) -> BatchPage {
    let total_count = Some(batches.len() as i64);
    BatchPage { batches, page_number: Some(1), page_size: Some(30), total_count }
}

fn state_with(page: BatchPage) -> State<BatchPage> {
    let mut state = State::new(30_000);
    state.data = Some(Data {
        content: Rc::new(page),
        request_id: "REQ-1".into(),
        fetched_at_ms: NOW_MS - 12_000,
        clock_offset_ms: None,
        is_stale: false,
    });
    state.phase = Phase::Waiting { delay_ms: 30_000, due_ms: NOW_MS + 18_000 };
    state
}

fn three() -> BatchPage {
    page(vec![
        batch("pcb-1", "RUNNING", [229, 240]),
        batch("pcb-2", "COMPLETED", [8, 10]),
        batch("pcb-3", "Rolling_Back", [0, 0]),
    ])
}

#[test]
fn a_page_is_a_table_with_links_and_bars() {
    let html = render(state_with(three()), ListQuery::default(), |_| {});
    assert_shows(
        &html,
        &[
            r#"role="region" aria-label="Batch tasks""#,
            "<caption class=\"btw-hidden\">Batch tasks; times in UTC</caption>",
            r#"<th class="btw-list-status" scope="col">Status</th>"#,
            r#"scope="row"><a class="btw-list-open" href="?batch-id=pcb-1">name of pcb-1</a>"#,
            r#"role="progressbar" aria-label="Progress of name of pcb-1" aria-valuemin="0" aria-valuenow="229" aria-valuemax="240" aria-valuetext="95 % succeeded, 229 of 240""#,
            "229 of 240",
            "for 10 min 0 s",
            "Completed · 2 not succeeded",
            "btw-list-status-attention",
            "7 min 0 s",
            r#"title="Rolling_Back""#,
            r#"<nav class="btw-list-pages" aria-label="Pages">"#,
            "1–3 of 3",
            "Page 1 of 1",
            "REQ-1",
            "Updated 12 s ago · next in 18 s",
        ],
    );
    assert_eq!(html.matches("role=\"progressbar\"").count(), 3);
    assert_eq!(html.matches(r#"aria-disabled="true""#).count(), 2, "there is one page");
    assert!(!html.contains("aria-busy") && !html.contains("btw-list-old"));
}

#[test]
fn the_filters_show_the_choice() {
    let query = ListQuery::read(|name| match name {
        "status" => Some("running".to_owned()),
        "type" => Some("other_type".to_owned()),
        "range" => Some("24h".to_owned()),
        _ => None,
    });
    let html = render(state_with(three()), query, |_| {});
    assert_shows(
        &html,
        &[
            r#"role="group" aria-label="Filter by status""#,
            r#"<option value="24h" selected="">Last 24 hours</option>"#,
            r#"<option value="7d">Last 7 days</option>"#,
            r#"<option value="other_type" selected="">other_type</option>"#,
            r#"<option value="polarclaw_install_skills">polarclaw_install_skills</option>"#,
            r#"<option value="">Any type</option>"#,
        ],
    );
    assert_eq!(html.matches(r#"aria-pressed="true""#).count(), 1, "{html}");
}

#[test]
fn an_empty_page_says_why_and_offers_a_way_out() {
    let filtered = ListQuery { task_type: TaskType::parse("t"), ..ListQuery::default() };
    let all = ListQuery::read(|name| (name == "range").then(|| "all".to_owned()));
    let beyond = BatchPage { page_number: Some(9), total_count: Some(41), ..page(Vec::new()) };
    let table = [
        (page(Vec::new()), filtered, "No batches match these filters.", ">Clear filters<"),
        (page(Vec::new()), ListQuery::default(), "No batches started in this time range.", ">Any time<"),
        (page(Vec::new()), all, "There are no batches yet.", ""),
        (beyond, ListQuery::default().with_page(9), "There is no page 9.", ">First page<"),
    ];
    for (page, query, sentence, button) in table {
        let has_other_pages = query.page_number > 1;
        let html = render(state_with(page), query, |_| {});
        assert_shows(&html, &[sentence, button]);
        assert!(!html.contains("<table"));
        assert_eq!(html.contains("<nav"), has_other_pages, "{sentence}");
    }
}

#[test]
fn the_first_page_is_announced_as_loading() {
    let mut state = State::new(30_000);
    state.phase = Phase::Fetching;
    let html = render(state, ListQuery::default(), |_| {});
    assert_shows(&html, &[r#"aria-busy="true""#, "Loading the batch tasks…", "btw-skeleton"]);
    assert!(!html.contains("<nav"));
}

#[test]
fn the_old_rows_stay_until_the_new_ones_are_there() {
    let html = render(state_with(three()), ListQuery::default(), |view| {
        view.set_query(view.query.with_page(2));
        view.set_state(Rc::default_state());
    });
    assert_shows(&html, &[r#"aria-busy="true""#, "btw-list-table btw-list-old", "pcb-1", "1–3 of 3"]);
    // Once these have failed, the rows of other filters would be wrong.
    let html = render(state_with(three()), ListQuery::default(), |view| {
        view.set_query(view.query.with_page(2));
        let mut failed = State::new(30_000);
        failed.last_error = Some(Rc::new(Error::new(ErrorClass::Network, "failed to fetch")));
        view.set_state(Rc::new(failed));
    });
    assert_shows(&html, &["Cannot reach the server"]);
    assert!(!html.contains("pcb-1") && !html.contains("aria-busy"));
}

#[test]
fn an_error_is_shown_above_the_rows_of_before() {
    let mut state = state_with(three());
    state.last_error = Some(Rc::new(Error::new(ErrorClass::Timeout, "no data from api for 10 s")));
    let html = render(state, ListQuery::default(), |_| {});
    assert_shows(
        &html,
        &[r#"role="alert""#, "The request timed out", "The data below is from an earlier update.", "pcb-1"],
    );
}

#[test]
fn the_number_of_batches_is_announced_after_a_choice() {
    let html = render(state_with(page(Vec::new())), ListQuery::default(), |view| {
        view.set_query(view.query.with_page(2));
        view.set_state(Rc::default_state());
        view.set_state(Rc::new(state_with(three())));
        view.announcer.update_actions(MONOTONIC_MS, view.locale.shared);
        // A poll is not announced.
        view.set_state(Rc::new(state_with(page(Vec::new()))));
        view.announcer.update_actions(MONOTONIC_MS + 60_000, view.locale.shared);
    });
    assert_shows(&html, &[r#"role="status">3 batches found</p>"#]);
}

#[test]
fn texts_of_the_api_stay_text() {
    let hostile = BatchSummary {
        task_name: "<img src=x onerror=alert(1)>".into(),
        task_type: "\"><script>".into(),
        ..batch("pcb/../?x=\"1", "<b>", [1, 2])
    };
    let html = render(state_with(page(vec![hostile])), ListQuery::default(), |_| {});
    assert_shows(
        &html,
        &[r#"href="?batch-id=pcb%2F..%2F%3Fx%3D%221""#, "&lt;img src=x onerror=alert(1)&gt;"],
    );
    assert!(!html.contains("<img") && !html.contains("<script") && !html.contains("<b>"));
}

#[test]
fn a_batch_without_a_link_is_opened_by_the_host() {
    let html = render(state_with(three()), ListQuery::default(), |view| {
        view.batch_url = Some("javascript:alert('{BatchId}')".into());
    });
    assert_shows(&html, &[r#"<span class="btw-list-open">name of pcb-1</span>"#]);
    assert!(!html.contains("href"));
    let html = render(state_with(three()), ListQuery::default(), |view| {
        view.batch_url = None;
        view.on_open = Some(Callback::from(|_| true));
    });
    assert_shows(&html, &[r#"class="btw-link btw-list-open">name of pcb-1</button>"#]);
}

#[test]
fn all_texts_are_in_the_given_language() {
    let html = render(state_with(three()), ListQuery::default(), |view| {
        let shared: &'static Messages = Box::leak(Box::new(Messages::of(Language::Pseudo)));
        let list: &'static ListMessages = Box::leak(Box::new(ListMessages::of(Language::Pseudo)));
        view.locale = ListLocale { shared: Locale::new(shared, "en-XA", &Zone::utc()), list };
    });
    let texts = ListMessages::english().texts().into_iter().chain(Messages::english().texts());
    for english in texts.filter(|text| text.chars().filter(char::is_ascii_alphabetic).count() > 3) {
        for shown in [format!(">{english}<"), format!("label=\"{english}\""), format!("title=\"{english}\"")]
        {
            assert!(!html.contains(&shown), "{shown}");
        }
    }
}

#[test]
fn the_component_renders_on_a_server() {
    let props = yew::props!(BatchTaskListProps { endpoint: "/api/DescribeBatchTasks" });
    let html = block_on(LocalServerRenderer::<BatchTaskList>::with_props(props).hydratable(false).render());
    assert_shows(&html, &["Batch tasks</h2>", r#"aria-busy="true""#, "Updating…"]);
}
