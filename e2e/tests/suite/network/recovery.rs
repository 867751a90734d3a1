//! Sign-in servers, pages that are left, cached responses and other batches.

use anyhow::{Result, ensure};
use e2e::{Delivery, Response, Stub};

use crate::batch::good;
use crate::clock::{self, CLOCK_TAG};
use crate::fixture::{DEFINE, Page};
use crate::selectors::{ALERT, ALERT_TITLE, FRESHNESS, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_sign_in_server_offers_a_reload() -> Result<()> {
    let sign_in = Stub::start(|_| Response::html("200 OK", "<h1>Sign in</h1>")).await?;
    let page = Page::on_stub(60).await?;
    page.wait_for_count(ROW, 3).await?;
    let before = page.server.request_count();
    let location = sign_in.url("login");
    page.server.respond(move |_| Response::status("302 Found").header("location", &location));
    page.click_button("Refresh").await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Sign-in needed").await?;
    ensure!(page.count(ROW).await? == 3, "the rows are gone");
    page.server.expect_requests(before + 2)?;
    // One probe per outage.
    page.click_button("Try again").await?;
    page.server.wait_for_requests(before + 3).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("retrying in")).await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Sign-in needed").await?;
    page.server.expect_requests(before + 3)?;
    page.server.expect_no_concurrent_requests()?;

    page.server.respond(good);
    page.act("window.isOld = true").await?;
    page.click_button("Reload the page").await?;
    page.wait_until("!window.isOld && find('.btw-row')").await?;
    page.wait_for_count(ALERT, 0).await?;
    page.close_despite_errors().await
}

/// Waits until the widget of a host page shows this response or a later one.
async fn wait_for_response(page: &Page<Stub>, at_least: usize) -> Result<()> {
    let number = "text('[part~=request-id]')?.match(/REQUEST-(\\d+)/)?.[1]";
    page.wait_until(&format!("{number} >= {at_least}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_has_no_error_and_sends_one_request() -> Result<()> {
    const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=3600></batch-task-widget>";
    let page = Page::embedding(TAG, DEFINE).await?;
    wait_for_response(&page, 1).await?;
    for (left, back) in [("pagehide", "pageshow"), ("freeze", "resume")] {
        let target = if left == "freeze" { "document" } else { "window" };
        let before = page.server.request_count();
        page.server.hold();
        page.act("widget().refresh().then(() => { window.isRefreshed = true }, () => {})").await?;
        page.server.wait_for_requests(before + 1).await?;
        page.act(&format!("{target}.dispatchEvent(new Event('{left}'))")).await?;
        page.server.respond(move |number| match number == before + 1 {
            true => good(number).sent(Delivery::Reset),
            false => good(number),
        });
        page.server.release();
        page.act(&format!("window.isRefreshed = false; {target}.dispatchEvent(new Event('{back}'))")).await?;
        wait_for_response(&page, before + 2).await?;
        page.wait_until("window.isRefreshed").await?;
        page.server.expect_requests(before + 2)?;
        ensure!(page.events("error").await?.is_empty(), "an error was reported");
    }
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_held_over_a_suspension_is_old() -> Result<()> {
    const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=3600></batch-task-widget>";
    let page = Page::blank(Stub::start(good).await?).await?;
    clock::serve(&page.server);
    page.embed(&format!("{CLOCK_TAG}{TAG}"), DEFINE).await?;
    wait_for_response(&page, 1).await?;
    page.server.hold();
    page.act("widget().refresh()").await?;
    page.server.wait_for_requests(2).await?;
    page.act("clock.sleep(145_000)").await?;
    page.server.release();
    wait_for_response(&page, 2).await?;
    page.wait_until("text('.btw-freshness-text').startsWith('Updated 2 min')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_does_not_advance_marks_a_cached_response() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.wait_for_count(ROW, 3).await?;
    let date: String = page.eval("new Date().toUTCString()").await?;
    page.server.respond(move |number| good(number).header("date", &date));
    // Several polls later its age still grows.
    page.wait_for_age(std::time::Duration::from_secs(6)).await?;
    page.server.respond(good);
    page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated just now")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_about_another_batch_has_a_notice_beside_the_data() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    page.goto("?batch-id=pcb-other&interval=2").await?;
    page.wait_for_count(ROW, 3).await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Another batch").await?;
    page.wait_for_text(ALERT, |text| text.contains("pcb-other") && text.contains("pcb-stub")).await?;
    // It stays one notice, and polling continues.
    page.wait_for_response(3).await?;
    ensure!(page.count(ALERT).await? == 1);
    page.goto("?batch-id=pcb-stub").await?;
    page.wait_for_count(ROW, 3).await?;
    ensure!(page.count(ALERT).await? == 0);
    page.close().await
}
