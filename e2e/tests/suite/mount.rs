//! `mount(target, options)` of the npm package: the handle, the host's own fetcher and headers, and many widgets on one
//! page.

use anyhow::{Result, ensure};
use e2e::Response;
use serde_json::{Value, json};

use crate::batch::{completed, running};
use crate::fixture::Page;

const TARGET: &str = "<div id=target></div>";
const MOUNTED: &str = "import { mount } from './npm/index.js';
    const options = { endpoint: 'api/DescribeBatchTask', batchId: 'pcb-stub', interval: 600 };
    window.handle = await mount(document.getElementById('target'), options);";

#[tokio::test(flavor = "multi_thread")]
async fn the_handle_updates_refreshes_and_destroys() -> Result<()> {
    let page = Page::embedding(TARGET, MOUNTED).await?.with_helpers(include_str!("mount.js"));
    page.wait_until("find('.btw-row')").await?;
    // The task is set after the rendering.
    page.wait_until("handle.task?.SubTasks.length === 3").await?;
    page.expect("!customElements.get('batch-task-widget')").await?;

    page.act("handle.update({ filter: 'failed', theme: 'dark', compact: false })").await?;
    page.wait_until("find('.btw-empty') && find('.btw-dark')").await?;
    // An update of another option keeps what the viewer has selected.
    page.act("find('.btw-empty button').click()").await?;
    page.wait_until("find('.btw-row')").await?;
    page.act("handle.update({ theme: 'light' })").await?;
    page.wait_until("find('.btw-light') && find('.btw-row')").await?;
    page.act("handle.update({ filter: 'failed' })").await?;
    page.wait_until("find('.btw-empty')").await?;
    // None of these updates has sent a request.
    page.server.expect_requests(1)?;

    page.act("handle.pause()").await?;
    page.wait_until("text('.btw-freshness-text').endsWith('paused')").await?;
    page.act("handle.update({ lang: 'en' }); handle.resume()").await?;
    page.wait_until("text('.btw-freshness-text').includes('next in')").await?;
    let (target, phase): (String, u32) = page.eval("nextUpdateEvent()").await?;
    ensure!(
        (target.as_str(), phase) == ("target", 2),
        "the event is not dispatched on the target: {target} {phase}"
    );

    ensure!(page.eval::<Value>("refreshAndDestroy()").await? == json!(["AbortError", 0]));
    ensure!(page.eval::<Value>("invalidMounts()").await? == json!(["TypeError", "TypeError"]));
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_can_provide_its_own_fetcher_and_headers() -> Result<()> {
    let body = running(1);
    let script = format!("window.body = {body};\n{}", include_str!("mount_fetcher.js"));
    let page = Page::embedding(TARGET, &script).await?.with_helpers(include_str!("mount.js"));
    page.wait_until("text('.btw-percent') === '33 %'").await?;
    ensure!(page.eval::<Value>("fetcherCalls").await? == json!([["pcb-mine", false]]));
    page.server.expect_requests(0)?;

    page.act("window.body = asResponse({ ...body, SuccessCount: 2 }); return handle.refresh()").await?;
    page.expect("text('.btw-percent') === '66 %'").await?;
    for (fetcher, class) in [
        ("() => { throw new Error('no session') }", "network"),
        ("() => 7", "options"),
        ("() => new Response('', { status: 401 })", "unauthorized"),
        ("() => ({ status: 401, text: async () => '' })", "unauthorized"),
        ("() => Promise.reject(Object.assign(new Error('no'), { response: { status: 403 } }))", "permission"),
        ("() => { throw Object.assign(new Error('no'), { status: 503 }) }", "service"),
    ] {
        // An update takes effect before the next task, so before the next script of the test.
        page.act(&format!("handle.update({{ fetcher: {fetcher} }})")).await?;
        let found: String = page.eval("handle.refresh().catch((error) => error.class)").await?;
        ensure!(found == class, "{fetcher} is an error of the class {found}");
    }
    page.act("useHeaders()").await?;
    page.act("return handle.refresh()").await?;
    page.act("return handle.refresh()").await?;
    let tokens: Vec<String> = page.eval("sentTokens").await?;
    ensure!(tokens.len() >= 2 && tokens[0] == "t1" && tokens[1] == "t2", "{tokens:?}");
    page.act("handle.update({ headers: { 'not a name': 'x' } })").await?;
    page.wait_until("text('[role=alert]')?.includes('headers is not valid')").await?;
    ensure!(page.events("error").await?.last().is_some_and(|error| error["class"] == "options"));
    page.close().await
}

/// As with a component that renders often and has its functions inline.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_function_sends_no_request_and_is_called_at_the_next_one() -> Result<()> {
    let page = Page::embedding(TARGET, "").await?.with_helpers(include_str!("mount.js"));
    for (response, shown) in [
        (completed as fn(usize) -> Response, "text('[part~=badge]') === 'Completed'"),
        (|_| Response::html("404 Not Found", "no"), "find('[role=alert]')"),
    ] {
        page.server.respond(response);
        for option in ["headers", "fetcher"] {
            let before = page.server.request_count();
            let script = format!("window.option = {option:?};\n{}", include_str!("mount_inline.js"));
            page.embed(TARGET, &script).await?;
            page.wait_until(shown).await?;
            page.server.expect_requests(before + 1)?;
            page.act("return updates(100)").await?;
            page.server.expect_requests(before + 1)?;
            page.expect(shown).await?;
            page.act("return handle.refresh().catch(() => {})").await?;
            page.server.expect_requests(before + 2)?;
            ensure!(page.eval::<Value>("window.called").await? == json!([0, 100]), "{option}");
        }
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_widgets_on_one_page_share_their_requests() -> Result<()> {
    let page = Page::embedding(TARGET, include_str!("mount_twenty.js")).await?;
    let widgets = "[...document.querySelectorAll('batch-task-widget, #target > *')]";
    let shown = "it.shadowRoot.querySelector('.btw-percent')?.innerText === '33 %'";
    page.wait_until(&format!("{widgets}.filter((it) => {shown}).length === 20")).await?;
    page.server.expect_requests(1)?;
    // The shortest interval applies until its widget is removed.
    page.act("document.querySelectorAll('batch-task-widget')[4].interval = 2").await?;
    page.server.wait_for_requests(3).await?;
    page.server.expect_no_concurrent_requests()?;
    page.act("document.querySelectorAll('batch-task-widget')[4].remove()").await?;
    page.wait_until("text('.btw-freshness-text').includes('next in 9 min')").await?;
    page.close().await
}

/// The responses of a fetcher can arrive before a state without data is rendered.
#[tokio::test(flavor = "multi_thread")]
async fn each_finished_batch_is_reported() -> Result<()> {
    let mut body = running(1);
    body["Status"] = "COMPLETED".into();
    let script = format!(
        "import {{ mount }} from './npm/index.js';
        window.finished = 0;
        const target = document.getElementById('target');
        target.addEventListener('batch-task-finish', () => window.finished += 1);
        window.handle = await mount(target, {{ batchId: 'pcb-stub', fetcher: () => ({body}) }});"
    );
    let page = Page::embedding(TARGET, &script).await?.with_helpers(include_str!("mount.js"));
    for number in 1..=3 {
        page.wait_until(&format!("finished === {number}")).await?;
        page.act(&format!("handle.update({{ batchId: 'pcb-{number}' }})")).await?;
    }
    page.close().await
}
