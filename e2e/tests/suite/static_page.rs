//! The built page as somebody uploads it: two lines edited, on a plain server, whole or damaged.

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, POLICY, Proxy, Settings, Size, Stub, wait_for};
use serde_json::Value;

use crate::support::{ALERT, BADGE, PERCENT, ROW, good, running, wait_for_count};

const EARLY: &str = "early.js";

/// The page with its two lines set, and a script before its own.
fn set(stub: &Stub, endpoint: &str, batch_id: &str, early: &str) -> Result<()> {
    set_under(stub, POLICY, endpoint, batch_id, early)
}

/// The same under another policy.
fn set_under(stub: &Stub, policy: &str, endpoint: &str, batch_id: &str, early: &str) -> Result<()> {
    let html = String::from_utf8(stub.built("index.html")?.body)?;
    let mut edited = html.clone();
    for (name, content) in [("endpoint", endpoint), ("batch-id", batch_id)] {
        let tag = format!("<meta name=\"batch-task-{name}\" content=\"");
        let start = edited.find(&tag).with_context(|| tag.clone())? + tag.len();
        let end = start + edited[start..].find('"').context("the line has no end")?;
        edited.replace_range(start..end, content);
    }
    let edited = edited.replacen("<head>", &format!("<head><script src=\"{EARLY}\"></script>"), 1);
    let page = Answer::html("200 OK", &edited).with(&[("content-security-policy", policy)]);
    // A server gives a folder's page by either name.
    stub.put("index.html", page.clone());
    stub.put("", page);
    stub.put(EARLY, Answer::file("text/javascript", early));
    Ok(())
}

/// What one of the page's files is called, by how its name begins and ends; between is a hash.
fn name_of(stub: &Stub, (begin, end): (&str, &str)) -> Result<String> {
    let html = String::from_utf8(stub.built("index.html")?.body)?;
    let mut names = html.split('"').filter_map(|text| text.strip_prefix("./"));
    let name = names.find(|name| name.starts_with(begin) && name.ends_with(end));
    Ok(name.with_context(|| format!("{begin}…{end}"))?.to_owned())
}

