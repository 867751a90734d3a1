//! `<batch-task-list>` of the npm package in a host page under the strict content security policy.

use anyhow::{Context as _, Result, ensure};
use e2e::{POLICY, Proxy, Response, Settings, Stub};
use serde_json::{Value, json};

use crate::batch::good;
use crate::fixture::{DEFINE, Page};

const DEFINE_LIST: &str = "import './npm/list/define.js';";
const DEFINE_ALL: &str = "import './npm/all/define.js';";
/// Records the latest page in `window.page`.
const RECORD_PAGE: &str =
    "document.addEventListener('batch-task-list-update', ({ detail }) => { window.page = detail.page; });";
/// The name of the first batch is a link.
const LINK: &str = "find('.btw-list-row a')";
/// Functions for the scripts of these tests.
const HELPERS: &str = include_str!("list.js");

/// The list in the place where the helpers look for a widget.
fn tag(attributes: &str) -> String {
    format!("<div id=target><batch-task-list {attributes}>Loading…</batch-task-list></div>")
}

/// The list with the stub's API, which serves `respond`.
const STUBBED: &str = "endpoint=api/DescribeBatchTask interval=600 batch-url='opened.html?id={BatchId}'";

/// A page of the list with two batches. Its RequestId contains `number`, the number of the request.
fn page_of_two(number: usize) -> Value {
    let batch = |id: &str, name: &str, status: &str, success_count: u32| {
        json!({"BatchId": id, "TaskName": name, "TaskType": "install", "Status": status,
            "TotalCount": 240, "SuccessCount": success_count, "TaskBegin": null, "TaskEnd": null})
    };
    json!({
        "RequestId": format!("REQUEST-{number}"), "PageNumber": 1, "PageSize": 30, "TotalCount": 2,
        "TaskList": [batch("pcb-1", "First", "RUNNING", 229), batch("pcb-2", "Second", "COMPLETED", 240)],
    })
}

/// The response with that page.
pub(crate) fn two(number: usize) -> Response {
    Response::json(page_of_two(number).to_string())
}

async fn open_with(server: Stub, body: &str, script: &str) -> Result<Page<Stub>> {
    let page = Page::blank(server).await?.with_helpers(HELPERS);
    page.embed(body, script).await?;
    Ok(page)
}

/// Opens a list on a stub with two batches.
async fn open(attributes: &str) -> Result<Page<Stub>> {
    open_with(Stub::start(two).await?, &tag(attributes), DEFINE_LIST).await
}

