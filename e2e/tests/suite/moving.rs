//! A widget that its host moves to another document, as with `window.open()` or Document Picture-in-Picture: its stylesheet, its
//! observers and the visibility that counts are those of the new document.

use anyhow::{Context as _, Result};
use e2e::{Response, Stub};
use serde_json::json;

use crate::batch::running;
use crate::fixture::{DEFINE, Page};

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=5></batch-task-widget>";
const TARGET: &str = "<div id=target></div>";
const MOUNT: &str = "import { mount } from './npm/index.js';
    await mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', interval: 5 });";

fn with_many_rows(number: usize) -> Response {
    let mut body = running(number);
    body["SubTasks"] =
        (0..20_000).map(|row| json!({"TaskId": row.to_string(), "Status": "RUNNING"})).collect();
    Response::json(body.to_string())
}

async fn open(body: &str, script: &str) -> Result<Page<Stub>> {
    let page = Page::embedding("", "").await?.with_helpers(include_str!("moving.js"));
    page.server.respond(with_many_rows);
    page.embed(body, script).await?;
    page.wait_until("find('.btw-row')").await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_follows_its_document() -> Result<()> {
    for (body, script, element) in
        [(TAG, DEFINE, "widget()"), (TARGET, MOUNT, "document.getElementById('target')")]
    {
        let page = open(body, script).await?;
        page.act(&format!("moveToFrame({element})")).await?;
        page.wait_until("isStyled()").await.context(element)?;
        page.wait_until("inside('.btw-row').length > 10 && inside('.btw-row').length < 80")
            .await
            .context(element)?;
        page.expect("inside('thead .btw-col-error').length === 1").await?;

        // The observer of the new document sees its size.
        page.act("other.defaultView.frameElement.width = 400").await?;
        page.wait_until("inside('thead .btw-col-error').length === 0").await.context(element)?;

        // The document that was left may be hidden; the new one counts.
        page.act("setVisibility(document, 'hidden')").await?;
        page.act("setVisibility(other, 'hidden')").await?;
        let freshness = "inside('.btw-freshness-text')[0].textContent";
        page.wait_until(&format!("{freshness}.includes('paused')")).await.context(element)?;
        page.act("setVisibility(other, 'visible')").await?;
        page.wait_until(&format!("{freshness}.includes('next in')")).await.context(element)?;
        page.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_is_mounted_in_another_document() -> Result<()> {
    let script = "import { mount } from './npm/index.js'; window.mount = mount;";
    let page = open(TAG, &format!("{DEFINE} {script}")).await?;
    page.act("moveToFrame(document.createElement('div'))").await?;
    page.act("moved.remove(); window.moved = other.body.appendChild(other.createElement('p'))").await?;
    page.eval::<()>("void await mount(moved, { endpoint: 'api/DescribeBatchTask', interval: 600 })").await?;
    page.wait_until("inside('.btw-row').length > 10").await?;
    page.wait_until("isStyled()").await?;
    page.close().await
}

/// Without a maximum height, the box is as high as all rows.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_drawn_rows_is_bounded_without_styles_or_a_height() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.act(
        "window.most = 0; new MutationObserver(() => { most = Math.max(most, all('.btw-row').length) })
        .observe(widget().shadowRoot, { childList: true, subtree: true })",
    )
    .await?;
    for unstyle in [
        "widget().style.setProperty('--batch-task-table-height', 'none')",
        "widget().shadowRoot.adoptedStyleSheets = []",
    ] {
        page.act("find('.btw-table-scroll').scrollTop = 0").await?;
        page.wait_until("find('.btw-row').getAttribute('aria-rowindex') === '2'").await.context(unstyle)?;
        page.act(unstyle).await?;
        page.wait_until("find('.btw-table-scroll').offsetHeight === 8000").await.context(unstyle)?;
        // All rows can be reached. WebKit may undo one scrolling while the box changes its size.
        page.wait_until("scrollToEnd() && all('.btw-row').at(-1).getAttribute('aria-rowindex') === '20001'")
            .await
            .context(unstyle)?;
        page.expect("most < 300 && find('.btw-table-scroll').offsetHeight === 8000")
            .await
            .context(unstyle)?;
    }
    page.close().await
}
