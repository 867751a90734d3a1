//! The server stops and starts again: the rows stay, and the page shows how old they are.

use anyhow::{Result, ensure};

use crate::fixture::Page;
use crate::selectors::{ALERT, ALERT_TITLE, FRESHNESS, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_stay_while_the_server_is_down() -> Result<()> {
    let mut page = Page::on_proxy("?batch-id=pcb-all-statuses&interval=2").await?;
    page.wait_for_count(ROW, 10).await?;
    let rows = page.texts(ROW).await?;

    page.server.kill().await?;
    page.wait_for_text(ALERT_TITLE, |text| text == "Cannot reach the server").await?;
    ensure!(page.count(ALERT).await? == 1, "there is more than one notice");
    ensure!(page.texts(ROW).await? == rows, "the rows have changed");
    page.wait_for_text(FRESHNESS, |text| text.starts_with("Data from ") && text.contains(" ago")).await?;
    page.wait_for_text(ALERT, |text| text.contains("The data below is from an earlier update.")).await?;

    page.server.restart().await?;
    page.wait_for_count(ALERT, 0).await?;
    // Two more polls. Unchanged rows are not sent again (304), so these responses have no RequestId to wait for.
    for _ in 0..2 {
        page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated just now")).await?;
        page.wait_for_text(FRESHNESS, |text| text.starts_with("Updated 1 s ago")).await?;
    }
    ensure!(page.count(ROW).await? == 10, "the rows are gone");
    page.close().await
}
