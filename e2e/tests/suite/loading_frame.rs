//! The loading frame: what HTML and CSS alone show before the WebAssembly runs, and that it does not shift.

use anyhow::{Result, bail, ensure};
use e2e::{Response, Size, Stub};
use serde_json::json;

use crate::batch::good;
use crate::fixture::Page;
use crate::selectors::ROW;
use crate::static_page::{BOOT, name_of};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other engine reports layout shifts or can slow down the network; the next test compares the positions in all engines"]
async fn the_frame_appears_before_the_wasm_file_and_nothing_shifts() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?.with_helpers(include_str!("loading_frame.js"));
    page.server.hold();
    // On a slow network the WebAssembly takes seconds; the page and its styles do not.
    page.devtools("Network.enable", json!({})).await?;
    let network =
        json!({"offline": false, "latency": 50, "downloadThroughput": 250_000, "uploadThroughput": 250_000});
    page.devtools("Network.emulateNetworkConditions", network).await?;
    page.goto("?batch-id=pcb-stub").await?;
    page.server.wait_for_requests(1).await?;
    page.wait_for_count(".page-frame", 0).await?;
    page.wait_for_count(".btw-skeleton", 1).await?;

    page.act("observeShifts()").await?;
    let shifts: Vec<f64> = page.eval("shiftsSoFar()").await?;
    ensure!(shifts.is_empty(), "the layout shifted by {shifts:?}");
    let (paint, files): (Option<f64>, Vec<(String, f64)>) = page.eval("paintAndWasm()").await?;
    let [(initiator, loaded)] = files.as_slice() else {
        bail!("{} WebAssembly requests: {files:?}", files.len())
    };
    ensure!(initiator == "link", "the WebAssembly is not preloaded, but requested by {initiator}");
    ensure!(
        paint.is_some_and(|paint| paint < *loaded),
        "first paint at {paint:?} ms, WebAssembly loaded at {loaded} ms"
    );

    // The observer does report a shift that the test causes.
    page.act("pushDown()").await?;
    page.wait_until("(await shiftsSoFar()).length > 0").await?;
    page.server.release();
    page.wait_for_count(ROW, 3).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_skeleton_has_the_same_layout_as_the_loading_frame() -> Result<()> {
    for size in [Size::WIDE, Size::NARROW] {
        let stub = Stub::start(good).await?;
        stub.hold();
        let boot = name_of(&stub, BOOT)?;
        stub.serve(&boot, Response::script("// Nothing starts."));
        let page = Page::open(stub, size, "?batch-id=pcb-stub").await?;
        let page = page.with_helpers(include_str!("loading_frame.js"));
        let frame: Vec<[f64; 4]> = page.eval("positions()").await?;
        ensure!(frame.len() == 11, "the frame has {} parts", frame.len());
        // Chromium reports that it rejected the replaced script.
        page.page_errors().await?;
        page.server.restore(&boot);
        page.goto("?batch-id=pcb-stub").await?;
        page.wait_for_text("[part~=freshness]", |text| text.contains("Updating")).await?;
        let skeleton: Vec<[f64; 4]> = page.eval("positions()").await?;
        ensure!(skeleton == frame, "{size:?}: {skeleton:?}, not {frame:?}");
        page.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_has_the_same_layout_as_its_loading_frame() -> Result<()> {
    for size in [Size::WIDE, Size::NARROW] {
        let stub = Stub::start(good).await?;
        let boot = name_of(&stub, BOOT)?;
        stub.serve(&boot, Response::script("// Nothing starts."));
        let page = Page::open(stub, size, "?lang=en").await?;
        let page = page.with_helpers(include_str!("loading_frame.js"));
        let frame: Vec<[f64; 4]> = page.eval("homePositions()").await?;
        ensure!(frame.len() == 7, "the frame has {} parts", frame.len());
        // Chromium reports that it rejected the replaced script.
        page.page_errors().await?;
        page.server.restore(&boot);
        page.goto("?lang=en").await?;
        page.wait_for_count(".page-note", 1).await?;
        let form: Vec<[f64; 4]> = page.eval("homePositions()").await?;
        ensure!(form == frame, "{size:?}: {form:?}, not {frame:?}");
        page.close().await?;
    }
    Ok(())
}
