//! The viewer's preferences: reduced motion, more contrast, forced colors; and icons that differ in shape, not only in
//! colour.

use anyhow::{Result, ensure};
use e2e::{Proxy, Size};
use serde_json::json;

use super::{expect_none, gallery, show};
use crate::fixture::Page;

async fn emulate(page: &Page<Proxy>, name: &str, value: &str) -> Result<()> {
    let media = json!({"features": [{"name": name, "value": value}]});
    page.devtools("Emulation.setEmulatedMedia", media).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: emulates the viewer's preferences"]
async fn the_viewers_preferences_are_respected() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    for (motion, is_moving) in [("no-preference", true), ("reduce", false)] {
        emulate(&page, "prefers-reduced-motion", motion).await?;
        for state in ["running", "loading"] {
            show(&page, state, "").await?;
            let animations: u32 = page
                .eval("document.getAnimations().filter((it) => it.playState === 'running').length")
                .await?;
            ensure!((animations > 0) == is_moving, "{animations} animations in {state} with {motion}");
        }
    }

    emulate(&page, "forced-colors", "active").await?;
    show(&page, "running", "").await?;
    let problems: Vec<String> = page.eval("forcedColorsProblems()").await?;
    expect_none(&problems)?;

    let border = "styleOf('.batch-task-widget').borderTopColor";
    emulate(&page, "prefers-contrast", "no-preference").await?;
    let usual: String = page.eval(border).await?;
    emulate(&page, "prefers-contrast", "more").await?;
    let more: String = page.eval(border).await?;
    ensure!(usual != more, "the border stays {usual}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_icons_of_all_statuses_differ_in_shape() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    show(&page, "unknown-status", "").await?;
    let mut shapes: Vec<String> = page.eval("iconShapes()").await?;
    ensure!(shapes.len() == 6, "there are {} icons", shapes.len());
    shapes.sort();
    shapes.dedup();
    ensure!(shapes.len() == 6, "two icons have the same shape: {shapes:#?}");
    page.close().await
}
