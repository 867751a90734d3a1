//! The built page on a plain file server, with its settings edited: complete, damaged, or with a file missing.

use anyhow::{Context as _, Result, ensure};
use e2e::{POLICY, Proxy, Response, Settings, Stub, wait_for};

use crate::batch::{good, running};
use crate::clock::{self, CLOCK, Requests};
use crate::fixture::Page;
use crate::selectors::{ALERT, BADGE, PERCENT, ROW};

const EARLY: &str = "early.js";
const ENDPOINT: &str = "api/DescribeBatchTask";

/// Serves the page with these settings in its `<meta>` tags, and with a script that runs before its own.
fn configure(stub: &Stub, endpoint: &str, early: &str) -> Result<()> {
    configure_under(stub, POLICY, endpoint, "pcb-stub", early)
}

/// The same with another content security policy and batch ID.
pub(crate) fn configure_under(
    stub: &Stub,
    policy: &str,
    endpoint: &str,
    batch_id: &str,
    early: &str,
) -> Result<()> {
    let html = with_settings(stub, &[("endpoint", endpoint), ("batch-id", batch_id)])?;
    let html = html.replacen("<head>", &format!("<head><script src=\"{EARLY}\"></script>"), 1);
    let page = Response::html("200 OK", &html).header("content-security-policy", policy);
    stub.serve("index.html", page.clone());
    stub.serve("", page);
    stub.serve(EARLY, Response::script(early));
    Ok(())
}

/// The page's file with these settings in its `<meta>` tags.
pub(crate) fn with_settings(stub: &Stub, settings: &[(&str, &str)]) -> Result<String> {
    let mut html = String::from_utf8(stub.page_file("index.html")?.body)?;
    for (name, content) in settings {
        let tag = format!("<meta name=\"batch-task-{name}\" content=\"");
        let start = html.find(&tag).with_context(|| tag.clone())? + tag.len();
        let end = start + html[start..].find('"').context("the attribute has no end")?;
        html.replace_range(start..end, content);
    }
    Ok(html)
}

/// The name of a file of the page, given its start and its end; between them is a hash.
pub(crate) fn name_of(stub: &Stub, (start, end): (&str, &str)) -> Result<String> {
    let html = String::from_utf8(stub.page_file("index.html")?.body)?;
    let mut names = html.split('"').filter_map(|text| text.strip_prefix("./"));
    let name = names.find(|name| name.starts_with(start) && name.ends_with(end));
    Ok(name.with_context(|| format!("{start}…{end}"))?.to_owned())
}

pub(crate) const BOOT: (&str, &str) = ("boot-", ".js");
pub(crate) const GLUE: (&str, &str) = ("page-", ".js");
pub(crate) const WASM: (&str, &str) = ("page-", "_bg.wasm");
pub(crate) const STYLES: (&str, &str) = ("batch-task-widget-", ".css");

/// The name of the second file of the page's program.
pub(crate) fn name_of_extras(stub: &Stub) -> Result<String> {
    let html = String::from_utf8(stub.page_file("index.html")?.body)?;
    let extras = html.split_once("data-extras=\"").and_then(|(_, rest)| rest.split_once(':'));
    Ok(extras.context("the program has one file")?.0.to_owned())
}

