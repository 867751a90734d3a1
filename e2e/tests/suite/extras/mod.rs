//! The npm package's second file: when it is loaded, and that all it holds works then.

mod missing;

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, Size, Stub};
use serde_json::{Value, json};

use crate::host::{look, open, wait_until};
use crate::start::{GIVEN, TRAPPING};

/// What it is called in the package, and where it is served.
const PACKAGED: &str = "batch-task-widget.extras.wasm";
const FILE: &str = "npm/batch-task-widget.extras.wasm";
const DEFINE: &str = "import './npm/define.js';";
/// Keys, as WebDriver writes them.
const TAB: &str = "\u{e004}";
const DOWN: &str = "\u{e015}";

/// The tag with further attributes.
fn tag(attributes: &str) -> String {
    format!("<batch-task-widget endpoint=api/DescribeBatchTask interval=2 {attributes}></batch-task-widget>")
}

/// A batch of four, with times and a failure.
fn body(number: usize) -> Value {
    let row = |id: &str, status: &str, begin: Option<&str>, end: Option<&str>, error: &str| json!({"TaskId": id, "InstanceId": format!("pc-{id}"), "Status": status, "TaskBegin": begin, "TaskEnd": end, "ErrorMsg": error});
    let (begin, end) = (Some("2026-05-28T16:01:20Z"), Some("2026-05-28T16:04:20Z"));
    json!({
        "RequestId": format!("REQUEST-{number}"), "BatchId": "pcb-extras", "TaskName": "Stubbed", "Status": "RUNNING",
        "TotalCount": 4, "SuccessCount": 1, "TaskBegin": begin,
        "SubTasks": [
            row("a", "COMPLETED", begin, end, ""),
            row("b", "FAILED", begin, end, "the disk is full"),
            row("c", "RUNNING", begin, None, ""),
            row("d", "WAITING", None, None, ""),
        ],
    })
}

fn good(number: usize) -> Answer {
    Answer::json(body(number).to_string())
}

/// The ids of the rows, in their order.
const IDS: &str = "texts('.btw-row .btw-col-id').join('')";
const LANES: &str = "every('[role=option]').length";

async fn drawn(browser: &Browser) -> Result<()> {
    wait_until(browser, "find('.btw-row')").await
}

/// Does something in the page.
async fn act(browser: &Browser, script: &str) -> Result<()> {
    look::<Value>(browser, &format!("{script}; return 0;")).await.map(drop).context(script.to_owned())
}

/// Presses what has this name.
async fn press(browser: &Browser, name: &str) -> Result<()> {
    wait_until(browser, &format!("named('{name}')")).await?;
    act(browser, &format!("named('{name}').click()")).await
}

async fn open_with(browser: &Browser, stub: &Stub, tags: &str) -> Result<()> {
    open(browser, stub, &format!("<p>host</p>{tags}"), DEFINE).await?;
    drawn(browser).await
}

/// Waits for so many more polls, in which whatever is loaded by them would have been.
async fn pass_polls(stub: &Stub, count: usize) -> Result<()> {
    stub.wait_until_asked(stub.asked() + count).await
}

