//! The standalone page without a batch ID: the list below the form, and what replaces it.

use anyhow::{Result, ensure};
use e2e::{Proxy, Response, Settings, Size, Stub};

use crate::batch::good;
use crate::fixture::Page;
use crate::selectors::{BADGE, ENTER, ROW};
use crate::static_page::{name_of_extras, with_settings};

/// The link from a batch to the list.
const BACK: &str = ".page-back";
/// The batches that were opened in this browser.
const RECENT: &str = ".page-recent";
/// The link of a batch in the list.
const LINK: &str = ".btw-list-row a";

/// Functions that read what the browser remembers.
const STORED: &str = include_str!("home.js");

/// Opens the page on a proxy that does not list batches.
async fn without_list(path: &str) -> Result<Page<Proxy>> {
    let proxy = Proxy::start(Settings { list: false, ..Settings::default() }).await?;
    Ok(Page::open(proxy, Size::WIDE, path).await?.with_helpers(STORED))
}

/// Serves the page with these settings in its `<meta>` tags.
fn configure(stub: &Stub, settings: &[(&str, &str)]) -> Result<()> {
    let html = with_settings(stub, settings)?;
    stub.serve("", Response::html("200 OK", &html));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_the_list_is_opened_and_links_back_to_it() -> Result<()> {
    let page = Page::on_proxy("?lang=en&interval=60&range=all&theme=dark").await?;
    page.wait_until("document.activeElement?.id === 'btw-ask-id'").await?;
    page.wait_until(&format!("find('{LINK}[href*=\"batch-id=pcb-done\"]')")).await?;
    page.expect("document.activeElement?.id === 'btw-ask-id'").await?;
    ensure!(page.title().await? == "Watch a batch task", "{}", page.title().await?);
    page.click(&format!("{LINK}[href*='batch-id=pcb-done']")).await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    for (name, value) in
        [("batch-id", "pcb-done"), ("lang", "en"), ("interval", "60"), ("range", "all"), ("theme", "dark")]
    {
        page.expect_url_parameter(name, Some(value)).await?;
    }
    ensure!(page.text(BACK).await? == "All batches", "{}", page.text(BACK).await?);
    page.click(BACK).await?;
    page.wait_until(&format!("all('{LINK}').length > 10")).await?;
    for (name, value) in [("batch-id", None), ("range", Some("all")), ("interval", Some("60"))] {
        page.expect_url_parameter(name, value).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filters_are_in_the_url_and_survive_a_reload() -> Result<()> {
    let page = Page::on_proxy("?lang=en").await?.with_helpers(STORED);
    page.wait_until(&format!("find('{LINK}')")).await?;
    page.click(".btw-list .btw-chip-failed").await?;
    page.wait_until("statuses().length > 0 && statuses().every((status) => status.startsWith('Failed'))")
        .await?;
    page.expect_url_parameter("status", Some("failed")).await?;
    page.act("pickRange('30d')").await?;
    page.wait_until("location.search.includes('range=30d')").await?;
    page.expect(&format!("find('{LINK}').href.includes('status=failed')")).await?;

    page.reload().await?;
    page.wait_until("statuses().length > 0 && statuses().every((status) => status.startsWith('Failed'))")
        .await?;
    page.expect("find('.btw-list-select').value === '30d'").await?;
    page.expect("find('.btw-list .btw-chip-failed').ariaPressed === 'true'").await?;

    // The Back button undoes them one after the other.
    for (status, range) in [(Some("failed"), None::<&str>), (None, None)] {
        page.act("history.back()").await?;
        let expected = format!(
            "['status', 'range'].every((name, at) => new URL(location).searchParams.get(name) === {}[at])",
            serde_json::json!([status, range])
        );
        page.wait_until(&expected).await?;
    }
    page.wait_until(
        "find('.btw-list-select').value === '7d' && statuses().some((status) => !status.startsWith('Failed'))",
    )
    .await?;

    // A link opens with the keyboard, too.
    page.act(&format!("find('{LINK}[href*=\"batch-id=pcb-done\"]').focus()")).await?;
    page.press_keys(ENTER).await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_and_several_batches_keep_the_way_back() -> Result<()> {
    let page = Page::on_proxy("?lang=en&range=all").await?;
    page.type_into("#btw-ask-id", "pcb-done, pcb-failed").await?;
    page.click_button("Watch").await?;
    page.wait_for_count(BADGE, 2).await?;
    page.expect_url_parameter("batch-id", Some("pcb-done%2Cpcb-failed")).await?;
    page.click(BACK).await?;
    page.wait_until(&format!("find('{LINK}')")).await?;
    page.expect_url_parameter("range", Some("all")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_list_a_line_says_why_and_recent_batches_are_offered() -> Result<()> {
    let page = without_list("?batch-id=pcb-done&lang=en").await?;
    page.load_deferred().await?;
    page.wait_until("recent().includes('pcb-done Install')").await?;
    // A batch that does not exist is not remembered.
    page.goto("?batch-id=pcb-nothing&lang=en").await?;
    page.wait_until("find('[role=alert]')").await?;
    page.goto("?batch-id=pcb-failed,pcb-empty&lang=en").await?;
    page.wait_until("recent().split('\\n').length === 4").await?;

    page.goto("?lang=en").await?;
    page.wait_for_text(".page-note", |text| text.starts_with("The list is not available")).await?;
    page.wait_for_count(&format!("{RECENT} li"), 3).await?;
    page.expect("all('[role=alert]').length === 0").await?;
    let last = page.texts(&format!("{RECENT} li")).await?.pop().unwrap_or_default();
    ensure!(last.contains("pcb-done") && last.contains("Install"), "{last}");
    page.click(&format!("{RECENT} li:last-child a")).await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.expect_url_parameter("batch-id", Some("pcb-done")).await?;

    page.click(BACK).await?;
    page.wait_for_count(&format!("{RECENT} li"), 3).await?;
    page.click_button("Clear list").await?;
    page.wait_for_count(RECENT, 0).await?;
    page.expect("recent() === '' && document.activeElement.className === 'page-below'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_texts_of_others_are_not_shown() -> Result<()> {
    let page = without_list("?lang=en").await?;
    page.wait_for_count(".page-note", 1).await?;
    page.act("localStorage.setItem(RECENT, 'pcb-1 <b>bold</b>\\n<i>x</i> y\\n../up z\\npcb-1 again')")
        .await?;
    page.reload().await?;
    page.wait_for_count(&format!("{RECENT} li"), 1).await?;
    page.expect("text('.page-recent li').includes('<b>bold</b>') && !find('.page-recent b')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_one_batch_has_no_form_list_or_link_and_remembers_nothing() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?.with_helpers(STORED);
    configure(&page.server, &[("batch-id", "pcb-stub")])?;
    page.goto("?range=all").await?;
    page.load_deferred().await?;
    page.expect("!find('form') && !find('.page-back') && !find('.page-home')").await?;
    // Longer than a tick, in which another page would remember the batch.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    page.expect("recent() === ''").await?;
    page.server.expect_fetches("api/DescribeBatchTasks", 0)?;

    // The same batch without this setting, as a check of the test; and with masks, which names would not have.
    for (settings, expected) in [
        (&[("batch-id", "")][..], "pcb-stub Stubbed\n"),
        (&[("batch-id", ""), ("redact", "true")], "pcb-stub \n"),
    ] {
        configure(&page.server, settings)?;
        page.goto("?batch-id=pcb-stub").await?;
        page.load_deferred().await?;
        page.wait_until(&format!("recent() === {expected:?}")).await?;
        page.expect("find('.page-back')").await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_list_offers_recent_batches_and_no_link() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?.with_helpers(STORED);
    configure(&page.server, &[("list-endpoint", "")])?;
    page.goto("?batch-id=pcb-stub&lang=en").await?;
    page.load_deferred().await?;
    page.wait_until("recent() === 'pcb-stub Stubbed\\n'").await?;
    page.expect("!find('.page-back')").await?;
    page.goto("?lang=en").await?;
    page.wait_for_count(&format!("{RECENT} li"), 1).await?;
    page.expect("!find('.page-note')").await?;
    page.server.expect_fetches("api/DescribeBatchTasks", 0)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_second_file_the_form_works_and_the_list_is_requested_again() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let extras = name_of_extras(&page.server)?;
    page.server.serve(&extras, Response::status("404 Not Found"));
    page.server.serve("api/DescribeBatchTasks", Response::status("404 Not Found"));
    page.goto("?lang=en").await?;
    page.wait_for_text("[role=alert]", |text| text.contains("Try again")).await?;
    page.type_into("#btw-ask-id", "a b").await?;
    page.click_button("Watch").await?;
    page.wait_until("text('#btw-ask-error')?.includes('a b')").await?;
    // The typed text stays in the field.
    page.act("find('#btw-ask-id').value = 'pcb-stub'").await?;
    page.server.restore(&extras);
    page.click_button("Try again").await?;
    page.wait_for_count(".page-note", 1).await?;
    page.expect("find('#btw-ask-id').value === 'pcb-stub'").await?;
    page.click_button("Watch").await?;
    page.wait_for_count(ROW, 3).await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_fits_a_phone() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, Size { width: 360, height: 740 }, "?lang=en&range=all").await?;
    page.wait_until(&format!("all('{LINK}').length > 10")).await?;
    page.expect("document.documentElement.scrollWidth <= innerWidth").await?;
    page.close().await
}
