//! Actions of the host: buttons for rows, whose event carries the IDs and a way to report the outcome.

use anyhow::{Result, ensure};
use e2e::{Response, Stub};
use serde_json::{Value, json};

use crate::fixture::{DEFINE, Page};

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=2></batch-task-widget>";

/// Records the events in `window.pressed`; `window.settle[n]` settles the promise of the n-th.
const HELPERS: &str = "const offer = (actions) => { widget().actions = actions; };
    const listen = () => {
        window.pressed = [];
        window.settle = [];
        document.addEventListener('batch-task-action', ({ detail }) => {
            const { waitUntil, ...rest } = detail;
            window.pressed.push(rest);
            waitUntil(new Promise((done, fail) => window.settle.push({ done, fail })));
        });
    };
    const shownActions = () => all('.btw-action').map((button) => button.innerText.trim());
    const action = (number) => all('.btw-action')[number];";

const ACTIONS: &str =
    "[{ id: 'retry', label: 'Retry', for: 'failed' }, { id: 'skip', label: 'Skip', for: 'attention' }]";

/// Three failures for two reasons, two paused subtasks of one instance, and one that has succeeded.
fn batch(number: usize) -> Response {
    let row = |id: u32, instance: &str, status: &str, error: &str| json!({"TaskId": id.to_string(), "InstanceId": instance, "Status": status, "ErrorMsg": error});
    let rows = [
        row(1, "pc-a", "FAILED", "the disk is full"),
        row(2, "pc-b", "FAILED", "the disk is full"),
        row(3, "pc-c", "FAILED", "instance pc-2ze8k1n7q3x5 is locked"),
        row(4, "pc-d", "PAUSE", "waiting"),
        row(5, "pc-d", "PAUSE", "waiting"),
        row(6, "pc-e", "COMPLETED", ""),
    ];
    let body = json!({"RequestId": format!("REQUEST-{number}"), "BatchId": "pcb-stub", "Status": "RUNNING",
        "TotalCount": 6, "SuccessCount": 1, "SubTasks": rows});
    Response::json(body.to_string())
}

async fn open() -> Result<Page<Stub>> {
    let page = Page::blank(Stub::start(batch).await?).await?.with_helpers(HELPERS);
    page.embed(TAG, DEFINE).await?;
    page.load_deferred().await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_passes_the_rows_of_a_reason_and_the_button_shows_the_outcome() -> Result<()> {
    let page = open().await?;
    page.expect("all('.btw-action').length === 0").await?;
    page.act(&format!("listen(); offer({ACTIONS})")).await?;
    page.wait_until("shownActions().join() === 'Retry,Retry,Skip,Retry (3),Skip (2)'").await?;
    page.expect("action(0).ariaLabel === 'Retry: the disk is full'").await?;

    page.act("action(0).focus(); action(0).click()").await?;
    page.wait_until("pressed.length === 1 && action(0).ariaBusy === 'true'").await?;
    let pressed: Value = page.eval("pressed[0]").await?;
    let expected = json!({"id": "retry", "taskIds": ["1", "2"], "instanceIds": ["pc-a", "pc-b"], "reason": "the disk is full"});
    ensure!(pressed == expected, "{pressed}");

    // A press while it is busy does nothing, and polls do not end it. Other buttons still work.
    page.act("action(0).click(); action(2).click()").await?;
    page.wait_until("pressed.length === 2 && action(2).ariaBusy === 'true'").await?;
    let pressed: Value = page.eval("pressed[1]").await?;
    let expected =
        json!({"id": "skip", "taskIds": ["4", "5"], "instanceIds": ["pc-d"], "reason": "Paused: waiting"});
    ensure!(pressed == expected, "{pressed}");
    let requests = page.server.request_count();
    page.wait_until(&format!("Number(text('.btw-request-id .btw-code').split('-')[1]) > {requests}")).await?;
    page.expect("action(0).ariaBusy === 'true'").await?;

    page.act("settle[0].done('2 restarted')").await?;
    page.wait_until("action(0).innerText.trim() === '2 restarted' && action(0).ariaBusy !== 'true'").await?;
    page.wait_until("text('[role=status]') === 'Retry: 2 restarted'").await?;
    page.act("settle[1].fail(new Error('no permission to skip'))").await?;
    page.wait_until("action(2).innerText.trim() === 'no permission to skip'").await?;
    page.expect("widget().shadowRoot.activeElement === action(0)").await?;
    page.wait_until("shownActions().join() === 'Retry,Retry,Skip,Retry (3),Skip (2)'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_toolbars_buttons_are_for_the_rows_shown() -> Result<()> {
    let page = open().await?;
    page.act("listen(); offer([{ id: 'open', label: 'Open' }]); widget().filter = 'attention'").await?;
    page.wait_until("shownActions().at(-1) === 'Open (2)'").await?;
    page.act("all('.btw-action').at(-1).click()").await?;
    page.wait_until("pressed.length === 1").await?;
    let pressed: Value = page.eval("pressed[0]").await?;
    let expected = json!({"id": "open", "taskIds": ["4", "5"], "instanceIds": ["pc-d"], "reason": null});
    ensure!(pressed == expected, "{pressed}");
    page.act("settle[0].done()").await?;
    page.wait_until("all('.btw-action').at(-1).innerText.trim() === 'Done'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_row_has_the_buttons_that_apply_to_it() -> Result<()> {
    let page = open().await?;
    page.act(&format!("listen(); offer({ACTIONS}); find('.btw-open').click()")).await?;
    page.wait_until("all('.btw-row-detail .btw-action').length === 1").await?;
    page.expect("find('.btw-row-detail .btw-action').ariaLabel === 'Retry: 1'").await?;
    page.act("find('.btw-row-detail .btw-action').click()").await?;
    page.wait_until("pressed.length === 1 && find('.btw-row-detail .btw-action').ariaBusy === 'true'")
        .await?;
    let pressed: Value = page.eval("pressed[0]").await?;
    let expected =
        json!({"id": "retry", "taskIds": ["1"], "instanceIds": ["pc-a"], "reason": "the disk is full"});
    ensure!(pressed == expected, "{pressed}");
    page.act("settle[0].done()").await?;
    page.wait_until("find('.btw-row-detail .btw-action').innerText.trim() === 'Done'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_wait_until_a_button_is_not_busy_and_a_late_call_throws() -> Result<()> {
    let page = open().await?;
    page.act(&format!("offer({ACTIONS}); document.addEventListener('batch-task-action', ({{ detail }}) => {{ window.late = detail; }})")).await?;
    page.wait_until("all('.btw-action').length === 5").await?;
    page.act("action(0).click()").await?;
    page.wait_until("window.late && action(0).ariaBusy !== 'true' && action(0).innerText.trim() === 'Retry'")
        .await?;
    let error: String = page
        .eval("(() => { try { window.late.waitUntil(Promise.resolve()); return ''; } catch (error) { return error.name; } })()")
        .await?;
    ensure!(error == "InvalidStateError", "{error}");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_actions_are_reported() -> Result<()> {
    let page = open().await?;
    for wrong in ["'retry'", "[{ id: 'retry' }]", "[{ id: 'retry', label: 'Retry', for: 'all' }]"] {
        page.act(&format!("offer({wrong})")).await?;
        page.wait_until("text('[part~=notice]').includes('actions') && all('.btw-action').length === 0")
            .await?;
        page.act(&format!("offer({ACTIONS})")).await?;
        page.wait_until("all('.btw-action').length === 5 && !find('[part~=notice]')").await?;
    }
    page.close().await
}
