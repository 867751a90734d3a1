//! Every state of the gallery, checked by programs: layout, contrast, accessibility, print.
//!
//! The gallery knows how a state is reached; this module knows what must hold in all of them.

mod axe;
mod contrast;
mod drawn;
mod layout;
mod media;
mod print;
mod zoom;

use std::io::Write as _;

use anyhow::{Result, ensure};
use e2e::{Proxy, Settings, Size};

use crate::fixture::Page;

/// The languages of the page; the last is English with accents, 40 % longer.
const LANGUAGES: [&str; 7] = ["en", "zh-CN", "zh-TW", "ja", "id", "pt-BR", "en-XA"];

/// Functions for the checks.
const HELPERS: &str = include_str!("checks.js");

/// A page with the list of all states.
async fn gallery(size: Size) -> Result<Page<Proxy>> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, size, "gallery.html").await?.with_helpers(HELPERS);
    wait_until_ready(&page).await?;
    Ok(page)
}

/// The names of all states, from the list.
async fn states(page: &Page<Proxy>) -> Result<Vec<String>> {
    page.eval("Object.keys(window.galleryStates)").await
}

/// Shows a state.
async fn show(page: &Page<Proxy>, state: &str, parameters: &str) -> Result<()> {
    page.goto(&format!("gallery.html?state={state}{parameters}")).await?;
    wait_until_ready(page).await
}

/// Shows a state in a language, with the page's language menu if the state is already shown and the menu has the language.
async fn show_in(page: &Page<Proxy>, state: &str, language: &str) -> Result<()> {
    let is_switched: bool = page
        .eval(&format!("window.gallery ? gallery.switchLanguage('{state}', '{language}') : false"))
        .await?;
    if is_switched { Ok(()) } else { show(page, state, &format!("&lang={language}")).await }
}

async fn wait_until_ready(page: &Page<Proxy>) -> Result<()> {
    page.wait_until("document.documentElement.dataset.gallery === 'ready'").await
}

/// Fails with all problems, if there are any.
fn expect_none(problems: &[String]) -> Result<()> {
    ensure!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    Ok(())
}

/// Prints how much was checked. Bypasses the test harness, which hides the output of passed tests.
fn report(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "gallery: {text}")?)
}
