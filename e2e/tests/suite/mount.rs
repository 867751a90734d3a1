//! `mount(target, options)` of the npm package: its handle, a client and headers of the page's own, many at a time.

use anyhow::{Result, ensure};
use e2e::{Browser, Size, Stub};
use serde_json::{Value, json};

use crate::host::{events, look, open, wait_until};
use crate::support::{good, running};

const TARGET: &str = "<div id=target></div>";

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_updates_refreshes_and_destroys() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let script = "import { mount } from './npm/index.js';
        window.handle = await mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', batchId: 'pcb-stub', interval: 600 });";
    open(&browser, &stub, TARGET, script).await?;
    wait_until(&browser, "find('.btw-row')").await?;
    // The data is drawn first.
    wait_until(&browser, "handle.task?.SubTasks.length === 3").await?;
    ensure!(look::<bool>(&browser, "return !customElements.get('batch-task-widget');").await?);

    look::<Value>(&browser, "handle.update({ filter: 'failed', theme: 'dark', compact: false }); return 0;")
        .await?;
    wait_until(&browser, "find('.btw-empty') && find('.btw-dark')").await?;
    // What the viewer picks is not undone by an update of something else.
    look::<Value>(&browser, "find('.btw-empty button').click(); return 0;").await?;
    wait_until(&browser, "find('.btw-row')").await?;
    look::<Value>(&browser, "handle.update({ theme: 'light' }); return 0;").await?;
    wait_until(&browser, "find('.btw-light') && find('.btw-row')").await?;
    look::<Value>(&browser, "handle.update({ filter: 'failed' }); return 0;").await?;
    wait_until(&browser, "find('.btw-empty')").await?;
    ensure!(stub.asked() == 1, "an update of the looks asked");

    look::<Value>(&browser, "handle.pause(); return 0;").await?;
    wait_until(&browser, "text('.btw-freshness-text').endsWith('paused')").await?;
    look::<Value>(&browser, "handle.update({ lang: 'en' }); handle.resume(); return 0;").await?;
    wait_until(&browser, "text('.btw-freshness-text').includes('next in')").await?;
    let target: String = look(&browser, "return new Promise((done) => { document.getElementById('target').addEventListener('batch-task-update', (event) => done(event.target.id + event.eventPhase)); handle.refresh(); });").await?;
    ensure!(target == "target2", "the event is not the target's own: {target}");

    let end = "const late = handle.refresh().catch((error) => error.name); handle.destroy(); handle.destroy(); handle.update({});
        return late.then((name) => [name, document.getElementById('target').childNodes.length]);";
    ensure!(look::<Value>(&browser, end).await? == json!(["AbortError", 0]));
    let refused = "return import('./npm/index.js').then(({ mount }) => Promise.all([mount(null, {}), mount(document.body, null)].map((it) => it.catch((error) => error.name))));";
    ensure!(look::<Value>(&browser, refused).await? == json!(["TypeError", "TypeError"]));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_bring_its_own_client_and_headers() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let script = format!(
        "import {{ mount }} from './npm/index.js';
        window.asked = [];
        window.body = {};
        window.fetcher = async ({{ batchId, signal }}) => {{ asked.push([batchId, signal.aborted]); return window.body; }};
        window.handle = await mount(document.getElementById('target'), {{ batchId: 'pcb-mine', fetcher, interval: 600 }});",
        running(1)
    );
    open(&browser, &stub, TARGET, &script).await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    ensure!(look::<Value>(&browser, "return asked;").await? == json!([["pcb-mine", false]]));
    ensure!(stub.asked() == 0, "the endpoint was asked as well");

    let as_response = "window.body = new Response(JSON.stringify({ ...window.body, SuccessCount: 2 }), { headers: { 'content-type': 'application/json' } }); return handle.refresh().then(() => text('.btw-percent'));";
    ensure!(look::<String>(&browser, as_response).await? == "66 %");
    for (gives, class) in [
        ("() => { throw new Error('no session') }", "network"),
        ("() => 7", "options"),
        ("() => new Response('', { status: 401 })", "unauthorized"),
    ] {
        let failed = format!(
            "handle.update({{ fetcher: {gives} }}); await new Promise((done) => setTimeout(done)); return handle.refresh().catch((error) => error.class);"
        );
        let failed: String = look(&browser, &format!("return (async () => {{ {failed} }})();")).await?;
        ensure!(failed == class, "{gives} is {failed}");
    }
    let headers = "window.calls = 0; const real = window.fetch; window.sent = [];
        window.fetch = (request) => { sent.push([...request.headers]); return real(request); };
        handle.update({ fetcher: null, endpoint: 'api/DescribeBatchTask', headers: async () => ({ 'X-Token': `t${++calls}` }) });
        return (async () => { await new Promise((done) => setTimeout(done)); await handle.refresh(); await handle.refresh();
          return sent.map((headers) => headers.find(([name]) => name === 'x-token')?.[1]); })();";
    let sent: Vec<String> = look(&browser, headers).await?;
    ensure!(sent.len() >= 2 && sent[0] == "t1" && sent[1] == "t2", "{sent:?}");
    look::<Value>(&browser, "handle.update({ headers: { 'not a name': 'x' } }); return 0;").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('headers is not valid')").await?;
    ensure!(events(&browser, "error").await?.last().is_some_and(|error| error["class"] == "options"));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_on_one_page_ask_as_one() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let script = "import { mount } from './npm/define.js';
        for (let i = 0; i < 10; i++) {
          const element = document.createElement('batch-task-widget');
          element.endpoint = 'api/DescribeBatchTask'; element.batchId = 'pcb-stub'; element.interval = i === 4 ? 2 : 600;
          document.body.append(element);
          mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', batchId: 'pcb-stub', interval: 600 });
        }";
    open(&browser, &stub, TARGET, script).await?;
    let all = "[...document.querySelectorAll('batch-task-widget, #target > *')].filter((it) => it.shadowRoot.querySelector('.btw-percent')?.innerText === '33 %').length === 20";
    wait_until(&browser, all).await?;
    ensure!(stub.asked() == 1, "twenty asked {} times", stub.asked());
    // The one that wants it every two seconds sets the pace, until it goes.
    stub.wait_until_asked(3).await?;
    ensure!(stub.most_under_way() == 1, "two requests were under way at a time");
    look::<Value>(&browser, "document.querySelectorAll('batch-task-widget')[4].remove(); return 0;").await?;
    wait_until(&browser, "text('.btw-freshness-text').includes('next in 9 min')").await?;
    browser.close().await
}
