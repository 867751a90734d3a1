//! axe-core, with its best practices, finds nothing in any state, in both themes.

use anyhow::{Context as _, Result};
use e2e::{Browser, Proxy, Settings, Size, axe_source};

use super::{LANGUAGES, expect_none, report, show, states};

/// The rules of WCAG 2.2 AA and the best practices; what it finds, as sentences.
const RUN: &str = r#"
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
return axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
  .then(({ violations, passes }) => [
    violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary.replaceAll("\n", " ")}`)),
    passes.length,
  ]);
"#;

/// Runs axe-core in the page as it stands; what it finds, and how many of its rules had something to look at.
pub(super) async fn run(browser: &Browser) -> Result<(Vec<String>, usize)> {
    browser.run::<()>(&axe_source()?, &[]).await.context("axe-core could not be loaded")?;
    browser.run(RUN, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: for its time, a minute and a half on two busy cores; the others get one state in each language"]
async fn every_state_is_accessible_in_both_themes() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let states = states(&browser, &proxy).await?;
    let mut problems = Vec::new();
    let mut rules = usize::MAX;
    for state in &states {
        for theme in ["light", "dark"] {
            show(&browser, &proxy, state, &format!("&theme={theme}")).await?;
            let (found, looked) = run(&browser).await?;
            rules = rules.min(looked);
            problems.extend(found.iter().map(|found| format!("{state}, {theme}: {found}")));
        }
    }
    browser.complaints().await?;
    report(&format!("axe-core in {} states × 2 themes, at least {rules} rules each", states.len()))?;
    expect_none(&problems)?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_state_in_each_language_is_accessible_in_every_engine() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let mut problems = Vec::new();
    for language in LANGUAGES {
        show(&browser, &proxy, "running", &format!("&lang={language}")).await?;
        let (found, _) = run(&browser).await?;
        problems.extend(found.iter().map(|found| format!("{language}: {found}")));
    }
    report(&format!("axe-core in 1 state × {} languages in {}", LANGUAGES.len(), browser.engine()))?;
    expect_none(&problems)?;
    browser.close().await
}
