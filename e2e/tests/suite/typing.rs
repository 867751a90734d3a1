//! Typing into the search field: input methods, and hosts that pass the query back late.

use anyhow::{Result, ensure};
use e2e::Stub;
use serde_json::Value;

use crate::fixture::{DEFINE, Page};

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=2></batch-task-widget>";
const FIELD: &str = "find('[type=search]')";

/// Changes the field as an input method does.
const HELPERS: &str = "
const composeInput = (value, isComposing) => {
  const field = find('[type=search]');
  field.value = value;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, isComposing }));
};
const composition = (type, data = '') =>
  find('[type=search]').dispatchEvent(new CompositionEvent(type, { bubbles: true, composed: true, data }));
";

/// Waits until the widget shows another response.
async fn wait_for_poll(page: &Page<Stub>) -> Result<()> {
    page.act("window.shown = text('[part~=request-id]')").await?;
    page.wait_until("text('[part~=request-id]') !== window.shown").await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_searched_or_reported_while_an_input_method_composes() -> Result<()> {
    let page = Page::embedding(TAG, DEFINE).await?.with_helpers(HELPERS);
    page.load_deferred().await?;
    // Engines differ in whether another input event follows the end of the composition.
    for last_input in ["", "composeInput('pc-2', false);"] {
        // The first announcement is about the batch.
        page.wait_until("find('[role=status]').innerText !== ''").await?;
        page.act("window.announced = find('[role=status]').innerText").await?;
        page.act(&format!("{FIELD}.focus(); log.length = 0")).await?;
        page.act("composition('compositionstart')").await?;
        for text in ["p", "pc", "pc-"] {
            page.act(&format!("composeInput('{text}', true)")).await?;
            // A tick and a poll render the widget.
            wait_for_poll(&page).await?;
            page.expect(&format!("{FIELD}.value === '{text}' && all('.btw-row').length === 3")).await?;
        }
        page.expect("widget().q === '' && find('[role=status]').innerText === announced").await?;
        // A query of the host does not end the composition.
        page.act("widget().q = 'elsewhere'").await?;
        wait_for_poll(&page).await?;
        page.expect(&format!("{FIELD}.value === 'pc-'")).await?;
        page.act(&format!("composeInput('pc-2', true); composition('compositionend', 'pc-2'); {last_input}"))
            .await?;
        page.wait_until("all('.btw-row').length === 1 && widget().q === 'pc-2'").await?;
        let reported: Vec<Value> = page.events("view-change").await?;
        ensure!(reported.len() == 1 && reported[0]["q"] == "pc-2", "{reported:?}");
        page.wait_until("find('[role=status]').innerText.includes('1 of 3')").await?;
        page.embed(TAG, DEFINE).await?;
        page.load_deferred().await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_passes_the_query_back_late_does_not_change_what_is_typed() -> Result<()> {
    let page = Page::embedding(TAG, DEFINE).await?.with_helpers(HELPERS);
    page.load_deferred().await?;
    page.act(&format!("{FIELD}.focus()")).await?;
    page.press_keys("pc-2").await?;
    page.wait_until(&format!("{FIELD}.value === 'pc-2' && widget().q === 'pc-2'")).await?;
    for late in ["p", "pc", "pc-", "p"] {
        page.act(&format!("widget().q = '{late}'")).await?;
        // The attribute is applied in a microtask, so two scripts later the field would have changed.
        page.wait_until(&format!("widget().q === '{late}'")).await?;
        page.expect(&format!("{FIELD}.value === 'pc-2' && all('.btw-row').length === 1")).await?;
        wait_for_poll(&page).await?;
        page.expect(&format!("{FIELD}.value === 'pc-2'")).await?;
    }
    // Another query is the host's own.
    page.act("widget().q = 'pc-3'").await?;
    page.wait_until(&format!("{FIELD}.value === 'pc-3' && text('.btw-row').includes('pc-3')")).await?;
    // Without the focus, every query is.
    page.act(&format!("{FIELD}.blur(); widget().q = 'p'")).await?;
    page.wait_until(&format!("{FIELD}.value === 'p' && all('.btw-row').length === 3")).await?;
    page.close().await
}
