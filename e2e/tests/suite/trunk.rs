//! The page as `trunk build` makes it, without `cargo xtask`: it starts under the strict policy, in every language.
//!
//! What the page does once it has started is for the tests of the page that is shipped.

use anyhow::{Result, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::{BADGE, ROW};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other driver has the browser's own warnings, and Trunk's build is tested, not the engines"]
async fn a_plain_trunk_build_starts_in_every_language() -> Result<()> {
    let proxy = Proxy::start_with_trunk_page(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (language, badge) in [
        ("en", "Failed"),
        ("zh-CN", "失败"),
        ("zh-TW", "失敗"),
        ("ja", "失敗"),
        ("id", "Gagal"),
        ("pt-BR", "Falhou"),
    ] {
        browser.goto(&proxy.url(&format!("/?batch-id=pcb-failed&lang={language}"))).await?;
        browser.wait_for_text(BADGE, |text| text == badge).await?;
        let document = browser.attribute("html", "lang").await?;
        ensure!(document.as_deref() == Some(language), "the document is in {document:?}, not {language}");
        wait_for("rows", async || {
            ensure!(browser.count(ROW).await? > 0, "there are none in {language}");
            Ok(())
        })
        .await?;
        browser.expect_quiet().await?;
    }
    browser.close().await
}
