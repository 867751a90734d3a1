//! `<batch-task-widget>` of the npm package in a host page under the strict content security policy.

use anyhow::{Result, ensure};
use e2e::{Response, Stub};
use serde_json::{Value, json};

use crate::batch::{completed, good};
use crate::fixture::{DEFINE, Page};

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=600>Loading…</batch-task-widget>";
const SHOWS_BATCH: &str = "text('.btw-percent') === '33 %'";
const SHOWS_ROWS: &str = "find('.btw-row')";

async fn open(body: &str, script: &str) -> Result<Page<Stub>> {
    Ok(Page::embedding(body, script).await?.with_helpers(include_str!("element.js")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_shows_the_batch_and_dispatches_events() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.wait_until(SHOWS_BATCH).await?;
    // The event follows the rendering.
    page.wait_until("log.some(([name]) => name === 'update')").await?;
    ensure!(page.events("update").await? == [json!({"changed": true, "status": "RUNNING", "rows": 3})]);

    // An unchanged response, then a changed one.
    page.server.respond(|_| good(1));
    page.eval::<Value>("widget().refresh()").await?;
    page.server.respond(completed);
    page.eval::<Value>("widget().refresh()").await?;
    page.expect("text('[part~=badge]') === 'Completed'").await?;
    let changed: Vec<bool> =
        page.eval("log.filter(([name]) => name === 'update').map(([, it]) => it.changed)").await?;
    ensure!(changed == [true, false, true], "{changed:?}");
    ensure!(page.events("finish").await? == [json!({"status": "COMPLETED", "rows": 3})]);

    let task: Value = page.eval("widget().task").await?;
    let row = json!({"TaskId": "1", "Status": "COMPLETED", "InstanceId": "pc-1", "TaskBegin": null, "TaskEnd": null, "ErrorMsg": ""});
    ensure!(task["SubTasks"][0] == row && task["TotalCount"] == 3 && task["BatchId"] == "pcb-stub", "{task}");

    page.server.respond(|_| Response::html("403 Forbidden", "no"));
    let rejection: Value =
        page.eval("widget().refresh().catch((error) => [error.name, error.class, error.status])").await?;
    ensure!(rejection == json!(["BatchTaskError", "permission", 403]), "{rejection}");
    let errors = page.events("error").await?;
    ensure!(errors.len() == 1 && errors[0]["retryInMs"].is_null(), "{errors:?}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picked_reason_becomes_an_attribute_and_an_event() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    let failed = |id: &str, error: &str| json!({"TaskId": id, "InstanceId": "pc-1", "Status": "FAILED", "ErrorMsg": error});
    let rows = [failed("1", "lock 1"), failed("2", "disk full"), failed("3", "lock 3")];
    let body =
        json!({"RequestId": "R", "Status": "FAILED", "TotalCount": 3, "SuccessCount": 0, "SubTasks": rows});
    page.server.respond(move |_| Response::json(body.to_string()));
    page.wait_until(SHOWS_ROWS).await?;
    page.load_deferred().await?;
    page.eval::<Value>("widget().refresh()").await?;
    page.act("find('.btw-group-button').click()").await?;
    page.wait_until("all('.btw-row').length === 2 && widget().reason").await?;
    let reason: String = page.eval("widget().getAttribute('reason')").await?;
    ensure!(reason.len() == 8 && reason.bytes().all(|byte| byte.is_ascii_hexdigit()), "{reason}");
    let view = json!({"view": null, "filter": "failed", "longerThan": null, "reason": reason, "q": null, "sort": null, "columns": null});
    let events = page.events("view-change").await?;
    ensure!(events == [view], "{events:?}");

    // The host sets it, and an invalid one is reported and ignored.
    page.act("widget().filter = ''; widget().reason = ''").await?;
    page.wait_until("all('.btw-row').length === 3 && !find('.btw-filter')").await?;
    page.act(&format!("widget().reason = '{}'", reason.to_uppercase())).await?;
    page.wait_until("all('.btw-row').length === 2 && text('.btw-filter') === 'lock …'").await?;
    page.act("widget().reason = 'lock'").await?;
    page.wait_until("text('[role=alert]').includes('reason “lock” is not valid; use 8 hexadecimal digits.')")
        .await?;
    page.expect("all('.btw-row').length === 3").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_statuses_and_a_duration_are_attributes() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.act("widget().filter = ['running', 'Failed']; widget().longerThan = '60s'").await?;
    page.wait_until(
        "find('.btw-chip-failed').ariaPressed === 'true' && text('.btw-filter') === 'Longer than 1 min'",
    )
    .await?;
    page.expect("widget().getAttribute('filter') === 'running,Failed' && widget().getAttribute('longer-than') === '60s'")
        .await?;
    page.act("find('.btw-filter button').click()").await?;
    page.wait_until("!find('.btw-filter') && !widget().hasAttribute('longer-than')").await?;
    page.wait_until("widget().filter === 'failed,running'").await?;
    page.act("widget().filter = 'failed,done'; widget().longerThan = '10'").await?;
    for sentence in [
        "filter “failed,done” is not valid; use succeeded, failed, attention, running, waiting or other, or several with commas.",
        "longerThan “10” is not valid; use a duration such as 90s, 10m or 2h.",
    ] {
        page.wait_until(&format!("text('[role=alert]').includes('{sentence}')")).await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_viewer_selects_becomes_an_attribute_and_an_event() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.act("find('.btw-chip-running').click()").await?;
    page.wait_until("widget().getAttribute('filter') === 'running'").await?;
    let view = json!({"view": null, "filter": "running", "longerThan": null, "reason": null, "q": null, "sort": null, "columns": null});
    let events = page.events("view-change").await?;
    ensure!(events == [view], "{events:?}");
    page.wait_until("all('.btw-row').length === 1").await?;

    // A trailing space in the search field is kept.
    page.act("typeQuery('pc ')").await?;
    page.wait_until("widget().q === 'pc ' && find('[type=search]').value === 'pc '").await?;

    // The host clears the filter and pauses; the viewer resumes.
    page.act("widget().filter = null; widget().q = ''; widget().paused = true").await?;
    page.wait_until("all('.btw-row').length === 3").await?;
    page.wait_until("text('.btw-freshness-text').endsWith('paused')").await?;
    page.act("find('[aria-label=Resume], .btw-freshness button').click()").await?;
    page.wait_until("!widget().paused && !widget().hasAttribute('paused')").await?;
    page.act("widget().pause()").await?;
    page.wait_until("widget().hasAttribute('paused') && text('.btw-freshness-text').endsWith('paused')")
        .await?;
    page.close().await
}

/// A host page on a slow machine, where Yew lets the browser continue between a render and what follows it.
async fn open_yielding() -> Result<Page<Stub>> {
    let page = open(TAG, include_str!("yielding.js")).await?;
    page.wait_until(SHOWS_ROWS).await?;
    Ok(page)
}

/// The viewer can press a button while the browser continues.
#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_who_resumes_before_the_pause_is_reported_removes_the_attribute() -> Result<()> {
    let page = open_yielding().await?;
    page.act("window.resumeAtOnce(); widget().paused = true").await?;
    page.wait_until("window.hasResumed && !widget().hasAttribute('paused')").await?;
    page.wait_until("!text('.btw-freshness-text').endsWith('paused')").await?;
    page.close().await
}

/// The same error of another batch is another error.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_follows_another_batch_at_once_is_reported() -> Result<()> {
    let page = open_yielding().await?;
    page.act("widget().fetcher = () => new Response('', { status: 403 })").await?;
    page.wait_until("log.filter(([name]) => name === 'error').length === 1").await?;
    page.act("widget().batchId = 'pcb-other'").await?;
    page.wait_until("log.filter(([name]) => name === 'error').length === 2").await?;
    page.close().await
}

/// A key that is pressed while it continues must not be lost.
#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_restored_before_the_browser_continues() -> Result<()> {
    let page = open_yielding().await?;
    page.act("widget().filter = 'failed'").await?;
    page.wait_until("find('.btw-empty button')").await?;
    let focused: Option<String> = page.eval("removeFocused('.btw-empty button')").await?;
    ensure!(focused.is_some(), "no element of the widget has the focus");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_can_exist_before_its_class_is_defined() -> Result<()> {
    let define =
        "window.define = () => import('./npm/define.js'); window.index = () => import('./npm/index.js');";
    let page = open("<p>host</p>", define).await?;
    page.act("addUndefinedElement()").await?;
    page.expect("document.body.innerText.includes('Nothing yet') && !widget().hasAttribute('endpoint')")
        .await?;
    page.act("return window.define().then(() => {})").await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.expect("widget().getAttribute('endpoint') === 'api/DescribeBatchTask' && widget().compact").await?;
    page.expect("!find('table') && !document.body.innerText.includes('Nothing yet')").await?;

    page.act("return replaceByConstructed()").await?;
    page.wait_until(&format!("{SHOWS_BATCH} && find('table')")).await?;
    page.close().await
}

/// Each script of a test is a task of its own, so the microtasks of the one before have run.
#[tokio::test(flavor = "multi_thread")]
async fn an_element_can_be_moved_removed_inserted_again_and_cloned() -> Result<()> {
    let page = open(&format!("<div id=a>{TAG}</div><div id=b></div>"), DEFINE).await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.act("window.row = find('.btw-row'); document.getElementById('b').append(widget())").await?;
    page.expect("find('.btw-row') === row").await?;
    page.server.expect_requests(1)?;

    page.act(
        "window.kept = widget(); window.pending = kept.refresh().catch((error) => error.name); kept.remove()",
    )
    .await?;
    ensure!(page.eval::<String>("pending").await? == "AbortError");
    ensure!(
        page.eval::<String>("kept.shadowRoot.innerHTML").await? == "<slot></slot>",
        "the widget is still drawn"
    );
    ensure!(page.eval::<String>("kept.refresh().catch((error) => error.name)").await? == "AbortError");
    page.act("document.body.append(kept)").await?;
    page.wait_until(SHOWS_ROWS).await?;

    page.act("document.getElementById('a').append(kept.cloneNode(true))").await?;
    page.wait_until("document.querySelector('#a > *').shadowRoot.querySelector('.btw-row')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_of_the_module_do_not_conflict() -> Result<()> {
    let both = "import './npm/define.js'; import { mount } from './copy/define.js';
        window.second = mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', interval: 600 });";
    let page = open(&format!("{TAG}<div id=target></div>"), both).await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.wait_until("document.querySelector('#target > div').shadowRoot.querySelector('.btw-row')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_attributes_are_reported_and_the_valid_ones_apply() -> Result<()> {
    let tag =
        "<batch-task-widget endpoint=api/DescribeBatchTask interval=abc time-zone=Mars/Olympus method=put
        instance-url='javascript:{InstanceId}' sort=Nothing></batch-task-widget>";
    let page = open(tag, DEFINE).await?;
    page.wait_until(SHOWS_BATCH).await?;
    let errors: Vec<String> =
        page.events("error").await?.iter().map(|it| format!("{}: {}", it["class"], it["message"])).collect();
    let alert: String = page.eval("text('[role=alert]')").await?;
    for (name, value) in [
        ("interval", "abc"),
        ("timeZone", "Mars/Olympus"),
        ("method", "put"),
        ("sort", "Nothing"),
        ("instanceUrl", "javascript:"),
    ] {
        let message = format!("{name} “{value}");
        let line = format!("\"options\": \"{message}");
        ensure!(errors.iter().any(|error| error.starts_with(&line)), "no event names {name}: {errors:?}");
        ensure!(alert.contains(&message), "the notice does not name {name}: {alert}");
    }
    ensure!(errors.len() == 5, "{errors:?}");
    let names = "['interval', 'time-zone', 'method', 'instance-url', 'sort']";
    page.act(&format!("for (const name of {names}) widget().removeAttribute(name)")).await?;
    page.wait_until("find('[role=alert]') === null").await?;

    // Without an endpoint, no request is sent; polling starts when there is one.
    let count = page.server.request_count();
    page.act("widget().removeAttribute('endpoint')").await?;
    page.wait_until("text('[role=alert]')?.includes('The endpoint is missing or empty')").await?;
    page.server.expect_requests(count)?;
    ensure!(page.events("error").await?.last().is_some_and(|error| error["class"] == "options"));
    page.act("widget().endpoint = 'api/DescribeBatchTask'").await?;
    page.wait_until(&format!("{SHOWS_BATCH} && find('[role=alert]') === null")).await?;

    // A JSON pointer that does not match the body.
    page.act("widget().bodyPointer = '/nowhere'").await?;
    page.wait_until("text('[role=alert]')?.includes('/nowhere')").await?;
    let error = page.events("error").await?.pop().unwrap_or_default();
    ensure!(error["message"].as_str().is_some_and(|message| message.contains("/nowhere")), "{error}");
    page.close().await
}

/// React 18 and other frameworks write the names of properties as attributes, and `false` as a string.
#[tokio::test(flavor = "multi_thread")]
async fn the_names_of_properties_are_aliases_of_the_attributes() -> Result<()> {
    let tag = "<batch-task-widget endpoint=api/DescribeBatchTask batchid=pcb-stub interval=600 compact=false paused=false \
               bodypointer=/nowhere timezone=Asia/Tokyo instanceurl=https://x.example/{InstanceId}></batch-task-widget>";
    let page = open(tag, DEFINE).await?;
    page.wait_until("text('[role=alert]')?.includes('/nowhere')").await?;
    page.act("widget().removeAttribute('bodypointer')").await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.expect("find('a')?.href === 'https://x.example/pc-1'").await?;
    page.expect("widget().batchId === 'pcb-stub' && widget().timeZone === 'Asia/Tokyo' && !widget().compact")
        .await?;

    // The alias, the attribute or the property applies, whichever was set last.
    page.act("widget().timeZone = 'Asia/Shanghai'").await?;
    page.expect("widget().timeZone === 'Asia/Shanghai' && !widget().hasAttribute('timezone')").await?;
    page.act("widget().setAttribute('timezone', 'Asia/Tokyo')").await?;
    page.expect("widget().timeZone === 'Asia/Tokyo' && !widget().hasAttribute('time-zone')").await?;
    page.act("widget().setAttribute('time-zone', 'UTC'); widget().batchId = null").await?;
    page.expect("widget().timeZone === 'UTC' && widget().batchId === ''").await?;
    page.act("widget().compact = true; widget().redact = false").await?;
    page.expect("widget().getAttribute('compact') === '' && !widget().hasAttribute('redact')").await?;
    page.wait_until("!find('table')").await?;
    page.close().await
}

/// A framework sets properties and listeners before it removes the attribute.
#[tokio::test(flavor = "multi_thread")]
async fn an_element_with_defer_hydration_waits() -> Result<()> {
    let tag = TAG.replace(" interval", " defer-hydration interval");
    let page =
        open(&tag, "import { init } from './npm/define.js'; await init(); window.isReady = true;").await?;
    page.wait_until("window.isReady").await?;
    // Moved and configured, it still waits.
    page.act("widget().compact = true; document.body.append(widget())").await?;
    page.expect("widget().shadowRoot.innerHTML === '<slot></slot>'").await?;
    page.server.expect_requests(0)?;
    page.act("widget().removeAttribute('defer-hydration')").await?;
    page.wait_until(SHOWS_BATCH).await?;
    page.expect("!find('table')").await?;
    // A running widget goes on.
    page.act("widget().setAttribute('defer-hydration', ''); widget().compact = false").await?;
    page.wait_until(SHOWS_ROWS).await?;
    page.server.expect_requests(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_custom_elements_manifest_matches_the_classes() -> Result<()> {
    let page = open("", "import './npm/all/define.js';").await?;
    for tag in ["batch-task-widget", "batch-task-list"] {
        page.wait_until(&format!("customElements.get('{tag}')")).await?;
        let [attributes, observed, members, own]: [String; 4] =
            page.eval(&format!("manifestAndClass('{tag}')")).await?;
        ensure!(attributes == observed, "{tag}: attributes: {attributes}, but the class has {observed}");
        ensure!(members == own, "{tag}: members: {members}, but the class has {own}");
    }
    let modules = "(await (await fetch('npm/custom-elements.json')).json()).modules.map(({ path }) => path)";
    for path in page.eval::<Vec<String>>(modules).await? {
        page.server.npm_file(&path)?;
    }
    page.close().await
}
