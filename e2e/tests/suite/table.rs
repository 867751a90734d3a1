//! Sorting, filters, the search and the columns of the table, and what the URL keeps of them.

use anyhow::{Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{COLUMN, LISTED, ROW, TAB};

const IDS: &str = "th.btw-col-id code";

/// The page of 24 rows in a window that shows all of them.
async fn open(query: &str) -> Result<Page<Proxy>> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, Size::TALL, &format!("?batch-id=pcb-failed{query}")).await?;
    page.load_deferred().await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_sorts_ascending_then_descending_then_not() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    // A table that fits does not scroll.
    page.expect("find('.btw-table-scroll').scrollHeight === find('.btw-table-scroll').clientHeight").await?;
    let api_order = page.texts(IDS).await?;

    for (column, name, cells) in [(1, "TaskId", IDS), (3, "InstanceId", "td.btw-col-instance code")] {
        let unsorted = page.texts(cells).await?;
        let mut ascending = unsorted.clone();
        // All ids have the same length, so their numeric order is their alphabetic order.
        ascending.sort();
        let descending: Vec<_> = ascending.iter().rev().cloned().collect();
        ensure!(unsorted != descending, "the rows are sorted by {name} already");
        for (parameter, sort, rows) in [
            (Some(name.to_owned()), Some("ascending"), &ascending),
            (Some(format!("-{name}")), Some("descending"), &descending),
            (None, None, &unsorted),
        ] {
            page.click(&format!("thead th:nth-child({column}) button")).await?;
            wait_for(&format!("the rows sorted by {parameter:?}"), async || {
                let found = page.texts(cells).await?;
                ensure!(found == *rows, "they are {found:?}");
                let found = page.attribute(&format!("thead th:nth-child({column})"), "aria-sort").await?;
                ensure!(found.as_deref() == sort, "aria-sort is {found:?}");
                let sorted = page.count("[aria-sort]").await?;
                ensure!(sorted == usize::from(sort.is_some()), "{sorted} columns have aria-sort");
                page.expect_url_parameter("sort", parameter.as_deref()).await
            })
            .await?;
        }
        ensure!(page.texts(IDS).await? == api_order, "the rows are not in the order of the API");
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_with_a_filter_and_a_sort_shows_that_view() -> Result<()> {
    let page = open("&filter=failed&sort=-TaskId").await?;
    page.wait_for_count(ROW, 7).await?;
    let ids = page.texts(IDS).await?;
    ensure!(ids.is_sorted_by(|a, b| a > b), "the ids are {ids:?}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_without_rows_has_a_button_that_clears_it() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    page.click_button("Waiting 0").await?;
    page.wait_for_text(".btw-empty p", |text| text == "No subtasks match the filter “Waiting”.").await?;
    page.click_button("Show all").await?;
    // The new table has the same size as the one before.
    page.wait_for_count(COLUMN, 7).await?;
    page.wait_for_count(ROW, 24).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_filters_the_rows_and_is_in_the_url() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    page.type_into("input[type=search]", "CHECKSUM").await?;
    page.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    page.wait_for_count(ROW, 2).await?;
    page.expect_url_parameter("q", Some("CHECKSUM")).await?;
    page.reload().await?;
    page.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    page.type_into("input[type=search]", "zzz").await?;
    page.wait_for_text(".btw-empty p", |text| text == "No subtasks match “CHECKSUMzzz”.").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_several_ids_names_the_missing_ones() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    let ids = page.texts(IDS).await?;
    let instance = page.text("tbody tr:nth-child(4) td.btw-col-instance code").await?;
    page.type_into("input[type=search]", &format!("{}, {instance} pc-nothere1", ids[0])).await?;
    page.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    page.wait_for_text(".btw-found", |text| text == "2 of 3 found; not in this batch: pc-nothere1").await?;
    ensure!(page.texts(IDS).await? == [ids[0].clone(), ids[3].clone()], "other rows are shown");
    page.reload().await?;
    page.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    // With a word among them, all must match.
    page.type_into("input[type=search]", " timeout").await?;
    page.wait_for_text(LISTED, |text| text == "0 of 24").await?;
    page.wait_for_count(".btw-found", 0).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_are_highlighted() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    page.type_into("input[type=search]", "CHECKSUM -nothing").await?;
    page.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    if page.eval("CSS.highlights !== undefined").await? {
        let marked = "[...CSS.highlights.get('btw-hit')].map(String).join()";
        page.wait_until(&format!("{marked} === 'checksum,checksum'")).await?;
        page.type_into("input[type=search]", "zzz").await?;
        page.wait_until(&format!("{marked} === 'checksum,checksum'")).await?;
        page.type_into("input[type=search]", " nowhere").await?;
        page.wait_for_text(LISTED, |text| text == "0 of 24").await?;
        page.click_button("Clear search").await?;
        page.wait_for_count(ROW, 24).await?;
        page.wait_until(&format!("{marked} === ''")).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_menu_adds_statuses_and_a_chip_replaces_them() -> Result<()> {
    let page = open("").await?;
    page.wait_for_count(ROW, 24).await?;
    page.click_button("Failed 7").await?;
    page.wait_for_text(LISTED, |text| text == "7 of 24").await?;
    page.click(".btw-menu:first-of-type > summary").await?;
    let pressed =
        "all('.btw-chip[aria-pressed=true]').map((chip) => chip.innerText.split(/\\s+\\d/)[0]).join()";
    page.act("all('.btw-menu-item').find((item) => item.innerText.trim() === 'Succeeded').click()").await?;
    page.wait_until(&format!("{pressed} === 'Succeeded,Failed'")).await?;
    page.expect_url_parameter("filter", Some("succeeded%2Cfailed")).await?;
    let listed = page.text(LISTED).await?;
    page.reload().await?;
    page.wait_for_text(LISTED, |text| text == listed).await?;
    page.expect(&format!("{pressed} === 'Succeeded,Failed'")).await?;
    page.load_deferred().await?;
    page.click(".btw-chip-failed").await?;
    page.wait_for_text(LISTED, |text| text == "7 of 24").await?;
    page.expect_url_parameter("filter", Some("failed")).await?;
    page.click(".btw-menu:first-of-type > summary").await?;
    page.act("all('.btw-menu-item').find((item) => item.innerText.trim() === 'Longer than 1 h').click()")
        .await?;
    page.wait_for_text(".btw-filter .btw-group-label", |text| text == "Longer than 1 h").await?;
    page.wait_for_text(".btw-empty p", |text| {
        text == "No subtasks match the filter “Failed, Longer than 1 h”."
    })
    .await?;
    page.expect_url_parameter("longer-than", Some("1h")).await?;
    page.click_button("Show all").await?;
    page.wait_for_count(ROW, 24).await?;
    page.expect("!location.search.includes('filter') && !location.search.includes('longer')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_result_offers_the_matches_outside_the_filter() -> Result<()> {
    let page = open("&filter=waiting&q=checksum").await?;
    page.wait_for_text(".btw-empty p", |text| text == "No subtasks with these filters match “checksum”.")
        .await?;
    page.click_button("2 matches outside this filter").await?;
    page.wait_for_count(ROW, 2).await?;
    page.expect("!location.search.includes('filter') && location.search.includes('q=checksum')").await?;
    page.type_into("input[type=search]", "zzz").await?;
    page.click_button("Clear search").await?;
    page.wait_for_count(ROW, 24).await?;
    page.expect("find('[type=search]').value === '' && !location.search.includes('q=')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_chosen_by_keyboard_and_are_in_the_url() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed").await?;
    page.load_deferred().await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.type_into(".btw-menu:nth-of-type(2) > summary", " ").await?;
    // The first column cannot be hidden, so this hides the third.
    page.press_keys(&format!("{TAB}{TAB} ")).await?;
    page.wait_for_count(COLUMN, 6).await?;
    let columns = page.url_parameter("columns").await?.unwrap_or_default();
    ensure!(columns.starts_with("TaskId%2CStatus%2CTaskBegin"), "{columns}");
    page.reload().await?;
    page.wait_for_count(COLUMN, 6).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_are_a_counted_row_that_its_button_controls() -> Result<()> {
    let page = Page::on_stub(600).await?;
    page.wait_for_count(ROW, 3).await?;
    let indexes = "all('tr').map((row) => row.getAttribute('aria-rowindex')).join()";
    let count = "find('table').getAttribute('aria-rowcount')";
    page.expect(&format!("{indexes} === '1,2,3,4' && {count} === '4' && !find('[aria-controls]')")).await?;
    for (row, index) in [(2, 5), (0, 3), (1, 5)] {
        page.act(&format!("all('.btw-open')[{row}].click()")).await?;
        page.wait_until(&format!("all('.btw-open')[{row}].ariaExpanded === 'true'")).await?;
        let details =
            format!("document.getElementById(all('.btw-open')[{row}].getAttribute('aria-controls'))");
        page.expect(&format!("{details}.getAttribute('aria-rowindex') === '{index}'")).await?;
        page.expect(&format!("{details}.previousElementSibling === all('.btw-row')[{row}]")).await?;
    }
    page.expect(&format!("{indexes} === '1,2,3,4,5,6,7' && {count} === '7'")).await?;
    page.close().await
}
