//! The page with its first state drawn into it, as the proxy serves it: the program takes over, and nobody sees it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use batch_task_prerender::{self as prerender, Template, Visit};
use e2e::{Delivery, Proxy, Response, Settings, Size, Stub, wait_for};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::batch::{completed, good, running};
use crate::fixture::{Page, QUIET, now_ms};
use crate::list::two;
use crate::static_page::{WASM, name_of};

const RECORD: &str = "drawn.js";
const QUERY: &str = "batch-id=pcb-stub&interval=600";

/// The program has taken over.
const IS_LIVE: &str = "!document.querySelector('main[data-drawn]') && document.querySelector('main#batch-task .batch-task-widget')";

/// The state of the page in a frame.
#[derive(Debug, Deserialize)]
struct Frame {
    mains: usize,
    skeletons: usize,
    places: Value,
    texts: Value,
}

/// Returns the page with this response drawn into it.
pub(crate) fn drawn(html: &str, query: &str, response: &Response) -> Result<String> {
    let template = Template::parse(html).context("the page has no place for a drawing")?;
    let visit = Visit { query: query.to_owned(), accept_language: None, now_ms: u64::try_from(now_ms())? };
    template.first_call(&visit).context("the page makes no call")?;
    let status = response.status.split(' ').next().unwrap_or_default().parse()?;
    let headers = response.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let headers = headers.chain([("content-type".to_owned(), response.content_type.to_owned())]).collect();
    let response = prerender::Response { status, headers, body: response.body.clone().into() };
    Ok(template.with_response(&visit, &response))
}

/// Returns the name and the content of the stylesheet that drawn pages may link.
pub(crate) fn stylesheet() -> (String, Response) {
    let style = prerender::stylesheet();
    (style.name.clone(), Response::file("text/css", style.css.as_bytes()))
}

/// Opens the page of a stub whose API gives `response`, which is drawn into the page as well.
async fn open(query: &str, response: Response) -> Result<Page<Stub>> {
    let later = response.clone();
    let page = Page::blank(Stub::start(move |_| later.clone()).await?).await?;
    show(&page, query, &response).await?;
    Ok(page)
}

async fn show(page: &Page<Stub>, query: &str, response: &Response) -> Result<()> {
    serve(&page.server, query, response)?;
    page.goto(&format!("?{query}")).await
}

/// Has the stub serve the page with this response.
fn serve(stub: &Stub, query: &str, response: &Response) -> Result<()> {
    let html = String::from_utf8(stub.page_file("index.html")?.body)?;
    let html = html.replacen("<head>", &format!("<head><script src={RECORD}></script>"), 1);
    stub.serve(RECORD, Response::script(include_str!("drawn.js")));
    let page = Response::html("200 OK", &drawn(&html, query, response)?).header("cache-control", "no-store");
    stub.serve("", page);
    let (name, style) = stylesheet();
    stub.serve(&name, style);
    Ok(())
}

/// Sends the program so slowly that there are frames before it.
fn delay_program(stub: &Stub) -> Result<()> {
    let wasm = name_of(stub, WASM)?;
    let file = stub.page_file(&wasm)?;
    let size = file.body.len() / 5;
    stub.serve(&wasm, file.sent(Delivery::Chunks(size, Duration::from_millis(100))));
    Ok(())
}

/// Fails if anything has moved, or has changed its text, since the first frame, or if there was a placeholder.
async fn expect_nothing_moved(page: &Page<Stub>, what: &str) -> Result<()> {
    page.act("window.framesWhenLive = frames.length").await?;
    // Those that follow when the program has taken over.
    page.eval::<bool>(
        "new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(true)), 300))",
    )
    .await?;
    let frames: Vec<Frame> = page.eval("frames").await?;
    let first = frames.first().context("no frame was recorded")?;
    for frame in &frames {
        ensure!((frame.mains, frame.skeletons) == (1, 0), "{what}: {frame:?}");
        ensure!(frame.places == first.places, "{what}: {:?}\n{:?}", first.places, frame.places);
        ensure!(frame.texts == first.texts, "{what}: {:?}\n{:?}", first.texts, frame.texts);
    }
    // In any page, the parts that the second file adds when it is idle move others, too.
    let of_take_over =
        "shifts.filter(({ startTime }) => parsedTime <= startTime && startTime <= settledTime)";
    let shifts: Vec<Value> = page.eval(of_take_over).await?;
    ensure!(shifts.is_empty(), "{what}: the layout has shifted: {shifts:#?}");
    Ok(())
}

