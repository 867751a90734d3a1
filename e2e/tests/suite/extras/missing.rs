//! What there is without the second file: a widget that goes on, and says what is missed where it is.

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, Delivery, Size, Stub};

use super::{
    FILE, IDS, LANES, PACKAGED, a_report_is_copied, act, allow_notifications, expect_fetched, good, open_with,
};
use super::{pass_polls, press, search, tag};
use crate::host::{events, look, open, wait_until};

const ENTER: &str = "\u{e007}";
/// What is said where something is missed.
const SENTENCE: &str = "This part of the widget could not be loaded.";
const MISSED: &str = "This part of the widget could not be loaded. Try again";

/// Answers in place of the second file, and what of it the event tells.
fn wrong_ones(stub: &Stub) -> Result<[(Answer, &'static str); 5]> {
    let right = stub.packaged(PACKAGED)?;
    let broken = Answer { body: b"\0asm".to_vec(), ..right.clone() };
    let cut_off = Answer { body: right.body[..right.body.len() / 2].to_vec(), missing: 90, ..right.clone() };
    Ok([
        (Answer::html("404 Not Found", "no"), "returned HTTP 404"),
        (Answer::html("200 OK", "<!doctype html><p>an app's page for every address"), ""),
        (broken, ""),
        (cut_off, ""),
        (of_another_build(right)?, ""),
    ])
}

/// The file with another name in place of the one that only its own build has.
fn of_another_build(mut file: Answer) -> Result<Answer> {
    let end = file.body.windows(4).position(|bytes| bytes == b"___0").context("the file is not sealed")?;
    let last = &mut file.body[end - 1];
    *last = if *last == b'0' { b'1' } else { b'0' };
    Ok(file)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_come_is_told_and_tried_again() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (answer, says) in wrong_ones(&stub)? {
        let what = format!("{} {}", answer.status, answer.body.len());
        stub.put(FILE, answer);
        is_told_and_tried_again(&browser, &stub, says).await.context(what)?;
    }
    browser.close().await
}

async fn is_told_and_tried_again(browser: &Browser, stub: &Stub, says: &str) -> Result<()> {
    let before = stub.fetched(FILE);
    open_with(browser, stub, &[tag("id=one"), tag("id=two")].concat()).await?;
    browser.point_at("#one").await?;
    has_told(browser, 1, says).await?;
    // Neither a pointer that goes over it nor a poll is a reason to ask again.
    browser.point_at("p").await?;
    browser.point_at("#one").await?;
    pass_polls(stub, 2).await?;
    expect_fetched(stub, before + 1)?;

    press(browser, "Timeline").await?;
    wait_until(browser, &format!("text('.btw-toolbar + .btw-coming') === '{MISSED}'")).await?;
    has_told(browser, 2, says).await?;
    wait_until(browser, &format!("find('[role=status]').textContent === '{SENTENCE}'")).await?;
    pass_polls(stub, 1).await?;
    expect_fetched(stub, before + 2)?;
    // The other one has not tried yet.
    act(browser, "two.view = 'timeline'").await?;
    has_told(browser, 3, says).await?;
    on_the_console(browser, 6, says).await?;

    stub.take_back(FILE);
    act(browser, "find('.btw-toolbar + .btw-coming button').focus()").await?;
    browser.press_keys(ENTER).await?;
    wait_until(browser, &format!("{LANES} === 4 && !find('.btw-coming')")).await?;
    ensure!(
        look::<bool>(browser, "return widget().shadowRoot.activeElement !== null;").await?,
        "the focus is lost"
    );
    // What one has loaded is there for the other.
    wait_until(browser, "two.shadowRoot.querySelectorAll('[role=option]').length === 4").await?;
    wait_until(browser, "!two.shadowRoot.querySelector('.btw-coming')").await?;
    expect_fetched(stub, before + 4)?;
    has_told(browser, 3, says).await?;
    // On the next page it is over no widget.
    browser.point_at("p").await
}

/// That the console has so many lines of the widgets', each with the reason, and nothing else but the browser's own.
async fn on_the_console(browser: &Browser, lines: usize, says: &str) -> Result<()> {
    let complaints = browser.complaints().await?;
    let (own, others): (Vec<_>, Vec<_>) =
        complaints.iter().partition(|line| line.starts_with("console.error: batch-task-widget: "));
    ensure!(own.len() == lines && own.iter().all(|line| line.contains(says)), "{complaints:#?}");
    // Chromium tells of a file that is not there, and repeats what the console has.
    let is_known =
        |line: &&String| line.contains("Failed to load resource") || line.contains("batch-task-widget:");
    ensure!(others.iter().all(is_known), "{others:#?}");
    Ok(())
}

/// Waits until the page has been told by each of two widgets of so many attempts that failed, and the console of the last.
async fn has_told(browser: &Browser, attempts: usize, says: &str) -> Result<()> {
    let errors = "log.filter(([name]) => name === 'error').length";
    wait_until(browser, &format!("{errors} >= {}", 2 * attempts)).await?;
    let told = events(browser, "error").await?;
    ensure!(told.len() == 2 * attempts, "{attempts} attempts are told as {told:?}");
    for error in told {
        let message = error["message"].as_str().unwrap_or_default();
        let (begin, rest) = message.split_once(" could not be loaded. ").unwrap_or_default();
        ensure!(error["class"] == "start" && begin == "A part of the widget", "{error}");
        ensure!(!rest.is_empty() && rest.contains(says), "{error} does not say why");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_is_given_up() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // Half a minute is half a second there.
    let soon =
        "const real = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (ms) => real(ms / 60);
        await import('./npm/define.js');";
    for delivery in [Delivery::Silent, Delivery::Hangs] {
        stub.put(FILE, stub.packaged(PACKAGED)?.sent(delivery));
        open(&browser, &stub, &tag("view=timeline"), soon).await?;
        wait_until(&browser, &format!("text('.btw-toolbar + .btw-coming') === '{MISSED}'"))
            .await
            .with_context(|| format!("{delivery:?}"))?;
        stub.take_back(FILE);
        press(&browser, "Try again").await?;
        wait_until(&browser, &format!("{LANES} === 4")).await?;
        // The reason is another in each engine.
        on_the_console(&browser, 1, "").await?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missed_says_so_where_it_is_missed() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    stub.put(FILE, Answer::html("404 Not Found", "no"));
    open_with(&browser, &stub, &tag("id=one")).await?;

    press(&browser, "Copy report").await?;
    wait_until(&browser, "named('Could not copy')").await?;
    let missed = format!("text('.btw-toolbar + .btw-coming') === '{MISSED}'");
    ensure!(
        look::<bool>(&browser, &format!("return !({missed});")).await?,
        "nothing above the table is missed"
    );
    act(&browser, "find('.btw-sort').click()").await?;
    wait_until(&browser, &format!("{missed} && find('th[aria-sort=ascending]')")).await?;
    let in_line = "return getComputedStyle(find('.btw-toolbar + .btw-coming')).paddingLeft === getComputedStyle(find('.btw-toolbar')).paddingLeft;";
    ensure!(look::<bool>(&browser, in_line).await?, "it does not begin where the toolbar does");
    for menu in ["Columns", "Export"] {
        press(&browser, menu).await?;
        wait_until(&browser, &format!("text('details[open] .btw-menu-items') === '{MISSED}'")).await?;
        press(&browser, menu).await?;
    }
    act(&browser, "find('.btw-open').click()").await?;
    wait_until(&browser, &format!("text('.btw-row-detail') === '{MISSED}'")).await?;
    press(&browser, "Notify me when it ends").await?;
    wait_until(&browser, &format!("text('.btw-await-note') === '{SENTENCE}'")).await?;
    let asked = stub.fetched(FILE);
    for typed in ["d", "di", "dis"] {
        act(&browser, &search(typed)).await?;
        pass_polls(&stub, 1).await?;
    }
    expect_fetched(&stub, asked)?;
    let complaints = browser.complaints().await?;
    let names_it = complaints.iter().any(|line| line.contains(&format!("{PACKAGED} returned HTTP 404")));
    ensure!(names_it, "the console does not say which file: {complaints:?}");

    stub.take_back(FILE);
    allow_notifications(&browser).await?;
    act(&browser, "widget().sort = '-TaskId'; widget().q = ''").await?;
    act(&browser, "find('.btw-toolbar + .btw-coming button').click()").await?;
    wait_until(&browser, &format!("{IDS} === 'dcba' && !find('.btw-coming, .btw-await-note')")).await?;
    // What was pressed meanwhile is done now, but for copying, of which it was said that it failed.
    wait_until(&browser, "find('.btw-await[aria-pressed=true]')").await?;
    a_report_is_copied(&browser).await?;
    browser.close().await
}
