//! The body of the API's reference, whose every oddity has to be told honestly.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size};

use crate::support::{BADGE, COUNTS, PERCENT, REQUEST_ID, ROW, wait_for_count};

#[tokio::test(flavor = "multi_thread")]
async fn the_references_sample_is_told_honestly() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-sample")).await?;
    wait_for_count(&browser, ROW, 1).await?;

    for (selector, expected) in [
        ("h2", "batch_task_test"),
        (BADGE, "Running"),
        (PERCENT, "80 %"),
        (COUNTS, "succeeded: 8 of 10"),
        (".btw-listed", "1 of 10 subtasks listed"),
        (REQUEST_ID, "Request ID 25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB"),
        (".btw-chip-succeeded", "Succeeded 1"),
        (".btw-chip-failed", "Failed 0"),
        ("th.btw-col-id code", "629271331"),
        ("td.btw-col-status", "Succeeded"),
        ("td.btw-col-duration", "3 h 0 min"),
    ] {
        let text = browser.text(selector).await?.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(text == expected, "{selector} is {text:?}, not {expected:?}");
    }
    let error = browser.text("td.btw-col-error").await?;
    ensure!(error.contains("assumeOssRole not exist"), "the ErrorMsg is {error:?}");

    let bar = "[role=progressbar]";
    ensure!(browser.count(bar).await? == 1, "there is more than one progress bar, or none");
    for (name, expected) in [
        ("aria-valuemin", "0"),
        ("aria-valuenow", "8"),
        ("aria-valuemax", "10"),
        ("aria-valuetext", "80 % succeeded, 8 of 10"),
    ] {
        let value = browser.attribute(bar, name).await?;
        ensure!(value.as_deref() == Some(expected), "{name} is {value:?}");
    }

    // Its TaskEnd is before its TaskBegin, but it still runs: elapsed counts on and is not negative.
    let facts = browser.text(".btw-facts").await?;
    let elapsed = facts.lines().skip_while(|line| *line != "Elapsed").nth(1).unwrap_or_default();
    ensure!(elapsed.starts_with(|first: char| first.is_ascii_digit()), "elapsed is {elapsed:?} in {facts:?}");
    ensure!(
        browser.title().await? == "80 % Running · batch_task_test",
        "the title is {}",
        browser.title().await?
    );
    browser.close().await
}
