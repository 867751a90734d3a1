//! The server goes and comes back: what was shown stays, and says how old it is.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size};

use crate::support::{ALERT, ALERT_TITLE, FRESHNESS, ROW, wait_for_count};

#[tokio::test(flavor = "multi_thread")]
async fn rows_outlive_the_server() -> Result<()> {
    let mut proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-all-statuses&interval=2")).await?;
    wait_for_count(&browser, ROW, 10).await?;
    let rows = browser.texts(ROW).await?;

    proxy.kill().await?;
    browser.wait_for_text(ALERT_TITLE, |text| text == "Cannot reach the server").await?;
    ensure!(browser.count(ALERT).await? == 1, "it is said more than once");
    ensure!(browser.texts(ROW).await? == rows, "the rows have changed");
    browser.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ") && text.contains(" ago")).await?;
    browser.wait_for_text(ALERT, |text| text.contains("The data below is from an earlier update.")).await?;

    proxy.restart().await?;
    wait_for_count(&browser, ALERT, 0).await?;
    // The same rows need not be sent again, so the answers that come now have no RequestId of their own.
    for _ in 0..2 {
        browser.wait_for_text(FRESHNESS, |text| text.starts_with("Updated just now")).await?;
        browser.wait_for_text(FRESHNESS, |text| text.starts_with("Updated 1 s ago")).await?;
    }
    ensure!(browser.count(ROW).await? == 10, "the rows are gone");
    browser.close().await
}
