//! Every state of the gallery, looked at by programs: layout, contrast, and what axe-core knows of accessibility.
//!
//! How a state comes about, the gallery knows; here is only what must be true of all of them.

mod axe;
mod contrast;
mod layout;
mod media;
mod print;
mod zoom;

use std::io::Write as _;

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, wait_for};

/// Languages that the page is shown in; the last is English with accents, and 40 % longer.
const LANGUAGES: [&str; 7] = ["en", "zh-CN", "zh-TW", "ja", "id", "pt-BR", "en-XA"];

/// All states, by the gallery's own list.
async fn states(browser: &Browser, proxy: &Proxy) -> Result<Vec<String>> {
    browser.goto(&proxy.url("/gallery.html")).await?;
    wait_until_ready(browser, "the list").await?;
    browser.run("return Object.keys(window.galleryStates);", &[]).await
}

/// Shows a state and waits until it has come to it.
async fn show(browser: &Browser, proxy: &Proxy, state: &str, parameters: &str) -> Result<()> {
    browser.goto(&proxy.url(&format!("/gallery.html?state={state}{parameters}"))).await?;
    wait_until_ready(browser, state).await
}

async fn wait_until_ready(browser: &Browser, state: &str) -> Result<()> {
    wait_for(&format!("the gallery to show {state}"), async || {
        let ready = browser.attribute("html", "data-gallery").await?;
        ensure!(ready.as_deref() == Some("ready"), "it is {ready:?}");
        Ok(())
    })
    .await
}

/// Fails with all problems, each with where it was found.
fn expect_none(problems: &[String]) -> Result<()> {
    ensure!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    Ok(())
}

/// Says how much was looked at, past the test harness, which keeps what a test that passes has printed.
fn report(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "gallery: {text}")?)
}
