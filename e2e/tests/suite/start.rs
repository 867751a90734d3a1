//! When the widget cannot start, or breaks down: a sentence, a button, an event, and the rest of the page goes on.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Size, Stub};
use serde_json::{Value, json};

use crate::host::{events, look, open, wait_until};
use crate::support::good;

/// What it is called in the package, and where it is served.
const PACKAGED: &str = "batch-task-widget.wasm";
const WASM: &str = "npm/batch-task-widget.wasm";
const DEFINE: &str = "import './npm/define.js'; window.isHostAlive = true;";
const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";

async fn has_failed(browser: &Browser, class: &str, says: &str) -> Result<()> {
    wait_until(
        browser,
        "text('[role=alert]')?.includes('cannot be shown') && find('button')?.innerText === 'Reload'",
    )
    .await?;
    let error = events(browser, "error").await?.pop().unwrap_or_default();
    ensure!(error["class"] == class, "{error}");
    ensure!(
        error["message"].as_str().is_some_and(|message| message.contains(says)),
        "{error} does not say {says}"
    );
    ensure!(look::<bool>(browser, "return window.isHostAlive;").await?, "the host page does not go on");
    // What it puts on the console is for whoever runs the page.
    let complaints = browser.complaints().await?;
    ensure!(
        complaints.iter().any(|line| line.contains("batch-task-widget")),
        "nothing on the console: {complaints:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_come_is_tried_again() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let cases = [
        (Answer::html("404 Not Found", "no"), "returned HTTP 404"),
        (Answer::html("200 OK", "<!doctype html><p>an app's page for every address"), ""),
        (
            Answer {
                status: "200 OK",
                content_type: "application/wasm",
                body: b"\0asm".to_vec(),
                missing: 0,
            },
            "",
        ),
        (
            Answer {
                status: "200 OK",
                content_type: "application/wasm",
                body: b"\0asm".to_vec(),
                missing: 90,
            },
            "",
        ),
    ];
    for (answer, says) in cases {
        stub.put(WASM, answer);
        open(&browser, &stub, TAG, DEFINE).await?;
        has_failed(&browser, "start", says).await?;
        let is_rejected = "return widget().refresh().catch((error) => error instanceof window.Error);";
        ensure!(
            look::<bool>(&browser, is_rejected).await?,
            "it is rejected with something else than an error"
        );
        stub.take_back(WASM);
        look::<Value>(&browser, "find('button').click(); return 0;").await?;
        wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_type_is_no_hindrance() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // Browsers stream no type that has a parameter.
    for content_type in ["application/octet-stream", "application/wasm; charset=utf-8"] {
        stub.put(WASM, Answer { content_type, ..stub.packaged(PACKAGED)? });
        open(&browser, &stub, TAG, DEFINE).await?;
        wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
        let complaints = browser.complaints().await?;
        ensure!(
            complaints.iter().any(|line| line.contains("serve it as application/wasm")),
            "whoever serves it as {content_type} is not told: {complaints:?}"
        );
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_webassembly_is_told_so() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let without =
        "delete globalThis.WebAssembly; await import('./npm/define.js'); window.isHostAlive = true;";
    open(&browser, &stub, TAG, without).await?;
    has_failed(&browser, "start", "no WebAssembly").await?;
    browser.close().await
}

/// What `init` takes for each of the package's files; here one at `elsewhere.wasm`.
pub(crate) const GIVEN: [&str; 5] = [
    "'./elsewhere.wasm'",
    "new URL('./elsewhere.wasm', location.href)",
    "fetch('./elsewhere.wasm')",
    "await (await fetch('./elsewhere.wasm')).arrayBuffer()",
    "await WebAssembly.compileStreaming(fetch('./elsewhere.wasm'))",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_given_address_bytes_or_module_are_taken() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for given in GIVEN {
        stub.put(WASM, Answer::html("404 Not Found", "moved"));
        stub.put("elsewhere.wasm", stub.packaged(PACKAGED)?);
        open(&browser, &stub, TAG, &format!("import {{ init }} from './npm/index.js'; await init({given}); await import('./npm/define.js');")).await?;
        wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    }
    browser.close().await
}

/// After this, `window.trap()` makes the next call into the module trap; `window.calls` counts those that get in.
pub(crate) const TRAPPING: &str = r#"
const Real = WebAssembly.Instance;
window.calls = 0;
let isDue = false;
window.trap = () => { isDue = true; };
WebAssembly.Instance = class {
  constructor(module, imports) {
    const exports = {};
    for (const [name, value] of Object.entries(new Real(module, imports).exports)) {
      exports[name] = typeof value !== "function" ? value : (...args) => {
        window.calls += 1;
        if (isDue) { isDue = false; throw new WebAssembly.RuntimeError("unreachable"); }
        return value(...args);
      };
    }
    this.exports = exports;
  }
};
await import("./npm/define.js");
window.isHostAlive = true;
"#;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_panic_nothing_is_called_and_a_reload_makes_a_fresh_one() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, &format!("{TAG}{TAG}"), TRAPPING).await?;
    let all = "[...document.querySelectorAll('batch-task-widget')].every((it) => it.shadowRoot.querySelector('.btw-percent')?.innerText === '33 %')";
    wait_until(&browser, all).await?;
    // The next to call is a timer, a callback of the module's own; nobody's call of ours is in between.
    look::<Value>(&browser, "window.trap(); return 0;").await?;
    wait_until(&browser, "[...document.querySelectorAll('batch-task-widget')].every((it) => it.shadowRoot.querySelector('[role=alert]')?.innerText.includes('has crashed'))").await?;
    has_failed(&browser, "crash", "unreachable").await?;
    ensure!(events(&browser, "error").await?.len() == 2, "each of the two tells");

    let calls: usize = look(&browser, "return calls;").await?;
    let still = "widget().filter = 'failed'; widget().pause(); const task = widget().task;
        return new Promise((done) => setTimeout(() => done([calls, task]), 2500));";
    ensure!(look::<Value>(&browser, still).await? == json!([calls, null]), "it was called after the panic");

    look::<Value>(&browser, "widget().filter = ''; widget().resume(); find('button').click(); return 0;")
        .await?;
    wait_until(&browser, "text('.btw-percent') === '33 %' && find('.btw-row')").await?;
    let other: bool = look(&browser, "return document.querySelectorAll('batch-task-widget')[1].shadowRoot.querySelector('[role=alert]') !== null;").await?;
    ensure!(other, "the other one was not asked to reload");
    // Nor do they keep the crashed page alive.
    look::<Value>(
        &browser,
        "for (const it of document.querySelectorAll('batch-task-widget')) it.remove(); return 0;",
    )
    .await?;
    browser.close().await
}

/// A page that takes out what is not its own, as translators do, leaves the widget without the elements that it draws beside.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_its_own_is_told_and_the_rest_goes_on() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, TAG, DEFINE).await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    let meddle = "find('.batch-task-widget').replaceChildren(); widget().interval = 'abc'; return 0;";
    look::<Value>(&browser, meddle).await?;
    // "unreachable", in one engine's words or another's.
    has_failed(&browser, "crash", "nreachable").await?;
    look::<Value>(&browser, "find('button').click(); return 0;").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_breaks_down_as_it_begins_says_so_once() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let trapping = TRAPPING.replace("if (isDue)", "if (name === 'attach' && !window.isMended)");
    open(&browser, &stub, TAG, &trapping).await?;
    has_failed(&browser, "crash", "unreachable").await?;
    let told = events(&browser, "error").await?;
    ensure!(told.len() == 1, "{told:?}");
    look::<Value>(&browser, "window.isMended = true; find('button').click(); return 0;").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_that_goes_through_the_module_counts_as_a_panic() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    open(&browser, &stub, TAG, DEFINE).await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    look::<Value>(
        &browser,
        "window.now = window.Date.now; window.Date.now = () => { throw new window.RangeError('stack'); }; return 0;",
    )
    .await?;
    has_failed(&browser, "crash", "stack").await?;
    look::<Value>(&browser, "window.Date.now = window.now; find('button').click(); return 0;").await?;
    wait_until(&browser, "text('.btw-percent') === '33 %'").await?;
    browser.close().await
}
