//! The page fits a phone, and the rows have the height that the windowing assumes.

use anyhow::{Context as _, Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{COLUMN, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_overflows_and_all_rows_have_the_same_height() -> Result<()> {
    // WebKit's driver sometimes does not return from loading the page that has just been loaded.
    let page = Page::blank(Proxy::start(Settings::default()).await?).await?;
    let pages = [
        ("", "form"),
        ("?batch-id=a%20b", "[role=alert]"),
        ("?batch-id=pcb-denied", "[role=alert]"),
        ("?batch-id=pcb-empty", ".btw-empty"),
        ("?batch-id=pcb-sample", ROW),
        ("?batch-id=pcb-failed", ROW),
        ("?batch-id=pcb-all-statuses", ROW),
        ("?batch-id=pcb-odd", ROW),
        ("?batch-id=pcb-10k", ROW),
    ];
    for (size, row_px) in [(Size::WIDE, 34.0), (Size::NARROW, 56.0)] {
        page.resize(size).await?;
        for (path, selector) in pages {
            page.goto(path).await?;
            wait_for(&format!("the layout of {path} at {} px", size.width), async || {
                ensure!(page.count(selector).await? > 0, "there is no {selector}");
                let overflow: f64 = page.eval("document.documentElement.scrollWidth - innerWidth").await?;
                ensure!(overflow <= 0.0, "the page is {overflow} px wider than the window");
                let heights: Vec<f64> =
                    page.eval("all('[part~=row]').map((row) => row.getBoundingClientRect().height)").await?;
                let other = heights.iter().find(|height| **height != row_px);
                ensure!(other.is_none(), "the height of a row is {other:?} px, not {row_px}");
                Ok(())
            })
            .await?;
        }
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_table_shows_the_error_below_the_id() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, Size::NARROW, "?batch-id=pcb-failed&filter=failed").await?;
    page.wait_for_text(".btw-row-error", |text| !text.is_empty()).await?;
    let headers = page.texts(COLUMN).await?;
    ensure!(headers.len() == 3, "the columns are {headers:?}");
    let boxes = "['[part~=row]', '.btw-row-error'].map((selector) => find(selector).getBoundingClientRect())";
    page.act(&format!("[window.row, window.error] = {boxes}")).await?;
    page.expect("error.top >= row.top + 20 && error.bottom <= row.bottom && error.right <= innerWidth")
        .await?;
    // A wider window shows the other columns again.
    page.resize(Size::WIDE).await?;
    page.wait_for_count(COLUMN, 7).await.context("after the window was widened")?;
    page.close().await
}
