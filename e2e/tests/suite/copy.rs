//! Copying and notifications, which browsers allow only during a user's gesture, and in some places only in another way.

use anyhow::{Context as _, Result, ensure};
use e2e::{Response, Stub, wait_for};
use serde_json::json;

use crate::fixture::{DEFINE, Page};
use crate::selectors::ENTER;

const HELPERS: &str = include_str!("copy.js");

/// Defines the element; the second file does not arrive before `release()`.
const HELD: &str = include_str!("held.js");

const TAG: &str = "<batch-task-widget endpoint=api/DescribeBatchTask interval=2></batch-task-widget>";

/// The button that copies the report.
const REPORT: &str = "find('.btw-failures-head .btw-copy')";

/// A batch with a failure, and so with a report to copy.
fn failed(number: usize) -> Response {
    let row =
        json!({"TaskId": "1", "InstanceId": "pc-1", "Status": "FAILED", "ErrorMsg": "the disk is full"});
    let body = json!({"RequestId": format!("REQUEST-{number}"), "BatchId": "pcb-stub", "Status": "RUNNING",
        "TotalCount": 2, "SuccessCount": 0, "SubTasks": [row]});
    Response::json(body.to_string())
}

/// A host page with this body, once the widget shows the failure.
async fn open(body: &str, script: &str) -> Result<Page<Stub>> {
    let page = Page::blank(Stub::start(failed).await?).await?.with_helpers(HELPERS);
    page.embed(body, script).await?;
    page.wait_until(REPORT).await?;
    page.act("recordButtons()").await?;
    Ok(page)
}