/// A batch with this many rows, in which every seventh has failed.
pub(crate) fn batch(rows: usize, status: &str) -> Value {
    let row = |number: usize| match number % 7 {
        0 => json!({"TaskId": number.to_string(), "InstanceId": format!("pc-{number}"), "Status": "FAILED",
                    "TaskBegin": "2026-05-28T16:38:20Z", "TaskEnd": "2026-05-28T16:39:20Z", "ErrorMsg": format!("no room on host {number}")}),
        1 | 2 => {
            json!({"TaskId": number.to_string(), "InstanceId": format!("pc-{number}"), "Status": "WAITING"})
        }
        _ => {
            json!({"TaskId": number.to_string(), "InstanceId": format!("pc-{number}"), "Status": "COMPLETED",
                    "TaskBegin": "2026-05-28T16:38:20Z", "TaskEnd": "2026-05-28T16:39:20Z"})
        }
    };
    json!({
        "RequestId": "REQUEST-0", "BatchId": "pcb-stub", "TaskName": "Stubbed", "TaskType": "polarclaw_install_skills",
        "Status": status, "TotalCount": rows, "SuccessCount": (0..rows).filter(|number| number % 7 > 2).count(),
        "SubTasks": (0..rows).map(row).collect::<Vec<_>>(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_takes_over_without_a_request_and_nothing_moves() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    delay_program(&page.server)?;
    for (what, response) in [
        ("three rows", good(1)),
        ("an ended batch", completed(1)),
        ("rows and failures", Response::json(batch(240, "RUNNING").to_string())),
        ("an ended batch with failures", Response::json(batch(30, "COMPLETED").to_string())),
        ("no rows", Response::json(batch(0, "DISPATCHING").to_string())),
    ] {
        show(&page, QUERY, &response).await?;
        page.wait_until(IS_LIVE).await?;
        expect_nothing_moved(&page, what).await?;
        page.expect("text('.btw-freshness-text')?.startsWith('Updated')").await?;
        page.expect("text('[part~=request-id]').includes('REQUEST-')").await?;
        page.server.expect_requests(0)?;
    }
    // The widget continues as after a request of its own.
    page.server.respond(|_| good(7));
    page.click_button("Refresh").await?;
    page.wait_for_response(7).await?;
    page.server.expect_requests(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_request_is_sent_after_the_first_interval() -> Result<()> {
    let page = open("batch-id=pcb-stub&interval=3", good(1)).await?;
    page.wait_until(IS_LIVE).await?;
    let live_ms: f64 = page.eval("performance.now()").await?;
    page.server.wait_for_requests(1).await?;
    let requests = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/'))";
    let sent_ms: f64 = page.eval(&format!("{requests}[0].startTime")).await?;
    ensure!(
        sent_ms >= 3_000.0,
        "the request was sent after {sent_ms} ms; the program was live after {live_ms}"
    );
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_without_its_response_stays_until_the_first_answer() -> Result<()> {
    let forbidden = Response {
        status: "403 Forbidden",
        ..Response::json(r#"{"RequestId":"R","Code":"Forbidden.RAM","Message":"User not authorized"}"#)
    };
    for (what, response) in
        [("a large body", Response::json(batch(1_000, "RUNNING").to_string())), ("an error", forbidden)]
    {
        let page = open(QUERY, response).await?;
        page.server.hold();
        page.reload().await?;
        page.server.wait_for_requests(1).await?;
        // Longer than the program needs to start.
        tokio::time::sleep(QUIET).await;
        page.expect("document.querySelector('main[data-drawn]')").await?;
        page.server.release();
        page.wait_until(IS_LIVE).await?;
        expect_nothing_moved(&page, what).await?;
        page.close_despite_errors().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choices_of_the_url_and_the_language_are_those_of_the_drawing() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    for choice in
        ["sort=-TaskId", "filter=failed", "q=pc-14", "lang=zh-CN", "view=timeline", "lang=ja&sort=Status"]
    {
        show(&page, &format!("{QUERY}&{choice}"), &Response::json(batch(30, "COMPLETED").to_string()))
            .await?;
        page.wait_until(IS_LIVE).await?;
        expect_nothing_moved(&page, choice).await?;
    }
    page.server.expect_requests(0)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_takes_over_as_well() -> Result<()> {
    const LIST: &str = "api/DescribeBatchTasks";
    let page = Page::blank(Stub::start(good).await?).await?;
    delay_program(&page.server)?;
    let refused = Response {
        status: "403 Forbidden",
        ..Response::json(r#"{"RequestId":"R","Code":"Proxy.ListNotAllowed","Message":"no list"}"#)
    };
    for (query, response, requests) in [
        ("interval=600", two(1), 0),
        ("interval=600&range=24h&status=running", two(1), 0),
        ("interval=600&lang=zh-CN", two(1), 0),
        ("interval=600&range=all", refused, 1),
    ] {
        let before = page.server.fetch_count(LIST);
        page.server.serve(LIST, response.clone());
        show(&page, query, &response).await?;
        page.wait_until(IS_LIVE).await?;
        expect_nothing_moved(&page, query).await?;
        page.expect("document.activeElement.id === 'btw-ask-id'").await?;
        page.server.expect_fetches(LIST, before + requests)?;
    }
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_before_the_program_stays() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let wasm = name_of(&page.server, WASM)?;
    let file = page.server.page_file(&wasm)?;
    let size = file.body.len() / 10;
    page.server.serve(&wasm, file.sent(Delivery::Chunks(size, Duration::from_millis(300))));
    show(&page, QUERY, &Response::json(batch(30, "COMPLETED").to_string())).await?;
    page.act(
        "const field = document.querySelector('main[data-drawn] .btw-search');
         field.focus();
         field.value = 'pc-14'",
    )
    .await?;
    page.wait_until(IS_LIVE).await?;
    page.wait_until("all('.btw-row').length === 1 && document.activeElement.value === 'pc-14'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stay_if_the_program_does_not_start() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let wasm = name_of(&page.server, WASM)?;
    page.server.serve(&wasm, Response::status("404 Not Found"));
    show(&page, QUERY, &good(1)).await?;
    page.wait_until("text('[role=alert] h1') === 'The page could not start'").await?;
    page.wait_for_count(".btw-row", 3).await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_is_too_old_is_not_used() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    serve(&page.server, QUERY, &running_as("Old"))?;
    page.server.serve(RECORD, Response::script("const now = Date.now; Date.now = () => now() + 61_000;"));
    page.goto(&format!("?{QUERY}")).await?;
    page.wait_until("text('.btw-title') === 'Stubbed'").await?;
    page.server.expect_requests(1)?;
    page.close().await
}

fn running_as(name: &str) -> Response {
    let mut body = running(1);
    body["TaskName"] = name.into();
    Response::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn focus_and_scroll_position_are_kept() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    page.server.respond(|_| Response::json(batch(1_000, "RUNNING").to_string()));
    page.server.hold();
    show(&page, QUERY, &Response::json(batch(1_000, "RUNNING").to_string())).await?;
    page.wait_until("document.querySelector('main[data-drawn] .btw-table-scroll')").await?;
    page.act(
        "const drawn = document.querySelector('main[data-drawn]');
         drawn.querySelector('.btw-table-scroll').scrollTop = 200;
         drawn.querySelector('.page-back').focus();
         scrollTo(0, 100)",
    )
    .await?;
    page.server.wait_for_requests(1).await?;
    page.server.release();
    page.wait_until(IS_LIVE).await?;
    page.expect("document.activeElement?.className === 'page-back'").await?;
    page.expect("find('.btw-table-scroll').scrollTop === 200 && Math.round(scrollY) === 100").await?;
    page.close().await
}

/// On the real proxy, which calls the API once for the page and its program.
#[tokio::test(flavor = "multi_thread")]
async fn one_visit_is_one_call_of_the_api() -> Result<()> {
    let proxy = Proxy::start(Settings { prerender: true, ..Settings::default() }).await?;
    let page = Page::open(proxy, Size::WIDE, "?batch-id=pcb-failed&interval=600").await?;
    page.wait_until(IS_LIVE).await?;
    page.wait_until("text('.btw-freshness-text')?.startsWith('Updated')").await?;
    page.expect("!performance.getEntriesByType('resource').some(({ name }) => name.includes('/api/'))")
        .await?;
    let calls: String = page
        .eval("(await (await fetch('metrics')).text()).match(/upstream_call_seconds_count\\{.*\\} (.*)/)[1]")
        .await?;
    ensure!(calls == "1", "{calls} calls");
    ensure!(page.title().await?.contains("62 %"), "{}", page.title().await?);
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: turns scripts off"]
async fn without_scripts_the_page_is_readable_and_loads_itself_again_until_the_end() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    page.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true})).await?;
    show(&page, "batch-id=pcb-stub&interval=2", &good(1)).await?;
    let text = page.text("body").await?;
    for part in ["Stubbed", "Running", "33 %", "pc-1", "pc-3", "UTC"] {
        ensure!(text.contains(part), "{part} is not in {text}");
    }
    ensure!(page.count(".btw-row").await? == 3, "the page shows {text}");
    ensure!(!text.contains("requires JavaScript") && page.count(".btw-skeleton").await? == 0, "{text}");
    wait_for("the page to load itself again", async || {
        let loads = page.server.fetch_count("");
        ensure!(loads >= 3, "it was loaded {loads} times");
        Ok(())
    })
    .await?;
    serve(&page.server, "batch-id=pcb-stub&interval=2", &completed(1))?;
    page.wait_for_text("body", |text| text.contains("Completed")).await?;
    let loads = page.server.fetch_count("");
    tokio::time::sleep(QUIET).await;
    page.server.expect_fetches("", loads)?;
    page.server.expect_requests(0)?;
    page.close_despite_errors().await
}
