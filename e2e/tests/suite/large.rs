//! Ten thousand rows: the document holds few of them, and a poll moves nothing that the viewer looks at.

use anyhow::{Result, bail, ensure};
use e2e::{Proxy, wait_for};
use serde_json::Value;

use crate::fixture::Page;
use crate::selectors::REQUEST_ID;

/// The document may hold this many rows: the visible ones, and some above and below.
const MOST_ROWS: usize = 80;
const INSTANCES: &str = "td.btw-col-instance";

async fn open() -> Result<Page<Proxy>> {
    let page = Page::on_proxy("?batch-id=pcb-10k&interval=2").await?.with_helpers(include_str!("large.js"));
    // The first rows appear before the body is complete.
    page.wait_until(
        "find('table')?.getAttribute('aria-rowcount') === '10001' && all('[part~=row]').length > 10",
    )
    .await?;
    page.act("scroller().scrollIntoView({ block: 'end' })").await?;
    Ok(page)
}

/// Scrolls to a share of the height and waits until no gap is visible. Returns the `aria-rowindex` of the lowest row.
async fn scroll(page: &Page<Proxy>, share: f64) -> Result<u32> {
    let wanted: f64 = page.eval(&format!("scrollTo({share})")).await?;
    wait_for(&format!("rows at {share} of the height"), async || {
        let found: f64 = page.eval("scroller().scrollTop").await?;
        ensure!((found - wanted).abs() < 2.0, "the box was at {wanted} px and is at {found} px");
        match page.eval::<[Option<u32>; 3]>("visibleRows()").await? {
            [Some(top), Some(_), Some(bottom)] if top < bottom => Ok(bottom),
            rows => bail!("there are gaps: {rows:?}"),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn scrolling_to_the_end_keeps_the_document_small() -> Result<()> {
    let page = open().await?;
    let mut last = 0;
    for step in 0..=20 {
        let lowest = scroll(&page, f64::from(step) / 20.0).await?;
        ensure!(lowest > last, "row {lowest} is shown after row {last}");
        last = lowest;
        let count = page.count("tr").await?;
        ensure!(count < MOST_ROWS, "the document holds {count} rows");
    }
    let geometry: Value = page.eval("scrollGeometry()").await?;
    ensure!(last == 10_001, "the last visible row is {last}: {geometry}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_drawn_in_the_task_of_the_letter() -> Result<()> {
    let page = open().await?;
    page.load_deferred().await?;
    let listed: String = page.eval("listedAtOnce('nothing')").await?;
    ensure!(listed == "0 of 10,000", "{listed:?}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_keep_the_scroll_position_the_focus_and_the_selection() -> Result<()> {
    let page = open().await?;
    scroll(&page, 0.4).await?;
    page.act("selectText()").await?;
    let before: (f64, bool, String) = page.eval("viewState()").await?;
    ensure!(before.0 > 100_000.0 && before.1 && !before.2.is_empty(), "the test's own set-up is {before:?}");

    let counts = page.text(".btw-counts").await?;
    let mut request_id = page.text(REQUEST_ID).await?;
    for _ in 0..3 {
        request_id = page.wait_for_new_request_id(&request_id).await?;
    }
    ensure!(page.text(".btw-counts").await? != counts, "the batch did not change, so the test shows nothing");
    let after: (f64, bool, String) = page.eval("viewState()").await?;
    ensure!(after == before, "{before:?} became {after:?}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_sorts_all_rows_not_only_the_visible_ones() -> Result<()> {
    let page = open().await?;
    page.click("thead th:nth-child(3) button").await?;
    wait_for("the first rows by InstanceId", async || {
        let sort = page.attribute("thead th:nth-child(3)", "aria-sort").await?;
        ensure!(sort.as_deref() == Some("ascending"), "aria-sort is {sort:?}");
        let ids = page.texts(INSTANCES).await?;
        ensure!(ids.len() > 10 && ids.is_sorted(), "they are {ids:?}");
        Ok(())
    })
    .await?;
    let top = page.texts(INSTANCES).await?;
    scroll(&page, 1.0).await?;
    let end = page.texts(INSTANCES).await?;
    ensure!(end.is_sorted() && top.last() < end.first(), "the last rows are {end:?}");
    // Another order starts at the top.
    page.click("thead th:nth-child(3) button").await?;
    wait_for("the top of the descending order", async || {
        let scroll_top: f64 = page.eval("scroller().scrollTop").await?;
        ensure!(scroll_top == 0.0, "it is scrolled to {scroll_top}");
        let ids = page.texts(INSTANCES).await?;
        ensure!(ids.is_sorted_by(|a, b| a >= b) && ids.first() == end.last(), "they are {ids:?}");
        Ok(())
    })
    .await?;
    page.close().await
}
