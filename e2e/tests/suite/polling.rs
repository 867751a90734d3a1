//! When the page asks, and when it does not: seen from the server.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Size, Stub};

use crate::support::{
    BADGE, FRESHNESS, QUIET, REQUEST_ID, good, running, wait_for_age, wait_for_another_answer,
    wait_for_answer,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_requests_and_resuming_goes_on() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    stub.wait_until_asked(3).await?;

    browser.press("Pause").await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    let asked = stub.asked();
    wait_for_age(&browser, QUIET).await?;
    ensure!(stub.asked() == asked, "it asked while it was paused");

    // A refresh is one answer, not the end of the pause.
    let before = browser.text(REQUEST_ID).await?;
    browser.press("Refresh").await?;
    wait_for_another_answer(&browser, &before).await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    ensure!(stub.asked() == asked + 1, "a refresh asked {} times", stub.asked() - asked);

    browser.press("Resume").await?;
    stub.wait_until_asked(asked + 3).await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    ensure!(stub.most_under_way() == 1, "two requests were under way at a time");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_there_at_once_and_a_resume_keeps_the_pace() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // The next poll is far off, so that waiting for its answer first would take too long.
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=600")).await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    browser.press("Pause").await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· paused")).await?;
    browser.press("Resume").await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("next in 9 min")).await?;
    ensure!(stub.asked() == 1, "it asked {} times", stub.asked());
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_asks_at_once_and_never_twice_at_a_time() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // The next poll is far off, so that each request from here on is a refresh's.
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=600")).await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    ensure!(stub.asked() == 1, "it asked {} times at first", stub.asked());

    stub.hold();
    for _ in 0..6 {
        browser.press("Refresh").await?;
    }
    stub.wait_until_asked(2).await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("updating…")).await?;
    ensure!(browser.text(REQUEST_ID).await? == "Request ID REQUEST-1", "the old answer is gone");

    // The presses during the answer want one that is newer than they are: one more request, for all of them.
    stub.release();
    wait_for_answer(&browser, 3).await?;
    browser.wait_for_text(FRESHNESS, |text| text.contains("next in")).await?;
    ensure!(stub.asked() == 3, "six presses made {} requests", stub.asked() - 1);
    ensure!(stub.most_under_way() == 1, "two requests were under way at a time");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_has_ended_is_not_asked_for_again() -> Result<()> {
    let stub = Stub::start("/", |number| {
        let mut body = running(number);
        if number >= 2 {
            body["Status"] = "COMPLETED".into();
        }
        Answer::json(body.to_string())
    })
    .await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· task has ended")).await?;
    wait_for_age(&browser, QUIET).await?;
    ensure!(stub.asked() == 2, "it asked {} times", stub.asked());
    browser.press("Refresh").await?;
    stub.wait_until_asked(3).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_waited_for_with_the_layout_to_come() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    stub.hold();
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
    browser.wait_for_text(".btw-skeleton p", |text| text == "Loading the batch task…").await?;
    ensure!(
        browser.attribute("[role=region]", "aria-busy").await?.as_deref() == Some("true"),
        "it is not busy"
    );
    stub.release();
    browser.wait_for_text(BADGE, |text| text == "Running").await?;
    ensure!(browser.count(".btw-skeleton").await? == 0, "the layout to come is still there");
    browser.close().await
}
