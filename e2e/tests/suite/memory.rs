//! History and memory of the standalone page: steps of the Back button, and the viewer's choices for other batches.

use anyhow::{Result, ensure};
use e2e::{POLICY, Response, Stub};

use crate::batch::good;
use crate::fixture::Page;
use crate::selectors::{COLUMN, LISTED};

const TABLE: &str = "find('.btw-table')";

#[tokio::test(flavor = "multi_thread")]
async fn back_steps_through_filters_views_and_reasons() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed&q=pc").await?;
    page.wait_for_text(LISTED, str::is_empty).await?;
    page.click_button("Failed 7").await?;
    page.wait_for_text(LISTED, |text| text == "7 of 24").await?;
    page.click(".btw-group-button").await?;
    page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
    page.click_button("Timeline").await?;
    page.wait_until(&format!("!{TABLE}")).await?;

    for (listed, search, has_table) in
        [("5 of 24", "reason=", true), ("7 of 24", "filter=failed", true), ("", "q=pc", true)]
    {
        page.act("history.back()").await?;
        page.wait_for_text(LISTED, |text| text == listed).await?;
        page.wait_until(&format!("Boolean({TABLE}) === {has_table}")).await?;
        page.expect(&format!("location.search.includes('{search}')")).await?;
    }
    page.expect("find('.btw-chip-all').ariaPressed === 'true' && !find('.btw-filter')").await?;
    page.act("history.go(2)").await?;
    page.wait_for_text(LISTED, |text| text == "5 of 24").await?;
    page.wait_for_count(".btw-filter", 1).await?;

    // Typing and sorting are no steps.
    page.click("thead th:nth-child(1) button").await?;
    page.type_into("input[type=search]", "-2").await?;
    page.wait_until("location.search.includes('sort=') && location.search.includes('q=pc-2')").await?;
    page.act("history.back()").await?;
    page.wait_for_text(LISTED, |text| text == "7 of 24").await?;
    page.wait_until("find('[type=search]').value === 'pc' && !find('[aria-sort]')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_view_and_time_zone_are_remembered_and_written_to_the_url() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed").await?;
    page.load_deferred().await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.click(".btw-menu:nth-of-type(2) > summary").await?;
    page.act("all('.btw-menu-item').find((item) => item.innerText.trim() === 'Instance').click()").await?;
    page.wait_for_count(COLUMN, 6).await?;
    page.click_button("Timeline").await?;
    page.wait_until(&format!("!{TABLE}")).await?;

    page.goto("?batch-id=pcb-done").await?;
    page.wait_until(
        "location.search.includes('view=timeline') && location.search.includes('columns=TaskId')",
    )
    .await?;
    page.wait_until("find('.btw-lanes')").await?;
    // A link says which view is meant, and does not change what is remembered.
    page.goto("?batch-id=pcb-done&view=subtasks&columns=TaskId").await?;
    page.wait_for_count(COLUMN, 1).await?;
    page.click_button("Succeeded 24").await?;
    page.wait_until("location.search === '?batch-id=pcb-done&view=subtasks&columns=TaskId&filter=succeeded'")
        .await?;
    page.expect("localStorage['batch-task-widget.view'] === 'timeline'").await?;
    page.reload().await?;
    page.wait_for_count(COLUMN, 1).await?;
    // So does a copied link, of the usual choice, too.
    page.goto("?batch-id=pcb-done&view=subtasks&columns=&time-zone=Asia/Shanghai").await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.goto("?batch-id=pcb-done&columns=").await?;
    page.wait_until("find('.btw-lanes')").await?;
    // The usual choice is forgotten.
    page.click_button("Subtasks").await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.goto("?batch-id=pcb-failed").await?;
    page.wait_for_count(COLUMN, 6).await?;
    page.load_deferred().await?;
    page.click(".btw-menu:nth-of-type(2) > summary").await?;
    page.act("all('.btw-menu-item').find((item) => item.innerText.trim() === 'Instance').click()").await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.goto("?batch-id=pcb-failed").await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.expect("!location.search.includes('view') && !location.search.includes('columns')").await?;

    // Values that are not valid are ignored.
    page.act("for (const name of ['view', 'columns', 'time-zone']) localStorage.setItem(`batch-task-widget.${name}`, '<b>')")
        .await?;
    page.reload().await?;
    page.wait_for_count(COLUMN, 7).await?;
    page.expect("location.search === '?batch-id=pcb-failed'").await?;
    page.act("localStorage.setItem('batch-task-widget.time-zone', 'Asia/Tokyo')").await?;
    page.reload().await?;
    page.wait_for_text(".btw-zone", |text| text.contains("Tokyo") || text.contains("UTC+9")).await?;
    page.expect("location.search.includes('time-zone=Asia%2FTokyo')").await?;
    page.act("localStorage.clear()").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_a_frame_adds_no_history_entries() -> Result<()> {
    let stub = Stub::start(good).await?;
    let frame = "<!doctype html><meta charset=utf-8><title>Host</title><link rel=icon href=data:,>\
                 <iframe src='framed?batch-id=pcb-stub' width=1200 height=800></iframe>";
    let policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'");
    stub.serve("host.html", Response::html("200 OK", frame).header("content-security-policy", &policy));
    let html = stub.page_file("index.html")?;
    stub.serve("framed", html.header("content-security-policy", &policy));
    let page = Page::blank(stub).await?;
    page.goto("host.html").await?;
    let framed = "document.querySelector('iframe').contentDocument";
    page.wait_until(&format!("{framed}.querySelector('.btw-chip-running')")).await?;
    let length: u32 = page.eval("history.length").await?;
    page.act(&format!("{framed}.querySelector('.btw-chip-running').click()")).await?;
    page.wait_until(
        "document.querySelector('iframe').contentWindow.location.search.includes('filter=running')",
    )
    .await?;
    let after: u32 = page.eval("history.length").await?;
    ensure!(after == length, "there are {after} entries instead of {length}");
    page.close().await
}
