//! Pictures of every scenario, wide and narrow, light and dark, for a look by eye:
//! `cargo run -p e2e --example screenshots -- <directory>`, with the environment of `cargo xtask test`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Proxy, Scheme, Settings, Size, wait_for};

/// Each scenario, and what is there once it shows what it is about.
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
        let scenarios = SCENARIOS.iter().map(|(id, sign)| (*id, format!("/?batch-id={id}"), *sign));
        let form =
            [("form", "/".to_owned(), "form"), ("form-refused", "/?batch-id=a%20b".to_owned(), "form")];
        for (name, path, sign) in scenarios.chain(form) {
            browser.goto(&proxy.url(&path)).await?;
            wait_for(name, async || {
                ensure!(browser.count(sign).await? > 0, "there is no {sign}");
                Ok(())
            })
            .await?;
            for (scheme, scheme_name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                browser.prefer(scheme).await?;
                browser.screenshot(&directory.join(format!("{name}.{size_name}.{scheme_name}.png"))).await?;
            }
            for complaint in browser.complaints().await? {
                println!("{name}: {complaint}");
            }
        }
    }
    browser.close().await
}
