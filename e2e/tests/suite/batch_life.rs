//! A batch from its first row to its end, and the failures that it leaves.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use e2e::{Proxy, Settings, Size};

use crate::fixture::Page;
use crate::selectors::{BADGE, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_runs_to_its_end_and_shows_its_failures() -> Result<()> {
    // A batch of three minutes ends after nine seconds, which is a few polls.
    let proxy = Proxy::start(Settings { speed: 20.0, ..Settings::default() }).await?;
    let page = Page::open(proxy, Size::WIDE, "?batch-id=pcb-demo&interval=2").await?;
    page.wait_for_text(BADGE, |text| text == "Dispatching").await?;
    page.act(include_str!("batch_life.js")).await?;
    page.wait_for_text(BADGE, |text| text == "Completed · 9 failed").await?;
    let records: Vec<(String, Option<u8>)> = page.eval("window.records").await?;
    check_progress(&records)?;
    let title = page.title().await?;
    ensure!(title == "95 % Completed · 9 failed · Install skills · July roll-out", "the title is {title:?}");

    page.click_button("Failed 9").await?;
    page.wait_for_count(ROW, 9).await?;
    let errors = page.texts("td.btw-col-error").await?;
    for (reason, expected) in
        [("assumeOssRole not exist", 6), ("is locked by another task", 2), ("checksum", 1)]
    {
        let found = errors.iter().filter(|text| text.contains(reason)).count();
        ensure!(found == expected, "{found} rows with {reason:?} in {errors:#?}");
    }
    let statuses = page.texts("td.btw-col-status").await?;
    ensure!(statuses.iter().all(|text| text == "Failed"), "the statuses are {statuses:?}");
    page.expect_url_parameter("filter", Some("failed")).await?;

    page.reload().await?;
    page.wait_until("find('.btw-chip-failed')?.ariaPressed === 'true'").await?;
    ensure!(page.count("[aria-pressed=true]").await? == 1, "more than one filter is pressed");
    page.click(".btw-chip-failed").await?;
    page.wait_until("!location.search.includes('filter=')").await?;
    page.close().await
}

/// The percentage never falls, and is 100 only at the end.
fn check_progress(records: &[(String, Option<u8>)]) -> Result<()> {
    let percents: Vec<u8> = records.iter().filter_map(|(_, percent)| *percent).collect();
    ensure!(percents.is_sorted(), "the percentage falls: {percents:?}");
    let most = records
        .iter()
        .filter(|(badge, _)| badge != "Completed · 9 failed")
        .map(|(_, percent)| *percent)
        .max();
    let most = most.context("nothing was recorded before the end")?;
    ensure!(most < Some(100), "100 % before the end: {records:?}");
    let steps = percents.iter().collect::<BTreeSet<_>>().len();
    ensure!(steps >= 3, "only {steps} different percentages: {percents:?}");
    Ok(())
}
