//! `<batch-task-widget>` of the npm package in a page of its own, under the strict policy.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub};
use serde_json::{Value, json};

use crate::host::{events, look, open, wait_until};
use crate::support::{good, running};

const DEFINE: &str = "import './npm/define.js';";
const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=600>Loading…</batch-task-widget>";

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_shows_the_batch_and_tells_of_it() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, TAG, DEFINE).await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    // What is drawn comes before what is told.
    wait_until(&browser, "log.some(([name]) => name === 'update')").await?;
    ensure!(events(&browser, "update").await? == [json!({"changed": true, "status": "RUNNING", "rows": 3})]);

    // The same answer once more, then another one.
    stub.script(|_| good(1));
    look::<Value>(&browser, "return widget().refresh();").await?;
    stub.script(|number| {
        let mut body = running(number);
        body["Status"] = "COMPLETED".into();
        e2e::Answer::json(body.to_string())
    });
    look::<Value>(&browser, "return widget().refresh();").await?;
    ensure!(
        look::<String>(&browser, "return text('[part~=badge]');").await? == "Completed",
        "not on the page"
    );
    let updates = events(&browser, "update").await?;
    ensure!(
        updates.len() == 3 && updates[1]["changed"] == false && updates[2]["changed"] == true,
        "{updates:?}"
    );
    ensure!(events(&browser, "finish").await? == [json!({"status": "COMPLETED", "rows": 3})]);

    let task: Value = look(&browser, "return widget().task;").await?;
    let row = json!({"TaskId": "1", "Status": "COMPLETED", "InstanceId": "pc-1", "TaskBegin": null, "TaskEnd": null, "ErrorMsg": ""});
    ensure!(task["SubTasks"][0] == row && task["TotalCount"] == 3 && task["BatchId"] == "pcb-stub", "{task}");

    stub.script(|_| e2e::Answer::html("403 Forbidden", "no"));
    let rejected: Value = look(
        &browser,
        "return widget().refresh().catch((error) => [error.name, error.class, error.status]);",
    )
    .await?;
    ensure!(rejected == json!(["BatchTaskError", "permission", 403]), "{rejected}");
    let errors = events(&browser, "error").await?;
    ensure!(errors.len() == 1 && errors[0]["retryInMs"].is_null(), "{errors:?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_viewer_picks_is_an_attribute_and_an_event() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, TAG, DEFINE).await?;
    wait_until(&browser, "find('.btw-row')").await?;
    look::<Value>(&browser, "find('.btw-chip-running').click(); return 0;").await?;
    wait_until(&browser, "widget().getAttribute('filter') === 'running'").await?;
    let view = json!({"view": null, "filter": "running", "q": null, "sort": null, "columns": null});
    ensure!(events(&browser, "view-change").await? == [view], "{:?}", events(&browser, "view-change").await?);
    wait_until(&browser, "widget().shadowRoot.querySelectorAll('.btw-row').length === 1").await?;

    // A space at the end of what is typed stays there.
    let typed = "const field = find('[type=search]'); field.value = 'pc '; field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true })); return 0;";
    look::<Value>(&browser, typed).await?;
    wait_until(&browser, "widget().q === 'pc ' && find('[type=search]').value === 'pc '").await?;

    // The page takes the filter away again, pauses, and the viewer resumes.
    look::<Value>(&browser, "widget().filter = null; widget().q = ''; widget().paused = true; return 0;")
        .await?;
    wait_until(&browser, "widget().shadowRoot.querySelectorAll('.btw-row').length === 3").await?;
    wait_until(&browser, "text('.btw-freshness-text').endsWith('paused')").await?;
    look::<Value>(&browser, "find('[aria-label=Resume], .btw-freshness button').click(); return 0;").await?;
    wait_until(&browser, "!widget().paused && !widget().hasAttribute('paused')").await?;
    look::<Value>(&browser, "widget().pause(); return 0;").await?;
    wait_until(&browser, "widget().hasAttribute('paused') && text('.btw-freshness-text').endsWith('paused')")
        .await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_may_come_before_its_class_and_with_properties_set() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // The class comes once the page says so.
    open(
        &browser,
        &stub,
        "<p>host</p>",
        "window.define = () => import('./npm/define.js'); window.index = () => import('./npm/index.js');",
    )
    .await?;
    let early = r#"
        const element = document.createElement("batch-task-widget");
        element.endpoint = "api/DescribeBatchTask";
        element.batchId = "pcb-stub";
        element.interval = 600;
        element.compact = true;
        element.fetcher = null;
        element.textContent = "Nothing yet";
        document.body.append(element);
        return document.body.innerText.includes("Nothing yet") && !element.hasAttribute("endpoint");
    "#;
    ensure!(look::<bool>(&browser, early).await?, "what stands between the tags is not shown");
    look::<Value>(&browser, "return window.define().then(() => 0);").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    ensure!(look::<bool>(&browser, "return widget().getAttribute('endpoint') === 'api/DescribeBatchTask' && widget().compact && !find('table') && !document.body.innerText.includes('Nothing yet');").await?);

    // And one that is made by the class.
    look::<Value>(&browser, "window.made = window.index().then(({ BatchTaskWidgetElement }) => { widget().remove(); const made = new BatchTaskWidgetElement(); made.setAttribute('endpoint', 'api/DescribeBatchTask'); made.interval = 600; document.body.append(made); return 0; }); return window.made;").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %' && find('table')").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_moved_taken_out_put_back_and_cloned() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, &format!("<div id=a>{TAG}</div><div id=b></div>"), DEFINE).await?;
    wait_until(&browser, "find('.btw-row')").await?;
    let moved = "const row = find('.btw-row'); document.getElementById('b').append(widget());
        return new Promise((done) => setTimeout(() => done(find('.btw-row') === row), 50));";
    ensure!(look::<bool>(&browser, moved).await?, "a widget that is moved begins anew");
    ensure!(stub.asked() == 1, "and asked {} times", stub.asked());

    let out =
        "window.kept = widget(); window.waiting = kept.refresh().catch((error) => error.name); kept.remove();
        return new Promise((done) => setTimeout(() => done(kept.shadowRoot.innerHTML), 50));";
    ensure!(look::<String>(&browser, out).await? == "<slot></slot>", "something of it is left");
    ensure!(look::<String>(&browser, "return window.waiting;").await? == "AbortError");
    ensure!(
        look::<String>(&browser, "return kept.refresh().catch((error) => error.name);").await?
            == "AbortError"
    );
    look::<Value>(&browser, "document.body.append(window.kept); return 0;").await?;
    wait_until(&browser, "find('.btw-row')").await?;

    look::<Value>(&browser, "document.getElementById('a').append(kept.cloneNode(true)); return 0;").await?;
    wait_until(&browser, "document.querySelector('#a > *').shadowRoot.querySelector('.btw-row')").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_of_the_module_are_no_conflict() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let both = "import './npm/define.js'; import { mount } from './copy/define.js';
        window.second = mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', interval: 600 });";
    open(&browser, &stub, &format!("{TAG}<div id=target></div>"), both).await?;
    wait_until(&browser, "find('.btw-row')").await?;
    wait_until(&browser, "document.querySelector('#target > div').shadowRoot.querySelector('.btw-row')")
        .await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_attributes_are_named_and_the_rest_goes_on() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let wrong =
        "<batch-task-widget endpoint=api/DescribeBatchTask interval=abc time-zone=Mars/Olympus method=put
        instance-url='javascript:{InstanceId}' sort=Nothing></batch-task-widget>";
    open(&browser, &stub, wrong, DEFINE).await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    let told: Vec<String> = events(&browser, "error")
        .await?
        .iter()
        .map(|error| format!("{}: {}", error["class"], error["message"]))
        .collect();
    let shown: String = look(&browser, "return text('[role=alert]');").await?;
    for (name, given) in [
        ("interval", "abc"),
        ("timeZone", "Mars/Olympus"),
        ("method", "put"),
        ("sort", "Nothing"),
        ("instanceUrl", "javascript:"),
    ] {
        let sentence = format!("{name} “{given}");
        ensure!(
            told.iter().any(|line| line.starts_with(&format!("\"options\": \"{sentence}"))),
            "{name} is not told: {told:?}"
        );
        ensure!(shown.contains(&sentence), "{name} is not shown: {shown}");
    }
    ensure!(told.len() == 5, "{told:?}");
    look::<Value>(&browser, "for (const name of ['interval', 'time-zone', 'method', 'instance-url', 'sort']) widget().removeAttribute(name); return 0;").await?;
    wait_until(&browser, "find('[role=alert]') === null").await?;

    // No endpoint: nothing is asked, and it goes on when there is one.
    let asked = stub.asked();
    look::<Value>(&browser, "widget().removeAttribute('endpoint'); return 0;").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('The endpoint is missing or empty')").await?;
    ensure!(stub.asked() == asked, "it asked without an endpoint");
    ensure!(events(&browser, "error").await?.last().is_some_and(|error| error["class"] == "options"));
    look::<Value>(&browser, "widget().endpoint = 'api/DescribeBatchTask'; return 0;").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %' && find('[role=alert]') === null").await?;

    // A pointer that finds nothing.
    look::<Value>(&browser, "widget().bodyPointer = '/nowhere'; return 0;").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('/nowhere')").await?;
    let told = events(&browser, "error").await?.pop().unwrap_or_default();
    ensure!(told["message"].as_str().is_some_and(|message| message.contains("/nowhere")), "{told}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_says_what_the_class_has() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(
        &browser,
        &stub,
        "",
        "import { BatchTaskWidgetElement } from './npm/define.js'; window.Widget = BatchTaskWidgetElement;",
    )
    .await?;
    let compare = r#"
        return fetch("npm/custom-elements.json").then((response) => response.json()).then((manifest) => {
          const { attributes, members } = manifest.modules[1].declarations[0];
          const names = (list) => list.map(({ name }) => name).sort().join();
          const own = Object.getOwnPropertyNames(window.Widget.prototype)
            .filter((name) => name !== "constructor" && !name.endsWith("Callback")).concat("lang");
          return [names(attributes), [...window.Widget.observedAttributes].sort().join(), names(members), own.sort().join()];
        });
    "#;
    wait_until(&browser, "window.Widget").await?;
    let [attributes, observed, members, own]: [String; 4] = look(&browser, compare).await?;
    ensure!(attributes == observed, "{attributes} are not {observed}");
    ensure!(members == own, "{members} are not {own}");
    browser.close().await
}
