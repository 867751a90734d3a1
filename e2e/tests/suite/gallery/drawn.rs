//! The page as the proxy draws it, before its program runs: as accessible as the program's, at any width.

use anyhow::{Context as _, Result};
use e2e::{Response, Size, Stub, axe_source};

use super::layout::CHECK;
use super::{HELPERS, expect_none, report};
use crate::batch::{completed, good};
use crate::drawn::{batch, drawn, stylesheet};
use crate::fixture::Page;
use crate::list::two;

/// The widths of the window, in CSS px.
const WIDTHS: [u32; 2] = [360, 1_440];

/// The states, with the queries of their URLs.
fn states() -> Vec<(&'static str, &'static str, Response)> {
    let json = |rows: usize, status: &str| Response::json(batch(rows, status).to_string());
    let error = |status: &'static str, body: &str| Response { status, ..Response::json(body) };
    let forbidden = r#"{"RequestId":"R","Code":"Forbidden.RAM","Message":"User not authorized"}"#;
    let no_list = r#"{"RequestId":"R","Code":"Proxy.ListNotAllowed","Message":"no list"}"#;
    vec![
        ("rows", "batch-id=pcb-stub", good(1)),
        ("failures", "batch-id=pcb-stub", json(240, "RUNNING")),
        ("sorted", "batch-id=pcb-stub&sort=-TaskId&q=pc", json(30, "RUNNING")),
        ("timeline", "batch-id=pcb-stub&view=timeline", json(30, "COMPLETED")),
        ("ended", "batch-id=pcb-stub", completed(1)),
        ("empty", "batch-id=pcb-stub", json(0, "DISPATCHING")),
        ("error", "batch-id=pcb-stub", error("403 Forbidden", forbidden)),
        ("list", "", two(1)),
        ("no list", "", error("403 Forbidden", no_list)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: takes half a minute"]
async fn every_drawn_state_is_accessible_and_fits_every_width_in_every_language() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?.with_helpers(HELPERS);
    let (name, style) = stylesheet();
    page.server.serve(&name, style);
    let html = String::from_utf8(page.server.page_file("index.html")?.body)?;
    // The program does not start.
    let html = html.replace("type=\"module\"", "type=\"text/plain\"");
    let mut problems = Vec::new();
    let states = states();
    for (state, query, response) in &states {
        for language in ["en", "zh-CN", "pt-BR"] {
            let query = format!("{query}&lang={language}");
            page.server.serve("", Response::html("200 OK", &drawn(&html, &query, response)?));
            page.goto(&format!("?{query}")).await?;
            for width in WIDTHS {
                page.resize(Size { width, height: 900 }).await?;
                let found: Vec<String> = page.run(CHECK, &[]).await?;
                problems
                    .extend(found.iter().map(|found| format!("{state}, {language}, {width} px: {found}")));
            }
            page.run::<()>(&axe_source()?, &[]).await.context("axe-core could not be loaded")?;
            let (found, _): (Vec<String>, usize) = page.eval("runAxe()").await?;
            problems.extend(found.iter().map(|found| format!("{state}, {language}: {found}")));
        }
    }
    report(&format!(
        "{} drawn states × 3 languages: layout at {} widths, axe-core",
        states.len(),
        WIDTHS.len()
    ))?;
    expect_none(&problems)?;
    page.close_despite_errors().await
}
