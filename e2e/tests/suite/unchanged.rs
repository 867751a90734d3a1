//! A response that differs only in its RequestId changes nothing in the document except the freshness line and the
//! RequestId.

use anyhow::{Result, ensure};
use e2e::Response;

use crate::batch::running;
use crate::fixture::Page;
use crate::selectors::ROW;

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_responses_do_not_touch_the_document() -> Result<()> {
    let page = Page::on_stub(2).await?;
    page.wait_for_count(ROW, 3).await?;
    page.server.wait_for_requests(2).await?;

    page.act(include_str!("unchanged.js")).await?;
    page.wait_for_response(page.server.request_count() + 3).await?;
    let mutations: Vec<String> = page.eval("mutations").await?;
    ensure!(mutations.is_empty(), "three unchanged responses caused {mutations:#?}");

    // The observer does see a change.
    page.server.respond(|number| {
        let mut body = running(number);
        body["SubTasks"][1]["Status"] = "COMPLETED".into();
        body["SuccessCount"] = 2.into();
        Response::json(body.to_string())
    });
    page.wait_until("mutations.length > 0").await?;
    page.wait_for_text(".btw-percent", |text| text == "66 %").await?;
    page.close().await
}
