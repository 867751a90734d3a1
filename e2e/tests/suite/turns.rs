//! More widgets than a browser has connections: their requests take turns.

use anyhow::{Result, ensure};
use e2e::Stub;
use serde_json::Value;

use crate::batch::good;
use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::Page;

/// Twenty widgets, each with a batch of its own.
const WIDGETS: &str = "import { mount } from './npm/index.js';
    clock.freeze();
    for (let i = 0; i < 20; i++) {
        mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', batchId: `pcb-${i}`, interval: 600 });
    }";

#[tokio::test(flavor = "multi_thread")]
async fn twenty_batches_with_slow_answers_take_turns_and_none_times_out() -> Result<()> {
    let stub = Stub::start(good).await?;
    clock::serve(&stub);
    stub.hold();
    let page = Page::blank(stub).await?;
    page.embed(&format!("{CLOCK_TAG}<div id=target></div>"), WIDGETS).await?;
    for sent in [5, 10, 15, 20] {
        page.server.wait_for_requests(sent).await?;
        // The last ones wait for 27 s until they are sent. A server may be silent for 10 s.
        clock::advance(&page, 9_000, Requests::NotAwaited).await?;
        page.server.expect_requests(sent)?;
        page.server.release_first(sent);
    }
    page.wait_until("[...document.querySelectorAll('#target > *')].every((it) => it.shadowRoot.querySelector('.btw-percent')?.innerText === '33 %')")
        .await?;
    page.server.expect_requests(20)?;
    page.server.expect_concurrent_requests(5)?;
    let errors: Vec<Value> = page.events("error").await?;
    ensure!(errors.is_empty(), "{errors:?}");
    page.close().await
}
