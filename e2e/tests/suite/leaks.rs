//! A hundred widgets that are created and removed leave nothing behind: no listener, timer, request or tree.

use anyhow::{Result, ensure};
use e2e::{Stub, wait_for};
use serde_json::Value;

use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::Page;
use crate::leak_counters::{COUNTERS, Memory, wait_for_no_more_memory};

/// A page after its first widgets: it keeps the module and the style sheet that they have loaded.
async fn open_warm() -> Result<Page<Stub>> {
    let page = Page::embedding("", "").await?;
    clock::serve(&page.server);
    let script = format!("{COUNTERS}{}", include_str!("leaks.js"));
    page.embed(&format!("{CLOCK_TAG}<div id=target></div>"), &script).await?;
    page.wait_until("window.cycles").await?;
    page.act("return cycles(10)").await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_widgets_leave_nothing_behind() -> Result<()> {
    let page = open_warm().await?;
    let before = wait_for("timers, listeners and requests to end", async || {
        let left: Value = page.eval("left()").await?;
        ensure!(left["timers"] == 0 && left["listeners"] == 0 && left["requests"] == 0, "{left} is left");
        Ok(left)
    })
    .await?;
    page.act("return cycles(100)").await?;
    wait_for("all cycles to end", async || {
        let left: Value = page.eval("left()").await?;
        ensure!(left == before, "{left} is left, {before} after the first widgets");
        Ok(())
    })
    .await?;
    // A widget that still polled would send several requests in this time.
    let count = page.server.request_count();
    clock::advance(&page, 10_000, Requests::Awaited).await?;
    page.server.expect_requests(count)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other driver counts nodes, listeners and the heap"]
async fn a_hundred_widgets_leave_no_nodes_and_no_memory() -> Result<()> {
    let page = open_warm().await?;
    let before = Memory::measure(&page).await?;
    page.act("return cycles(100)").await?;
    wait_for_no_more_memory(&page, before).await?;
    page.close().await
}
