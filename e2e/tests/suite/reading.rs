//! What an operator reads and does at 3 a.m.: why it failed, which subtasks, and taking it to a ticket.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Proxy, Settings, Size, Stub, wait_for};
use serde_json::json;

use crate::support::{BADGE, ROW, url_parameter, wait_for_count};

const LISTED: &str = ".btw-listed";
/// The key, as WebDriver writes it. Columns begin with one that cannot be left out.
const TAB: char = '\u{e004}';
const GROUP: &str = ".btw-group-button";

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_run_says_why_without_scrolling() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: 20.0, ..Settings::default() }).await?;
    let browser = Browser::open(Size { width: 1280, height: 800 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-demo&interval=2")).await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    browser
        .wait_for_text("[part~=failures] h3", |text| text == "9 failed for 3 reasons · 2 need attention")
        .await?;
    let groups = browser.texts(".btw-group-count, .btw-group-label").await?;
    for (place, (count, label)) in [
        ("6", "aliuid:… assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole"),
        ("2", "instance pc-… is locked by another task"),
        ("1", "skill package checksum mismatch (expected …, got …)"),
    ]
    .into_iter()
    .enumerate()
    {
        ensure!(
            groups.get(place * 2..place * 2 + 2) == Some(&[count.to_owned(), label.to_owned()]),
            "{groups:?}"
        );
    }
    let bottom = "return Math.max(...[...document.querySelectorAll('.btw-group')].map((group) => group.getBoundingClientRect().bottom))";
    let bottom: f64 = browser.run(bottom, &[]).await?;
    ensure!(bottom <= 800.0, "the groups end at {bottom} px");

    browser.click(GROUP).await?;
    wait_for_count(&browser, ROW, 6).await?;
    browser.wait_for_text(LISTED, |text| text == "6 of 240").await?;
    let in_line = "const left = (selector) => getComputedStyle(document.querySelector(selector)).paddingLeft; \
                   return left('.btw-group-note') === left('.btw-toolbar');";
    ensure!(
        browser.run::<bool>(in_line, &[]).await?,
        "the group's note does not begin where the toolbar does"
    );
    browser.press("Show all").await?;
    wait_for("all rows", async || {
        let listed = browser.text(LISTED).await?;
        ensure!(listed.is_empty(), "{listed}");
        Ok(())
    })
    .await?;
    browser.expect_quiet().await?;
    browser.close().await
}

/// Takes what is copied out of the page's hands.
const WATCH_CLIPBOARD: &str = r#"
window.e2e.copied = [];
if (arguments[0]) navigator.clipboard.writeText = async (text) => { window.e2e.copied.push(text); };
else {
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  document.execCommand = (command) => command === "copy" && window.e2e.copied.push(document.activeElement.value) > 0;
}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_copied_in_secure_contexts_and_in_others() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    for is_secure in [true, false] {
        browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
        wait_for_count(&browser, GROUP, 3).await?;
        browser.run::<()>(WATCH_CLIPBOARD, &[is_secure.into()]).await?;
        browser.press("Copy report").await?;
        browser.wait_for_text(".btw-failures-head .btw-copy", |text| text == "Copied").await?;
        let copied: Vec<String> = browser.run("return window.e2e.copied", &[]).await?;
        let [report] = copied.as_slice() else { anyhow::bail!("{copied:?}") };
        for part in [
            "## Install skills · test fleet",
            "pcb-failed",
            "7 failed for 2 reasons",
            "**5 ×**",
            "UTC",
            "Request ID",
        ] {
            ensure!(report.contains(part), "{part:?} is not in {report}");
        }
        let has_focus = "return document.activeElement.classList.contains('btw-copy')";
        ensure!(browser.run::<bool>(has_focus, &[]).await?, "the button lost the focus");
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_narrows_the_rows_and_stays_in_the_url() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size { width: 1280, height: 1600 }).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
    wait_for_count(&browser, ROW, 24).await?;
    browser.type_into("input[type=search]", "CHECKSUM").await?;
    browser.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    wait_for_count(&browser, ROW, 2).await?;
    ensure!(url_parameter(&browser, "q").await?.as_deref() == Some("CHECKSUM"), "{}", browser.url().await?);
    browser.reload().await?;
    browser.wait_for_text(LISTED, |text| text == "2 of 24").await?;
    browser.type_into("input[type=search]", "zzz").await?;
    browser.wait_for_text(".btw-empty p", |text| text == "No subtasks match “CHECKSUMzzz”.").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_row_tells_all_and_survives_polls() -> Result<()> {
    let long = format!("first line\n{} <b>end</b>", "x".repeat(2_000));
    let stub = Stub::start("/", move |number| {
        Answer::json(
            json!({
                "RequestId": format!("R-{number}"), "Status": "RUNNING", "TotalCount": 2, "SuccessCount": number % 2,
                "SubTasks": [
                    {"TaskId": "1", "InstanceId": "pc-1", "Status": "FAILED", "ErrorMsg": long},
                    {"TaskId": "2", "InstanceId": "pc-2", "Status": if number % 2 == 0 { "RUNNING" } else { "WAITING" }},
                ],
            })
            .to_string(),
        )
    })
    .await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-1&interval=2")).await?;
    browser.click(".btw-open").await?;
    browser
        .wait_for_text(".btw-detail-error", |text| text.ends_with("<b>end</b>") && text.len() > 2_000)
        .await?;
    let height = "return document.querySelector('.btw-row-detail').getBoundingClientRect().height";
    let height: f64 = browser.run(height, &[]).await?;
    ensure!((height - 136.0).abs() < 0.5, "the window counts on 136 px, not {height}");
    browser.run::<()>("window.e2e.kept = document.querySelector('.btw-row-detail')", &[]).await?;
    browser.wait_for_text("[part~=request-id]", |text| text.ends_with("R-3")).await?;
    let kept: bool = browser.run("return window.e2e.kept.isConnected", &[]).await?;
    ensure!(kept, "the details were drawn anew");
    ensure!(browser.attribute(".btw-open", "aria-expanded").await?.as_deref() == Some("true"), "it closed");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_chosen_by_keyboard_and_stay_in_the_url() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed")).await?;
    wait_for_count(&browser, "thead th", 7).await?;
    browser.type_into("summary", " ").await?;
    browser.press_keys(&format!("{TAB}{TAB} ")).await?;
    wait_for_count(&browser, "thead th", 6).await?;
    let columns = url_parameter(&browser, "columns").await?.unwrap_or_default();
    ensure!(columns.starts_with("TaskId%2CStatus%2CTaskBegin"), "{columns}");
    browser.reload().await?;
    wait_for_count(&browser, "thead th", 6).await?;
    browser.close().await
}
