//! The lazy-loaded second WebAssembly file of the npm package: when it is loaded, and that its features work.

mod missing;

use anyhow::{Context as _, Result, ensure};
use e2e::{Response, Stub};
use serde_json::{Value, json};

use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::{DEFINE, Page};
use crate::selectors::{DOWN, TAB};
use crate::start::{SOURCES, TRAPPING};

/// The file's name in the package, and its path on the stub.
const FILE: &str = "batch-task-widget.extras.wasm";
const PATH: &str = "npm/batch-task-widget.extras.wasm";

/// Defines the element in a page that is never idle.
const NEVER_IDLE: &str = "window.requestIdleCallback = () => 0; await import('./npm/define.js');";

/// The tag with further attributes.
fn tag(attributes: &str) -> String {
    format!("<batch-task-widget endpoint=api/DescribeBatchTask interval=2 {attributes}></batch-task-widget>")
}

/// A batch of four rows with times and a failure.
fn body(number: usize) -> Value {
    let row = |id: &str, status: &str, begin: Option<&str>, end: Option<&str>, error: &str| json!({"TaskId": id, "InstanceId": format!("pc-{id}"), "Status": status, "TaskBegin": begin, "TaskEnd": end, "ErrorMsg": error});
    let (begin, end) = (Some("2026-05-28T16:01:20Z"), Some("2026-05-28T16:04:20Z"));
    json!({
        "RequestId": format!("REQUEST-{number}"), "BatchId": "pcb-lazy", "TaskName": "Stubbed", "Status": "RUNNING",
        "TotalCount": 4, "SuccessCount": 1, "TaskBegin": begin,
        "SubTasks": [
            row("a", "COMPLETED", begin, end, ""),
            row("b", "FAILED", begin, end, "the disk is full"),
            row("c", "RUNNING", begin, None, ""),
            row("d", "WAITING", None, None, ""),
        ],
    })
}

/// The functions of the page that only these tests need.
impl Page<Stub> {
    /// A browser and a stub with that batch, without a page yet.
    async fn lazy() -> Result<Self> {
        let stub = Stub::start(|number| Response::json(body(number).to_string())).await?;
        Ok(Self::blank(stub).await?.with_helpers(include_str!("widget.js")))
    }

    /// The same with a host page with these tags, once the rows are drawn.
    async fn lazy_with(tags: &str) -> Result<Self> {
        let page = Self::lazy().await?;
        page.embed_tags(tags).await?;
        Ok(page)
    }

    /// Embeds these tags in a page that is never idle, so that only interaction loads the file.
    async fn embed_tags(&self, tags: &str) -> Result<()> {
        self.embed(&format!("<p>host</p>{tags}"), NEVER_IDLE).await?;
        self.wait_until("find('.btw-row')").await
    }

    /// Waits for a button or a summary in the widget, and clicks it.
    async fn press(&self, name: &str) -> Result<()> {
        self.wait_until(&format!("button('{name}')")).await?;
        self.act(&format!("button('{name}').click()")).await
    }

    /// Waits for further polls; a file that polls load would have been requested by then.
    async fn pass_polls(&self, count: usize) -> Result<()> {
        self.server.wait_for_requests(self.server.request_count() + count).await
    }

    /// Fails unless the second file has been requested this often.
    fn expect_fetches(&self, expected: usize) -> Result<()> {
        self.server.expect_fetches(PATH, expected)
    }

