//! A page that nobody sees asks nothing, and asks at once when it is seen again.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub};
use serde_json::json;

use crate::support::{FRESHNESS, QUIET, good, wait_for_age};

/// What hides and shows a page, without a second window, whose timing differs from one machine to the next.
const SET_VISIBILITY: &str = r#"
Object.defineProperty(document, "visibilityState", {configurable: true, get: () => arguments[0]});
Object.defineProperty(document, "hidden", {configurable: true, get: () => arguments[0] === "hidden"});
document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_page_asks_nothing() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    stub.wait_until_asked(2).await?;

    browser.run::<()>(SET_VISIBILITY, &[json!("hidden")]).await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· paused while hidden")).await?;
    let asked = stub.asked();
    wait_for_age(&browser, QUIET).await?;
    ensure!(stub.asked() == asked, "it asked while it was hidden");

    browser.run::<()>(SET_VISIBILITY, &[json!("visible")]).await?;
    stub.wait_until_asked(asked + 2).await?;
    ensure!(stub.most_under_way() == 1, "two requests were under way at a time");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_network_waits_for_it() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    stub.wait_until_asked(2).await?;

    browser.set_online(false).await?;
    browser.wait_for_text(FRESHNESS, |text| text.ends_with("· paused: offline")).await?;
    let asked = stub.asked();
    wait_for_age(&browser, QUIET).await?;
    ensure!(stub.asked() == asked, "it asked without a network");

    browser.set_online(true).await?;
    stub.wait_until_asked(asked + 2).await?;
    browser.close().await
}