/// Opens a list on the real proxy, which is on another origin.
async fn open_on_proxy(settings: Settings, attributes: &str) -> Result<(Page<Stub>, Proxy)> {
    let stub = Stub::start(good).await?;
    let proxy = Proxy::start(Settings { allow_port: Some(stub.port()), ..settings }).await?;
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {}", proxy.url("")));
    let page = Page::blank(stub).await?.with_helpers(HELPERS);
    let endpoint = proxy.url("api/DescribeBatchTasks");
    let script = format!("{DEFINE_LIST} {RECORD_PAGE}");
    page.embed_under(&policy, &tag(&format!("endpoint={endpoint} {attributes}")), &script).await?;
    Ok((page, proxy))
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_pages_send_requests_and_become_attributes() -> Result<()> {
    let (page, _proxy) =
        open_on_proxy(Settings::default(), "range=all interval=600 page-size=10 lang=en").await?;
    page.wait_until("isSettled()").await?;
    let wrong: Vec<String> = page.eval("wrongRows()").await?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    ensure!(page.eval::<Value>("requests()").await? == json!([{"PageNumber": "1", "PageSize": "10"}]));

    // The next page.
    page.act("window.page = null; button('Next').click()").await?;
    page.wait_until("isSettled() && page.PageNumber === 2").await?;
    page.wait_until("list().getAttribute('page') === '2'").await?;
    ensure!(page.eval::<Value>("requests().at(-1)").await? == json!({"PageNumber": "2", "PageSize": "10"}));

    // A status begins at the first page.
    page.act("window.page = null; chip('failed').click()").await?;
    page.wait_until("isSettled() && page.TaskList.every(({ Status }) => Status === 'FAILED')").await?;
    page.expect("page.TaskList.length > 0 && list().status === 'failed' && !list().hasAttribute('page')")
        .await?;
    let filtered = json!({"PageNumber": "1", "PageSize": "10", "Status": "[\"FAILED\"]"});
    ensure!(page.eval::<Value>("requests().at(-1)").await? == filtered);
    let view = json!({"status": "failed", "type": null, "range": "all", "page": null});
    ensure!(page.events("view-change").await?.last() == Some(&view));

    // The host sets the range and the type.
    page.act("window.page = null; list().range = '24h'; list().status = ''; list().type = 'no-such-type'")
        .await?;
    page.wait_until("isSettled() && page.TaskList.length === 0 && text('.btw-empty')").await?;
    let last: Value = page.eval("requests().at(-1)").await?;
    for name in ["StartTime", "EndTime"] {
        let time = last[name].as_str().with_context(|| format!("no {name} in {last}"))?;
        let is_rounded = time.len() == 20 && time.ends_with(":00Z") && ["0", "5"].contains(&&time[15..16]);
        ensure!(is_rounded, "{name} is {time}");
    }
    ensure!(last["TaskType"] == "no-such-type", "{last}");
    // Each of the four choices was one request.
    page.expect("requests().length === 4").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_can_open_a_batch_instead_of_the_link() -> Result<()> {
    let page = open(STUBBED).await?;
    page.server.serve(
        "opened.html",
        Response::html("200 OK", "<!doctype html><link rel=icon href=data:,><title>Opened</title>"),
    );
    page.wait_until(LINK).await?;
    ensure!(page.eval::<Value>("rowTexts()[0]").await? == json!(["First", "Running", "229 of 240"]));
    page.expect("list().textContent === 'Loading…' && !list().hasAttribute('page')").await?;

    page.act(
        "window.prevent = (event) => event.preventDefault(); addEventListener('batch-task-open', prevent)",
    )
    .await?;
    page.act(&format!("{LINK}.click()")).await?;
    ensure!(page.events("open").await? == [json!({"batchId": "pcb-1"})]);
    page.expect("location.pathname.endsWith('/host.html')").await?;
    // The listener may remove the list.
    page.act(
        "window.kept = list(); addEventListener('batch-task-open', () => kept.remove(), { once: true });
        find('.btw-list-row:nth-child(2) a').click()",
    )
    .await?;
    page.wait_until("kept.shadowRoot.innerHTML === '<slot></slot>'").await?;
    ensure!(page.events("open").await?.len() == 2);
    page.act(
        "document.getElementById('target').append(kept); removeEventListener('batch-task-open', prevent)",
    )
    .await?;

    // A click that opens another tab is the browser's.
    page.wait_until(LINK).await?;
    page.act(&format!(
        "addEventListener('click', (event) => event.preventDefault(), {{ once: true }});
        {LINK}.dispatchEvent(new MouseEvent('click', {{ ctrlKey: true, bubbles: true, composed: true, cancelable: true }}))"
    ))
    .await?;
    ensure!(page.events("open").await?.len() == 2);
    page.act(&format!("{LINK}.click()")).await?;
    page.wait_until("location.href.endsWith('/opened.html?id=pcb-1')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_pages_do_not_touch_the_document() -> Result<()> {
    let page = open("endpoint=api/DescribeBatchTask interval=2").await?;
    page.wait_until(LINK).await?;
    page.server.wait_for_requests(2).await?;
    page.act(&include_str!("unchanged.js").replace("observe(document,", "observe(root(),")).await?;
    let shown = "Number(text('[part~=request-id]').split('REQUEST-')[1])";
    page.wait_until(&format!("{shown} >= {}", page.server.request_count() + 3)).await?;
    let mutations: Vec<String> = page.eval("mutations").await?;
    ensure!(mutations.is_empty(), "three unchanged responses caused {mutations:#?}");
    let changed: Vec<bool> =
        page.eval("log.filter(([name]) => name === 'list-update').map(([, it]) => it.changed)").await?;
    ensure!(changed.len() >= 4 && changed[0] && !changed[1..].contains(&true), "{changed:?}");

    page.server.respond(|number| {
        let mut body = page_of_two(number);
        body["TaskList"][0]["SuccessCount"] = 230.into();
        Response::json(body.to_string())
    });
    page.wait_until("mutations.length > 0 && rowTexts()[0][2].includes('230 of 240')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_keeps_the_rows_and_a_refused_list_says_why() -> Result<()> {
    let page = open(STUBBED).await?;
    page.wait_until(LINK).await?;
    page.server.respond(|_| Response { status: "503 Service Unavailable", ..Response::json("{}") });
    let rejection: Value =
        page.eval("list().refresh().catch((error) => [error.name, error.class, error.status])").await?;
    ensure!(rejection == json!(["BatchTaskError", "service", 503]), "{rejection}");
    page.wait_until("find('[role=alert]')").await?;
    page.expect("rowTexts().length === 2").await?;
    page.wait_until("log.some(([name, detail]) => name === 'error' && detail.status === 503)").await?;
    page.server.respond(two);
    page.eval::<Value>("list().refresh()").await?;
    page.expect("find('[role=alert]') === null && rowTexts().length === 2").await?;
    page.close().await?;

    let (page, _proxy) =
        open_on_proxy(Settings { list: false, ..Settings::default() }, "interval=600 lang=en").await?;
    page.wait_until("text('[role=alert]')?.includes('The list is not available')").await?;
    let errors = page.events("error").await?;
    ensure!(errors.len() == 1 && errors[0]["code"] == "Proxy.ListNotAllowed", "{errors:?}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_values_stay_text() -> Result<()> {
    let hostile = "<img src=x onerror=alert(1)>{{7*7}}\u{202e}";
    let stub = Stub::start(move |number| {
        let mut body = page_of_two(number);
        for name in ["BatchId", "TaskName", "TaskType", "Status", "TaskBegin", "TaskEnd"] {
            body["TaskList"][0][name] = hostile.into();
        }
        body["TaskList"][1] =
            json!({"BatchId": 7, "TaskName": ["x"], "TotalCount": "many", "SuccessCount": -1});
        Response::json(body.to_string())
    })
    .await?;
    let page = open_with(stub, &tag(STUBBED), DEFINE_LIST).await?;
    page.wait_until("rowTexts().length === 2").await?;
    page.expect("all('img, script, iframe, [onerror]').length === 0").await?;
    page.expect("rowTexts()[0][0].startsWith('<img src=x onerror=alert(1)>{{7*7}}')").await?;
    let href: String = page.eval(&format!("{LINK}.getAttribute('href')")).await?;
    ensure!(href.starts_with("opened.html?id=%3Cimg%20src%3Dx"), "{href}");

    // A pattern that could run a script is not valid.
    page.act("list().batchUrl = 'javascript:alert(\"{BatchId}\")'").await?;
    page.wait_until("text('[role=alert]')?.includes('batchUrl “javascript:')").await?;
    page.expect("all('a').every((link) => link.protocol.startsWith('http'))").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_attributes_are_reported_and_the_valid_ones_apply() -> Result<()> {
    let page = open(&format!("{STUBBED} status=paused type='a b' range=1y page=0 page-size=101")).await?;
    page.wait_until(LINK).await?;
    let alert: String = page.eval("text('[role=alert]')").await?;
    for sentence in [
        "status “paused” is not valid; use dispatching, running, completed or failed, or several with commas.",
        "type “a b” is not valid; use 1 to 64 letters, digits and . _ -.",
        "range “1y” is not valid; use",
        "page “0” is not valid; use a page number, from 1.",
        "pageSize “101” is not valid; use a number from 1 to 100.",
    ] {
        ensure!(alert.contains(sentence), "{sentence:?} is not in {alert:?}");
    }
    ensure!(page.events("error").await?.len() == 5);
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_list_aborts_its_request() -> Result<()> {
    let stub = Stub::start(two).await?;
    stub.hold();
    let page = open_with(stub, &tag(STUBBED), DEFINE_LIST).await?;
    page.server.wait_for_requests(1).await?;
    page.act("window.pending = list().refresh().catch((error) => error.name); list().remove()").await?;
    ensure!(page.eval::<String>("pending").await? == "AbortError");
    page.server.release();

    // `mountList` draws it in an element of its own.
    page.act(
        "return import('./npm/list/index.js').then(async ({ mountList }) => {
            window.handle = await mountList(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', interval: 600 });
        })",
    )
    .await?;
    page.wait_until("rowTexts().length === 2 && handle.page.TaskList[1].BatchId === 'pcb-2'").await?;
    page.act("handle.update({ batchUrl: 'x/{BatchId}' })").await?;
    page.wait_until(&format!("{LINK}.getAttribute('href') === 'x/pcb-1'")).await?;
    // Also while a click is handled.
    page.act(&format!(
        "addEventListener('batch-task-open', (event) => {{ event.preventDefault(); handle.destroy(); }}, {{ once: true }});
        {LINK}.click()"
    ))
    .await?;
    page.wait_until("document.getElementById('target').children.length === 0 && handle.page === null")
        .await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_speaks_the_language_of_the_page() -> Result<()> {
    let page = open(&format!("{STUBBED} lang=ja")).await?;
    page.wait_until("rowTexts()[1]?.[1] === '完了'").await?;
    page.expect("find('.btw-title').innerText !== 'Batch tasks'").await?;
    page.act("list().messages = { completed: 'Alles da', batch_tasks: 'Liste' }; list().lang = 'en'").await?;
    page.wait_until("rowTexts()[1][1] === 'Alles da' && text('.btw-title') === 'Liste'").await?;
    page.close().await
}

/// The paths of the WebAssembly files that have been loaded.
const LOADED: &str =
    "[...new Set(performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1))
    .filter((name) => name.endsWith('.wasm')))].sort()";

#[tokio::test(flavor = "multi_thread")]
async fn both_elements_are_one_program_or_two() -> Result<()> {
    // The stub answers both with the same body, which has the fields of both.
    let both = |number: usize| {
        let mut body = crate::batch::running(number);
        let list = page_of_two(number);
        for name in ["PageNumber", "PageSize", "TaskList"] {
            body[name] = list[name].clone();
        }
        Response::json(body.to_string())
    };
    let widget = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";
    let body = format!("{widget}{}", tag(STUBBED));
    let separate = format!("{DEFINE}{DEFINE_LIST}");
    for (script, files) in [
        (DEFINE_ALL, json!(["batch-task-all.extras.wasm", "batch-task-all.wasm"])),
        (
            &separate,
            json!(["batch-task-list.wasm", "batch-task-widget.extras.wasm", "batch-task-widget.wasm"]),
        ),
        // Whichever is first defines a tag.
        (&format!("{DEFINE_ALL}{DEFINE_LIST}"), json!(["batch-task-all.extras.wasm", "batch-task-all.wasm"])),
    ] {
        let page = open_with(Stub::start(both).await?, &body, script).await?;
        page.wait_until("text('.btw-percent') === '33 %'").await?;
        page.wait_until("list().shadowRoot.querySelectorAll('.btw-list-row').length === 2").await?;
        page.load_deferred().await?;
        let loaded: Value = page.eval(LOADED).await?;
        ensure!(loaded == files, "{script} loads {loaded}");
        // Each has its own styles.
        page.expect(
            "root().adoptedStyleSheets.length > 0 && list().shadowRoot.adoptedStyleSheets.length === 2",
        )
        .await?;
        page.close().await?;
    }
    Ok(())
}
