//! Why a batch failed: the reasons above the table, the report for a ticket, the details of a row.

use anyhow::{Result, bail, ensure};
use e2e::{Proxy, Response, Settings, Size, Stub};
use serde_json::json;

use crate::fixture::Page;
use crate::selectors::{BADGE, LISTED, ROW};

const GROUP: &str = ".btw-group-button";
const FILTER: &str = ".btw-filter .btw-group-label";
const HELPERS: &str = include_str!("failures.js");

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_grouped_by_reason_above_the_fold() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: 20.0, ..Settings::default() }).await?;
    let page = Page::open(proxy, Size::WIDE, "?batch-id=pcb-demo&interval=2").await?.with_helpers(HELPERS);
    page.wait_for_text(BADGE, |text| text == "Completed · 9 failed").await?;
    page.wait_for_text("[part~=failures] h3", |text| text == "9 failed for 3 reasons · 2 need attention")
        .await?;
    let groups = page.texts(".btw-group-count, .btw-group-label").await?;
    let expected = [
        "6",
        "aliuid:… assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole",
        "2",
        "instance pc-… is locked by another task",
        "1",
        "skill package checksum mismatch (expected …, got …)",
    ];
    ensure!(groups.starts_with(&expected.map(str::to_owned)), "{groups:?}");
    let bottom: f64 = page
        .eval("Math.max(...all('.btw-group').map((group) => group.getBoundingClientRect().bottom))")
        .await?;
    ensure!(bottom <= 800.0, "the groups end at {bottom} px");

    page.click(GROUP).await?;
    page.wait_for_count(ROW, 6).await?;
    page.wait_for_text(LISTED, |text| text == "6 of 240").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picked_reason_is_a_chip_and_in_the_url() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed").await?;
    page.wait_for_count(GROUP, 3).await?;
    page.click(GROUP).await?;
    page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
    page.expect_url_parameter("filter", Some("failed")).await?;
    let reason = page.url_parameter("reason").await?;
    for is_reloaded in [false, true] {
        if is_reloaded {
            page.reload().await?;
        }
        page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
        page.expect("find('.btw-chip[aria-pressed=true]').matches('.btw-chip-failed')").await?;
        let label: String =
            page.eval("text('.btw-group-button[aria-pressed=true] .btw-group-label')").await?;
        page.wait_for_text(FILTER, |text| text == label).await?;
        page.expect_url_parameter("reason", reason.as_deref()).await?;
    }
    // Without the reason, the rows stay filtered by the pressed chip.
    page.click(".btw-filter button").await?;
    page.wait_for_text(LISTED, |text| text == "7 of 24").await?;
    page.wait_for_count(FILTER, 0).await?;
    page.expect_url_parameter("reason", None).await?;
    page.expect_url_parameter("filter", Some("failed")).await?;
    // A second press of the group removes both.
    page.click(GROUP).await?;
    page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
    page.click(GROUP).await?;
    page.wait_for_text(LISTED, str::is_empty).await?;
    page.expect("!location.search.includes('filter') && !location.search.includes('reason')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_a_reason_that_the_batch_does_not_have_says_so() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed&reason=0123abcd").await?;
    page.wait_for_text(FILTER, |text| text == "Reason not in this batch").await?;
    page.wait_for_text(".btw-empty p", |text| text == "Reason not in this batch").await?;
    page.click_button("Show all").await?;
    page.wait_for_text(LISTED, str::is_empty).await?;
    page.wait_for_count(FILTER, 0).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_toolbar_scrolls_into_view_when_a_reason_is_picked() -> Result<()> {
    let page =
        Page::open(Proxy::start(Settings::default()).await?, Size::NARROW, "?batch-id=pcb-failed").await?;
    page.load_deferred().await?;
    let is_visible = "find('.btw-toolbar').getBoundingClientRect().bottom <= window.innerHeight";
    page.act("document.body.style.setProperty('margin-bottom', '2000px'); find('[part~=failures]').style.setProperty('margin-bottom', '900px')").await?;
    page.expect(&format!("!({is_visible})")).await?;
    page.click(GROUP).await?;
    page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
    page.wait_until(is_visible).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_copied_with_and_without_a_secure_context() -> Result<()> {
    let page = Page::on_proxy("").await?.with_helpers(HELPERS);
    for capture in ["captureClipboard()", "captureInsecureClipboard()"] {
        page.goto("?batch-id=pcb-failed").await?;
        page.load_deferred().await?;
        page.act(capture).await?;
        page.click_button("Copy report").await?;
        page.wait_for_text(".btw-failures-head .btw-copy", |text| text == "Copied").await?;
        let copied: Vec<String> = page.eval("copied").await?;
        let [report] = copied.as_slice() else { bail!("{copied:?}") };
        for part in [
            "## Install skills · test fleet",
            "- Batch: `pcb-failed`",
            "/?batch-id=pcb-failed&view=subtasks&columns=&time-zone=",
            "Instance IDs: `pc-",
            "7 failed for 2 reasons",
            "**5 ×**",
            "UTC",
            "Request ID",
        ] {
            ensure!(report.contains(part), "{part:?} is not in {report}");
        }
        // The button keeps the focus.
        page.expect("document.activeElement.classList.contains('btw-copy')").await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_row_shows_the_whole_error_and_stays_open_across_polls() -> Result<()> {
    let long = format!("first line\n{} <b>end</b>", "x".repeat(2_000));
    let stub = Stub::start(move |number| {
        Response::json(
            json!({
                "RequestId": format!("R-{number}"), "Status": "RUNNING", "TotalCount": 2, "SuccessCount": number % 2,
                "SubTasks": [
                    {"TaskId": "1", "InstanceId": "pc-1", "Status": "FAILED", "ErrorMsg": long},
                    {"TaskId": "2", "InstanceId": "pc-2", "Status": if number % 2 == 0 { "RUNNING" } else { "WAITING" }},
                ],
            })
            .to_string(),
        )
    })
    .await?;
    let page = Page::open(stub, Size::WIDE, "?batch-id=pcb-1&interval=2").await?.with_helpers(HELPERS);
    page.click(".btw-open").await?;
    page.wait_for_text(".btw-detail-error", |text| text.ends_with("<b>end</b>") && text.len() > 2_000)
        .await?;
    page.act("window.kept = find('.btw-row-detail')").await?;
    page.wait_for_text("[part~=request-id]", |text| text.ends_with("R-3")).await?;
    page.expect("kept.isConnected && find('.btw-open').ariaExpanded === 'true'").await?;
    page.close().await
}