/// Waits until a button has shown this text.
async fn wait_for_button(page: &Page<Stub>, text: &str) -> Result<()> {
    wait_for(&format!("a button that says {text:?}"), async || {
        let said: Vec<String> = page.eval("[...said]").await?;
        ensure!(said.iter().any(|said| said == text), "the buttons have said {said:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_file_is_loaded_when_the_page_is_idle() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.wait_until("all('details .btw-menu-item').length >= 7").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn copying_starts_during_the_press_although_the_text_follows() -> Result<()> {
    let page = open(TAG, HELD).await?;
    page.act(&format!("captureWrites(); {REPORT}.click()")).await?;
    page.wait_until("started === 1").await?;
    page.expect("copied.length === 0").await?;
    page.act("release()").await?;
    wait_for_button(&page, "Copied").await?;
    page.expect("started === 1 && copied.length === 1 && copied[0].includes('the disk is full')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_clipboard_api_the_button_asks_for_a_second_press_once_the_text_is_ready() -> Result<()> {
    let page = open(TAG, HELD).await?;
    page.act(&format!("emulateCopyCommand(); {REPORT}.click()")).await?;
    page.act("release()").await?;
    wait_for_button(&page, "Press again to copy").await?;
    page.expect("copied.length === 0").await?;
    page.act(&format!("{REPORT}.click()")).await?;
    wait_for_button(&page, "Copied").await?;
    page.expect("copied.length === 1 && copied[0].includes('the disk is full')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_clipboard_api_copying_works_where_the_focus_is_confined() -> Result<()> {
    let dialog = format!("<dialog id=dialog>{TAG}<button>Close</button></dialog>");
    for (body, confine) in [
        (&*dialog, "document.getElementById('dialog').showModal()"),
        (&dialog.replace("dialog", "div"), "trapFocus(document.getElementById('div'))"),
        (TAG, ""),
    ] {
        let page = open(body, DEFINE).await?;
        page.load_deferred().await?;
        page.act(&format!("emulateCopyCommand(); {confine}")).await?;
        page.act(&format!("{REPORT}.focus(); {REPORT}.click()")).await?;
        wait_for_button(&page, "Copied").await.with_context(|| confine.to_owned())?;
        page.expect("copied.length === 1 && copied[0].includes('the disk is full')").await?;
        // The button keeps the focus, and the helper field is gone.
        page.expect(&format!("widget().shadowRoot.activeElement === {REPORT} && !find('textarea')")).await?;
        page.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn copying_in_a_modal_dialog_fills_the_real_clipboard() -> Result<()> {
    let page = open(&format!("<dialog id=dialog><textarea></textarea>{TAG}</dialog>"), DEFINE).await?;
    page.load_deferred().await?;
    page.act("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
        .await?;
    page.act("document.getElementById('dialog').showModal()").await?;
    // WebKit refuses the copy command after the gesture, and on a busy machine Yew may handle the press later.
    wait_for("a copy", async || {
        page.act(&format!("{REPORT}.focus()")).await?;
        page.press_keys(ENTER).await?;
        page.expect("said.has('Copied')").await
    })
    .await?;
    // Control and V.
    page.type_into("textarea", "\u{e009}v").await?;
    page.wait_until("document.querySelector('textarea').value.includes('the disk is full')").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_command_without_effect_is_a_failure() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.load_deferred().await?;
    page.act(&format!("emulateCopyCommand({{ isMute: true }}); {REPORT}.click()")).await?;
    wait_for_button(&page, "Could not copy").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn instance_ids_are_copied_one_per_line_or_as_json_and_counted() -> Result<()> {
    let row = |number: u32, status: &str, error: &str| json!({"TaskId": number.to_string(), "InstanceId": format!("pc-{}", number % 4), "Status": status, "ErrorMsg": error});
    let rows: Vec<_> = (0..12)
        .map(|number| match number {
            0..8 => row(number, "FAILED", "the disk is full"),
            8..10 => row(number, "PAUSE", "paused by hand"),
            _ => row(number, "BLOCKING", ""),
        })
        .collect();
    let body = json!({"RequestId": "REQUEST", "BatchId": "pcb-stub", "Status": "RUNNING", "TotalCount": 12,
        "SuccessCount": 0, "SubTasks": rows});
    let stub = Stub::start(move |_| Response::json(body.to_string())).await?;
    let page = Page::blank(stub).await?.with_helpers(HELPERS);
    page.embed(TAG, DEFINE).await?;
    page.load_deferred().await?;
    page.act("emulateCopyCommand()").await?;
    let menu = |number: usize| format!("all('.btw-ids')[{number}]");
    let export = "all('.btw-toolbar .btw-menu').at(-1)".to_owned();
    let lines = "pc-0\\npc-1\\npc-2\\npc-3";
    for (menu, button, text, count) in [
        (menu(0), 0, lines, 4),
        (menu(0), 1, r#"["pc-0","pc-1","pc-2","pc-3"]"#, 4),
        // All that need attention, then one reason.
        (menu(1), 0, lines, 4),
        (menu(3), 0, "pc-0\\npc-1", 2),
        (export.clone(), 1, r#"["pc-0","pc-1","pc-2","pc-3"]"#, 4),
    ] {
        let button = format!("{menu}.querySelectorAll('.btw-copy')[{button}]");
        page.act(&format!("{menu}.open = true; copied.length = 0; {button}.focus(); {button}.click()"))
            .await?;
        page.wait_until(&format!("{button}.innerText.trim() === '{count} copied'")).await.context(button)?;
        page.expect(&format!("copied.length === 1 && copied[0] === '{text}'")).await?;
        page.act(&format!("{menu}.open = false")).await?;
    }
    page.wait_until("text('[role=status]') === '4 copied'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn batch_id_and_request_id_are_copied_by_a_click_on_them_or_on_their_button() -> Result<()> {
    let page = open(TAG, DEFINE).await?;
    page.load_deferred().await?;
    page.act("widget().paused = true; emulateCopyCommand()").await?;
    for (press, id) in [
        ("find('.btw-fact-id .btw-id')", "pcb-stub"),
        ("find('.btw-fact-id .btw-copy-id')", "pcb-stub"),
        ("find('.btw-request-id .btw-code')", "REQUEST-"),
        ("find('.btw-request-id .btw-copy-id')", "REQUEST-"),
    ] {
        let press = format!(
            "copied.length = 0; {press}.dispatchEvent(new MouseEvent('click', {{ bubbles: true, composed: true }}))"
        );
        page.act(&press).await?;
        page.wait_until("copied.length === 1").await.with_context(|| press.clone())?;
        page.expect(&format!("copied[0].startsWith('{id}')")).await?;
    }
    wait_for_button(&page, "Copied: Request ID").await?;
    page.expect("['.btw-id', '.btw-request-id .btw-code'].every((id) => { const style = getComputedStyle(find(id)); return (style.userSelect || style.webkitUserSelect) === 'all'; })").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_id_of_a_notice_is_on_the_line_of_its_name() -> Result<()> {
    let stub = Stub::start(|_| {
        let error = json!({"Code": "Forbidden.RAM", "Message": "not authorized", "RequestId": "25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB"});
        Response { status: "403 Forbidden", ..Response::json(error.to_string()) }
    })
    .await?;
    let page = Page::blank(stub).await?.with_helpers(HELPERS);
    page.embed(TAG, DEFINE).await?;
    page.wait_until("find('.btw-notice-facts .btw-copyable')").await?;
    page.expect("new Set(all('.btw-notice-facts .btw-code').map((code) => code.getBoundingClientRect().height)).size === 1").await?;
    page.expect("find('.btw-notice-facts').getBoundingClientRect().height < 36").await?;
    page.close().await
}

/// Replaces the browser's notifications: `answer` is the viewer's, `constructor` the constructor's parameters and body.
fn notifications(answer: &str, constructor: &str) -> String {
    format!(
        "window.notified = [];
        window.Notification = class {{
            static permission = 'default';
            static requestPermission = async () => {{
                window.asked = true;
                return (window.Notification.permission = '{answer}');
            }};
            constructor{constructor}
            close() {{}}
        }};"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permission_to_notify_is_requested_during_the_press_and_the_answer_is_told() -> Result<()> {
    const NOTE: &str = "text('.btw-await-note')";
    let page = open(TAG, DEFINE).await?;
    let blocked = "Notifications are blocked. Keep this page open to see the result.";
    let undecided = "You have not answered the browser\\'s question about notifications. Keep this page open to see the result.";
    let unsupported =
        "This browser cannot show notifications of this page. Keep this page open to see the result.";
    // Browsers read the options first, and some then refuse to construct.
    let records = "(title, { tag }) { window.notified.push(tag); }";
    let on_android = |throw: &str| {
        let user_agent =
            "Object.defineProperty(window.navigator, 'userAgent', { value: 'Android', configurable: true })";
        (user_agent.to_owned(), format!("(title, {{ tag, data }}) {{ throw new window.{throw}; }}"))
    };
    let desktop = |constructor: &str| (String::new(), constructor.to_owned());
    for (answer, (before, constructor), note) in [
        ("denied", desktop(records), format!("{NOTE} === '{blocked}'")),
        ("default", desktop(records), format!("{NOTE} === '{undecided}'")),
        ("granted", desktop(records), format!("{NOTE} === null")),
        (
            "granted",
            desktop("() { throw new window.TypeError('Illegal'); }"),
            format!("{NOTE} === '{unsupported}'"),
        ),
        ("granted", on_android("TypeError('Illegal')"), format!("{NOTE} === '{unsupported}'")),
        ("granted", on_android("DOMException('', 'DataCloneError')"), format!("{NOTE} === null")),
    ] {
        page.embed(TAG, HELD).await?;
        page.wait_until("find('.btw-await')").await?;
        page.act(&format!("{before}; {}; find('.btw-await').click()", notifications(answer, &constructor)))
            .await?;
        // The second file has not arrived.
        page.wait_until("window.asked").await?;
        page.act("release()").await?;
        let is_told = format!("!find('.btw-coming') && {note}");
        page.wait_until(&is_told).await.with_context(|| answer.to_owned())?;
        page.expect("find('.btw-await[aria-pressed=true]') && notified.length === 0").await?;
        page.act("window.asked = false").await?;
    }
    page.act("delete window.Notification; window.Notification = undefined; find('.btw-await').click()")
        .await?;
    page.wait_until("find('.btw-await[aria-pressed=false]')").await?;
    page.act("find('.btw-await').click()").await?;
    page.wait_until(&format!("{NOTE} === '{unsupported}'")).await?;
    page.close().await
}
