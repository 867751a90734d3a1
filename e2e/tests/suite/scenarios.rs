//! Every scenario of the simulator shows a sensible page, and a quiet one.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::{ALERT, ALERT_TITLE, BADGE, COUNTS, FRESHNESS, PERCENT, ROW, wait_for_count};

/// What a scenario looks like at first.
struct Look {
    id: &'static str,
    badge: &'static str,
    percent: &'static str,
    counts: &'static str,
    rows: Rows,
}

/// What is in the table's place.
enum Rows {
    Exactly(usize),
    Windowed,
    Sentence(&'static str),
}

const LOOKS: [Look; 12] = [
    look("pcb-demo", "Dispatching", "0 %", "succeeded: 0 of 240", Rows::Windowed),
    look("pcb-sample", "Running", "80 %", "succeeded: 8 of 10", Rows::Exactly(1)),
    look("pcb-done", "Completed", "100 %", "succeeded: 24 of 24", Rows::Windowed),
    look("pcb-failed", "Failed", "62 %", "succeeded: 15 of 24 · 7 failed · 2 need attention", Rows::Windowed),
    look("pcb-empty", "Completed", "", "succeeded: 0 of 0", Rows::Sentence("This batch has no subtasks.")),
    look(
        "pcb-dispatching",
        "Dispatching",
        "0 %",
        "succeeded: 0 of 12",
        Rows::Sentence("Subtasks appear here once the batch is dispatched."),
    ),
    look(
        "pcb-all-statuses",
        "Running",
        "10 %",
        "succeeded: 1 of 10 · 1 failed · 4 need attention",
        Rows::Exactly(10),
    ),
    look("pcb-odd", "Running", "30 %", "succeeded: 9 of 30", Rows::Windowed),
    look("pcb-10k", "Running", "19 %", "succeeded: 1,9", Rows::Windowed),
    look("pcb-envelope", "Running", "", "of 240", Rows::Windowed),
    look("pcb-flaky", "Running", "", "of 240", Rows::Windowed),
    look("pcb-slow", "Running", "", "of 240", Rows::Windowed),
];

/// Scenarios without data: the notice's title, and what its text says besides.
const REFUSALS: [(&str, &str, &[&str]); 5] = [
    ("pcb-login-page", "Service error", &["HTML", "Proxy.UpstreamInvalid", "Retrying automatically"]),
    ("pcb-truncated", "Service error", &["cut off", "Proxy.UpstreamInvalid", "Retrying automatically"]),
    ("pcb-throttled", "Too many requests", &["Throttling.User", "Request ID", "Troubleshooting"]),
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
];

const fn look(
    id: &'static str,
    badge: &'static str,
    percent: &'static str,
    counts: &'static str,
    rows: Rows,
) -> Look {
    Look { id, badge, percent, counts, rows }
}

/// Quick enough that `pcb-slow` answers within the widget's patience and ours.
const SETTINGS: Settings = Settings { speed: 8.0, seed: 1, cache_ttl: 0.0, allow_port: None };

#[tokio::test(flavor = "multi_thread")]
async fn what_has_data_shows_it() -> Result<()> {
    let proxy = Proxy::start(SETTINGS).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for look in LOOKS {
        browser.goto(&proxy.url(&format!("/?batch-id={}", look.id))).await?;
        check_look(&browser, &look).await.with_context(|| look.id)?;
        browser.expect_quiet().await.with_context(|| look.id)?;
    }
    browser.close().await
}

async fn check_look(browser: &Browser, look: &Look) -> Result<()> {
    browser.wait_for_text(BADGE, |text| text == look.badge).await?;
    let counts = browser.text(COUNTS).await?;
    ensure!(counts.contains(look.counts), "the counts are {counts:?}");
    if !look.percent.is_empty() {
        let percent = browser.text(PERCENT).await?;
        ensure!(percent == look.percent, "the percentage is {percent:?}");
    }
    match look.rows {
        Rows::Exactly(rows) => wait_for_count(browser, ROW, rows).await?,
        Rows::Windowed => ensure!(browser.count(ROW).await? >= 10, "there are hardly any rows"),
        Rows::Sentence(sentence) => {
            ensure!(browser.count("table").await? == 0, "there is a table of nothing");
            let text = browser.text(".btw-empty").await?;
            ensure!(text == sentence, "it says {text:?}");
        }
    }
    ensure!(browser.count(ALERT).await? == 0, "there is a notice: {}", browser.text(ALERT).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why() -> Result<()> {
    let proxy = Proxy::start(SETTINGS).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (id, title, parts) in REFUSALS {
        browser.goto(&proxy.url(&format!("/?batch-id={id}"))).await?;
        let found = browser.wait_for_text(ALERT_TITLE, |text| !text.is_empty()).await.with_context(|| id)?;
        ensure!(found == title, "{id}: the notice is {found:?}");
        // What goes on by itself is being asked for again by now, and the hint is not there meanwhile.
        browser
            .wait_for_text(ALERT, |text| parts.iter().all(|part| text.contains(part)))
            .await
            .with_context(|| format!("{id}: {parts:?}"))?;
        ensure!(browser.count(ALERT).await? == 1, "{id}: it is said more than once");
        ensure!(browser.count(ROW).await? == 0, "{id}: there are rows");
        browser.expect_quiet().await.with_context(|| id)?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flaky_service_is_told_of_and_got_over() -> Result<()> {
    let proxy = Proxy::start(SETTINGS).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-flaky&interval=2")).await?;
    browser.wait_for_text(ALERT_TITLE, |text| text == "Service error").await?;
    ensure!(browser.count(ROW).await? >= 10, "the rows from before are gone");
    wait_for_count(&browser, ALERT, 0).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_proxy_could_not_renew_is_told_as_stale() -> Result<()> {
    let proxy = Proxy::start(Settings { cache_ttl: 0.1, ..SETTINGS }).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-flaky&interval=2")).await?;
    browser.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ")).await?;
    ensure!(browser.count(ALERT).await? == 0, "the proxy's answer is no failure");
    ensure!(browser.count(ROW).await? >= 10, "the rows are gone");
    browser.wait_for_text(FRESHNESS, |text| text.starts_with("Updated ")).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_a_body_is_text() -> Result<()> {
    let proxy = Proxy::start(SETTINGS).await?;
    let browser = Browser::open(Size { width: 1280, height: 2000 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-odd")).await?;
    wait_for("the row with markup", async || {
        let errors = browser.texts("td.btw-col-error").await?;
        ensure!(
            errors.iter().any(|text| text.contains("<img src=x onerror=alert(1)>")),
            "there are {errors:?}"
        );
        Ok(())
    })
    .await?;
    let name = browser.text("h2").await?;
    ensure!(name.contains("<script>alert('name')</script>"), "the name is {name:?}");
    let ids = browser.texts("th.btw-col-id").await?;
    for id in ["<b>629271342</b>", "9007199254740993123", "9007199254740993125"] {
        ensure!(ids.iter().any(|text| text == id), "{id} is not among {ids:?}");
    }
    let made = browser.count("main :is(img, script, style, b, i, u, object, iframe)").await?;
    ensure!(made == 0, "{made} elements were made of what is text");
    browser.close().await
}