fn expect_fetched(stub: &Stub, expected: usize) -> Result<()> {
    let fetched = stub.fetched(FILE);
    ensure!(fetched == expected, "the second file was asked for {fetched} times, not {expected}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_loaded_once_for_all_when_a_pointer_comes() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open_with(&browser, &stub, &[tag("id=one"), tag("id=two")].concat()).await?;
    pass_polls(&stub, 3).await?;
    expect_fetched(&stub, 0)?;

    browser.point_at("#one").await?;
    wait_until(&browser, "every('details .btw-menu-item').length === 7").await?;
    browser.point_at("#two").await?;
    // One that nobody has touched, and one that comes later, find it here.
    act(&browser, "two.view = 'timeline'; document.body.append(two.cloneNode(true))").await?;
    let lanes = "[...document.querySelectorAll('#two')].every((it) => it.shadowRoot.querySelectorAll('[role=option]').length === 4)";
    wait_until(&browser, &format!("document.querySelectorAll('#two').length === 2 && {lanes}")).await?;
    pass_polls(&stub, 2).await?;
    expect_fetched(&stub, 1)?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_nobody_came_near_uses_what_another_loaded() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, &[tag("id=one"), tag("id=two")].concat(), TRAPPING).await?;
    drawn(&browser).await?;
    act(&browser, "one.view = 'timeline'").await?;
    wait_until(&browser, &format!("{LANES} === 4")).await?;
    act(&browser, "two.view = 'timeline'").await?;
    wait_until(&browser, "two.shadowRoot.querySelectorAll('[role=option]').length === 4").await?;
    let calls =
        "const before = calls; return new Promise((done) => setTimeout(() => done(calls - before), 1500));";
    let calls: usize = look(&browser, calls).await?;
    ensure!(calls < 1_000, "the module is called {calls} times in a second and a half, for nothing");

    act(&browser, "two.view = null; two.sort = '-TaskId'; two.q = 'pc'").await?;
    let ids = "[...two.shadowRoot.querySelectorAll('.btw-row .btw-col-id')].map((it) => it.innerText.trim()).join('')";
    wait_until(&browser, &format!("{ids} === 'dcba'")).await?;
    pass_polls(&stub, 2).await?;
    expect_fetched(&stub, 1)?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_brings_it_too() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open_with(&browser, &stub, &[tag(""), tag("")].concat()).await?;
    expect_fetched(&stub, 0)?;
    browser.press_keys(TAB).await?;
    wait_until(&browser, "widget().shadowRoot.activeElement").await?;
    wait_until(&browser, "every('details .btw-menu-item').length === 7").await?;
    pass_polls(&stub, 2).await?;
    expect_fetched(&stub, 1)?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn options_at_the_start_bring_it() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for (number, (attribute, shows)) in [
        ("view=timeline", format!("{LANES} === 4")),
        ("sort=-TaskId", format!("{IDS} === 'dcba'")),
        ("q=disk", format!("{IDS} === 'b' && text('.btw-listed') === '1 of 4'")),
        ("q=pc sort=-TaskId filter=running", format!("{IDS} === 'c'")),
    ]
    .into_iter()
    .enumerate()
    {
        // Two that ask at the same time load it once.
        open(&browser, &stub, &tag(attribute).repeat(2), DEFINE).await?;
        wait_until(&browser, &shows).await.context(attribute)?;
        pass_polls(&stub, 1).await?;
        expect_fetched(&stub, number + 1)?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_it_holds_works() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open_with(&browser, &stub, &tag("id=one")).await?;
    browser.point_at("#one").await?;
    columns_are_chosen(&browser).await?;
    a_file_is_written(&browser, "CSV").await?;
    a_file_is_written(&browser, "JSON").await?;
    rows_are_sorted(&browser).await?;
    rows_are_found(&browser).await?;
    a_row_is_opened(&browser).await?;
    a_report_is_copied(&browser).await?;
    lanes_follow_keys(&browser).await?;
    the_end_is_told(&browser, &stub).await?;
    expect_fetched(&stub, 1)?;
    browser.close().await
}

async fn columns_are_chosen(browser: &Browser) -> Result<()> {
    press(browser, "Columns").await?;
    wait_until(browser, "every('details[open] .btw-menu-item').length === 7").await?;
    act(browser, "every('details[open] input')[1].click()").await?;
    wait_until(browser, "every('thead th').length === 6 && widget().columns.startsWith('TaskId,InstanceId')")
        .await?;
    act(browser, "widget().columns = null").await?;
    wait_until(browser, "every('thead th').length === 7").await?;
    press(browser, "Columns").await
}

async fn a_file_is_written(browser: &Browser, format: &str) -> Result<()> {
    // It is kept, and not saved.
    let keep = "window.file = null; window.real ??= URL.createObjectURL;
        URL.createObjectURL = (blob) => { blob.text().then((text) => { window.file = [window.file, text]; }); return window.real(blob); };
        HTMLAnchorElement.prototype.click = function () { window.file = this.download; };";
    act(browser, keep).await?;
    press(browser, "Export").await?;
    wait_until(browser, "texts('details[open] button').join() === 'CSV,JSON'").await?;
    press(browser, format).await?;
    wait_until(browser, "Array.isArray(window.file)").await?;
    let [name, text]: [String; 2] = look(browser, "return window.file;").await?;
    let end = format!(".{}", format.to_lowercase());
    ensure!(name.starts_with("pcb-extras-subtasks-2") && name.ends_with(&end), "it is called {name}");
    ensure!(text.contains("the disk is full"), "it holds {text:?}");
    Ok(())
}

async fn rows_are_sorted(browser: &Browser) -> Result<()> {
    for ids in ["abcd", "dcba"] {
        act(browser, "find('.btw-sort').click()").await?;
        wait_until(browser, &format!("{IDS} === '{ids}' && find('th[aria-sort]')")).await?;
    }
    Ok(())
}

/// Types into the search field.
fn search(query: &str) -> String {
    format!(
        "const field = find('[type=search]'); field.value = '{query}';
         field.dispatchEvent(new InputEvent('input', {{ bubbles: true, composed: true }}))"
    )
}

async fn rows_are_found(browser: &Browser) -> Result<()> {
    act(browser, &search("FULL")).await?;
    wait_until(browser, &format!("{IDS} === 'b' && text('.btw-listed') === '1 of 4'")).await?;
    act(browser, &search("")).await?;
    wait_until(browser, &format!("{IDS} === 'dcba' && text('.btw-listed') === ''")).await
}

async fn a_row_is_opened(browser: &Browser) -> Result<()> {
    act(browser, "every('.btw-open')[2].click()").await?;
    wait_until(browser, "text('.btw-detail-error') === 'the disk is full'").await?;
    wait_until(browser, "text('.btw-row-detail').includes('3 min')").await
}

async fn a_report_is_copied(browser: &Browser) -> Result<()> {
    act(
        browser,
        "window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); }",
    )
    .await?;
    press(browser, "Copy report").await?;
    wait_until(browser, "named('Copied') && copied.length === 1 && copied[0].includes('the disk is full')")
        .await
}

async fn lanes_follow_keys(browser: &Browser) -> Result<()> {
    press(browser, "Timeline").await?;
    wait_until(browser, &format!("{LANES} === 4")).await?;
    act(browser, "find('[role=listbox]').focus()").await?;
    let active = "document.activeElement.shadowRoot.getElementById(find('[role=listbox]').getAttribute('aria-activedescendant'))?.ariaLabel";
    // The row that has been opened is the lane that is active.
    wait_until(browser, &format!("{active}.startsWith('b,')")).await?;
    browser.press_keys(DOWN).await?;
    wait_until(browser, &format!("{active}.startsWith('a,')")).await?;
    wait_until(browser, "text('.btw-lane-facts').includes('Succeeded')").await
}

/// Has the page allow notifications, and keep them.
async fn allow_notifications(browser: &Browser) -> Result<()> {
    let keep = "window.notified = []; window.Notification = class {
        static permission = 'default';
        static requestPermission = async () => (window.Notification.permission = 'granted');
        constructor(title, { tag }) { window.notified.push(tag); } }";
    act(browser, keep).await
}

