//! What the viewer's system asks of all pages: less motion, more contrast, colours of its own; and shapes that tell without
//! any colour.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size};
use serde_json::json;

use super::{expect_none, show};

const MOVING: &str =
    "return document.getAnimations().filter((animation) => animation.playState === 'running').length;";

/// A chip that is pressed is told from the others by more than a colour that the system replaces; the bar has an edge, and
/// its segments keep their colours.
const FORCED: &str = r#"
const problems = [];
const style = (selector) => getComputedStyle(document.querySelector(selector));
if (style(".btw-chip[aria-pressed=true]").outlineStyle !== "solid") problems.push("the pressed chip is like the others");
if (style(".btw-chip[aria-pressed=false]").outlineStyle !== "none") problems.push("all chips are like the pressed one");
if (parseFloat(style(".btw-bar").borderTopWidth) < 1) problems.push("the bar has no edge");
const segments = [...document.querySelectorAll(".btw-segment:not(.btw-segment-rest)")].map((segment) => getComputedStyle(segment).backgroundColor);
if (new Set(segments).size !== segments.length) problems.push(`segments are of ${segments}`);
const [on, off] = ["true", "false"].map((is) => style(`.btw-tab[aria-selected=${is}]`).borderBottomColor);
if (on === off) problems.push("the selected tab is like the other");
return problems;
"#;

/// The drawings of all kinds of status, without their names.
const SHAPES: &str = "return [...document.querySelectorAll('.btw-chip svg')].map((icon) => icon.innerHTML.replace(/ class=\"[^\"]*\"/g, ''));";

async fn emulate(browser: &Browser, name: &str, value: &str) -> Result<()> {
    let media = json!({"features": [{"name": name, "value": value}]});
    browser.devtools("Emulation.setEmulatedMedia", media).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: a viewer's settings are emulated"]
async fn the_viewers_settings_are_kept() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (motion, expected) in [("no-preference", true), ("reduce", false)] {
        emulate(&browser, "prefers-reduced-motion", motion).await?;
        for state in ["running", "loading"] {
            show(&browser, &proxy, state, "").await?;
            let moving: u32 = browser.run(MOVING, &[]).await?;
            ensure!((moving > 0) == expected, "{moving} things of {state} move with {motion}");
        }
    }

    emulate(&browser, "forced-colors", "active").await?;
    show(&browser, &proxy, "running", "").await?;
    let problems: Vec<String> = browser.run(FORCED, &[]).await?;
    expect_none(&problems)?;

    let border = "return getComputedStyle(document.querySelector('.batch-task-widget')).borderTopColor;";
    emulate(&browser, "prefers-contrast", "no-preference").await?;
    let usual: String = browser.run(border, &[]).await?;
    emulate(&browser, "prefers-contrast", "more").await?;
    let more: String = browser.run(border, &[]).await?;
    ensure!(usual != more, "lines stay {usual}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_of_status_differ_in_shape() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    show(&browser, &proxy, "unknown-status", "").await?;
    let mut shapes: Vec<String> = browser.run(SHAPES, &[]).await?;
    ensure!(shapes.len() == 6, "there are {} kinds", shapes.len());
    shapes.sort();
    shapes.dedup();
    ensure!(shapes.len() == 6, "two are drawn alike: {shapes:#?}");
    browser.close().await
}
