//! The server stops and starts again: the rows stay, and the page shows how old they are. A viewer who waits for the end is
//! notified.

use anyhow::{Result, ensure};
use e2e::Response;

use crate::batch::running;
use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::{DEFINE, Page};
use crate::selectors::{ALERT, ALERT_TITLE, FRESHNESS, ROW};

/// The ID of a row. Its duration may count.
const ROW_ID: &str = "[part~=row] th";

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_stay_while_the_server_is_down() -> Result<()> {
    let mut page = Page::on_proxy("?batch-id=pcb-all-statuses&interval=2").await?;
    page.load_deferred().await?;
    let rows = page.texts(ROW_ID).await?;

    page.server.kill().await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Cannot reach the server").await?;
    ensure!(page.count(ALERT).await? == 1, "there is more than one notice");
    ensure!(page.texts(ROW_ID).await? == rows, "the rows have changed");
    page.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ") && text.contains(" ago")).await?;
    page.wait_for_text(ALERT, |text| text.contains("The data below is from an earlier update.")).await?;

    // After three intervals, but at least 15 s, nothing says that the batch still runs.
    page.wait_until("document.title.startsWith('No contact · 10 % Running · ')").await?;
    page.wait_until("!find('.btw-turns, .btw-outlook')").await?;
    page.expect("find('link[rel~=icon]').href.includes('M16 2l15 28H1z')").await?;

    page.server.restart().await?;
    // The next try of the widget itself may be a minute away.
    page.click_button("Try again").await?;
    page.wait_for_count(ALERT, 0).await?;
    // Two more polls. Unchanged rows are not sent again (304), so these responses have no RequestId to wait for.
    for _ in 0..2 {
        page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated just now")).await?;
        page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated 1 s ago")).await?;
    }
    ensure!(page.count(ROW).await? == 10, "the rows are gone");
    page.expect("document.title.startsWith('10 % Running · ') && all('.btw-turns').length === 2").await?;
    page.close().await
}

/// A batch in which a subtask finishes at each poll, so that it never stalls.
fn progressing(number: usize) -> Response {
    let mut body = running(number);
    body["TotalCount"] = 10_000.into();
    body["SuccessCount"] = number.into();
    Response::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_minutes_without_contact_are_notified_once_and_a_second_outage_again() -> Result<()> {
    const TAG: &str =
        "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub></batch-task-widget>";
    let page = Page::embedding("", "").await?;
    page.server.respond(progressing);
    clock::serve(&page.server);
    page.embed(&format!("{CLOCK_TAG}{TAG}"), DEFINE).await?;
    page.load_deferred().await?;
    page.act("captureNotifications(); find('.btw-await').click()").await?;
    page.wait_until("find('.btw-await[aria-pressed=true]')").await?;
    for outages in 1..=2 {
        page.server.respond(|_| Response::html("503 Service Unavailable", "no"));
        clock::advance(&page, 100_000, Requests::Awaited).await?;
        page.expect(&format!("notified.length === {}", outages - 1)).await?;
        clock::advance(&page, 200_000, Requests::Awaited).await?;
        page.expect(&format!("notified.length === {outages}")).await?;
        page.expect("notified.at(-1).join() === 'No contact,pcb-stub'").await?;
        page.server.respond(progressing);
        clock::advance(&page, 61_000, Requests::Awaited).await?;
        page.wait_for_count(ALERT, 0).await?;
    }
    page.close_despite_errors().await
}
