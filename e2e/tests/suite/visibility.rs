//! A hidden page and a page without a network send no requests, and send one when they are back.

use anyhow::Result;

use crate::fixture::{Page, QUIET};
use crate::selectors::FRESHNESS;

/// Sets the visibility of the page to `arguments[0]`. A second window would hide it too, but at another time on each
/// machine.
const SET_VISIBILITY: &str = include_str!("visibility.js");

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_page_sends_no_requests() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.server.wait_for_requests(2).await?;

    page.run::<()>(SET_VISIBILITY, &["hidden".into()]).await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused while hidden")).await?;
    let count = page.server.request_count();
    page.wait_for_age(QUIET).await?;
    page.server.expect_requests(count)?;

    page.run::<()>(SET_VISIBILITY, &["visible".into()]).await?;
    page.server.wait_for_requests(count + 2).await?;
    page.server.expect_no_concurrent_requests()?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_page_waits_for_the_network() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.server.wait_for_requests(2).await?;

    page.set_online(false).await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused: offline")).await?;
    let count = page.server.request_count();
    page.wait_for_age(QUIET).await?;
    page.server.expect_requests(count)?;

    page.set_online(true).await?;
    page.server.wait_for_requests(count + 2).await?;
    page.close().await
}
