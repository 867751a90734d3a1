//! The first request is sent while the WebAssembly is loading, and its response is drawn at once.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Delivery, Response, Stub};

use crate::batch::{good, running};
use crate::fixture::{DEFINE, Page};
use crate::static_page::{WASM, name_of};

const FILE: &str = "batch-task-widget.wasm";
const PATH: &str = "npm/batch-task-widget.wasm";
const RECORD: &str = "<script src=early.js></script>";
const TAG: &str =
    "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=600></batch-task-widget>";
const SHOWS_BATCH: &str = "text('.btw-percent') === '33 %'";

/// Whether the first request was sent before the WebAssembly had arrived.
const WAS_EARLY: &str = "sentAt[0] < performance.getEntriesByType('resource').find(({ name }) => name.includes('.wasm')).responseEnd";

/// Sends the file so slowly that the first response arrives much sooner.
fn slow(file: Response) -> Response {
    let size = file.body.len() / 15;
    file.sent(Delivery::Chunks(size, Duration::from_millis(100)))
}

/// A stub with a slow program.
async fn slow_stub(respond: impl Fn(usize) -> Response + Send + Sync + 'static) -> Result<Page<Stub>> {
    let stub = Stub::start(respond).await?;
    stub.serve(PATH, slow(stub.npm_file(FILE)?));
    stub.serve("early.js", Response::script(include_str!("early.js")));
    Page::blank(stub).await
}

