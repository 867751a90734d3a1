//! Nothing overflows, is cut off, overlaps or is too small to click, at any width, in any language and state.

use anyhow::{Result, ensure};
use e2e::Size;

use super::{LANGUAGES, expect_none, gallery, report, show, show_in, states};

pub(super) const CHECK: &str = include_str!("layout.js");
/// The widths of the simulated windows, in CSS px.
const WIDTHS: [u32; 4] = [320, 360, 768, 1440];
/// Wide enough for all of them.
const SIZE: Size = Size { width: 1480, height: 900 };

/// The states are divided among this many tests, which run at the same time.
const PARTS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes half a minute"]
async fn each_first_state_of_three_fits_every_width_in_every_language() -> Result<()> {
    check_part(0).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes half a minute"]
async fn each_second_state_of_three_fits_every_width_in_every_language() -> Result<()> {
    check_part(1).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes half a minute"]
async fn each_third_state_of_three_fits_every_width_in_every_language() -> Result<()> {
    check_part(2).await
}

async fn check_part(part: usize) -> Result<()> {
    let page = gallery(SIZE).await?;
    let states: Vec<String> = states(&page).await?.into_iter().skip(part).step_by(PARTS).collect();
    let mut problems = Vec::new();
    for state in &states {
        for language in LANGUAGES.iter().rev() {
            show_in(&page, state, language).await?;
            for width in WIDTHS {
                page.act(&format!("gallery.setWidth({width}); return gallery.settled()")).await?;
                let found: Vec<String> = page.run(CHECK, &[]).await?;
                problems
                    .extend(found.iter().map(|found| format!("{state}, {language}, {width} px: {found}")));
            }
        }
    }
    let (states, languages) = (states.len(), LANGUAGES.len());
    report(&format!("layout of {states} states × {} widths × {languages} languages", WIDTHS.len()))?;
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
