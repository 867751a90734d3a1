//! A print is a report: all rows and facts, in light colours, without controls.

use anyhow::{Result, ensure};
use e2e::Size;
use serde_json::json;

use super::{expect_none, gallery, show};
use crate::selectors::ROW;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: emulates print media"]
async fn a_print_is_a_report() -> Result<()> {
    // The width of A4 between its margins.
    let page = gallery(Size { width: 718, height: 1000 }).await?;
    for theme in ["light", "dark"] {
        show(&page, "running", &format!("&theme={theme}")).await?;
        let windowed = page.count(ROW).await?;
        ensure!(windowed < 240, "all rows are drawn before the print");
        page.devtools("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
        page.act("dispatchEvent(new Event('beforeprint'))").await?;
        page.wait_for_count(ROW, 240).await?;
        let problems: Vec<String> = page.eval("printProblems()").await?;
        expect_none(&problems)?;
        let background: String = page.eval("styleOf('.batch-task-widget').backgroundColor").await?;
        ensure!(background == "rgb(255, 255, 255)", "the background is {background}");
        page.devtools("Emulation.setEmulatedMedia", json!({"media": ""})).await?;
        page.act("dispatchEvent(new Event('afterprint'))").await?;
        page.wait_for_count(ROW, windowed).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other driver prints what the page draws on `beforeprint`"]
async fn all_rows_are_printed() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    show(&page, "running", "").await?;
    let printed = page.devtools("Page.printToPDF", json!({})).await?;
    let count = r"atob(arguments[0]).match(/\/Type ?\/Page\b/g).length";
    let sheets: u32 = page.eval_with(count, &[printed["data"].clone()]).await?;
    // A sheet has room for at most 40 rows; the rows that the window shows would fill only one or two.
    ensure!((6..=12).contains(&sheets), "240 rows are on {sheets} sheets");
    page.close().await
}
