//! A hundred widgets that come and go leave nothing behind: no listener, no timer, no request, no tree.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub, wait_for};
use serde_json::Value;

use crate::counting::{COUNTING, expect_no_more, held};
use crate::host::{look, open, wait_until};
use crate::support::good;

const CYCLES: &str = r#"
const { mount } = await import("./npm/define.js");
window.cycles = async (count) => {
  for (let i = 0; i < count; i++) {
    const element = document.createElement("batch-task-widget");
    element.endpoint = "api/DescribeBatchTask";
    element.batchId = "pcb-stub";
    element.interval = 2;
    document.body.append(element);
    const handle = await mount(document.getElementById("target"), { endpoint: "api/DescribeBatchTask", batchId: `pcb-${i}`, interval: 2 });
    // Half of them go while their first request is under way.
    if (i % 2) await handle.refresh();
    element.remove();
    handle.destroy();
    await undefined;
  }
};
"#;

/// A page that has had its first widgets: what those need is kept, the module and its style sheet.
async fn open_warm(browser: &Browser, stub: &Stub) -> Result<()> {
    open(browser, stub, "<div id=target></div>", &format!("{COUNTING}{CYCLES}")).await?;
    wait_until(browser, "window.cycles").await?;
    look::<Value>(browser, "return cycles(10).then(() => 0);").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_widgets_leave_nothing_behind() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open_warm(&browser, &stub).await?;
    let here = wait_for("timers, listeners and requests to go", async || {
        let here: Value = look(&browser, "return left();").await?;
        ensure!(here["timers"] == 0 && here["listeners"] == 0 && here["requests"] == 0, "{here} is left");
        Ok(here)
    })
    .await?;
    look::<Value>(&browser, "return cycles(100).then(() => 0);").await?;
    wait_for("all to be over", async || {
        let left: Value = look(&browser, "return left();").await?;
        ensure!(left == here, "{left} is left, and {here} after the first ones");
        Ok(())
    })
    .await?;
    // The interval has passed for whoever would still ask.
    let asked = stub.asked();
    look::<Value>(&browser, "return new Promise((done) => setTimeout(done, 2500, 0));").await?;
    ensure!(stub.asked() == asked, "something still asks");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other engine's driver counts nodes, listeners and the heap"]
async fn a_hundred_widgets_leave_no_tree_and_no_heap() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open_warm(&browser, &stub).await?;
    let before = held(&browser).await?;
    look::<Value>(&browser, "return cycles(100).then(() => 0);").await?;
    expect_no_more(&browser, before).await?;
    browser.close().await
}
