//! What is seen before the page's program is there: its frame, from HTML and CSS alone, which stays where it is.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub, wait_for};
use serde_json::{Value, json};

use crate::support::{ROW, good, wait_for_count};

/// Gathers how far things have moved in the window that nobody moved, from the beginning of the page on.
const WATCH_SHIFTS: &str = r#"
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
  .observe({ type: "layout-shift", buffered: true });
"#;

/// Two frames on, all that has moved has been told of.
const SHIFTS: &str = r#"
return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(shifts)))));
"#;

/// When the first content was painted, and of the program: how it was asked for, and when it had come.
const TIMES: &str = r#"
const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null;
const wasm = performance.getEntriesByType("resource").filter(({ name }) => name.includes(".wasm"));
return [paint, wasm.map(({ initiatorType, responseEnd }) => [initiatorType, responseEnd])];
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other engine tells of shifts, or slows a line down; page.rs compares the places in all"]
async fn the_frame_is_there_before_the_program_and_nothing_shifts_when_that_takes_over() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    stub.hold();
    // A slow line: the program takes seconds, the page and its styles do not.
    browser.devtools("Network.enable", json!({})).await?;
    let line =
        json!({"offline": false, "latency": 50, "downloadThroughput": 250_000, "uploadThroughput": 250_000});
    browser.devtools("Network.emulateNetworkConditions", line).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub")).await?;
    stub.wait_until_asked(1).await?;
    wait_for_count(&browser, ".page-frame", 0).await?;
    wait_for_count(&browser, ".btw-skeleton", 1).await?;

    browser.run::<()>(WATCH_SHIFTS, &[]).await?;
    let shifts: Vec<f64> = browser.run(SHIFTS, &[]).await?;
    ensure!(shifts.is_empty(), "the page moved by {shifts:?}");
    let (paint, programs): (Option<f64>, Vec<(String, f64)>) = browser.run(TIMES, &[]).await?;
    let [(initiator, came)] = programs.as_slice() else {
        anyhow::bail!("the program is loaded {} times: {programs:?}", programs.len())
    };
    ensure!(initiator == "link", "the program is not preloaded, but asked for by {initiator}");
    ensure!(
        paint.is_some_and(|paint| paint < *came),
        "painted at {paint:?} ms, the program came at {came} ms"
    );

    // What moves is seen.
    let push: &str =
        "const bar = document.createElement('div'); bar.textContent = 'bar'; bar.style.height = '200px';
        document.body.prepend(bar);";
    browser.run::<Value>(push, &[]).await?;
    wait_for("the shift that the test itself makes", async || {
        let shifts: Vec<f64> = browser.run(SHIFTS, &[]).await?;
        ensure!(!shifts.is_empty(), "it is not seen");
        Ok(())
    })
    .await?;
    stub.release();
    wait_for_count(&browser, ROW, 3).await?;
    browser.close().await
}
