//! Pages that the browser translates.

use anyhow::Result;
use e2e::{Response, Stub};

use crate::batch::running;
use crate::fixture::{DEFINE, Page};

const HELPERS: &str = include_str!("translated.js");
const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=2></batch-task-widget>";

/// A batch whose figures, statuses and failures change with each request.
fn changing(number: usize) -> Response {
    let mut body = running(number);
    body["TotalCount"] = 100.into();
    body["SuccessCount"] = number.into();
    body["SubTasks"][1]["InstanceId"] = format!("pc-{number}-of-all").into();
    if number.is_multiple_of(2) {
        body["SubTasks"][2]["Status"] = "FAILED".into();
        body["SubTasks"][2]["ErrorMsg"] = "the disk is full".into();
    }
    Response::json(body.to_string())
}

/// Waits until the widget shows another response.
async fn wait_for_poll(page: &Page<Stub>) -> Result<()> {
    page.act("window.shown = text('[part~=request-id]')").await?;
    page.wait_until("text('[part~=request-id]') !== window.shown").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_translated_widget_shows_the_current_figures_and_translates_labels_only() -> Result<()> {
    let page = Page::blank(Stub::start(changing).await?).await?.with_helpers(HELPERS);
    page.embed(TAG, DEFINE).await?;
    page.load_deferred().await?;
    page.act("translate()").await?;
    page.wait_until("text('[part~=badge]') === '«Running»' && button('«Timeline»')").await?;
    for _ in 0..4 {
        wait_for_poll(&page).await?;
        let number = "Number(text('[part~=request-id]').match(/REQUEST-(\\d+)/)[1])";
        page.wait_until(&format!("text('.btw-percent') === `${{{number}}} %`")).await?;
        page.wait_until(&format!("all('.btw-row')[1].innerText.includes(`pc-${{{number}}}-of-all`)")).await?;
        page.wait_until(&format!("({number} % 2 === 0) === Boolean(find('.btw-failures'))")).await?;
        page.expect("!find('.btw-row font, code font, .btw-figures .btw-percent font')").await?;
    }
    // Each part that is drawn and removed, with translated labels in it.
    page.act("find('.btw-open').click()").await?;
    page.wait_until("text('.btw-row-detail')?.includes('«Copy ID»')").await?;
    page.act("find('.btw-open').click(); button('«Timeline»').click()").await?;
    page.wait_until("find('.btw-empty') && !find('.btw-row-detail')").await?;
    page.act("button('«Subtasks»').click()").await?;
    page.wait_until("all('.btw-row').length === 3").await?;
    page.act("widget().filter = 'failed'; widget().q = 'nowhere'").await?;
    page.wait_until("find('.btw-empty')?.innerText.startsWith('No ') && !find('.btw-row')").await?;
    page.act("widget().filter = ''; widget().q = ''").await?;
    page.wait_until("all('.btw-row').length === 3").await?;
    page.server
        .respond(|_| Response { status: "403 Forbidden", ..Response::json("{\"Code\":\"Forbidden\"}") });
    page.wait_until("text('[role=alert] strong')?.startsWith('«')").await?;
    page.server.respond(changing);
    page.act("button('«Try again»').click()").await?;
    page.wait_until("!find('[role=alert]')").await?;
    page.act("widget().lang = 'ja'").await?;
    page.wait_until("text('[part~=badge]') === '«実行中»' && button('«タイムライン»')").await?;
    page.close_despite_errors().await
}
