//! A whole batch, from its first subtask to its end, and the failures that it leaves.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::{BADGE, ROW, url_parameter, wait_for_count};

/// A batch of three minutes in nine seconds: a few polls' worth, and an end that holds for six more.
const SETTINGS: Settings = Settings { speed: 20.0, seed: 1, cache_ttl: 0.0, allow_port: None };

/// Records what the badge and the percentage say whenever anything in the page changes.
const RECORD: &str = r#"
const records = [];
const text = (selector) => document.querySelector(selector)?.innerText.trim() ?? "";
const record = () => records.push([text("[part~=badge]"), parseInt(text(".btw-percent"))]);
record();
new MutationObserver(record).observe(document.body, {subtree: true, childList: true, characterData: true});
window.e2e.records = records;
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_runs_to_its_end_and_shows_its_failures() -> Result<()> {
    let proxy = Proxy::start(SETTINGS).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-demo&interval=2")).await?;
    browser.wait_for_text(BADGE, |text| text == "Dispatching").await?;
    browser.run::<()>(RECORD, &[]).await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    let records: Vec<(String, Option<u8>)> = browser.run("return window.e2e.records;", &[]).await?;
    check_records(&records)?;
    let title = browser.title().await?;
    ensure!(title == "95 % Completed · Install skills · July roll-out", "the title is {title:?}");

    browser.press("Failed 9").await?;
    wait_for_count(&browser, ROW, 9).await?;
    let errors = browser.texts("td.btw-col-error").await?;
    for (reason, expected) in
        [("assumeOssRole not exist", 6), ("is locked by another task", 2), ("checksum", 1)]
    {
        let found = errors.iter().filter(|text| text.contains(reason)).count();
        ensure!(found == expected, "{reason:?} is there {found} times in {errors:#?}");
    }
    let statuses = browser.texts("td.btw-col-status").await?;
    ensure!(statuses.iter().all(|text| text == "Failed"), "there are {statuses:?}");
    ensure!(
        url_parameter(&browser, "filter").await?.as_deref() == Some("failed"),
        "{}",
        browser.url().await?
    );

    browser.reload().await?;
    wait_for("the filter after a reload", async || {
        let pressed = browser.attribute(".btw-chip-failed", "aria-pressed").await?;
        ensure!(pressed.as_deref() == Some("true"), "it is {pressed:?}");
        Ok(())
    })
    .await?;
    ensure!(browser.count("[aria-pressed=true]").await? == 1, "the filter is no single choice");
    browser.click(".btw-chip-failed").await?;
    wait_for("the URL without the filter", async || {
        let filter = url_parameter(&browser, "filter").await?;
        ensure!(filter.is_none(), "it is {filter:?}");
        Ok(())
    })
    .await?;
    browser.close().await
}

/// The percentage only rises, and is not full before the end.
fn check_records(records: &[(String, Option<u8>)]) -> Result<()> {
    let percents: Vec<u8> = records.iter().filter_map(|(_, percent)| *percent).collect();
    ensure!(percents.is_sorted(), "the percentage falls: {percents:?}");
    let early = records.iter().filter(|(badge, _)| badge != "Completed");
    let (_, most) =
        early.max_by_key(|(_, percent)| *percent).context("nothing was recorded before the end")?;
    ensure!(*most < Some(100), "it is full before the end: {records:?}");
    let steps = percents.iter().collect::<std::collections::BTreeSet<_>>().len();
    ensure!(steps >= 3, "only {steps} percentages were seen: {percents:?}");
    Ok(())
}