async fn the_end_is_told(browser: &Browser, stub: &Stub) -> Result<()> {
    allow_notifications(browser).await?;
    press(browser, "Notify me when it ends").await?;
    wait_until(browser, "find('.btw-await[aria-pressed=true]')").await?;
    stub.script(|number| {
        let mut body = body(number);
        body["Status"] = "COMPLETED".into();
        Answer::json(body.to_string())
    });
    wait_until(browser, "text('[part~=badge]') === 'Completed' && !find('.btw-await')").await?;
    wait_until(browser, "window.notified.join() === 'pcb-extras'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_panic_the_fresh_one_gets_its_own() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, &tag("view=timeline"), TRAPPING).await?;
    wait_until(&browser, &format!("{LANES} === 4")).await?;
    act(&browser, "window.trap()").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('has crashed')").await?;
    let complaints = browser.complaints().await?;
    ensure!(complaints.iter().any(|line| line.contains("unreachable")), "{complaints:?}");
    press(&browser, "Reload").await?;
    wait_until(&browser, &format!("{LANES} === 4")).await?;
    lanes_follow_keys_anew(&browser).await?;
    // What is compiled once serves all instances.
    expect_fetched(&stub, 1)?;
    browser.close().await
}

async fn lanes_follow_keys_anew(browser: &Browser) -> Result<()> {
    act(browser, "find('[role=listbox]').focus()").await?;
    browser.press_keys(DOWN).await?;
    wait_until(browser, "find('[aria-selected=true][role=option]')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_address_bytes_or_module_are_taken() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    stub.put(FILE, Answer::html("404 Not Found", "moved"));
    stub.put("elsewhere.wasm", stub.packaged(PACKAGED)?);
    for given in GIVEN {
        let script = format!(
            "import {{ init }} from './npm/index.js'; await init(undefined, {given}); await import('./npm/define.js');"
        );
        open(&browser, &stub, &tag("view=timeline"), &script).await?;
        wait_until(&browser, &format!("{LANES} === 4")).await.context(given)?;
    }
    expect_fetched(&stub, 0)?;
    browser.close().await
}
