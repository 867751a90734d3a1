//! The page that `trunk build` alone writes, without `cargo xtask`: it starts under the strict policy, in every language.
//!
//! All other tests use the shipped page.

use anyhow::{Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{BADGE, ROW};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other driver reports the browser's own warnings"]
async fn a_plain_trunk_build_starts_in_every_language() -> Result<()> {
    let proxy = Proxy::start_with_trunk_page(Settings::default()).await?;
    let page = Page::open(proxy, Size::WIDE, "").await?;
    for (language, badge) in [
        ("en", "Failed"),
        ("zh-CN", "失败"),
        ("zh-TW", "失敗"),
        ("ja", "失敗"),
        ("id", "Gagal"),
        ("pt-BR", "Falhou"),
    ] {
        page.goto(&format!("?batch-id=pcb-failed&lang={language}")).await?;
        page.wait_for_text(BADGE, |text| text == badge).await?;
        let document = page.attribute("html", "lang").await?;
        ensure!(document.as_deref() == Some(language), "the document is in {document:?}, not {language}");
        wait_for("rows", async || {
            ensure!(page.count(ROW).await? > 0, "there are none in {language}");
            Ok(())
        })
        .await?;
        page.expect_no_page_errors().await?;
    }
    page.close().await
}
