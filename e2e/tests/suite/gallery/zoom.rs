//! A laptop's window at 200 %: half as wide and half as high in CSS px, each of them drawn by four.

use anyhow::Result;
use e2e::{Browser, Proxy, Settings, Size};
use serde_json::json;

use super::layout::CHECK;
use super::{expect_none, report, show, states};

/// The language of the page, and one that is 40 % longer.
const LANGUAGES: [&str; 2] = ["en", "en-XA"];

/// What scrolls both ways, as sentences; a page that is scrolled to its end hides nothing behind what sticks.
const SCROLLING: &str = r#"
const scrolls = (box, along, across) => box[along] > box[across] + 1;
const boxes = [...document.querySelectorAll("*")].filter((box) => box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflow));
return boxes
  .filter((box) => scrolls(box, "scrollWidth", "clientWidth") && scrolls(box, "scrollHeight", "clientHeight"))
  .map((box) => `scrolls both ways: <${box.localName} class="${box.className}"> ${box.scrollWidth}×${box.scrollHeight} in ${box.clientWidth}×${box.clientHeight}`);
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: a zoom is emulated"]
async fn every_state_fits_a_window_at_200_percent() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let Size { width, height } = Size::WIDE;
    let metrics = json!({"width": width / 2, "height": height / 2, "deviceScaleFactor": 2, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
    let states = states(&browser, &proxy).await?;
    let mut problems = Vec::new();
    for language in LANGUAGES {
        for state in &states {
            show(&browser, &proxy, state, &format!("&lang={language}")).await?;
            for check in [CHECK, SCROLLING] {
                let found: Vec<String> = browser.run(check, &[]).await?;
                problems.extend(found.iter().map(|found| format!("{state}, {language}: {found}")));
            }
        }
        browser.complaints().await?;
    }
    report(&format!("200 % of {} states × {} languages", states.len(), LANGUAGES.len()))?;
    expect_none(&problems)?;
    browser.close().await
}