    async fn copy_report(&self) -> Result<()> {
        self.act("captureClipboard()").await?;
        self.press("Copy report").await?;
        self.wait_until("button('Copied') && copied.length === 1 && copied[0].includes('the disk is full')")
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_page_loads_the_file_once_for_all_widgets() -> Result<()> {
    let page = Page::lazy().await?;
    page.embed(&[tag("id=one"), tag("id=two")].concat(), DEFINE).await?;
    page.wait_until("all('details .btw-menu-item').length >= 7").await?;
    page.act("two.view = 'timeline'").await?;
    page.wait_until("laneCount(two) === 3").await?;
    page.pass_polls(2).await?;
    page.expect_fetches(1)?;
    // Not before there is data.
    page.server.hold();
    page.embed(&tag("id=one"), DEFINE).await?;
    page.wait_until("find('.btw-skeleton')").await?;
    page.act(
        "window.isIdle = false; (window.requestIdleCallback ?? setTimeout)(() => { window.isIdle = true; })",
    )
    .await?;
    page.wait_until("window.isIdle").await?;
    page.expect_fetches(1)?;
    page.server.release();
    page.wait_until("all('details .btw-menu-item').length >= 7").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hovering_loads_the_file_once_for_all_widgets() -> Result<()> {
    let page = Page::lazy_with(&[tag("id=one"), tag("id=two")].concat()).await?;
    page.pass_polls(3).await?;
    page.expect_fetches(0)?;

    page.hover("#one").await?;
    page.wait_until("all('details .btw-menu-item').length >= 7").await?;
    page.hover("#two").await?;
    // A widget without interaction and one that is added later use the loaded file.
    page.act("two.view = 'timeline'; document.body.append(two.cloneNode(true))").await?;
    let both = "[...document.querySelectorAll('#two')].map(laneCount).join() === '3,3'";
    page.wait_until(both).await?;
    page.pass_polls(2).await?;
    page.expect_fetches(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_without_interaction_uses_the_file_that_another_loaded() -> Result<()> {
    let page = Page::lazy().await?;
    clock::serve(&page.server);
    let never_idle = format!("window.requestIdleCallback = () => 0;\n{TRAPPING}");
    page.embed(&[CLOCK_TAG, &tag("id=one"), &tag("id=two")].concat(), &never_idle).await?;
    page.wait_until("find('.btw-row')").await?;
    page.act("one.view = 'timeline'").await?;
    page.wait_until("laneCount(one) === 3").await?;
    page.act("two.view = 'timeline'").await?;
    page.wait_until("laneCount(two) === 3").await?;
    // Nothing calls the module in a loop: one second has one tick for each widget, and at most one poll.
    page.act("window.before = calls").await?;
    clock::advance(&page, 1_000, Requests::Awaited).await?;
    let calls: usize = page.eval("calls - before").await?;
    ensure!(calls < 1_000, "{calls} calls into the module in one second");

    page.act("two.view = null; two.sort = '-TaskId'; two.q = 'pc'").await?;
    page.wait_until("rowIds(two) === 'dcba'").await?;
    page.pass_polls(2).await?;
    page.expect_fetches(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn focus_loads_the_file() -> Result<()> {
    let page = Page::lazy_with(&tag("").repeat(2)).await?;
    page.expect_fetches(0)?;
    page.press_keys(TAB).await?;
    page.wait_until("widget().shadowRoot.activeElement").await?;
    page.wait_until("all('details .btw-menu-item').length >= 7").await?;
    page.pass_polls(2).await?;
    page.expect_fetches(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn options_that_select_a_lazy_feature_load_the_file() -> Result<()> {
    let page = Page::lazy().await?;
    for (index, (attributes, shown)) in [
        ("view=timeline", "laneCount() === 3"),
        ("sort=-TaskId", "rowIds() === 'dcba'"),
        ("q=disk", "rowIds() === 'b' && text('.btw-listed') === '1 of 4'"),
        ("q=pc sort=-TaskId filter=running", "rowIds() === 'c'"),
    ]
    .into_iter()
    .enumerate()
    {
        // Two widgets that need it at the same time load it once.
        page.embed(&tag(attributes).repeat(2), DEFINE).await?;
        page.wait_until(shown).await.context(attributes)?;
        page.pass_polls(1).await?;
        page.expect_fetches(index + 1)?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lazy_feature_works() -> Result<()> {
    let page = Page::lazy_with(&tag("id=one")).await?;
    page.hover("#one").await?;
    choose_columns(&page).await?;
    export(&page, "CSV").await?;
    export(&page, "JSON").await?;
    sort(&page).await?;
    search(&page).await?;
    open_row(&page).await?;
    page.copy_report().await?;
    navigate_timeline(&page).await?;
    notify_at_the_end(&page).await?;
    page.expect_fetches(1)?;
    page.close().await
}

async fn choose_columns(page: &Page<Stub>) -> Result<()> {
    page.press("Columns").await?;
    page.wait_until("all('details[open] .btw-menu-item').length >= 7").await?;
    page.act("all('details[open] input')[1].click()").await?;
    page.wait_until("all('thead th').length === 6 && widget().columns.startsWith('TaskId,InstanceId')")
        .await?;
    page.act("widget().columns = null").await?;
    page.wait_until("all('thead th').length === 7").await?;
    page.press("Columns").await
}

async fn export(page: &Page<Stub>, format: &str) -> Result<()> {
    page.act("captureFile()").await?;
    page.press("Export").await?;
    page.wait_until(
        "texts('details[open] .btw-menu-files:first-child button').join() === 'CSV,CSV for Excel,JSON'",
    )
    .await?;
    page.press(format).await?;
    page.wait_until("Array.isArray(savedFile)").await?;
    let [name, text]: [String; 2] = page.eval("savedFile").await?;
    let extension = format!(".{}", format.to_lowercase());
    ensure!(name.starts_with("pcb-lazy-subtasks-2") && name.ends_with(&extension), "the name is {name}");
    ensure!(text.contains("the disk is full"), "the content is {text:?}");
    Ok(())
}

async fn sort(page: &Page<Stub>) -> Result<()> {
    for ids in ["abcd", "dcba"] {
        page.act("find('.btw-sort').click()").await?;
        page.wait_until(&format!("rowIds() === '{ids}' && find('th[aria-sort]')")).await?;
    }
    Ok(())
}

async fn search(page: &Page<Stub>) -> Result<()> {
    page.act("typeQuery('FULL')").await?;
    page.wait_until("rowIds() === 'b' && text('.btw-listed') === '1 of 4'").await?;
    page.act("typeQuery('')").await?;
    page.wait_until("rowIds() === 'dcba' && text('.btw-listed') === ''").await
}

async fn open_row(page: &Page<Stub>) -> Result<()> {
    page.act("all('.btw-open')[2].click()").await?;
    page.wait_until("text('.btw-detail-error') === 'the disk is full'").await?;
    page.wait_until("text('.btw-row-detail').includes('3 min')").await
}

async fn navigate_timeline(page: &Page<Stub>) -> Result<()> {
    page.press("Timeline").await?;
    page.wait_until("laneCount() === 3").await?;
    page.act("find('[role=listbox]').focus()").await?;
    // The opened row is the active lane.
    page.wait_until("activeLane().startsWith('b,')").await?;
    page.press_keys(DOWN).await?;
    page.wait_until("activeLane().startsWith('a,')").await?;
    page.wait_until("text('.btw-lane-facts').includes('Succeeded')").await
}

async fn notify_at_the_end(page: &Page<Stub>) -> Result<()> {
    page.act("captureNotifications()").await?;
    page.press("Notify me when it ends").await?;
    page.wait_until("find('.btw-await[aria-pressed=true]')").await?;
    page.server.respond(|number| {
        let mut body = body(number);
        body["Status"] = "COMPLETED".into();
        Response::json(body.to_string())
    });
    page.wait_until("text('[part~=badge]') === 'Completed · 1 failed' && !find('.btw-await')").await?;
    page.wait_until("notified.map(([, tag]) => tag).join() === 'pcb-lazy'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_panic_the_new_instance_gets_the_compiled_file() -> Result<()> {
    let page = Page::lazy().await?;
    page.embed(&tag("view=timeline"), TRAPPING).await?;
    page.wait_until("laneCount() === 3").await?;
    page.act("find('.batch-task-widget').id = 'old'; trap()").await?;
    page.wait_until("!find('#old') && laneCount() === 3").await?;
    let logged = page.page_errors().await?;
    ensure!(logged.iter().any(|line| line.contains("unreachable")), "{logged:?}");
    page.act("trap()").await?;
    page.wait_until("text('[role=alert]')?.includes('has crashed')").await?;
    page.page_errors().await?;
    page.press("Reload").await?;
    page.wait_until("laneCount() === 3").await?;
    page.act("find('[role=listbox]').focus()").await?;
    page.press_keys(DOWN).await?;
    page.wait_until("find('[aria-selected=true][role=option]')").await?;
    page.expect_fetches(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn init_accepts_a_url_a_response_bytes_or_a_module() -> Result<()> {
    let page = Page::lazy().await?;
    page.server.serve(PATH, Response::html("404 Not Found", "moved"));
    page.server.serve("elsewhere.wasm", page.server.npm_file(FILE)?);
    for source in SOURCES {
        let script = format!(
            "import {{ init }} from './npm/index.js'; await init(undefined, {source}); await import('./npm/define.js');"
        );
        page.embed(&tag("view=timeline"), &script).await?;
        page.wait_until("laneCount() === 3").await.context(source)?;
    }
    page.expect_fetches(0)?;
    page.close().await
}
