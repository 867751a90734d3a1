//! What a screen reader is told over a whole run, by reading the live region: what is said, how often, and what is not.

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::BADGE;

/// A batch of three minutes in 22 seconds: long enough for some sentences.
const SPEED: f64 = 8.0;

/// Records each text of the live region with its time in milliseconds, and how many live regions there ever were.
const RECORD: &str = r#"
const said = [];
const regions = new Set();
let last = "";
const look = () => {
  for (const region of document.querySelectorAll("[role=status], [aria-live]")) regions.add(region);
  const text = document.querySelector("[role=status]")?.textContent ?? "";
  if (text !== last) said.push([performance.now(), text]);
  last = text;
};
look();
new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
window.e2e.said = () => [said, regions.size];
"#;

async fn said(browser: &Browser) -> Result<(Vec<(f64, String)>, usize)> {
    browser.run("return window.e2e.said();", &[]).await
}

/// Waits until the live region says something that `holds`.
async fn wait_until_said(browser: &Browser, what: &str, holds: impl Fn(&str) -> bool) -> Result<()> {
    wait_for(&format!("{what} to be said"), async || {
        let (said, _) = said(browser).await?;
        ensure!(said.iter().any(|(_, text)| holds(text)), "it said {said:#?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_told_in_few_sentences() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: SPEED, ..Settings::default() }).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-demo&interval=2")).await?;
    browser.wait_for_text(BADGE, |text| text == "Dispatching" || text == "Running").await?;
    browser.run::<()>(RECORD, &[]).await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    let end = "Completed. succeeded: 229 of 240 · 9 failed · 2 need attention";
    wait_until_said(&browser, "the end", |text| text == end).await?;

    let (said, regions) = said(&browser).await?;
    ensure!(regions == 1, "there are {regions} live regions");
    let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
    for (at, pair) in said.windows(2).enumerate() {
        // A message is shown a moment after it is due, and never before.
        let gap_ms = pair[1].0 - pair[0].0;
        ensure!(at == 0 || gap_ms > 4_900.0, "{gap_ms} ms between {:?} and {:?}", pair[0].1, pair[1].1);
    }
    let (first, last) = (said.first().context("nothing")?.0, said.last().context("nothing")?.0);
    ensure!(texts.len() >= 3 && texts.len() <= 2 + ((last - first) / 5_000.0) as usize, "{texts:#?}");
    ensure!(texts.iter().any(|text| text.contains("more failed")), "no failure is told of: {texts:#?}");
    ensure!(texts.iter().any(|text| text.contains("% succeeded")), "no quarter is told of: {texts:#?}");
    for clock in ["ago", "next in", "left", " s "] {
        ensure!(!texts.iter().any(|text| text.contains(clock)), "a clock ticks in {texts:#?}");
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_viewer_does_is_told_once() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
    browser.wait_for_text(BADGE, |text| text == "Failed").await?;
    browser.run::<()>(RECORD, &[]).await?;
    browser.click(".btw-chip-failed").await?;
    // Who is quicker than the first sentence hears both in one.
    wait_until_said(&browser, "the filter", |text| text.contains("7 of ")).await?;
    browser.type_into("[type=search]", "no such thing").await?;
    wait_until_said(&browser, "the search", |text| text.contains("0 of ")).await?;
    browser.press("Timeline").await?;
    wait_until_said(&browser, "the view", |text| text.ends_with("Timeline")).await?;
    let (said, _) = said(&browser).await?;
    // The first text is what was said before; typing a query of 13 letters is one sentence.
    ensure!(said.len() <= 4, "{said:#?}");
    browser.close().await
}
