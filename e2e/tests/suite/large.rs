//! Ten thousand rows: few of them in the document, and nothing that moves under the viewer.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};
use serde_json::{Value, json};

use crate::support::{REQUEST_ID, ROW, SCROLLER, wait_for_another_answer};

/// The most rows that may be in the document: what is in sight, and a few around it.
const MOST_ROWS: usize = 80;

/// Scrolls to a share of the whole.
const SCROLL_TO: &str = r#"
const box = document.querySelector(arguments[0]);
box.scrollTop = arguments[1] * (box.scrollHeight - box.clientHeight);
"#;

/// The `aria-rowindex` of the rows that are at the top and at the bottom of what is in sight; null where a gap is.
const IN_SIGHT: &str = r#"
const box = document.querySelector(arguments[0]).getBoundingClientRect();
// The header's cells stick to the top of the box, where the header itself does not.
const head = document.querySelector("thead th").getBoundingClientRect();
const bottom = Math.min(box.bottom, innerHeight);
const at = (y) => document.elementFromPoint(box.left + 40, y)?.closest("[part~=row]")?.getAttribute("aria-rowindex");
return [head.bottom + 4, (head.bottom + bottom) / 2, bottom - 20].map((y) => at(y) ?? null);
"#;

/// Where the box is, and what it shows, for a failed test's message.
const PLACE: &str = r#"
const box = document.querySelector(arguments[0]);
const { scrollTop, scrollHeight, clientHeight } = box;
const { top, bottom } = box.getBoundingClientRect();
return { scrollTop, scrollHeight, clientHeight, top, bottom, innerHeight, rows: document.querySelectorAll("tr").length };
"#;

async fn open(proxy: &Proxy) -> Result<Browser> {
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-10k&interval=2")).await?;
    // The first rows show before the last ones are there.
    wait_for("all rows", async || {
        let rows = browser.attribute("table", "aria-rowcount").await?;
        ensure!(rows.as_deref() == Some("10001"), "aria-rowcount is {rows:?}");
        ensure!(browser.count(ROW).await? > 10, "there are none");
        Ok(())
    })
    .await?;
    // The box may lie partly below the fold.
    let into_view = "document.querySelector(arguments[0]).scrollIntoView({block: 'end'});";
    browser.run::<()>(into_view, &[SCROLLER.into()]).await?;
    Ok(browser)
}

/// Scrolls, and waits until there are rows wherever one looks; gives the `aria-rowindex` of the lowest.
async fn scroll(browser: &Browser, share: f64) -> Result<u32> {
    browser.run::<()>(SCROLL_TO, &[SCROLLER.into(), json!(share)]).await?;
    wait_for(&format!("rows at {share} of the whole"), async || {
        let seen: Vec<Option<String>> = browser.run(IN_SIGHT, &[SCROLLER.into()]).await?;
        let seen: Option<Vec<u32>> = seen.iter().map(|index| index.as_ref()?.parse().ok()).collect();
        match seen.as_deref() {
            Some([top, _, bottom]) if top < bottom => Ok(*bottom),
            seen => anyhow::bail!("there are gaps: {seen:?}"),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn scrolling_to_the_end_keeps_the_document_small() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = open(&proxy).await?;
    let mut last = 0;
    for step in 0..=20 {
        let lowest = scroll(&browser, f64::from(step) / 20.0).await?;
        ensure!(lowest > last, "row {lowest} is shown after row {last}");
        last = lowest;
        let count = browser.count("tr").await?;
        ensure!(count < MOST_ROWS, "{count} rows are in the document");
    }
    let place: Value = browser.run(PLACE, &[SCROLLER.into()]).await?;
    ensure!(last == 10_001, "the last row that is reached is {last}, in a box that is {place}");
    browser.close().await
}

/// Selects the text of an id in the middle of what is in sight, and gives the focus to the scroll box.
const SELECT: &str = r#"
const box = document.querySelector(arguments[0]);
box.focus({preventScroll: true});
const rows = [...document.querySelectorAll("[part~=row]")];
getSelection().selectAllChildren(rows[Math.floor(rows.length / 2)].querySelector("code"));
"#;

/// What a viewer would miss if it changed.
const HELD: &str = r#"
const box = document.querySelector(arguments[0]);
return [box.scrollTop, document.activeElement === box, getSelection().toString()];
"#;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_under_the_viewer() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = open(&proxy).await?;
    scroll(&browser, 0.4).await?;
    browser.run::<()>(SELECT, &[SCROLLER.into()]).await?;
    let held: (f64, bool, String) = browser.run(HELD, &[SCROLLER.into()]).await?;
    ensure!(held.0 > 100_000.0 && held.1 && !held.2.is_empty(), "the test's own set-up is {held:?}");

    let counts = browser.text(".btw-counts").await?;
    let mut request_id = browser.text(REQUEST_ID).await?;
    for _ in 0..3 {
        request_id = wait_for_another_answer(&browser, &request_id).await?;
    }
    ensure!(browser.text(".btw-counts").await? != counts, "nothing has changed, which shows nothing");
    let after: (f64, bool, String) = browser.run(HELD, &[SCROLLER.into()]).await?;
    ensure!(after == held, "what was {held:?} is {after:?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_sorts_all_rows_not_only_those_in_sight() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = open(&proxy).await?;
    browser.click("thead th:nth-child(3) button").await?;
    wait_for("the first rows by InstanceId", async || {
        let aria = browser.attribute("thead th:nth-child(3)", "aria-sort").await?;
        ensure!(aria.as_deref() == Some("ascending"), "aria-sort is {aria:?}");
        let ids = browser.texts("td.btw-col-instance").await?;
        ensure!(ids.len() > 10 && ids.is_sorted(), "they are {ids:?}");
        Ok(())
    })
    .await?;
    let top = browser.texts("td.btw-col-instance").await?;
    scroll(&browser, 1.0).await?;
    let end = browser.texts("td.btw-col-instance").await?;
    ensure!(end.is_sorted() && top.last() < end.first(), "the end is {end:?}");
    let scrolled: Value = browser.run(HELD, &[SCROLLER.into()]).await?;
    // Another order has other rows in the old place, so it begins at its top.
    browser.click("thead th:nth-child(3) button").await?;
    wait_for("the top of the other order", async || {
        let now: Value = browser.run(HELD, &[SCROLLER.into()]).await?;
        ensure!(now[0] == json!(0), "it was scrolled to {} and is to {}", scrolled[0], now[0]);
        let ids = browser.texts("td.btw-col-instance").await?;
        ensure!(ids.is_sorted_by(|a, b| a >= b) && ids.first() == end.last(), "they are {ids:?}");
        Ok(())
    })
    .await?;
    browser.close().await
}
