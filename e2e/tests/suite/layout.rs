//! The page fits a phone, and the rows have the height that the windowing assumes.

use anyhow::{Context as _, Result, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{COLUMN, ROW};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_overflows_and_rows_have_one_of_two_heights() -> Result<()> {
    // WebKit's driver sometimes does not return from loading the page that has just been loaded.
    let page = Page::blank(Proxy::start(Settings::default()).await?).await?;
    let pages = [
        ("", "form"),
        ("?batch-id=a%20b", "[role=alert]"),
        ("?batch-id=pcb-denied", "[role=alert]"),
        ("?batch-id=pcb-empty", ".btw-empty"),
        ("?batch-id=pcb-sample", ROW),
        ("?batch-id=pcb-failed", ROW),
        ("?batch-id=pcb-all-statuses", ROW),
        ("?batch-id=pcb-odd", ROW),
        ("?batch-id=pcb-10k", ROW),
    ];
    for (size, error_px) in [(Size::WIDE, 34), (Size::NARROW, 56)] {
        page.resize(size).await?;
        for (path, selector) in pages {
            page.goto(path).await?;
            wait_for(&format!("the layout of {path} at {} px", size.width), async || {
                ensure!(page.count(selector).await? > 0, "there is no {selector}");
                let overflow: f64 = page.eval("document.documentElement.scrollWidth - innerWidth").await?;
                ensure!(overflow <= 0.0, "the page is {overflow} px wider than the window");
                let wrong: Vec<f64> = page
                    .eval(&format!(
                        "all('.btw-subtasks [part~=row]').map((row) => row.getBoundingClientRect().height
                            - (row.querySelector('.btw-row-error') ? {error_px} : 34)).filter((px) => px !== 0)"
                    ))
                    .await?;
                ensure!(wrong.is_empty(), "the heights of rows differ by {wrong:?} px");
                Ok(())
            })
            .await?;
        }
    }
    page.close().await
}

/// A long line about freshness must not crush the title beside it.
#[tokio::test(flavor = "multi_thread")]
async fn the_title_has_room_at_any_width() -> Result<()> {
    let page = Page::on_proxy("").await?;
    for lang in ["pt-BR", "en"] {
        page.goto(&format!("?batch-id=pcb-all-statuses&lang={lang}")).await?;
        page.wait_until(&format!("document.documentElement.lang === '{lang}' && find('h2')")).await?;
        for width in [360, 640, 768, 900, 1024, 1280] {
            page.resize(Size { width, height: 800 }).await?;
            let room = "find('h2').parentElement.clientWidth / find('.btw-header').clientWidth";
            page.wait_until(&format!("{room} > 0.45"))
                .await
                .with_context(|| format!("{lang} at {width} px"))?;
        }
        page.expect("find('h2').title === text('h2')").await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_table_shows_the_error_below_the_id() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let page = Page::open(proxy, Size::NARROW, "?batch-id=pcb-failed&filter=failed").await?;
    page.wait_for_text(".btw-row-error", |text| !text.is_empty()).await?;
    let headers = page.texts(COLUMN).await?;
    let is_shown = |name: &str| headers.iter().any(|header| header.starts_with(name));
    ensure!(headers.len() == 3 && is_shown("Instance"), "the columns are {headers:?}");
    let boxes = "['[part~=row]', '.btw-row-error'].map((selector) => find(selector).getBoundingClientRect())";
    page.act(&format!("[window.row, window.error] = {boxes}")).await?;
    page.expect("error.top >= row.top + 20 && error.bottom <= row.bottom && error.right <= innerWidth")
        .await?;
    // A wider window shows the other columns again.
    page.resize(Size::WIDE).await?;
    page.wait_for_count(COLUMN, 7).await.context("after the window was widened")?;
    page.close().await
}
