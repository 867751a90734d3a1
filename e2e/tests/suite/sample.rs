//! The sample body of the API reference, which contradicts itself in several places.

use anyhow::{Result, ensure};

use crate::fixture::Page;
use crate::selectors::{BADGE, COUNTS, LISTED, PERCENT, REQUEST_ID, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_is_shown_as_the_api_returns_it() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-sample").await?;
    page.wait_for_count(ROW, 1).await?;

    for (selector, expected) in [
        ("h2", "batch_task_test"),
        (BADGE, "Running"),
        (PERCENT, "80 %"),
        (COUNTS, "succeeded: 8 of 10"),
        (LISTED, "1 of 10 subtasks listed"),
        (REQUEST_ID, "Request ID 25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB"),
        (".btw-chip-succeeded", "Succeeded 1"),
        (".btw-chip-failed", "Failed 0"),
        ("th.btw-col-id code", "629271331"),
        ("td.btw-col-status", "Succeeded"),
        ("td.btw-col-duration", "3 h 0 min"),
    ] {
        let text = page.text(selector).await?.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(text == expected, "{selector} shows {text:?}, not {expected:?}");
    }
    let error = page.text("td.btw-col-error").await?;
    ensure!(error.contains("assumeOssRole not exist"), "the ErrorMsg is {error:?}");

    let bar = "[role=progressbar]";
    ensure!(page.count(bar).await? == 1, "there is not exactly one progress bar");
    for (name, expected) in [
        ("aria-valuemin", "0"),
        ("aria-valuenow", "8"),
        ("aria-valuemax", "10"),
        ("aria-valuetext", "80 % succeeded, 8 of 10"),
    ] {
        let value = page.attribute(bar, name).await?;
        ensure!(value.as_deref() == Some(expected), "{name} is {value:?}");
    }

    // TaskEnd is before TaskBegin, but the batch is running: the elapsed time is measured until now, and not negative.
    let facts = page.text(".btw-facts").await?;
    let elapsed = facts.lines().skip_while(|line| *line != "Elapsed").nth(1).unwrap_or_default();
    ensure!(
        elapsed.starts_with(|first: char| first.is_ascii_digit()),
        "the elapsed time is {elapsed:?} in {facts:?}"
    );
    let title = page.title().await?;
    ensure!(title == "80 % Running · batch_task_test", "the title is {title}");
    page.close().await
}
