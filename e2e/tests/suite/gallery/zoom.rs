//! A laptop's window at 200 %: half as wide and half as high in CSS px.

use anyhow::Result;
use e2e::Size;
use serde_json::json;

use super::layout::CHECK;
use super::{expect_none, gallery, report, show_in, states};

/// The language that is 40 % longer than English, and English.
const LANGUAGES: [&str; 2] = ["en-XA", "en"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: emulates the zoom"]
async fn every_state_fits_a_window_at_200_percent() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    let Size { width, height } = Size::WIDE;
    let metrics = json!({"width": width / 2, "height": height / 2, "deviceScaleFactor": 2, "mobile": false});
    page.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
    let states = states(&page).await?;
    let mut problems = Vec::new();
    for state in &states {
        for language in LANGUAGES {
            show_in(&page, state, language).await?;
            let mut found: Vec<String> = page.run(CHECK, &[]).await?;
            found.extend(page.eval::<Vec<String>>("scrollProblems()").await?);
            problems.extend(found.iter().map(|found| format!("{state}, {language}: {found}")));
        }
        page.page_errors().await?;
    }
    report(&format!("200 % of {} states × {} languages", states.len(), LANGUAGES.len()))?;
    expect_none(&problems)?;
    page.close().await
}
