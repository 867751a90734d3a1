//! Text, icons, segments and borders have enough contrast in both themes.

use anyhow::{Result, ensure};
use e2e::Size;

use super::{expect_none, gallery, report, show, states};

const CHECK: &str = include_str!("contrast.js");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes half a minute on two busy cores"]
async fn every_state_has_enough_contrast_in_both_themes() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    let states = states(&page).await?;
    let (mut problems, mut total) = (Vec::new(), 0);
    for state in &states {
        show(&page, state, "").await?;
        for theme in ["light", "dark"] {
            page.act(&format!("gallery.setTheme('{theme}'); return gallery.settled()")).await?;
            let (found, checked): (Vec<String>, usize) = page.run(CHECK, &[]).await?;
            ensure!(checked > 0, "{state} shows nothing");
            total += checked;
            problems.extend(found.iter().map(|found| format!("{state}, {theme}: {found}")));
        }
    }
    report(&format!("contrast of {total} items in {} states × 2 themes", states.len()))?;
    expect_none(&problems)?;
    page.close_despite_errors().await
}
