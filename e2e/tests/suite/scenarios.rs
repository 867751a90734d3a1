//! The page for each scenario of the simulator.

use anyhow::{Context as _, Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{ALERT, ALERT_TITLE, BADGE, COUNTS, FRESHNESS, PERCENT, ROW};

/// The first view of a scenario; an empty percentage is not checked.
struct View {
    id: &'static str,
    badge: &'static str,
    percent: &'static str,
    counts: &'static str,
    rows: Rows,
}

/// The rows of the table.
enum Rows {
    Exactly(usize),
    /// More than the window shows.
    Windowed,
    /// None: a sentence instead of the table.
    Sentence(&'static str),
}

const VIEWS: [View; 12] = [
    view("pcb-demo", "Dispatching", "0 %", "succeeded: 0 of 240", Rows::Windowed),
    view("pcb-sample", "Running", "80 %", "succeeded: 8 of 10", Rows::Exactly(1)),
    view("pcb-done", "Completed", "100 %", "succeeded: 24 of 24", Rows::Windowed),
    view("pcb-failed", "Failed", "62 %", "succeeded: 15 of 24 · 7 failed · 2 need attention", Rows::Windowed),
    view("pcb-empty", "Completed", "", "succeeded: 0 of 0", Rows::Sentence("This batch has no subtasks.")),
    view(
        "pcb-dispatching",
        "Dispatching",
        "0 %",
        "succeeded: 0 of 12",
        Rows::Sentence("Subtasks appear here once the batch is dispatched."),
    ),
    view(
        "pcb-all-statuses",
        "Running",
        "10 %",
        "succeeded: 1 of 10 · 1 failed · 4 need attention",
        Rows::Exactly(10),
    ),
    view("pcb-odd", "Running", "30 %", "succeeded: 9 of 30", Rows::Windowed),
    // Its counts depend on the number of calls: a large body may be asked for twice.
    view("pcb-10k", "Running", "", "of 10,000", Rows::Windowed),
    view("pcb-envelope", "Running", "", "of 240", Rows::Windowed),
    view("pcb-flaky", "Running", "", "of 240", Rows::Windowed),
    view("pcb-slow", "Running", "", "of 240", Rows::Windowed),
];

/// Scenarios without data: the title of the notice, and parts of its text.
const ERRORS: [(&str, &str, &[&str]); 5] = [
    ("pcb-login-page", "Service error", &["HTML", "Proxy.UpstreamInvalid", "Retrying automatically"]),
    ("pcb-truncated", "Service error", &["cut off", "Proxy.UpstreamInvalid", "Retrying automatically"]),
    (
        "pcb-denied",
        "No permission",
        &["polardb:DescribeBatchTask", "Forbidden.RAM", "Troubleshooting", "Try again"],
    ),
    (
        "pcb-nobody",
        "Batch not found",
        &["InvalidBatchId.NotFound", "Check the batch ID", "Automatic updates have stopped."],
    ),
    // The last one, because the proxy then makes no call for any batch.
    ("pcb-throttled", "Too many requests", &["Throttling.User", "Request ID", "Troubleshooting"]),
];

const fn view(
    id: &'static str,
    badge: &'static str,
    percent: &'static str,
    counts: &'static str,
    rows: Rows,
) -> View {
    View { id, badge, percent, counts, rows }
}

/// Fast enough that `pcb-slow` responds before the timeouts.
const SPEED: f64 = 8.0;

async fn open(query: &str) -> Result<Page<Proxy>> {
    open_with(0.0, Size::WIDE, query).await
}

async fn open_with(cache_ttl: f64, size: Size, query: &str) -> Result<Page<Proxy>> {
    let proxy = Proxy::start(Settings { speed: SPEED, cache_ttl, ..Settings::default() }).await?;
    Page::open(proxy, size, query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scenario_with_data_shows_it() -> Result<()> {
    let page = open("").await?;
    for view in VIEWS {
        let check = async {
            page.goto(&format!("?batch-id={}", view.id)).await?;
            check_view(&page, &view).await?;
            page.expect_no_page_errors().await
        };
        check.await.context(view.id)?;
    }
    page.close().await
}

async fn check_view(page: &Page<Proxy>, view: &View) -> Result<()> {
    page.wait_for_text(BADGE, |text| text == view.badge).await?;
    let counts = page.text(COUNTS).await?;
    ensure!(counts.contains(view.counts), "the counts are {counts:?}");
    if !view.percent.is_empty() {
        let percent = page.text(PERCENT).await?;
        ensure!(percent == view.percent, "the percentage is {percent:?}");
    }
    match view.rows {
        Rows::Exactly(rows) => page.wait_for_count(ROW, rows).await?,
        Rows::Windowed => ensure!(page.count(ROW).await? >= 10, "there are fewer than 10 rows"),
        Rows::Sentence(sentence) => {
            ensure!(page.count("table").await? == 0, "there is an empty table");
            let text = page.text(".btw-empty").await?;
            ensure!(text == sentence, "the sentence is {text:?}");
        }
    }
    ensure!(page.count(ALERT).await? == 0, "there is a notice: {}", page.text(ALERT).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scenario_without_data_shows_the_reason() -> Result<()> {
    let page = open("").await?;
    for (id, title, parts) in ERRORS {
        let check = async {
            page.goto(&format!("?batch-id={id}")).await?;
            let found = page.wait_for_text(ALERT_TITLE, |text| !text.is_empty()).await?;
            ensure!(found == title, "the title of the notice is {found:?}");
            // While a retry is open, the notice has no hint.
            page.wait_for_text(ALERT, |text| parts.iter().all(|part| text.contains(part))).await?;
            ensure!(page.count(ALERT).await? == 1, "there is more than one notice");
            ensure!(page.count(ROW).await? == 0, "there are rows");
            let (tab, expected) = (page.title().await?, format!("{title} · {id}"));
            ensure!(tab == expected, "the title of the tab is {tab:?}");
            page.expect_no_page_errors().await
        };
        check.await.context(id)?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_error_shows_a_notice_until_the_next_good_response() -> Result<()> {
    let page = open("?batch-id=pcb-flaky&interval=2").await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Service error").await?;
    ensure!(page.count(ROW).await? >= 10, "the rows from before are gone");
    page.wait_for_count(ALERT, 0).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_response_of_the_proxy_is_shown_as_stale_data() -> Result<()> {
    let page = open_with(0.1, Size::WIDE, "?batch-id=pcb-flaky&interval=2").await?;
    page.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ")).await?;
    ensure!(page.count(ALERT).await? == 0, "there is a notice");
    ensure!(page.count(ROW).await? >= 10, "the rows are gone");
    page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated ")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_a_body_stays_text() -> Result<()> {
    let page = open_with(0.0, Size { width: 1280, height: 2000 }, "?batch-id=pcb-odd").await?;
    wait_for("the row with markup", async || {
        let errors = page.texts("td.btw-col-error").await?;
        let markup = "<img src=x onerror=alert(1)>";
        ensure!(errors.iter().any(|text| text.contains(markup)), "there are {errors:?}");
        Ok(())
    })
    .await?;
    let name = page.text("h2").await?;
    ensure!(name.contains("<script>alert('name')</script>"), "the name is {name:?}");
    let ids = page.texts("th.btw-col-id").await?;
    for id in ["<b>629271342</b>", "9007199254740993123", "9007199254740993125"] {
        ensure!(ids.iter().any(|text| text == id), "{id} is not among {ids:?}");
    }
    let elements = page.count("main :is(img, script, style, b, i, u, object, iframe)").await?;
    ensure!(elements == 0, "{elements} elements were created from text");
    page.close().await
}