async fn expect_one_drawing(page: &Page<Stub>) -> Result<()> {
    page.expect("drawn.has('.btw-row') && !drawn.has('.btw-skeleton')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_request_is_sent_while_the_program_loads_and_drawn_at_once() -> Result<()> {
    let page = slow_stub(good).await?;
    // The second widget shares it.
    page.embed(&format!("{RECORD}{TAG}{TAG}"), DEFINE).await?;
    page.server.wait_for_requests(1).await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.wait_until("[...document.querySelectorAll('batch-task-widget')].every((it) => it.shadowRoot.querySelector('.btw-row'))")
        .await?;
    page.expect(WAS_EARLY).await?;
    expect_one_drawing(&page).await?;
    page.server.expect_requests(1)?;
    ensure!(page.events("update").await?.len() == 2, "each widget reports the response");
    // The widget continues as after a request of its own.
    page.act("widget().refresh()").await?;
    page.wait_until("text('[part~=request-id]').includes('REQUEST-2')").await?;
    page.server.expect_requests(2)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_is_under_way_is_handed_over() -> Result<()> {
    let page = slow_stub(good).await?;
    page.server.hold();
    page.embed(&format!("{RECORD}{TAG}"), DEFINE).await?;
    page.wait_until("drawn.has('.btw-skeleton')").await?;
    page.server.release();
    page.wait_until(SHOWS_BATCH).await?;
    page.expect(WAS_EARLY).await?;
    page.server.expect_requests(1)?;
    page.close().await
}

/// As on a fast line. The script gives the response to the page when the program is instantiated.
#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_arrives_with_the_program_is_drawn_at_once() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    page.server.serve("early.js", Response::script(include_str!("early.js")));
    page.embed(&format!("{RECORD}{TAG}"), &format!("window.holdUntilInstantiated(); {DEFINE}")).await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.expect("sentAt.length === 1").await?;
    expect_one_drawing(&page).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_shown_as_that_of_any_request() -> Result<()> {
    let page = slow_stub(|_| Response {
        status: "403 Forbidden",
        ..Response::json(r#"{"Code":"Forbidden.RAM","Message":"User not authorized"}"#)
    })
    .await?;
    page.embed(&format!("{RECORD}{TAG}"), DEFINE).await?;
    page.wait_until("text('[role=alert]')?.includes('polardb:DescribeBatchTask')").await?;
    page.expect(WAS_EARLY).await?;
    page.server.expect_requests(1)?;
    // The browser reports the status on the console.
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_does_not_take_the_line_from_the_program() -> Result<()> {
    let page = slow_stub(|number| {
        let mut body = running(number);
        body["SubTasks"][0]["ErrorMsg"] = "x".repeat(300 * 1024).into();
        let sent = if number == 1 {
            Delivery::Chunks(64 * 1024, Duration::from_millis(20))
        } else {
            Delivery::Whole
        };
        Response::json(body.to_string()).sent(sent)
    })
    .await?;
    page.embed(&format!("{RECORD}{TAG}"), DEFINE).await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.expect(&format!("{WAS_EARLY} && signals[0].aborted")).await?;
    page.server.expect_requests(2)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_needs_the_program_waits_for_it() -> Result<()> {
    let page = slow_stub(good).await?;
    for (tag, properties) in [
        (TAG.replace("interval", "method=post interval"), ""),
        (TAG.to_owned(), "document.querySelector('batch-task-widget').headers = { a: '1' };"),
        (TAG.to_owned(), "document.querySelector('batch-task-widget').headers = () => ({ a: '1' });"),
        (
            TAG.to_owned(),
            "document.querySelector('batch-task-widget').fetcher = ({ signal }) => fetch('api/DescribeBatchTask', { signal });",
        ),
    ] {
        page.embed(&format!("{RECORD}{tag}"), &format!("{properties} await import('./npm/define.js');"))
            .await?;
        page.wait_until(SHOWS_BATCH).await?;
        ensure!(!page.eval::<bool>(WAS_EARLY).await?, "{tag} {properties}");
    }
    let before = page.server.request_count();
    page.embed(&format!("{RECORD}{}", TAG.replace("interval", "paused interval")), DEFINE).await?;
    page.wait_until("button('Resume')").await?;
    page.server.expect_requests(before)?;
    page.close().await
}

/// A script may set properties after the one that defines the element. WebKit runs microtasks between the two.
#[tokio::test(flavor = "multi_thread")]
async fn properties_that_a_later_script_sets_count() -> Result<()> {
    let page = slow_stub(good).await?;
    page.server.serve(
        "later.js",
        Response::script("document.querySelector('batch-task-widget').headers = { a: '1' };"),
    );
    let scripts = "<script type=module src=npm/define.js></script><script type=module src=later.js></script>";
    for script in ["", "import './npm/define.js'; import './later.js';"] {
        let before = page.server.request_count();
        let scripts = if script.is_empty() { scripts } else { "" };
        page.embed(&format!("{RECORD}{TAG}{scripts}"), script).await?;
        page.wait_until(SHOWS_BATCH).await?;
        page.expect("signals.length === 1 && !signals[0].aborted").await?;
        page.server.expect_requests(before + 1)?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_aborted_with_its_element_and_with_its_options() -> Result<()> {
    let page = slow_stub(good).await?;
    page.server.hold();
    page.embed(&format!("{RECORD}{TAG}"), DEFINE).await?;
    page.server.wait_for_requests(1).await?;
    page.act("widget().batchId = 'pcb-other'").await?;
    page.wait_until("signals[0].aborted").await?;
    page.server.release();
    page.wait_until(SHOWS_BATCH).await?;
    page.server.expect_requests(2)?;

    page.server.hold();
    page.embed(&format!("{RECORD}{TAG}"), DEFINE).await?;
    page.server.wait_for_requests(3).await?;
    page.act("widget().remove()").await?;
    page.wait_until("signals[0].aborted").await?;
    page.server.release();
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_sends_its_first_request_while_its_program_loads() -> Result<()> {
    let page = slow_stub(good).await?;
    let wasm = name_of(&page.server, WASM)?;
    page.server.serve(&wasm, slow(page.server.page_file(&wasm)?));
    let html = String::from_utf8(page.server.page_file("index.html")?.body)?;
    page.server.serve("", Response::html("200 OK", &html.replacen("<head>", &format!("<head>{RECORD}"), 1)));
    page.goto("?batch-id=pcb-stub&interval=600").await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.expect(WAS_EARLY).await?;
    expect_one_drawing(&page).await?;
    page.server.expect_requests(1)?;
    page.close().await
}
