//! A second file that does not load: the widget continues, and each feature that needs the file shows a message.

use anyhow::{Context as _, Result, ensure};
use e2e::{Delivery, Response, Stub};

use super::{FILE, PATH, tag};
use crate::fixture::Page;
use crate::selectors::ENTER;

/// The announcement, and the message with its button.
const SENTENCE: &str = "This part of the widget could not be loaded.";
const MESSAGE: &str = "This part of the widget could not be loaded. Try again";

/// Responses that are not the second file, and what the event says of each.
fn wrong_files(stub: &Stub) -> Result<[(Response, &'static str); 4]> {
    let right = stub.npm_file(FILE)?;
    let invalid = Response { body: b"\0asm".to_vec(), ..right.clone() };
    let cut_off = Response { body: right.body[..right.body.len() / 2].to_vec(), missing: 90, ..right };
    Ok([
        (Response::html("404 Not Found", "no"), "returned HTTP 404"),
        (Response::html("200 OK", "<!doctype html><p>the page of an app for every URL"), ""),
        (invalid, ""),
        (cut_off, ""),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_load_is_reported_and_loaded_again_on_request() -> Result<()> {
    let page = Page::lazy().await?;
    for (response, reason) in wrong_files(&page.server)? {
        let what = format!("{} {}", response.status, response.body.len());
        page.server.serve(PATH, response);
        check_reports_and_retries(&page, reason).await.context(what)?;
    }
    page.close().await
}

async fn check_reports_and_retries(page: &Page<Stub>, reason: &str) -> Result<()> {
    let before = page.server.fetch_count(PATH);
    page.embed_tags(&[tag("id=one"), tag("id=two")].concat()).await?;
    page.hover("#one").await?;
    wait_for_failed_attempts(page, 1, reason).await?;
    // Neither hovering again nor a poll loads it again.
    page.hover("p").await?;
    page.hover("#one").await?;
    page.pass_polls(2).await?;
    page.expect_fetches(before + 1)?;

    page.press("Timeline").await?;
    page.wait_until(&format!("missing() === '{MESSAGE}'")).await?;
    wait_for_failed_attempts(page, 2, reason).await?;
    page.wait_until(&format!("find('[role=status]').textContent === '{SENTENCE}'")).await?;
    page.pass_polls(1).await?;
    page.expect_fetches(before + 2)?;
    // The second widget has not needed the file yet, so it tries once.
    page.act("two.view = 'timeline'").await?;
    wait_for_failed_attempts(page, 3, reason).await?;
    check_console(page, 6, reason).await?;

    page.server.restore(PATH);
    page.act("find('.btw-toolbar + .btw-coming button').focus()").await?;
    page.press_keys(ENTER).await?;
    page.wait_until("laneCount() === 3 && !find('.btw-coming')").await?;
    page.expect("widget().shadowRoot.activeElement !== null").await?;
    // The second widget uses what the first has loaded.
    page.wait_until("laneCount(two) === 3 && !two.shadowRoot.querySelector('.btw-coming')").await?;
    page.expect_fetches(before + 4)?;
    wait_for_failed_attempts(page, 3, reason).await?;
    // The pointer must not be over a widget when the next page loads.
    page.hover("p").await
}

/// The console has this many lines of the widgets, each with the reason, and otherwise only lines of the browser.
async fn check_console(page: &Page<Stub>, lines: usize, reason: &str) -> Result<()> {
    let logged = page.page_errors().await?;
    let (own, others): (Vec<_>, Vec<_>) =
        logged.iter().partition(|line| line.starts_with("console.error: batch-task-widget: "));
    ensure!(own.len() == lines && own.iter().all(|line| line.contains(reason)), "{logged:#?}");
    // Chromium logs a file that does not exist, and repeats the lines of the console.
    let is_known =
        |line: &&String| line.contains("Failed to load resource") || line.contains("batch-task-widget:");
    ensure!(others.iter().all(is_known), "{others:#?}");
    Ok(())
}

/// Waits until both widgets have dispatched an error event for each of this many failed attempts, and for no other.
async fn wait_for_failed_attempts(page: &Page<Stub>, attempts: usize, reason: &str) -> Result<()> {
    page.wait_until(&format!("log.filter(([name]) => name === 'error').length >= {}", 2 * attempts)).await?;
    let errors = page.events("error").await?;
    ensure!(errors.len() == 2 * attempts, "{attempts} attempts, but the events are {errors:?}");
    for error in errors {
        let message = error["message"].as_str().unwrap_or_default();
        let (start, rest) = message.split_once(" could not be loaded. ").unwrap_or_default();
        ensure!(error["class"] == "start" && start == "A part of the widget", "{error}");
        ensure!(!rest.is_empty() && rest.contains(reason), "{error} does not give the reason");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_arrive_times_out() -> Result<()> {
    let page = Page::lazy().await?;
    // Divides timeouts by 60: half a minute becomes half a second.
    let short_timeouts = "const timeout = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (ms) => timeout(ms / 60);
        await import('./npm/define.js');";
    for delivery in [Delivery::Silent, Delivery::HeadOnly] {
        page.server.serve(PATH, page.server.npm_file(FILE)?.sent(delivery));
        page.embed(&tag("view=timeline"), short_timeouts).await?;
        page.wait_until(&format!("missing() === '{MESSAGE}'"))
            .await
            .with_context(|| format!("{delivery:?}"))?;
        page.server.restore(PATH);
        page.press("Try again").await?;
        page.wait_until("laneCount() === 3").await?;
        // Each engine gives another reason.
        check_console(&page, 1, "").await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lazy_feature_shows_in_its_place_that_the_file_is_missing() -> Result<()> {
    let page = Page::lazy().await?;
    page.server.serve(PATH, Response::html("404 Not Found", "no"));
    page.embed_tags(&tag("id=one")).await?;

    page.press("Copy report").await?;
    page.wait_until("button('Could not copy')").await?;
    // Nothing above the table needs the file yet.
    page.expect(&format!("missing() !== '{MESSAGE}'")).await?;
    page.act("find('.btw-sort').click()").await?;
    page.wait_until(&format!("missing() === '{MESSAGE}' && find('th[aria-sort=ascending]')")).await?;
    let indent = |selector: &str| format!("getComputedStyle(find('{selector}')).paddingLeft");
    page.expect(&format!("{} === {}", indent(".btw-toolbar + .btw-coming"), indent(".btw-toolbar"))).await?;
    for menu in ["Columns", "Export"] {
        page.press(menu).await?;
        page.wait_until(&format!("text('details[open] .btw-menu-items') === '{MESSAGE}'")).await?;
        page.press(menu).await?;
    }
    page.act("find('.btw-open').click()").await?;
    page.wait_until(&format!("text('.btw-row-detail') === '{MESSAGE}'")).await?;
    page.act("captureNotifications()").await?;
    page.press("Notify me when it ends").await?;
    page.wait_until(&format!("text('.btw-await-note') === '{SENTENCE}'")).await?;
    let fetches = page.server.fetch_count(PATH);
    for query in ["d", "di", "dis"] {
        page.act(&format!("typeQuery('{query}')")).await?;
        page.pass_polls(1).await?;
    }
    page.expect_fetches(fetches)?;
    let logged = page.page_errors().await?;
    let names_file = logged.iter().any(|line| line.contains(&format!("{FILE} returned HTTP 404")));
    ensure!(names_file, "the console does not name the file: {logged:?}");

    page.server.restore(PATH);
    page.act("widget().sort = '-TaskId'; widget().q = ''").await?;
    page.act("find('.btw-toolbar + .btw-coming button').click()").await?;
    page.wait_until("rowIds() === 'dcba' && !find('.btw-coming, .btw-await-note')").await?;
    // Earlier clicks take effect now, except copying, which has already reported its failure.
    page.wait_until("find('.btw-await[aria-pressed=true]')").await?;
    page.copy_report().await?;
    page.close().await
}
