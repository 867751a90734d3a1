//! Nothing runs off a phone, and rows have the height that the window's arithmetic takes them to have.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::ROW;

/// How far the page is wider than the window, and the heights of its rows.
const MEASURE: &str = r#"
const heights = [...document.querySelectorAll("[part~=row]")].map((row) => row.getBoundingClientRect().height);
return [document.documentElement.scrollWidth - innerWidth, heights];
"#;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_overflows_and_rows_are_of_one_height() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let pages = [
        ("/", "form"),
        ("/?batch-id=a%20b", "[role=alert]"),
        ("/?batch-id=pcb-denied", "[role=alert]"),
        ("/?batch-id=pcb-empty", ".btw-empty"),
        ("/?batch-id=pcb-sample", ROW),
        ("/?batch-id=pcb-failed", ROW),
        ("/?batch-id=pcb-all-statuses", ROW),
        ("/?batch-id=pcb-odd", ROW),
        ("/?batch-id=pcb-10k", ROW),
    ];
    for (size, row_px) in [(Size::WIDE, 34.0), (Size::NARROW, 56.0)] {
        browser.resize(size).await?;
        for (path, sign) in pages {
            browser.goto(&proxy.url(path)).await?;
            wait_for(&format!("the layout of {path} in {} px", size.width), async || {
                ensure!(browser.count(sign).await? > 0, "there is no {sign}");
                let (overflow, heights): (f64, Vec<f64>) = browser.run(MEASURE, &[]).await?;
                ensure!(overflow <= 0.0, "it is {overflow} px wider than the window");
                let other = heights.iter().find(|height| **height != row_px);
                ensure!(other.is_none(), "a row is {other:?} px high and not {row_px}");
                Ok(())
            })
            .await?;
        }
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_table_tells_the_error_in_its_second_line() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::NARROW).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed&filter=failed")).await?;
    browser.wait_for_text(".btw-row-error", |text| !text.is_empty()).await?;
    let headers = browser.texts("thead th").await?;
    ensure!(headers.len() == 3, "the columns are {headers:?}");
    let is_below = "const [row, error] = [...arguments].map((selector) => document.querySelector(selector)
        .getBoundingClientRect()); return error.top >= row.top + 20 && error.bottom <= row.bottom
        && error.right <= innerWidth;";
    let is_below: bool = browser.run(is_below, &[ROW.into(), ".btw-row-error".into()]).await?;
    ensure!(is_below, "the error is not within its row, below the id");
    // A window that widens gets the other columns back.
    browser.resize(Size::WIDE).await?;
    wait_for("all columns", async || {
        let headers = browser.texts("thead th").await?;
        ensure!(headers.len() == 7, "the columns are {headers:?}");
        Ok(())
    })
    .await
    .context("after the window was widened")?;
    browser.close().await
}
