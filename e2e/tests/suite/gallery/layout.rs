//! Nothing overflows, is cut off, overlaps, or is too small to press, in any window, language and state.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size};

use super::{LANGUAGES, expect_none, report, show, states};

pub(super) const CHECK: &str = include_str!("layout.js");
/// Of the windows that are pretended, in CSS px.
const WIDTHS: [u32; 4] = [320, 360, 768, 1440];
/// Wide enough for all of them.
const SIZE: Size = Size { width: 1480, height: 900 };

/// One test for each language, so that two browsers share the work.
macro_rules! every_state_fits_every_window {
    ($($test:ident: $language:literal,)*) => {
        /// Every language that the other checks of the gallery know has a test here.
        const TESTED: &[&str] = &[$($language),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "only in Chromium: it takes half a minute"]
            async fn $test() -> Result<()> {
                every_state_fits($language).await
            }
        )*
    };
}

every_state_fits_every_window! {
    every_state_fits_every_window_in_english: "en",
    every_state_fits_every_window_in_simplified_chinese: "zh-CN",
    every_state_fits_every_window_in_traditional_chinese: "zh-TW",
    every_state_fits_every_window_in_japanese: "ja",
    every_state_fits_every_window_in_indonesian: "id",
    every_state_fits_every_window_in_portuguese: "pt-BR",
    every_state_fits_every_window_in_long_english: "en-XA",
}

#[test]
fn no_language_is_left_out() {
    assert_eq!(TESTED, LANGUAGES);
}

async fn every_state_fits(language: &str) -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(SIZE).await?;
    let states = states(&browser, &proxy).await?;
    let mut problems = Vec::new();
    for state in &states {
        show(&browser, &proxy, state, &format!("&lang={language}")).await?;
        for width in WIDTHS {
            let fit = "window.gallery.setWidth(arguments[0]); return window.gallery.settled();";
            browser.run::<()>(fit, &[width.into()]).await?;
            let found: Vec<String> = browser.run(CHECK, &[]).await?;
            problems.extend(found.iter().map(|found| format!("{state}, {language}, {width} px: {found}")));
        }
    }
    browser.complaints().await?;
    let (states, widths) = (states.len(), WIDTHS.len());
    report(&format!("layout of {states} states × {widths} widths in {language}"))?;
    expect_none(&problems)?;
    browser.close().await
}

/// Spoils the layout in one way that the check must find.
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
#[ignore = "only in Chromium: it tries the check of the layout, which runs there"]
async fn the_check_finds_what_is_wrong() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(SIZE).await?;
    for (fault, expected) in FAULTS {
        show(&browser, &proxy, "running", "").await?;
        let spoil = "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); \
                     document.adoptedStyleSheets = [sheet]; return window.gallery.settled();";
        browser.run::<()>(spoil, &[fault.into()]).await?;
        let found: Vec<String> = browser.run(CHECK, &[]).await?;
        ensure!(found.iter().any(|found| found.starts_with(expected)), "{fault} gives only {found:#?}");
    }
    browser.close().await
}
