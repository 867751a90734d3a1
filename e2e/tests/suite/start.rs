//! A widget that cannot start or that crashes: a message, a reload button, an event, and the host page continues.

use anyhow::{Context as _, Result, ensure};
use e2e::{Response, Stub};
use serde_json::{Value, json};

use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::Page;

/// The module's file name in the package, and its path on the stub.
const FILE: &str = "batch-task-widget.wasm";
const PATH: &str = "npm/batch-task-widget.wasm";
const DEFINE: &str = "import './npm/define.js'; window.isHostAlive = true;";
const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";
const SHOWS_BATCH: &str = "text('.btw-percent') === '33 %'";

async fn expect_failure(page: &Page<Stub>, class: &str, reason: &str) -> Result<()> {
    page.wait_until("text('[role=alert]')?.includes('cannot be shown') && text('button') === 'Reload'")
        .await?;
    let error = page.events("error").await?.pop().unwrap_or_default();
    ensure!(error["class"] == class, "{error}");
    let message = error["message"].as_str().unwrap_or_default();
    ensure!(message.contains(reason), "{error} does not contain {reason:?}");
    page.expect("window.isHostAlive").await?;
    // The developer finds the error on the console.
    let logged = page.page_errors().await?;
    ensure!(logged.iter().any(|line| line.contains("batch-task-widget")), "the console has {logged:?}");
    Ok(())
}

