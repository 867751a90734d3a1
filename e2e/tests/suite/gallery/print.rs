//! What is printed is a report: all rows and facts, in light colours, and nothing to press.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};
use serde_json::json;

use super::{expect_none, show};
use crate::support::ROW;

/// What should not be on paper, as sentences; and what the widget stands on.
const CHECK: &str = r#"
const widget = document.querySelector(".batch-task-widget");
const seen = (selector) => [...widget.querySelectorAll(selector)].filter((element) => element.checkVisibility());
const controls = seen("button:not(.btw-chip, .btw-group-button, .btw-sort, .btw-more), input, summary, [role=tab]");
const problems = controls.map((control) => `a control: ${control.className}`);
const scroller = widget.querySelector(".btw-table-scroll");
if (scroller.scrollHeight > scroller.clientHeight + 1 || getComputedStyle(scroller).overflowY !== "visible") problems.push("a scroll box");
if (widget.scrollWidth > widget.clientWidth) problems.push("wider than the paper");
if (seen(".btw-fact").length < 5) problems.push("facts are left out");
if (!seen(".btw-failures").length) problems.push("what failed is left out");
const rows = seen("[part~=row]").map((row) => row.getBoundingClientRect());
if (rows.at(-1).bottom - rows[0].top > rows.length * 60) problems.push("room between the rows");
return [problems, getComputedStyle(widget).backgroundColor];
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: paper is emulated"]
async fn a_print_is_a_report() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    // As wide as A4 between its margins.
    let browser = Browser::open(Size { width: 718, height: 1000 }).await?;
    for theme in ["light", "dark"] {
        show(&browser, &proxy, "running", &format!("&theme={theme}")).await?;
        let before = browser.count(ROW).await?;
        browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
        browser.run::<bool>("return dispatchEvent(new Event('beforeprint'));", &[]).await?;
        wait_for("all rows", async || {
            let rows = browser.count(ROW).await?;
            ensure!(rows == 240 && before < rows, "there are {rows}, before there were {before}");
            Ok(())
        })
        .await?;
        let (problems, ground): (Vec<String>, String) = browser.run(CHECK, &[]).await?;
        expect_none(&problems)?;
        ensure!(ground == "rgb(255, 255, 255)", "it stands on {ground}");
        browser.devtools("Emulation.setEmulatedMedia", json!({"media": ""})).await?;
        browser.run::<bool>("return dispatchEvent(new Event('afterprint'));", &[]).await?;
        wait_for("the rows in sight", async || {
            let rows = browser.count(ROW).await?;
            ensure!(rows == before, "there are {rows}");
            Ok(())
        })
        .await?;
    }
    browser.close().await
}

/// The sheets of a PDF.
const SHEETS: &str = r"return atob(arguments[0]).match(/\/Type ?\/Page\b/g).length;";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other driver prints all that a page has become when it was told"]
async fn all_rows_come_onto_paper() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    show(&browser, &proxy, "running", "").await?;
    let printed = browser.ask_devtools("Page.printToPDF", json!({})).await?;
    let sheets: u32 = browser.run(SHEETS, &[printed["data"].clone()]).await?;
    // A sheet has room for 40 rows at most, and the window's rows alone would be on the second.
    ensure!((6..=12).contains(&sheets), "240 rows are on {sheets} sheets");
    browser.close().await
}
