//! axe-core with its best practices finds nothing in any state, in both themes.

use anyhow::{Context as _, Result};
use e2e::{Proxy, Size, axe_source};

use super::{LANGUAGES, expect_none, gallery, report, show, states};
use crate::fixture::Page;

/// Shows a state, and loads axe-core.
async fn show_with_axe(page: &Page<Proxy>, state: &str, parameters: &str) -> Result<()> {
    show(page, state, parameters).await?;
    page.run(&axe_source()?, &[]).await.context("axe-core could not be loaded")
}

/// Runs axe-core on the page. Returns the violations, and how many rules had something to check.
async fn run(page: &Page<Proxy>) -> Result<(Vec<String>, usize)> {
    page.eval("runAxe()").await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes a minute and a half on two busy cores; the other engines check one state in each language"]
async fn every_state_is_accessible_in_both_themes() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    let states = states(&page).await?;
    let mut problems = Vec::new();
    let mut fewest_rules = usize::MAX;
    for state in &states {
        show_with_axe(&page, state, "").await?;
        for theme in ["light", "dark"] {
            page.act(&format!("gallery.setTheme('{theme}'); return gallery.settled()")).await?;
            let (found, rules) = run(&page).await?;
            fewest_rules = fewest_rules.min(rules);
            problems.extend(found.iter().map(|found| format!("{state}, {theme}: {found}")));
        }
    }
    report(&format!("axe-core in {} states × 2 themes, at least {fewest_rules} rules each", states.len()))?;
    expect_none(&problems)?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_state_in_each_language_is_accessible_in_every_engine() -> Result<()> {
    let page = gallery(Size::WIDE).await?;
    let mut problems = Vec::new();
    for language in LANGUAGES {
        show_with_axe(&page, "running", &format!("&lang={language}")).await?;
        let (found, _) = run(&page).await?;
        problems.extend(found.iter().map(|found| format!("{language}: {found}")));
    }
    report(&format!("axe-core in 1 state × {} languages in {}", LANGUAGES.len(), page.engine()))?;
    expect_none(&problems)?;
    page.close().await
}
