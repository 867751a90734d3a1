//! How the npm package loads its files: when, from where, and of which build.

use anyhow::{Context as _, Result, ensure};
use e2e::{Delivery, Engine, Response, Stub, wait_for};

use crate::batch::good;
use crate::fixture::{DEFINE, Page};

/// Both WebAssembly files of the package.
const FILES: [&str; 2] = ["batch-task-widget.wasm", "batch-task-widget.extras.wasm"];
const MAIN: &str = "npm/batch-task-widget.wasm";
/// The second file searches.
const TAG: &str =
    "<batch-task-widget endpoint=api/DescribeBatchTask interval=600 q=pc-3></batch-task-widget>";
const SHOWS_BATCH: &str = "text('.btw-percent') === '33 %'";
const HAS_SEARCHED: &str = "text('.btw-listed') === '1 of 3'";
const HAS_FAILED: &str = "log.some(([name]) => name === 'error')";

/// Counts instances in `window.instances`.
const COUNTING: &str = "const { instantiate } = WebAssembly;
    window.instances = 0;
    WebAssembly.instantiate = (...given) => { window.instances += 1; return instantiate(...given); };
    await import('./npm/define.js');";

/// The last error event, which is one of the start.
async fn start_error(page: &Page<Stub>) -> Result<String> {
    page.wait_until(HAS_FAILED).await?;
    let error = page.events("error").await?.pop().unwrap_or_default();
    ensure!(error["class"] == "start", "{error}");
    Ok(error["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn define_loads_one_script_and_the_webassembly_before_there_is_a_widget() -> Result<()> {
    let page = Page::embedding("", DEFINE).await?;
    page.wait_until("performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.wasm'))")
        .await?;
    let scripts = "performance.getEntriesByType('resource').map(({ name }) => name.split('/npm/')[1])
        .filter((name) => name?.endsWith('.js')).join()";
    let scripts: String = page.eval(scripts).await?;
    ensure!(scripts == "define.js,index.js", "{scripts} are loaded");
    page.act(
        "const element = document.createElement('batch-task-widget');
        element.endpoint = 'api/DescribeBatchTask';
        document.body.append(element)",
    )
    .await?;
    page.wait_until(SHOWS_BATCH).await?;
    ensure!(page.server.fetch_count(MAIN) == 1, "the file is loaded again");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn init_replaces_the_default_before_and_after_its_load_has_started() -> Result<()> {
    let page = Page::embedding("", "").await?;
    page.server.serve("elsewhere.wasm", page.server.npm_file(FILES[0])?);
    // The default hangs.
    page.server.serve(MAIN, page.server.npm_file(FILES[0])?.sent(Delivery::Silent));
    page.embed(TAG, "import { init } from './npm/define.js'; await init('./elsewhere.wasm');").await?;
    page.wait_until(HAS_SEARCHED).await?;
    page.server.expect_fetches(MAIN, 0)?;

    page.embed(TAG, "import { init } from './npm/define.js'; window.init = init;").await?;
    wait_for("the default", async || page.server.expect_fetches(MAIN, 1)).await?;
    page.act("window.init('./elsewhere.wasm')").await?;
    page.wait_until(HAS_SEARCHED).await?;
    page.server.expect_fetches(MAIN, 1)?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_the_url_without_its_query_and_the_content_type() -> Result<()> {
    let page = Page::embedding("", "").await?;
    let html = "<!doctype html><p>the page of an app for every URL";
    let responses = [
        (Response::html("200 OK", html), "(text/html; charset=utf-8) could not be compiled", true),
        (Response::html("404 Not Found", html), "returned HTTP 404 (text/html; charset=utf-8)", true),
        (Response::file("", *b"\0asm"), "(no content type) could not be compiled", true),
        (Response::file("application/wasm", *b"\0asm"), "(application/wasm) could not be compiled", false),
        (Response::json("").sent(Delivery::Reset), "could not be fetched", false),
    ];
    let script = "import { init } from './npm/define.js';
        init('./npm/batch-task-widget.wasm?token=secret', './npm/batch-task-widget.extras.wasm?token=secret');";
    for file in FILES {
        for (response, reason, has_advice) in &responses {
            page.server.serve(&format!("npm/{file}"), response.clone());
            page.embed(TAG, script).await?;
            let message = start_error(&page).await?;
            let expected = format!("{} {reason}", page.server.url(&format!("npm/{file}")));
            ensure!(message.contains(&expected), "{message} does not contain {expected}");
            ensure!(!message.contains("secret"), "{message}");
            ensure!(message.contains("\"Bundlers\" in the README") == *has_advice, "{message}");
            if file == FILES[0] {
                page.wait_until("find('[role=alert]')").await?;
                let shown: String = page.eval("text('[role=alert]')").await?;
                ensure!(shown.contains(&message), "{shown} does not contain {message}");
            }
        }
        page.server.restore(&format!("npm/{file}"));
    }
    page.close_despite_errors().await
}

/// Bundlers inline files in this way. The policy of the test forbids to fetch such a URL.
#[tokio::test(flavor = "multi_thread")]
async fn a_data_url_is_decoded() -> Result<()> {
    let page = Page::embedding("", "").await?;
    let load = "import { init } from './npm/index.js';
        const bytesOf = async (file) => [...new Uint8Array(await (await fetch(file)).arrayBuffer())];
        const main = await bytesOf('./npm/batch-task-widget.wasm');
        const extras = await bytesOf('./npm/batch-task-widget.extras.wasm');
        const base64 = (bytes) => 'data:application/wasm;base64,' + btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
        const escaped = (bytes) => 'data:,' + bytes.map((byte) => '%' + byte.toString(16).padStart(2, '0')).join('');";
    for init in ["base64(main), escaped(extras)", "new URL(escaped(main)), new Request(base64(extras))"] {
        let script = format!("{load} await init({init}); await import('./npm/define.js');");
        page.embed(TAG, &script).await?;
        page.wait_until(HAS_SEARCHED).await.context(init)?;
    }
    page.close().await
}

/// The file as another build would have made it, but for its code.
fn of_another_build(mut file: Response) -> Result<Response> {
    let name = b"\x05build";
    let at = file.body.windows(name.len()).rposition(|bytes| bytes == name);
    let digit = at.context("the file has no build ID")? + name.len();
    file.body[digit] = if file.body[digit] == b'0' { b'1' } else { b'0' };
    Ok(file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_build_is_fetched_again_past_the_cache_once() -> Result<()> {
    for (instances, file) in FILES.into_iter().enumerate() {
        let page = Page::embedding("", "").await?;
        let path = format!("npm/{file}");
        let old = of_another_build(page.server.npm_file(file)?)?.header("cache-control", "max-age=3600");

        page.server.serve(&path, old);
        page.embed(TAG, COUNTING).await?;
        let message = start_error(&page).await?;
        let is_clear = message.contains(&page.server.url(&path)) && message.contains("has the build ID");
        ensure!(is_clear, "{message}");
        page.expect(&format!("instances === {instances}")).await?;
        page.server.expect_fetches(&path, 2)?;

        // The old file is still in the browser's cache, and the new one on the server.
        page.server.restore(&path);
        page.embed(TAG, COUNTING).await?;
        page.wait_until(HAS_SEARCHED).await.context(file)?;
        page.expect("instances === 2").await?;
        page.server.expect_fetches(&path, 3)?;
        page.close_despite_errors().await?;
    }
    Ok(())
}

/// A server that answers every URL with a page may let browsers cache it.
#[tokio::test(flavor = "multi_thread")]
async fn the_reload_button_fetches_past_the_cache() -> Result<()> {
    let page = Page::embedding("", "").await?;
    let html = Response::html("200 OK", "<!doctype html><p>the page of an app for every URL");
    page.server.serve(MAIN, html.header("cache-control", "max-age=3600"));
    page.embed(TAG, DEFINE).await?;
    start_error(&page).await?;
    page.server.restore(MAIN);
    page.act("find('button').click()").await?;
    page.wait_until(HAS_SEARCHED).await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_preload_links_loads_each_file_once() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let path = |file: &str| format!("hosts/plain/node_modules/batch-task-widget/{file}");
    page.goto("hosts/plain/").await?;
    page.wait_until(SHOWS_BATCH).await?;
    // WebKit requests a file again that a link has preloaded for `fetch`.
    let wasm_fetches = if page.engine() == Engine::Webkit { 2 } else { 1 };
    for (file, fetches) in [("define.js", 1), ("index.js", 1), (FILES[0], wasm_fetches)] {
        page.server.expect_fetches(&path(file), fetches)?;
    }
    page.close().await
}
