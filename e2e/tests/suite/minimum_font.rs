//! A minimum font size of 24 px, which viewers with low vision set in their browser: no line overlaps another or is cut off, and
//! the rows keep the height that the windowing assumes.

use anyhow::{Result, ensure};
use e2e::{DevTools, POLICY, Response, Size, Stub, wait_for};
use serde_json::Value;

use crate::fixture::{DEFINE, HOST, serve_host};

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";
const SCRIPT: &str = include_str!("minimum_font.js");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: no other engine takes the minimum font size from the command line"]
async fn lines_do_not_overlap_with_a_minimum_font_size() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/describe-batch-task.sample.json");
    let body = std::fs::read_to_string(path)?;
    let stub = Stub::start(move |_| Response::json(body.clone())).await?;
    serve_host(&stub, POLICY, TAG, DEFINE);
    let browser = DevTools::start(&["--blink-settings=minimumFontSize=24"]).await?;
    for (size, row_px) in [(Size::WIDE, 34.0), (Size::NARROW, 56.0)] {
        browser.resize(size).await?;
        browser.goto(&stub.url(HOST)).await?;
        wait_for(&format!("the rows at {} px", size.width), async || {
            let script = format!("{SCRIPT} return rows();");
            let heights: Vec<f64> = browser.run(&script, &[]).await?;
            ensure!(!heights.is_empty(), "there are none");
            let other = heights.iter().find(|height| (**height - row_px).abs() > 0.01);
            ensure!(other.is_none(), "the height of a row is {other:?} px, not {row_px}");
            Ok(())
        })
        .await?;
        for check in ["return fontSizes().filter((px) => px < 24);", "return tight();", "return clipped();"] {
            let found: Vec<Value> = browser.run(&format!("{SCRIPT} {check}"), &[]).await?;
            ensure!(found.is_empty(), "{check} at {} px: {found:?}", size.width);
        }
    }
    Ok(())
}
