//! The built page where something around it takes rights away: a gateway with a policy of its own, a sandboxed frame, a file.

use anyhow::{Context as _, Result, ensure};
use e2e::{Engine, POLICY, Response, Stub, wait_for};

use crate::batch::good;
use crate::fixture::Page;
use crate::selectors::{ALERT, BADGE, ROW};
use crate::static_page::{BOOT, GLUE, STYLES, WASM, configure_under, name_of};

/// A page on a stub, not loaded yet, with this policy in addition to its own.
async fn under(policy: &str) -> Result<Page<Stub>> {
    let page = Page::blank(Stub::start(good).await?).await?;
    configure_under(&page.server, &format!("{POLICY}; {policy}"), "api/DescribeBatchTask", "pcb-stub", "")?;
    Ok(page)
}

/// Allows every origin to read a file.
fn public(response: Response) -> Response {
    response.header("access-control-allow-origin", "*")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_refuses_the_trusted_types_of_the_page_is_named_at_once() -> Result<()> {
    for names in ["'none'", "default"] {
        let page = under(&format!("trusted-types {names}")).await?;
        page.goto("").await?;
        // Older engines have no Trusted Types.
        if page.eval("globalThis.trustedTypes === undefined").await? {
            page.wait_for_count(ROW, 3).await?;
            return page.close_despite_errors().await;
        }
        page.wait_for_text(ALERT, |text| text.contains("“batch-task-boot”")).await.context(names)?;
        page.close_despite_errors().await?;
    }
    let page = under("trusted-types batch-task-boot").await?;
    page.goto("").await?;
    page.wait_for_count(ROW, 3).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_sandboxed_frame_the_page_works_or_names_the_reason() -> Result<()> {
    let page = under("sandbox allow-scripts").await?;
    // The start-up script, a module, does not load.
    page.goto("").await?;
    page.wait_for_text(ALERT, |text| text.contains("for all files")).await?;
    let engine = page.engine();
    page.close_despite_errors().await?;

    // In WebKitGTK the page does not start in such a frame, whatever the server allows, and shows that message.
    if engine == Engine::Webkit {
        return Ok(());
    }
    let page = under("sandbox allow-scripts").await?;
    for kind in [BOOT, GLUE, WASM, STYLES] {
        let name = name_of(&page.server, kind)?;
        page.server.serve(&name, public(page.server.page_file(&name)?));
    }
    page.goto("").await?;
    page.wait_for_text(ALERT, |text| text.contains("its requests come from the origin “null”")).await?;
    page.expect("getComputedStyle(find('.btw-title')).fontSize === '20px'").await?;
    page.page_errors().await?;

    // The widget tries again by itself, so its button may be gone at any moment.
    page.server.respond(|number| public(good(number)));
    page.wait_for_count(ROW, 3).await?;
    page.click("details:last-of-type > summary").await?;
    page.click("[aria-label^='CSV, All']").await?;
    page.wait_for_text(".btw-exporting", |text| text.contains("does not allow downloads")).await?;
    if page.engine() == Engine::Chromium {
        // The next test with this browser must not find the line in its log.
        wait_for("the browser's own message", async || {
            let lines = page.page_errors().await?;
            ensure!(lines.iter().any(|line| line.contains("Download is disallowed")), "there is {lines:?}");
            Ok(())
        })
        .await?;
    }
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_opened_as_a_file_says_so() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    let folder = std::env::var("BATCH_TASK_PAGE_DIR").context("the folder of the page")?;
    let folder = std::path::absolute(folder)?;
    let url = format!("file://{}/index.html", folder.display());
    // Firefox's driver lets files read each other, so the page starts there.
    if page.engine() != Engine::Firefox {
        let opened = (*page).goto(&url).await;
        ensure!(opened.is_ok(), "{url}: {opened:?}");
        page.wait_for_text(ALERT, |text| text.contains("opened as a file")).await?;
        ensure!(page.count(BADGE).await? == 0, "the page has started");
    }
    // The script that collects page errors is only in pages of the stub.
    page.goto("").await?;
    page.close_despite_errors().await
}
