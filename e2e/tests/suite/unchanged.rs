//! An answer that is equal but for its RequestId changes nothing in the document but freshness and RequestId.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Size, Stub, wait_for};

use crate::support::{ROW, good, running, wait_for_answer, wait_for_count};

/// Records each mutation outside the two parts that say how fresh the data is.
const RECORD: &str = r#"
const fresh = "[part~=freshness], [part~=request-id]";
const records = [];
new MutationObserver((mutations) => {
  for (const { type, target } of mutations) {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    if (!element?.closest(fresh)) records.push(`${type} in ${element?.tagName} ${element?.className}`);
  }
}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
window.e2e.records = records;
"#;

async fn records(browser: &Browser) -> Result<Vec<String>> {
    browser.run("return window.e2e.records;", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_answers_touch_nothing() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    stub.wait_until_asked(2).await?;

    browser.run::<()>(RECORD, &[]).await?;
    let first = stub.asked();
    wait_for_answer(&browser, first + 3).await?;
    let touched = records(&browser).await?;
    ensure!(touched.is_empty(), "three unchanged answers touched {touched:#?}");

    // The observer does see what changes.
    stub.script(|number| {
        let mut body = running(number);
        body["SubTasks"][1]["Status"] = "COMPLETED".into();
        body["SuccessCount"] = 2.into();
        Answer::json(body.to_string())
    });
    wait_for("the record of a change", async || {
        ensure!(!records(&browser).await?.is_empty(), "nothing is recorded");
        Ok(())
    })
    .await?;
    browser.wait_for_text(".btw-percent", |text| text == "66 %").await?;
    browser.close().await
}
