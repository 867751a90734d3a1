//! The shadow boundary: no style crosses it, except what the custom properties and parts let a host choose.

use anyhow::{Result, ensure};
use e2e::{Engine, Response, Scheme, Stub};

use crate::batch::running;
use crate::fixture::Page;

const HOST: &str = "hosts/plain/boxed.html";
/// The script by which the host defines the element.
const DEFINED_BY: &str = "hosts/plain/node_modules/batch-task-widget/define.js";

/// A batch with two failures.
fn failing(number: usize) -> Response {
    let mut body = running(number);
    for (row, message) in [(1, "disk of pc-2 is full"), (2, "disk of pc-3 is full")] {
        body["SubTasks"][row]["Status"] = "FAILED".into();
        body["SubTasks"][row]["ErrorMsg"] = message.into();
        body["SubTasks"][row]["TaskBegin"] = "2026-05-28T16:38:20Z".into();
        body["SubTasks"][row]["TaskEnd"] = "2026-05-28T16:39:20Z".into();
    }
    Response::json(body.to_string())
}

async fn host() -> Result<Page<Stub>> {
    Ok(Page::blank(Stub::start(failing).await?).await?.with_helpers(include_str!("boundary.js")))
}

async fn load(page: &Page<Stub>) -> Result<()> {
    page.goto(HOST).await?;
    page.wait_until("find('.btw-row') && find('[part~=failures]')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_style_crosses_the_boundary() -> Result<()> {
    let page = host().await?;
    // The test defines the element itself, after it has looked at the host.
    page.server.serve(DEFINED_BY, Response::script(""));
    page.goto(HOST).await?;
    page.act("window.before = stylesOutside()").await?;
    page.act("return import('/npm/define.js').then(() => {})").await?;
    page.wait_until("find('.btw-row')").await?;
    ensure!(
        page.eval::<bool>("stylesOutside() === before").await?,
        "the widget changed the styles of its host"
    );

    let (count, is_hostile, changes): (usize, bool, Vec<String>) =
        page.eval("changedByHostileSheet()").await?;
    ensure!(is_hostile, "the hostile style sheet has no effect on the host");
    ensure!(count > 50, "the widget has only {count} elements");
    ensure!(changes.is_empty(), "{changes:#?}");
    let size = "(({ width, height }) => [width, height].map(Math.round))(find('.batch-task-widget').getBoundingClientRect())";
    let [width, height]: [u32; 2] = page.eval(size).await?;
    ensure!(width == 900 && height > 200, "the widget is {width} × {height} px");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_theme_is_the_hosts_and_not_the_systems() -> Result<()> {
    let page = host().await?;
    let (light, dark) = ("rgb(255, 255, 255)", "rgb(21, 26, 33)");
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.prefer(scheme).await?;
        load(&page).await?;
        for (host, theme, expected) in [
            ("", "", light),
            ("dark", "", dark),
            ("light", "", light),
            ("dark", "auto", dark),
            ("dark", "light", light),
            ("light", "dark", dark),
        ] {
            // Where the system's scheme cannot be emulated, `prefer` sets the document's, which the widget follows.
            if host.is_empty() && page.engine() != Engine::Chromium {
                continue;
            }
            page.act(&format!(
                "document.getElementById('box').className = '{host}'; widget().theme = '{theme}'"
            ))
            .await?;
            page.wait_until(&format!(
                "getComputedStyle(find('.batch-task-widget')).backgroundColor === '{expected}'"
            ))
            .await?;
        }
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_properties_and_parts_restyle_every_element() -> Result<()> {
    let page = host().await?;
    load(&page).await?;
    page.act("document.documentElement.className = 'reds parts'").await?;
    for (change, shown) in [
        ("", "find('.btw-row')"),
        ("find('.btw-row button')?.click()", "true"),
        ("widget().view = 'timeline'", "find('[part~=timeline]')"),
        ("widget().view = ''; widget().filter = 'waiting'", "find('.btw-empty')"),
        ("widget().interval = 'abc'; widget().filter = ''", "find('[role=alert]')"),
    ] {
        page.act(change).await?;
        page.wait_until(shown).await?;
        let found: Vec<String> = page.eval("notFromHost()").await?;
        ensure!(found.is_empty(), "after {change:?}: {found:#?}");
    }
    let missing: Vec<String> = page.eval("partsNotStyled()").await?;
    ensure!(missing.is_empty(), "these parts cannot be styled: {missing:?}");

    // The message of a widget that cannot start is styled, too.
    page.server.serve("npm/batch-task-widget.wasm", Response::html("404 Not Found", "no"));
    page.server.serve(DEFINED_BY, Response::script("import '/npm/define.js';"));
    page.goto(HOST).await?;
    page.act("document.documentElement.className = 'reds parts'").await?;
    page.wait_until("text('[role=alert]')?.includes('cannot be shown')").await?;
    let found: Vec<String> = page.eval("notFromHost()").await?;
    ensure!(found.is_empty(), "{found:#?}");
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_layout_follows_the_width_of_the_box_and_not_the_viewport() -> Result<()> {
    let page = host().await?;
    load(&page).await?;
    // The viewport is 1,280 px wide all the time.
    for width in [320, 360, 480, 640, 768, 1024, 1440, 2000] {
        let (over, is_folded): (Vec<String>, bool) = page.eval(&format!("layOutAt({width})")).await?;
        ensure!(over.is_empty(), "{width} px: {over:?}");
        ensure!(is_folded == (width < 600), "{width} px: the facts are folded: {is_folded}");
    }
    page.close().await
}