/// Serves a file with one byte more.
fn damage(stub: &Stub, name: &str) -> Result<()> {
    let mut file = stub.page_file(name)?;
    file.body.push(b'\n');
    stub.serve(name, file);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_file_that_is_replaced_works_as_an_endpoint() -> Result<()> {
    for base in ["/", "/tools/status/"] {
        let stub = Stub::start_below(base, good).await?;
        configure(&stub, "data/batch.json", "")?;
        stub.serve("data/batch.json", good(1));
        let page = Page::blank(stub).await?;
        page.goto("?interval=2").await?;
        page.wait_for_count(ROW, 3).await?;
        let mut body = running(2);
        body["SuccessCount"] = 2.into();
        page.server.serve("data/batch.json", Response::json(body.to_string()));
        page.wait_for_text(PERCENT, |text| text == "66 %").await?;
        // While the file is replaced, it may be missing for a short time.
        page.server.serve("data/batch.json", Response::html("404 Not Found", "no such file"));
        page.wait_for_count(ALERT, 1).await?;
        ensure!(page.count(ROW).await? == 3, "the rows are gone");
        page.server.serve("data/batch.json", Response::json(body.to_string()));
        page.click_button("Try again").await?;
        page.wait_for_count(ALERT, 0).await?;
        // The route of the proxy is not used.
        page.server.expect_requests(0)?;
        // Chromium logs the file that was missing.
        let errors = page.page_errors().await?;
        ensure!(errors.iter().all(|line| line.contains("batch.json") && line.contains("404")), "{errors:?}");
        page.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_on_another_origin_works_if_the_policy_allows_it() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let stub = &page.server;
    let proxy = Proxy::start(Settings { allow_port: Some(stub.port()), ..Settings::default() }).await?;
    let endpoint = proxy.url("api/DescribeBatchTask");
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {}", proxy.url("")));
    configure_under(stub, &policy, &endpoint, "pcb-done", "")?;
    page.goto("").await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.click_button("Refresh").await?;
    page.expect_no_page_errors().await?;

    configure_under(stub, POLICY, &endpoint, "pcb-done", "")?;
    page.reload().await?;
    page.wait_for_count(ALERT, 1).await?;
    let errors = page.page_errors().await?;
    ensure!(errors.iter().any(|line| line.contains("connect-src")), "{errors:?}");
    // Each retry is refused, too.
    page.close_despite_errors().await
}

/// Waits for the message of a page that cannot start or has crashed.
async fn expect_failure(page: &Page<Stub>, message: &str) -> Result<()> {
    page.wait_for_text(ALERT, |text| text.contains(message)).await?;
    ensure!(page.count(".batch-task-widget").await? == 0, "parts of the widget are left");
    let logged = page.page_errors().await?;
    ensure!(logged.iter().any(|line| line.contains("could not start")), "the console has {logged:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wasm_file_is_copied_only_to_compute_its_hash() -> Result<()> {
    let count_copies = include_str!("static_page_copies.js");
    // Only a secure context can compute a hash.
    let insecure = format!("{count_copies} Object.defineProperty(crypto, 'subtle', {{ value: undefined }});");
    for (early, content_type, copies) in [
        (count_copies, "application/wasm", 1),
        (count_copies, "application/wasm; charset=utf-8", 0),
        (&insecure, "application/wasm", 0),
        (&insecure, "application/wasm; charset=utf-8", 0),
    ] {
        let page = Page::blank(Stub::start(good).await?).await?;
        configure(&page.server, ENDPOINT, early)?;
        let wasm = name_of(&page.server, WASM)?;
        page.server.serve(&wasm, Response { content_type, ..page.server.page_file(&wasm)? });
        page.goto("").await?;
        page.wait_for_count(ROW, 3).await.context(content_type)?;
        let copied: u32 = page.eval("window.copies").await?;
        ensure!(copied == copies, "{content_type}: copied {copied} times, not {copies}");
        let is_secure: bool = page.eval("crypto.subtle !== undefined").await?;
        ensure!(is_secure == (early == count_copies), "the test's own set-up");
        page.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_differs_by_one_byte_is_rejected() -> Result<()> {
    for which in [WASM, GLUE] {
        // A server for each file: WebKit keeps loaded files in memory, whatever the cache headers say.
        let page = Page::blank(Stub::start(good).await?).await?;
        configure(&page.server, ENDPOINT, "")?;
        damage(&page.server, &name_of(&page.server, which)?)?;
        page.goto("").await?;
        expect_failure(&page, "could not start").await.context(which.1)?;
        // The start-up script has sent the first one.
        page.server.expect_requests(1)?;
        page.close().await?;
    }

    // Without its style sheet, the page works without styles.
    let page = Page::blank(Stub::start(good).await?).await?;
    configure(&page.server, ENDPOINT, "")?;
    damage(&page.server, &name_of(&page.server, STYLES)?)?;
    page.goto("").await?;
    page.wait_for_count(ROW, 3).await?;
    page.expect("getComputedStyle(find('.btw-title')).fontSize !== '20px'").await?;
    page.close_despite_errors().await?;

    // Without the second file of the program, the page shows the rows, and what needs the file offers to load it again.
    let page = Page::blank(Stub::start(good).await?).await?;
    configure(&page.server, ENDPOINT, "")?;
    let extras = name_of_extras(&page.server)?;
    damage(&page.server, &extras)?;
    page.goto("?interval=600").await?;
    page.wait_for_count(ROW, 3).await?;
    page.act("find('.btw-menu-button').click()").await?;
    page.wait_until("text('.btw-menu[open] .btw-coming')?.includes('Try again')").await?;
    let logged = page.page_errors().await?;
    ensure!(logged.iter().any(|line| line.contains("is not what was built")), "{logged:?}");
    page.server.restore(&extras);
    page.act("find('.btw-menu[open] .btw-coming button').click()").await?;
    page.wait_until("find('.btw-menu[open] .btw-menu-item')").await?;
    page.expect_no_page_errors().await?;
    page.close().await?;

    // Without a language file, the page is in English.
    let page = Page::blank(Stub::start(good).await?).await?;
    configure(&page.server, ENDPOINT, "")?;
    damage(&page.server, "lang/ja.js")?;
    page.goto("?lang=ja").await?;
    page.wait_for_count(ROW, 3).await?;
    wait_for("a line about the language on the console", async || {
        let logged = page.page_errors().await?;
        let is_logged = logged.iter().any(|line| line.contains("could not load the language"));
        ensure!(is_logged, "{logged:?}");
        Ok(())
    })
    .await?;
    ensure!(page.text(BADGE).await? == "Running", "the damaged file was used");
    page.server.restore("lang/ja.js");
    page.goto("?lang=ja").await?;
    page.wait_for_text(BADGE, |text| text != "Running").await?;

    // The start script cannot report its own damage; a delayed animation of the style sheet shows the message.
    damage(&page.server, &name_of(&page.server, BOOT)?)?;
    page.goto("").await?;
    page.act("for (const animation of find('.page-late').getAnimations()) animation.finish()").await?;
    page.wait_until("getComputedStyle(find('.page-late')).visibility === 'visible'").await?;
    page.expect("find('.page-late a').href === location.href").await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_load_shows_a_message_and_a_reload_helps() -> Result<()> {
    for (which, response) in [
        (WASM, Response::html("404 Not Found", "no")),
        (WASM, Response::html("200 OK", "<!doctype html><p>the page of an app for every URL")),
        (GLUE, Response::html("404 Not Found", "no")),
    ] {
        let page = Page::blank(Stub::start(good).await?).await?;
        configure(&page.server, ENDPOINT, "")?;
        let name = name_of(&page.server, which)?;
        page.server.serve(&name, response);
        page.goto("").await?;
        expect_failure(&page, "could not start").await.with_context(|| name.clone())?;
        page.server.restore(&name);
        page.click_button("Reload").await?;
        page.wait_for_count(ROW, 3).await?;
        page.close_despite_errors().await?;
    }

    // Another media type is accepted.
    let page = Page::blank(Stub::start(good).await?).await?;
    configure(&page.server, ENDPOINT, "")?;
    let wasm = name_of(&page.server, WASM)?;
    let file = page.server.page_file(&wasm)?;
    page.server.serve(&wasm, Response { content_type: "application/octet-stream", ..file });
    page.goto("").await?;
    page.wait_for_count(ROW, 3).await?;
    page.expect_no_page_errors().await?;

    configure(&page.server, ENDPOINT, "delete globalThis.WebAssembly;")?;
    page.goto("").await?;
    expect_failure(&page, "a browser with WebAssembly").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_crashes_is_loaded_again_once_and_the_module_is_not_called() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    configure(&page.server, ENDPOINT, &format!("{CLOCK}{}", include_str!("static_page.js")))?;
    page.goto("").await?;
    page.wait_for_count(ROW, 3).await?;
    // The page is loaded again after the first crash only.
    page.act("window.isOld = true; trap()").await?;
    page.wait_until("!window.isOld").await?;
    page.wait_for_count(ROW, 3).await?;
    page.act("trap()").await?;
    expect_failure(&page, "has crashed").await?;
    let calls: u64 = page.eval("calls").await?;
    clock::advance(&page, 60_000, Requests::Awaited).await?;
    ensure!(page.eval::<u64>("calls").await? == calls, "the module was called after the panic");
    page.click_button("Reload").await?;
    page.wait_for_count(ROW, 3).await?;
    page.close_despite_errors().await
}
