//! Screen reader announcements during a batch, read from the live region.

use anyhow::{Context as _, Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::BADGE;

/// A batch of three minutes ends after 22 seconds: long enough for several announcements.
const SPEED: f64 = 8.0;

/// Each text of the live region with its time in milliseconds, and how many live regions there have been.
async fn announced(page: &Page<Proxy>) -> Result<(Vec<(f64, String)>, usize)> {
    page.eval("window.announced()").await
}

async fn record(page: &Page<Proxy>) -> Result<()> {
    page.act(include_str!("announcements.js")).await
}

async fn wait_for_announcement(page: &Page<Proxy>, condition: impl Fn(&str) -> bool) -> Result<()> {
    wait_for("the announcement", async || {
        let (texts, _) = announced(page).await?;
        ensure!(texts.iter().any(|(_, text)| condition(text)), "announced so far: {texts:#?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_announced_in_few_sentences_five_seconds_apart() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: SPEED, ..Settings::default() }).await?;
    let page = Page::open(proxy, Size::WIDE, "?batch-id=pcb-demo&interval=2").await?;
    page.wait_for_text(BADGE, |text| text == "Dispatching" || text == "Running").await?;
    record(&page).await?;
    page.wait_for_text(BADGE, |text| text == "Completed · 9 failed").await?;
    let end = "Completed · 9 failed. succeeded: 229 of 240 · 2 need attention";
    wait_for_announcement(&page, |text| text == end).await?;

    let (announced, regions) = announced(&page).await?;
    ensure!(regions == 1, "there are {regions} live regions");
    let texts: Vec<&str> = announced.iter().map(|(_, text)| text.as_str()).collect();
    for (index, pair) in announced.windows(2).enumerate() {
        // On a busy machine, the render of the earlier text may have taken longer. The first text was there before the recording.
        let gap_ms = pair[1].0 - pair[0].0;
        ensure!(index == 0 || gap_ms > 4_000.0, "{gap_ms} ms between {:?} and {:?}", pair[0].1, pair[1].1);
    }
    let (first, last) = (announced.first().context("nothing")?.0, announced.last().context("nothing")?.0);
    ensure!(texts.len() >= 3 && texts.len() <= 2 + ((last - first) / 5_000.0) as usize, "{texts:#?}");
    ensure!(texts.iter().any(|text| text.contains("more failed")), "no failure is announced: {texts:#?}");
    ensure!(texts.iter().any(|text| text.contains("% succeeded")), "no quarter is announced: {texts:#?}");
    for ticking in ["ago", "next in", "left", " s "] {
        ensure!(!texts.iter().any(|text| text.contains(ticking)), "a ticking time is announced: {texts:#?}");
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_action_of_the_viewer_is_announced_once() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed").await?;
    page.wait_for_text(BADGE, |text| text == "Failed").await?;
    record(&page).await?;
    page.click(".btw-chip-failed").await?;
    // One announcement may combine this with the initial one.
    wait_for_announcement(&page, |text| text.contains("7 of ")).await?;
    page.type_into("[type=search]", "no such thing").await?;
    wait_for_announcement(&page, |text| text.contains("0 of ")).await?;
    page.click_button("Timeline").await?;
    wait_for_announcement(&page, |text| text.ends_with("Timeline")).await?;
    let (announced, _) = announced(&page).await?;
    // The initial text, and one for each action; typing a query of 13 letters is one action.
    ensure!(announced.len() <= 4, "{announced:#?}");
    page.close().await
}
