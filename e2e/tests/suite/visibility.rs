//! A hidden page and a page without a network send no requests, and send one when they are back. A widget that is not rendered
//! polls at a lower rate.

use anyhow::{Context as _, Result, ensure};
use e2e::Response;
use serde_json::json;

use crate::batch::{good, running};
use crate::fixture::{DEFINE, Page, QUIET};
use crate::selectors::{ALERT, FRESHNESS};

/// Sets the visibility of the page to `arguments[0]`. A second window would hide it too, but at another time on each
/// machine.
const SET_VISIBILITY: &str = include_str!("visibility.js");

/// The browser says that it is offline, but requests reach the server.
const SAY_OFFLINE: &str =
    "Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
    window.dispatchEvent(new Event('offline'))";

/// A widget whose endpoint is not on this machine.
const REMOTE_TAG: &str = "<batch-task-widget endpoint=http://batch.example/api/DescribeBatchTask batch-id=pcb-stub interval=2></batch-task-widget>";

/// Sends its requests to the stub.
const REMOTE_SCRIPT: &str = "const realFetch = window.fetch;
    window.fetch = (request) => {
        const url = new URL(request.url ?? request);
        if (url.host !== 'batch.example') return realFetch(request);
        url.host = location.host;
        return realFetch(new Request(url, request));
    };";

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_page_sends_no_requests() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.server.wait_for_requests(2).await?;

    page.run::<()>(SET_VISIBILITY, &["hidden".into()]).await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused while hidden")).await?;
    let count = page.server.request_count();
    page.wait_for_age(QUIET).await?;
    page.server.expect_requests(count)?;

    page.run::<()>(SET_VISIBILITY, &["visible".into()]).await?;
    page.server.wait_for_requests(count + 2).await?;

    // A browser may not say that the page is visible again.
    page.run::<()>(SET_VISIBILITY, &["hidden".into()]).await?;
    page.wait_for_text(FRESHNESS, |text| text.ends_with("· paused while hidden")).await?;
    let count = page.server.request_count();
    page.run::<()>(SET_VISIBILITY, &["visible".into(), true.into()]).await?;
    page.server.wait_for_requests(count + 2).await?;
    page.server.expect_no_concurrent_requests()?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_stopped_updating_says_so_in_its_tab_and_recovers_when_it_is_shown() -> Result<()> {
    const ICON: &str = "document.querySelector('link[rel~=icon]').href.includes('M16 2l15 28H1z')";
    let page = Page::on_stub(2).await?;
    page.wait_until("document.title === '33 % Running · Stubbed'").await?;
    page.expect(&format!("!{ICON}")).await?;
    // For a moment the gateway asks to sign in.
    page.server.respond(|_| Response::html("401 Unauthorized", "<h1>Sign in</h1>"));
    page.wait_until("document.title === 'Not updating · 33 % Running · Stubbed'").await?;
    page.expect(ICON).await?;
    page.wait_for_text(ALERT, |text| text.contains("Trying again every few minutes")).await?;

    page.server.respond(good);
    page.run::<()>(SET_VISIBILITY, &["hidden".into()]).await?;
    page.run::<()>(SET_VISIBILITY, &["visible".into()]).await?;
    page.wait_for_count(ALERT, 0).await?;
    page.wait_until("document.title === '33 % Running · Stubbed'").await?;
    page.expect(&format!("!{ICON}")).await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_page_waits_for_the_network() -> Result<()> {
    let page = Page::embedding(REMOTE_TAG, &format!("{REMOTE_SCRIPT}\n{DEFINE}")).await?;
    page.server.wait_for_requests(2).await?;

    page.set_online(false).await?;
    page.wait_until("text('.btw-freshness-text').endsWith('· paused: offline')").await?;
    let count = page.server.request_count();
    page.wait_until(&format!("/^Updated [{}-9] s ago/.test(text('.btw-freshness-text'))", QUIET.as_secs()))
        .await?;
    page.server.expect_requests(count)?;

    page.set_online(true).await?;
    page.server.wait_for_requests(count + 2).await?;
    page.close().await
}

/// The browser may be wrong, and a server on this machine needs no network.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_says_offline_does_not_stop_requests_to_this_machine() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.server.wait_for_requests(1).await?;
    page.act(SAY_OFFLINE).await?;
    let count = page.server.request_count();
    page.server.wait_for_requests(count + 2).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_ends_the_wait_for_the_network() -> Result<()> {
    // The next poll is far away: no request is open.
    let tags = [REMOTE_TAG, &REMOTE_TAG.replace("pcb-stub", "pcb-other")]
        .concat()
        .replace("interval=2", "interval=600");
    let page = Page::embedding(&tags, &format!("{REMOTE_SCRIPT}\n{DEFINE}")).await?;
    let all_show = |part: &str| {
        let line = "it.shadowRoot.querySelector('.btw-freshness-text')?.innerText ?? ''";
        format!(
            "[...document.querySelectorAll('batch-task-widget')].every((it) => ({line}).includes('{part}'))"
        )
    };
    page.wait_until(&all_show("next in")).await?;
    page.act(SAY_OFFLINE).await?;
    page.wait_until(&all_show("paused: offline")).await?;
    // The viewer asks one widget, and both continue.
    page.act("return widget().refresh()").await?;
    page.wait_until(&all_show("next in")).await?;
    page.server.expect_requests(3)?;
    page.close().await
}

/// The ways in which a host takes a widget out of the rendering, and brings it back.
const OUT_OF_RENDERING: [(&str, &str); 3] = [
    ("box.style.display = 'none'", "box.style.display = ''"),
    ("box.open = false", "box.open = true"),
    ("inner.style.contentVisibility = 'hidden'", "inner.style.contentVisibility = ''"),
];

/// A widget with a thousand rows.
const IN_DETAILS: &str = "<details open><summary>Batch</summary><div>
    <batch-task-widget endpoint=api/DescribeBatchTask interval=5></batch-task-widget></div></details>";

fn with_many_rows(number: usize) -> Response {
    let mut body = running(number);
    body["SubTasks"] =
        (0..1_000).map(|row| json!({"TaskId": row.to_string(), "Status": "RUNNING"})).collect();
    Response::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_that_is_not_rendered_slows_down_and_comes_back_with_its_rows() -> Result<()> {
    let page = Page::embedding("", "").await?.with_helpers(include_str!("unrendered.js"));
    page.server.respond(with_many_rows);
    page.embed(IN_DETAILS, DEFINE).await?;
    // The first rows appear before the body is complete.
    page.wait_until("find('table')?.getAttribute('aria-rowcount') === '1001'").await?;
    for (hide, show) in OUT_OF_RENDERING {
        page.act("find('.btw-table-scroll').scrollTop = 20000").await?;
        page.wait_until("isFilled() && firstRow() > 500").await.context(hide)?;
        page.act(hide).await?;
        // With the interval of the host, the next request would be due in five seconds at most.
        page.wait_until("nextInS() > 6").await.context(hide)?;
        page.act(show).await?;
        page.wait_until("isFilled()").await.context(hide)?;
        page.wait_until("nextInS() < 6").await.context(hide)?;
    }
    // Chromium logs a measurement in a part that it skips; the test's own may come between two frames.
    let mut errors = page.page_errors().await?;
    errors.retain(|line| !line.contains("content-visibility"));
    ensure!(errors.is_empty(), "page errors: {errors:#?}");
    page.close().await
}
