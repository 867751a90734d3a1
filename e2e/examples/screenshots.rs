//! Takes screenshots of every scenario, wide and narrow, light and dark, for review by eye. Run
//! `cargo run -p e2e --example screenshots -- <directory>` with the environment of `cargo xtask test`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Scheme, Settings, Size, wait_for};

/// Each scenario, and an element that is there when its view is complete.
const SCENARIOS: [(&str, &str); 17] = [
    ("pcb-demo", ".btw-row"),
    ("pcb-sample", ".btw-row"),
    ("pcb-done", ".btw-row"),
    ("pcb-failed", ".btw-row"),
    ("pcb-empty", ".btw-empty"),
    ("pcb-dispatching", ".btw-empty"),
    ("pcb-all-statuses", ".btw-row"),
    ("pcb-odd", ".btw-row"),
    ("pcb-10k", ".btw-row"),
    ("pcb-envelope", ".btw-row"),
    ("pcb-login-page", "[role=alert]"),
    ("pcb-throttled", "[role=alert]"),
    ("pcb-flaky", ".btw-row"),
    ("pcb-slow", ".btw-skeleton"),
    ("pcb-denied", "[role=alert]"),
    ("pcb-truncated", "[role=alert]"),
    ("pcb-nobody", "[role=alert]"),
];

#[tokio::main]
async fn main() -> Result<()> {
    let directory: PathBuf = std::env::args_os().nth(1).context("usage: screenshots <directory>")?.into();
    std::fs::create_dir_all(&directory)?;
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (size, size_name) in [(Size::WIDE, "wide"), (Size::NARROW, "narrow")] {
        browser.resize(size).await?;
        let scenarios = SCENARIOS.iter().map(|(id, selector)| (*id, format!("?batch-id={id}"), *selector));
        let form = [("form", String::new(), "form"), ("form-rejected", "?batch-id=a%20b".to_owned(), "form")];
        for (name, path, selector) in scenarios.chain(form) {
            browser.goto(&proxy.url(&path)).await?;
            wait_for(name, async || {
                ensure!(browser.count(selector).await? > 0, "there is no {selector}");
                Ok(())
            })
            .await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                browser.prefer(scheme).await?;
                let file = format!("{name}.{size_name}.{}.png", scheme.keyword());
                browser.screenshot(&directory.join(file)).await?;
            }
            for error in browser.page_errors().await? {
                println!("{name}: {error}");
            }
        }
    }
    browser.close().await
}
