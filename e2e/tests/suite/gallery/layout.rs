//! Nothing overflows, is cut off, overlaps or is too small to click, at any width, in any language and state.

use anyhow::{Result, ensure};
use e2e::Size;

use super::{LANGUAGES, expect_none, gallery, report, show, states};

pub(super) const CHECK: &str = include_str!("layout.js");
/// The widths of the simulated windows, in CSS px.
const WIDTHS: [u32; 4] = [320, 360, 768, 1440];
/// Wide enough for all of them.
const SIZE: Size = Size { width: 1480, height: 900 };

/// Declares one test for each language, so that two browsers share the work.
macro_rules! layout_tests {
    ($($test:ident: $language:literal,)*) => {
        const TESTED: &[&str] = &[$($language),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "only in Chromium: takes half a minute"]
            async fn $test() -> Result<()> {
                check_every_state($language).await
            }
        )*
    };
}

layout_tests! {
    every_state_fits_every_width_in_english: "en",
    every_state_fits_every_width_in_simplified_chinese: "zh-CN",
    every_state_fits_every_width_in_traditional_chinese: "zh-TW",
    every_state_fits_every_width_in_japanese: "ja",
    every_state_fits_every_width_in_indonesian: "id",
    every_state_fits_every_width_in_portuguese: "pt-BR",
    every_state_fits_every_width_in_long_english: "en-XA",
}

#[test]
fn every_language_has_a_layout_test() {
    assert_eq!(TESTED, LANGUAGES);
}

async fn check_every_state(language: &str) -> Result<()> {
    let page = gallery(SIZE).await?;
    let states = states(&page).await?;
    let mut problems = Vec::new();
    for state in &states {
        show(&page, state, &format!("&lang={language}")).await?;
        for width in WIDTHS {
            page.act(&format!("gallery.setWidth({width}); return gallery.settled()")).await?;
            let found: Vec<String> = page.run(CHECK, &[]).await?;
            problems.extend(found.iter().map(|found| format!("{state}, {language}, {width} px: {found}")));
        }
    }
    report(&format!("layout of {} states × {} widths in {language}", states.len(), WIDTHS.len()))?;
    expect_none(&problems)?;
    page.close_despite_errors().await
}

/// Styles that break the layout, and the problem that the check must find.
const FAULTS: [(&str, &str); 5] = [
    (".btw-counts { display: block; width: 60px; white-space: nowrap; overflow: hidden; }", "cut off"),
    (".btw-progress { width: 2000px; }", "wider than its box"),
    (".btw-chip { width: 30px; }", "runs out of its box"),
    (".btw-counts { margin-inline-start: -60px; }", "lies on other text"),
    (
        ".btw-freshness .btw-button { min-height: 0; height: 18px; width: 18px; margin-inline: -6px; }",
        "is a target of",
    ),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: tests the layout check, which runs there"]
async fn the_layout_check_finds_each_fault() -> Result<()> {
    let page = gallery(SIZE).await?;
    for (fault, expected) in FAULTS {
        show(&page, "running", "").await?;
        page.act(&format!("addStyle('{fault}'); return gallery.settled()")).await?;
        let found: Vec<String> = page.run(CHECK, &[]).await?;
        ensure!(found.iter().any(|found| found.starts_with(expected)), "{fault}: found only {found:#?}");
    }
    page.close().await
}
