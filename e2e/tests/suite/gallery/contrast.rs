//! Text, icons, segments and edges are told from what they stand on, in both themes.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size};

use super::{expect_none, report, show, states};

const CHECK: &str = include_str!("contrast.js");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: for its time, half a minute on two busy cores"]
async fn every_state_can_be_read_in_both_themes() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let states = states(&browser, &proxy).await?;
    let (mut problems, mut all) = (Vec::new(), 0);
    for state in &states {
        show(&browser, &proxy, state, "").await?;
        for theme in ["light", "dark"] {
            let set = "window.gallery.setTheme(arguments[0]); return window.gallery.settled();";
            browser.run::<()>(set, &[theme.into()]).await?;
            let (found, looked): (Vec<String>, usize) = browser.run(CHECK, &[]).await?;
            ensure!(looked > 0, "nothing is seen of {state}");
            all += looked;
            problems.extend(found.iter().map(|found| format!("{state}, {theme}: {found}")));
        }
    }
    browser.complaints().await?;
    report(&format!("contrast of {all} things in {} states × 2 themes", states.len()))?;
    expect_none(&problems)?;
    browser.close().await
}
