//! When the page sends a request and when it does not, as the server sees it.

use anyhow::{Result, ensure};
use e2e::{Size, Stub};

use crate::batch::{completed, good};
use crate::fixture::{Page, QUIET};
use crate::selectors::{BADGE, FRESHNESS, REQUEST_ID};

#[tokio::test(flavor = "multi_thread")]
async fn the_pause_button_stops_polling_and_resume_continues_it() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.server.wait_for_requests(3).await?;

    page.click_button("Pause").await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    let count = page.server.request_count();
    page.wait_for_age(QUIET).await?;
    page.server.expect_requests(count)?;

    // A refresh sends one request and does not end the pause.
    let before = page.text(REQUEST_ID).await?;
    page.click_button("Refresh").await?;
    page.wait_for_new_request_id(&before).await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    page.server.expect_requests(count + 1)?;

    page.click_button("Resume").await?;
    page.server.wait_for_requests(count + 3).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    page.server.expect_no_concurrent_requests()?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_shown_immediately_and_a_resume_keeps_the_interval() -> Result<()> {
    // The next poll is far away: nothing shown below can come from a response.
    let page = Page::on_stub(600).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    page.click_button("Pause").await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    page.click_button("Resume").await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("next in 9 min")).await?;
    page.server.expect_requests(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_sends_a_request_immediately_but_never_two_at_a_time() -> Result<()> {
    // The next poll is far away: all further requests come from a refresh.
    let page = Page::on_stub(600).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    page.server.expect_requests(1)?;

    page.server.hold();
    for _ in 0..6 {
        page.click_button("Refresh").await?;
    }
    page.server.wait_for_requests(2).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("updating…")).await?;
    ensure!(page.text(REQUEST_ID).await?.ends_with("REQUEST-1"), "the old response is gone");

    // The clicks during the request need a newer response: one further request serves all of them.
    page.server.release();
    page.wait_for_response(3).await?;
    page.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    page.server.expect_requests(3)?;
    page.server.expect_no_concurrent_requests()?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_stops_when_the_batch_has_ended() -> Result<()> {
    let stub = Stub::start(|number| if number >= 2 { completed(number) } else { good(number) }).await?;
    let page = Page::open(stub, Size::WIDE, "?batch-id=pcb-stub&interval=2").await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· task has ended")).await?;
    page.wait_for_age(QUIET).await?;
    page.server.expect_requests(2)?;
    page.click_button("Refresh").await?;
    page.server.wait_for_requests(3).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skeleton_is_shown_until_the_first_response() -> Result<()> {
    let stub = Stub::start(good).await?;
    stub.hold();
    let page = Page::open(stub, Size::WIDE, "?batch-id=pcb-stub").await?;
    page.wait_for_text(".btw-skeleton p", |text| text == "Loading the batch task…").await?;
    page.expect("find('[role=region]').ariaBusy === 'true'").await?;
    page.server.release();
    page.wait_for_text(BADGE, |text| text == "Running").await?;
    ensure!(page.count(".btw-skeleton").await? == 0, "the skeleton is still there");
    page.close().await
}