const BOOT: (&str, &str) = ("boot-", ".js");
const GLUE: (&str, &str) = ("page-", ".js");
const WASM: (&str, &str) = ("page-", "_bg.wasm");
const STYLES: (&str, &str) = ("batch-task-widget-", ".css");

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_renewed_will_do() -> Result<()> {
    for base in ["/", "/tools/status/"] {
        let stub = Stub::start(base, good).await?;
        let browser = Browser::open(Size::WIDE).await?;
        set(&stub, "data/batch.json", "pcb-stub", "")?;
        stub.put("data/batch.json", Answer::json(running(1).to_string()));
        browser.goto(&stub.url("?interval=2")).await?;
        wait_for_count(&browser, ROW, 3).await?;
        let mut body = running(2);
        body["SuccessCount"] = 2.into();
        stub.put("data/batch.json", Answer::json(body.to_string()));
        browser.wait_for_text(PERCENT, |text| text == "66 %").await?;
        // It is renamed into place; for a moment there may be none.
        stub.put("data/batch.json", Answer::html("404 Not Found", "no such file"));
        browser.press("Refresh").await?;
        wait_for_count(&browser, ALERT, 1).await?;
        ensure!(browser.count(ROW).await? == 3, "what was there is gone");
        stub.put("data/batch.json", Answer::json(body.to_string()));
        browser.press("Try again").await?;
        wait_for_count(&browser, ALERT, 0).await?;
        ensure!(stub.asked() == 0, "the proxy's route was asked");
        // Chromium's own line for the file that was not there.
        let complaints = browser.complaints().await?;
        ensure!(
            complaints.iter().all(|line| line.contains("batch.json") && line.contains("404")),
            "{complaints:?}"
        );
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_on_another_origin_is_one_more_source() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let proxy = Proxy::start(Settings { allow_port: Some(stub.port()), ..Settings::default() }).await?;
    let endpoint = proxy.url("/api/DescribeBatchTask");
    let browser = Browser::open(Size::WIDE).await?;
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {}", proxy.url("")));
    set_under(&stub, &policy, &endpoint, "pcb-done", "")?;
    browser.goto(&stub.url("")).await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    browser.press("Refresh").await?;
    browser.expect_quiet().await?;

    // Without that source, the viewer is told that nothing came.
    set(&stub, &endpoint, "pcb-done", "")?;
    browser.reload().await?;
    wait_for_count(&browser, ALERT, 1).await?;
    let complaints = browser.complaints().await?;
    ensure!(complaints.iter().any(|line| line.contains("connect-src")), "{complaints:?}");
    browser.close().await
}

/// Waits for the sentence and its button, with the page's program not there.
async fn cannot_start(browser: &Browser, sentence: &str) -> Result<()> {
    browser.wait_for_text(ALERT, |text| text.contains(sentence)).await?;
    ensure!(browser.count(".batch-task-widget").await? == 0, "something of the widget is there");
    let complaints = browser.complaints().await?;
    ensure!(
        complaints.iter().any(|line| line.contains("could not start")),
        "nothing for whoever runs the page: {complaints:?}"
    );
    Ok(())
}

/// Counts how often a page copies an answer.
const COUNT_COPIES: &str = "window.copies = 0;
    const clone = Response.prototype.clone;
    Response.prototype.clone = function () { window.copies += 1; return clone.call(this); };";

#[tokio::test(flavor = "multi_thread")]
async fn the_program_comes_as_any_type_and_is_copied_only_to_be_hashed() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let wasm = name_of(&stub, WASM)?;
    // Only a secure context can make a hash.
    let insecure = format!("{COUNT_COPIES} Object.defineProperty(crypto, 'subtle', {{ value: undefined }});");
    for (early, content_type, copies) in [
        (COUNT_COPIES, "application/wasm", 1),
        (COUNT_COPIES, "application/wasm; charset=utf-8", 0),
        (&insecure, "application/wasm", 0),
        (&insecure, "application/wasm; charset=utf-8", 0),
    ] {
        set(&stub, "api/DescribeBatchTask", "pcb-stub", early)?;
        stub.put(&wasm, Answer { content_type, ..stub.built(&wasm)? });
        let browser = Browser::open(Size::WIDE).await?;
        browser.goto(&stub.url("")).await?;
        wait_for_count(&browser, ROW, 3).await.with_context(|| content_type.to_owned())?;
        let copied: u32 = browser.run("return window.copies;", &[]).await?;
        ensure!(copied == copies, "{content_type}: copied {copied} times, not {copies}");
        let has_subtle: bool = browser.run("return crypto.subtle !== undefined;", &[]).await?;
        ensure!(has_subtle == (early == COUNT_COPIES), "the test's own set-up");
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_that_differs_is_refused() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    set(&stub, "api/DescribeBatchTask", "pcb-stub", "")?;
    for which in [WASM, GLUE, STYLES] {
        // WebKit takes what it has loaded once from its memory, whatever the server says of keeping it.
        let browser = Browser::open(Size::WIDE).await?;
        let name = name_of(&stub, which)?;
        let mut file = stub.built(&name)?;
        file.body.push(b'\n');
        stub.put(&name, file);
        browser.goto(&stub.url("")).await?;
        if which == STYLES {
            // The page does without its looks rather than with somebody else's.
            wait_for_count(&browser, ROW, 3).await?;
            let weight: String = browser
                .run("return getComputedStyle(document.querySelector('.btw-title')).fontSize;", &[])
                .await?;
            ensure!(weight != "20px", "the style sheet was taken");
            browser.complaints().await?;
        } else {
            cannot_start(&browser, "could not start").await.context(name.clone())?;
            ensure!(stub.asked() == 0, "its program ran");
        }
        stub.take_back(&name);
        browser.close().await?;
    }
    let browser = Browser::open(Size::WIDE).await?;
    // Without a language it goes on in English.
    let mut file = stub.built("lang/ja.js")?;
    file.body.push(b'\n');
    stub.put("lang/ja.js", file);
    browser.goto(&stub.url("?lang=ja")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    wait_for("a word on the language", async || {
        let complaints = browser.complaints().await?;
        ensure!(complaints.iter().any(|line| line.contains("could not load the language")), "{complaints:?}");
        Ok(())
    })
    .await?;
    ensure!(browser.text(BADGE).await? == "Running", "it was taken");
    stub.take_back("lang/ja.js");
    browser.goto(&stub.url("?lang=ja")).await?;
    browser.wait_for_text(BADGE, |text| text != "Running").await?;

    // Its start-up script cannot tell of itself; the style sheet does, later.
    let boot = name_of(&stub, BOOT)?;
    let mut file = stub.built(&boot)?;
    file.body.push(b'\n');
    stub.put(&boot, file);
    browser.goto(&stub.url("")).await?;
    let late = "const late = document.querySelector('.page-late');
        for (const animation of late.getAnimations()) animation.finish();
        return [getComputedStyle(late).visibility, late.querySelector('a').href === location.href];";
    wait_for("the late sentence", async || {
        let shown: Value = browser.run(late, &[]).await?;
        ensure!(shown == serde_json::json!(["visible", true]), "{shown}");
        Ok(())
    })
    .await?;
    browser.complaints().await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_is_told_and_a_reload_helps() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    set(&stub, "api/DescribeBatchTask", "pcb-stub", "")?;
    let (wasm, glue) = (name_of(&stub, WASM)?, name_of(&stub, GLUE)?);
    for (name, answer) in [
        (&wasm, Answer::html("404 Not Found", "no")),
        (&wasm, Answer::html("200 OK", "<!doctype html><p>a page for every address")),
        (&glue, Answer::html("404 Not Found", "no")),
    ] {
        stub.put(name, answer);
        let browser = Browser::open(Size::WIDE).await?;
        browser.goto(&stub.url("")).await?;
        cannot_start(&browser, "could not start").await.with_context(|| name.clone())?;
        stub.take_back(name);
        browser.press("Reload").await?;
        wait_for_count(&browser, ROW, 3).await?;
        browser.complaints().await?;
        browser.close().await?;
    }
    let browser = Browser::open(Size::WIDE).await?;
    // The media type is of no importance.
    stub.put(&wasm, Answer { content_type: "application/octet-stream", ..stub.built(&wasm)? });
    browser.goto(&stub.url("")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    browser.expect_quiet().await?;

    set(&stub, "api/DescribeBatchTask", "pcb-stub", "delete globalThis.WebAssembly;")?;
    browser.goto(&stub.url("")).await?;
    cannot_start(&browser, "a browser with WebAssembly").await?;
    browser.close().await
}

/// `trap()` makes the next call into the program trap; `calls` counts those that get in.
const TRAPPING: &str = r#"
const { instantiate } = WebAssembly;
window.calls = 0;
let isDue = false;
window.trap = () => { isDue = true; };
WebAssembly.instantiate = async (module, imports) => {
  const { exports } = await instantiate(module, imports);
  const trapping = ([name, it]) => [name, typeof it !== "function" ? it : (...args) => {
    window.calls += 1;
    if (isDue) { isDue = false; throw new WebAssembly.RuntimeError("unreachable"); }
    return it(...args);
  }];
  return { exports: Object.fromEntries(Object.entries(exports).map(trapping)) };
};
"#;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_panic_nothing_is_called() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    set(&stub, "api/DescribeBatchTask", "pcb-stub", TRAPPING)?;
    browser.goto(&stub.url("")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    browser.run::<Value>("window.trap(); return 0;", &[]).await?;
    cannot_start(&browser, "has crashed").await?;
    let calls: u64 = browser.run("return calls;", &[]).await?;
    let later = "return new Promise((done) => setTimeout(() => done(calls), 2500));";
    ensure!(browser.run::<u64>(later, &[]).await? == calls, "it was called after the panic");
    browser.press("Reload").await?;
    wait_for_count(&browser, ROW, 3).await?;
    browser.complaints().await?;
    browser.close().await
}
