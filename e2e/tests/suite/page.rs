//! The standalone page around the widget: its form, its path, and its content security policy.

use anyhow::{Result, ensure};
use e2e::{POLICY, Proxy, Settings, Size, Stub, wait_for};

use crate::batch::good;
use crate::fixture::Page;
use crate::selectors::{ALERT, BADGE, LISTED, ROW};

/// The line in place of the header.
const STRIP: &str = ".page-strip";

#[tokio::test(flavor = "multi_thread")]
async fn the_form_asks_for_a_batch_id_and_opens_the_batch() -> Result<()> {
    let page = Page::on_proxy("?filter=Succeeded&interval=60").await?;
    page.wait_for_text("h1", |text| text == "Watch a batch task").await?;
    ensure!(page.text("label[for=btw-ask-id]").await? == "Batch ID", "the field has no label");
    page.type_into("#btw-ask-id", "pcb-done").await?;
    page.click_button("Watch").await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.expect_url_parameter("batch-id", Some("pcb-done")).await?;
    // The other parameters are kept.
    page.expect_url_parameter("interval", Some("60")).await?;
    page.expect("text('.btw-chip[aria-pressed=true]').includes('Succeeded')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_found_in_pasted_text() -> Result<()> {
    let page = Page::on_proxy("").await?;
    page.wait_for_count("#btw-ask-id", 1).await?;
    page.type_into("#btw-ask-id", "aliyun polardb DescribeBatchTask --BatchId=pcb-done --region x").await?;
    page.click_button("Watch").await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.expect_url_parameter("batch-id", Some("pcb-done")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_batches_are_shown_together_and_each_can_be_opened() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-done,pcb-failed,pcb-empty&interval=60&lang=en").await?;
    page.wait_for_count(BADGE, 3).await?;
    let badges = page.texts(BADGE).await?;
    ensure!(badges == ["Completed", "Failed", "Completed"], "{badges:?}");
    ensure!(page.count(ROW).await? == 0, "the widgets are not compact");
    ensure!(page.title().await? == "3 batches", "{}", page.title().await?);
    page.click(".page-batch:nth-child(2) > a").await?;
    page.wait_until("find('[part~=row]')").await?;
    page.wait_for_count(BADGE, 1).await?;
    page.expect_url_parameter("batch-id", Some("pcb-failed")).await?;
    page.expect_url_parameter("interval", Some("60")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_batch_id_is_rejected_with_a_message() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    for (given, shown) in [("a%20b", "a b"), ("%3Cb%3Ex%3C/b%3E", "<b>x</b>"), ("..%2Fadmin", "../admin")] {
        page.goto(&format!("?batch-id={given}")).await?;
        let message =
            format!("“{shown}” is not a valid batch ID. Use 1 to 128 letters, digits and . _ ~ + -");
        page.wait_for_text(ALERT, |text| text == message).await?;
        ensure!(page.count("form").await? == 1, "there is no form");
        let invalid = page.attribute("#btw-ask-id", "aria-invalid").await?;
        let described = page.attribute("#btw-ask-id", "aria-describedby").await?.unwrap_or_default();
        let error = page.attribute(ALERT, "id").await?.unwrap_or_default();
        ensure!(
            invalid.as_deref() == Some("true") && described.split(' ').any(|id| id == error),
            "the field is not marked as invalid: {invalid:?}, {described}"
        );
        page.expect_no_page_errors().await?;
    }
    // The form does not submit it either, and what was typed stays.
    page.goto("").await?;
    page.wait_until("document.activeElement?.id === 'btw-ask-id'").await?;
    page.type_into("#btw-ask-id", "a b").await?;
    page.click_button("Watch").await?;
    page.wait_for_text(ALERT, |text| text.starts_with("“a b” is not a valid batch ID.")).await?;
    page.expect("document.activeElement.id === 'btw-ask-id' && document.activeElement.value === 'a b'")
        .await?;
    ensure!(!page.url().await?.contains('?'), "the form was submitted: {}", page.url().await?);
    page.server.expect_requests(0)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_below_a_path() -> Result<()> {
    let stub = Stub::start_below("/sub/dir/", good).await?;
    let page = Page::open(stub, Size::WIDE, "?batch-id=pcb-stub").await?;
    page.wait_for_count(ROW, 3).await?;
    page.click_button("Refresh").await?;
    page.wait_for_response(2).await?;
    // The style sheet has been loaded.
    page.expect("getComputedStyle(find('h2')).fontWeight === '600'").await?;
    page.close().await
}

/// Functions that look at which rows are in the window, and at the line in place of the header.
const ROOM: &str = include_str!("page_room.js");

#[tokio::test(flavor = "multi_thread")]
async fn a_scrolled_page_has_one_line_for_the_header_and_the_rest_for_the_rows() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed").await?.with_helpers(ROOM);
    page.resize(Size { width: 1280, height: 800 }).await?;
    page.wait_for_count(ROW, 24).await?;
    page.wait_until("rowsInSight() >= 9").await?;
    ensure!(page.count(STRIP).await? == 0, "the header is in sight");

    page.act("window.box = find('.btw-table-scroll'); scrollTo(0, 1e6)").await?;
    let line = page.wait_for_text(STRIP, |text| text.contains("Updated")).await?;
    for part in ["Failed", "62 %", "7 failed", "Install skills", "Updated"] {
        ensure!(line.contains(part), "{part} is not in {line}");
    }
    page.expect("scrollY > 0 && box.isConnected").await?;
    page.expect("rowsInSight() >= 16 && tableIsInSight()").await?;
    // The toolbar is below the line.
    page.expect("find('[type=search]').getBoundingClientRect().top >= 40").await?;
    page.expect("find('.page-strip').getBoundingClientRect().height <= 41").await?;
    page.act("scrollTo(0, 0)").await?;
    page.wait_for_count(STRIP, 0).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_only_the_page_scrolls() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, Size::NARROW, "?batch-id=pcb-10k&interval=600").await?.with_helpers(ROOM);
    page.wait_until("find('.btw-row')").await?;
    page.expect("find('.btw-table-scroll').scrollHeight === find('.btw-table-scroll').clientHeight").await?;
    for part in [0.2, 0.5, 1.0, 0.4] {
        page.act(&format!("scrollTo(0, document.documentElement.scrollHeight * {part})")).await?;
        page.wait_until("isFullOfRows()").await?;
        page.expect("all('.btw-row').length < 80").await?;
        page.wait_until("text('.page-strip')?.includes('Updated')").await?;
        let is_last: bool =
            page.eval("all('.btw-row').at(-1).getAttribute('aria-rowindex') === '10001'").await?;
        ensure!(is_last == (part == 1.0), "the last row is drawn at {part}: {is_last}");
    }
    // Another filter starts at its first row.
    page.act("find('.btw-chip-failed').click()").await?;
    page.wait_until("firstRow() === 2 && isFullOfRows()").await?;
    page.expect("document.documentElement.scrollWidth <= innerWidth").await?;

    // A poll takes rows out of the filter above an open row, which keeps its place.
    page.goto("?batch-id=pcb-10k&interval=2&filter=waiting").await?;
    page.load_deferred().await?;
    page.act("scrollTo(0, document.documentElement.scrollHeight / 2)").await?;
    page.wait_until("isFullOfRows()").await?;
    page.act("window.openId = idOf(middleRow()); rowOf(openId).querySelector('.btw-open').click()").await?;
    page.wait_until("find('.btw-row-detail')?.offsetHeight > 60").await?;
    page.act("window.openTop = topOf(openId)").await?;
    for _ in 0..2 {
        let listed = page.text(LISTED).await?;
        page.wait_for_text(LISTED, |text| text != listed).await?;
        let moved: f64 = page.eval("Math.abs(topOf(openId) - openTop)").await?;
        ensure!(moved <= 1.0, "the open row moved by {moved} px");
        page.expect("rowOf(openId).querySelector('.btw-open').ariaExpanded === 'true' && isFullOfRows()")
            .await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stub_sends_the_same_policy_as_the_proxy() -> Result<()> {
    let page = Page::on_proxy("").await?;
    let policy: Option<String> =
        page.eval("(await fetch(location.href)).headers.get('content-security-policy')").await?;
    ensure!(policy.as_deref() == Some(POLICY), "the proxy's policy is {policy:?}");
    page.close().await
}

/// Without this, a browser that ignores the policy would make all tests pass.
#[tokio::test(flavor = "multi_thread")]
async fn violations_and_errors_become_page_errors() -> Result<()> {
    let page = Page::embedding("", include_str!("page.js")).await?;
    page.wait_until("window.mistakes").await?;
    page.expect_no_page_errors().await?;
    for (mistake, expected) in [
        ("style", "style-src"),
        ("image", "img-src"),
        ("markup", "require-trusted-types-for"),
        ("error", "deliberate"),
        ("rejection", "refused"),
        ("console", "chatter"),
    ] {
        page.act(&format!("mistakes.{mistake}()")).await?;
        wait_for(&format!("a page error with {expected}"), async || {
            let errors = page.page_errors().await?;
            ensure!(errors.iter().any(|text| text.contains(expected)), "there are only {errors:?}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}
