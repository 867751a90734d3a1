//! Sorting, as a viewer does it: by the headers, seen in the rows, in `aria-sort` and in the URL.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::{ROW, url_parameter, wait_for_count};

const IDS: &str = "th.btw-col-id code";

#[tokio::test(flavor = "multi_thread")]
async fn a_header_sorts_up_then_down_then_not() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size { width: 1280, height: 1600 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
    wait_for_count(&browser, ROW, 24).await?;
    let scrolls = "const box = document.querySelector('.btw-table-scroll'); return box.scrollHeight - box.clientHeight;";
    let scrolls: i32 = browser.run(scrolls, &[]).await?;
    ensure!(scrolls == 0, "a table that fits scrolls by {scrolls} px");
    let given = browser.texts(IDS).await?;

    for (column, name, cells) in [(1, "TaskId", IDS), (3, "InstanceId", "td.btw-col-instance code")] {
        let own = browser.texts(cells).await?;
        let mut up = own.clone();
        // These ids are of one length, so that they sort as numbers as they sort as text.
        up.sort();
        let down: Vec<_> = up.iter().rev().cloned().collect();
        ensure!(own != down, "the rows are in the order that a sort by {name} is to give");
        for (sort, aria, rows) in [
            (name.to_owned(), "ascending", &up),
            (format!("-{name}"), "descending", &down),
            (String::new(), "", &own),
        ] {
            browser.click(&format!("thead th:nth-child({column}) button")).await?;
            wait_for(&format!("the rows sorted by {sort:?}"), async || {
                let found = browser.texts(cells).await?;
                ensure!(found == *rows, "they are {found:?}");
                check_sort(&browser, column, aria, &sort).await
            })
            .await?;
        }
        ensure!(browser.texts(IDS).await? == given, "the API's own order did not come back");
    }
    browser.close().await
}

/// Only the sorted column says so, and the URL agrees.
async fn check_sort(browser: &Browser, column: usize, aria: &str, sort: &str) -> Result<()> {
    let found = browser.attribute(&format!("thead th:nth-child({column})"), "aria-sort").await?;
    ensure!(found.as_deref().unwrap_or_default() == aria, "aria-sort is {found:?}");
    let sorted = browser.count("[aria-sort]").await?;
    ensure!(sorted == usize::from(!aria.is_empty()), "{sorted} columns say that they are sorted");
    let parameter = url_parameter(browser, "sort").await?;
    ensure!(parameter.as_deref().unwrap_or_default() == sort, "the URL says {parameter:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_the_same_view() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size { width: 1280, height: 1600 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed&filter=failed&sort=-TaskId")).await?;
    wait_for_count(&browser, ROW, 7).await?;
    let ids = browser.texts(IDS).await?;
    ensure!(ids.is_sorted_by(|a, b| a > b), "the ids are {ids:?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_finds_nothing_has_a_way_back() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size { width: 1280, height: 1600 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
    wait_for_count(&browser, ROW, 24).await?;
    browser.press("Waiting 0").await?;
    browser.wait_for_text(".btw-empty p", |text| text == "No subtasks match the filter “Waiting”.").await?;
    browser.press("Show all").await?;
    // The table that comes back is as large as the one that went.
    wait_for_count(&browser, "thead th", 7).await?;
    wait_for_count(&browser, ROW, 24).await?;
    browser.close().await
}