async fn reload_widget(page: &Page<Stub>) -> Result<()> {
    page.act("find('button').click()").await?;
    page.wait_until(SHOWS_BATCH).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_load_is_loaded_again_by_the_button() -> Result<()> {
    let page = Page::embedding("", "").await?;
    let invalid = Response::file("application/wasm", b"\0asm");
    for (response, reason) in [
        (Response::html("404 Not Found", "no"), "returned HTTP 404"),
        (Response::html("200 OK", "<!doctype html><p>the page of an app for every URL"), ""),
        (invalid.clone(), ""),
        (Response { missing: 90, ..invalid }, ""),
    ] {
        page.server.serve(PATH, response);
        page.embed(TAG, DEFINE).await?;
        expect_failure(&page, "start", reason).await?;
        let rejects = "widget().refresh().catch((error) => error instanceof window.Error)";
        ensure!(page.eval::<bool>(rejects).await?, "refresh() rejects with a value that is not an Error");
        page.server.restore(PATH);
        reload_widget(&page).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_media_type_is_accepted_with_a_hint_on_the_console() -> Result<()> {
    let page = Page::embedding("", "").await?;
    // Browsers do not compile a stream whose media type has a parameter.
    for content_type in ["application/octet-stream", "application/wasm; charset=utf-8"] {
        page.server.serve(PATH, Response { content_type, ..page.server.npm_file(FILE)? });
        page.embed(TAG, DEFINE).await?;
        page.wait_until(SHOWS_BATCH).await?;
        let logged = page.page_errors().await?;
        ensure!(
            logged.iter().any(|line| line.contains("serve it as application/wasm")),
            "{content_type}: the console has {logged:?}"
        );
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_webassembly_gets_a_message() -> Result<()> {
    let without =
        "delete globalThis.WebAssembly; await import('./npm/define.js'); window.isHostAlive = true;";
    let page = Page::embedding(TAG, without).await?;
    expect_failure(&page, "start", "no WebAssembly").await?;
    page.close().await
}

/// Chromium 109 refuses to compile or instantiate more than 4 KB synchronously on the main thread.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_instantiates_only_asynchronously_runs_the_widget() -> Result<()> {
    let only_async = "for (const name of ['Module', 'Instance']) {
            const refuse = () => { throw new RangeError(`WebAssembly.${name}: larger than 4 KB, use WebAssembly.instantiate`); };
            WebAssembly[name] = new Proxy(WebAssembly[name], { construct: refuse });
        }
        await import('./npm/define.js'); window.isHostAlive = true;";
    let page = Page::embedding(&TAG.replace("interval", "q=pc-3 interval"), only_async).await?;
    page.wait_until(SHOWS_BATCH).await?;
    // The second file, which searches, is loaded, too.
    page.wait_until("text('.btw-listed') === '1 of 3'").await?;
    page.close().await
}

/// The arguments that `init` accepts for each file of the package; here for a file at `elsewhere.wasm`.
pub(crate) const SOURCES: [&str; 5] = [
    "'./elsewhere.wasm'",
    "new URL('./elsewhere.wasm', location.href)",
    "fetch('./elsewhere.wasm')",
    "await (await fetch('./elsewhere.wasm')).arrayBuffer()",
    "await WebAssembly.compileStreaming(fetch('./elsewhere.wasm'))",
];

#[tokio::test(flavor = "multi_thread")]
async fn init_accepts_a_url_a_response_bytes_or_a_module() -> Result<()> {
    let page = Page::embedding("", "").await?;
    page.server.serve(PATH, Response::html("404 Not Found", "moved"));
    page.server.serve("elsewhere.wasm", page.server.npm_file(FILE)?);
    for source in SOURCES {
        let script = format!(
            "import {{ init }} from './npm/index.js'; await init({source}); await import('./npm/define.js');"
        );
        page.embed(TAG, &script).await?;
        page.wait_until(SHOWS_BATCH).await.context(source)?;
    }
    page.close().await
}

/// Defines the element, with a module that can be made to trap.
pub(crate) const TRAPPING: &str = include_str!("start.js");

/// All widgets of the page, and whether each of them fulfils a condition on its shadow root.
fn every_widget(condition: &str) -> String {
    format!(
        "[...document.querySelectorAll('batch-task-widget')].every(({{ shadowRoot: root }}) => {condition})"
    )
}

/// A crash need not come back: the browser may have compiled a function wrongly, or another script may have removed elements.
#[tokio::test(flavor = "multi_thread")]
async fn a_widget_that_crashes_is_started_again_but_not_twice_in_a_minute() -> Result<()> {
    let page = Page::embedding("", "").await?;
    clock::serve(&page.server);
    page.embed(&format!("{CLOCK_TAG}{TAG}"), TRAPPING).await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.act("widget().filter = 'failed'; widget().paused = true").await?;
    page.wait_until("text('.btw-listed') === '0 of 3' && text('.btw-freshness-text').endsWith('paused')")
        .await?;
    page.act("watchForGaps()").await?;
    for crashes in 1..=2 {
        // The old drawing stays until the next instance draws.
        page.act("find('.batch-task-widget').id = 'old'; trap()").await?;
        clock::advance(&page, 2_000, Requests::Awaited).await?;
        page.wait_until(&format!("!find('#old') && {SHOWS_BATCH}")).await?;
        page.expect("gaps === 0 && window.isHostAlive").await?;
        // The options apply, and a paused widget has data.
        page.wait_until("text('.btw-listed') === '0 of 3' && text('.btw-freshness-text').endsWith('paused')")
            .await?;
        page.server.expect_requests(1 + crashes)?;
        let errors = page.events("error").await?;
        ensure!(errors.len() == crashes, "{errors:?}");
        ensure!(
            errors.iter().all(|error| error["class"] == "crash" && error["retryInMs"] == 0),
            "{errors:?}"
        );
        let logged = page.page_errors().await?;
        ensure!(logged.iter().any(|line| line.contains("unreachable")), "the console has {logged:?}");
        clock::advance(&page, 60_000, Requests::Awaited).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_panic_the_module_is_not_called_until_a_reload() -> Result<()> {
    let page = Page::embedding("", "").await?;
    clock::serve(&page.server);
    page.embed(&format!("{CLOCK_TAG}{TAG}{TAG}"), TRAPPING).await?;
    page.wait_until(&every_widget("root.querySelector('.btw-percent')?.innerText === '33 %'")).await?;
    for shown in [
        "root.querySelector('.btw-percent')?.innerText === '33 %'",
        "root.querySelector('[role=alert]')?.innerText.includes('has crashed')",
    ] {
        // A timer of the module makes the next call: no call of the npm package is involved.
        page.act("log.length = 0; trap()").await?;
        // Each of the two widgets dispatches an event, and is started again after the first crash.
        page.wait_until("log.filter(([name]) => name === 'error').length === 2").await?;
        page.wait_until(&every_widget(shown)).await?;
        ensure!(page.events("error").await?.len() == 2, "each of the two widgets dispatches an event");
    }
    expect_failure(&page, "crash", "unreachable").await?;

    let calls: u64 = page.eval("calls").await?;
    page.act("widget().filter = 'failed'; widget().pause()").await?;
    clock::advance(&page, 60_000, Requests::Awaited).await?;
    ensure!(
        page.eval::<Value>("[calls, widget().task]").await? == json!([calls, null]),
        "the module was called"
    );

    page.act("widget().filter = ''; widget().resume()").await?;
    reload_widget(&page).await?;
    page.wait_until("find('.btw-row')").await?;
    let second = "document.querySelectorAll('batch-task-widget')[1].shadowRoot.querySelector('[role=alert]')";
    page.expect(&format!("{second} !== null")).await?;
    // Removing the crashed widget does not throw either.
    page.act("for (const it of document.querySelectorAll('batch-task-widget')) it.remove()").await?;
    page.close().await
}

/// Translators, for example, remove elements that they did not create, and so elements that the widget still needs.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_inside_the_widget_is_shown_and_the_host_continues() -> Result<()> {
    let page = Page::embedding(TAG, DEFINE).await?;
    page.wait_until(SHOWS_BATCH).await?;
    for shown in [SHOWS_BATCH, "text('button') === 'Reload'"] {
        page.act("find('.batch-task-widget').id = 'old'; find('#old').replaceChildren()").await?;
        page.act("widget().interval = 'abc'").await?;
        page.wait_until(&format!("!find('#old') && {shown}")).await?;
        page.act("widget().interval = 600").await?;
        page.wait_until(&format!("{shown} && !text('[role=alert]')?.includes('abc')")).await?;
    }
    // "unreachable" in the words of each engine.
    expect_failure(&page, "crash", "nreachable").await?;
    reload_widget(&page).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_at_each_start_is_reported_twice() -> Result<()> {
    let trapping = TRAPPING.replace("if (isDue)", "if (name === 'attach' && !window.isFixed)");
    let page = Page::embedding(TAG, &trapping).await?;
    expect_failure(&page, "crash", "unreachable").await?;
    let errors = page.events("error").await?;
    let retries: Vec<_> = errors.iter().map(|error| error["retryInMs"].as_u64()).collect();
    ensure!(retries == [Some(0), None], "{errors:?}");
    page.act("window.isFixed = true").await?;
    reload_widget(&page).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_inside_the_module_is_handled_as_a_panic() -> Result<()> {
    let page = Page::embedding(TAG, DEFINE).await?;
    page.wait_until(SHOWS_BATCH).await?;
    // Firefox runs a script with globals of its own; only `window` has the page's.
    page.act(
        "window.now = window.Date.now; window.Date.now = () => { throw new window.RangeError('stack'); }",
    )
    .await?;
    expect_failure(&page, "crash", "stack").await?;
    page.act("window.Date.now = window.now").await?;
    reload_widget(&page).await?;
    page.close().await
}
