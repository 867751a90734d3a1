//! Languages and time zones, chosen by the page, its URL and its viewer, and by an embedding page.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Proxy, Settings, Size, Stub, wait_for};
use serde_json::{Value, json};

use crate::host::{events, look, open, wait_until};
use crate::support::{BADGE, good, running, url_parameter};

/// The zone line below the table.
const ZONE: &str = ".btw-zone";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_six_languages() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // Words that only this language has for it: the badge, the summary, the report's button, the zone.
    for (asked, lang, badge, counts, report) in [
        ("zh-CN", "zh-CN", "失败", "已完成：", "复制报告"),
        ("zh-Hant-HK", "zh-Hant-HK", "失敗", "已完成：", "複製報告"),
        ("ja", "ja", "失敗", "完了：", "レポートをコピー"),
        ("id", "id", "Gagal", "selesai: ", "Salin laporan"),
        ("pt", "pt", "Falhou", "concluídas: ", "Copiar relatório"),
        ("de", "en", "Failed", "succeeded: ", "Copy report"),
        ("en", "en", "Failed", "succeeded: ", "Copy report"),
    ] {
        browser.goto(&proxy.url(&format!("/?batch-id=pcb-failed&lang={asked}"))).await?;
        browser.wait_for_text(BADGE, |text| text == badge).await?;
        browser.wait_for_text(".btw-counts", |text| text.contains(counts)).await?;
        browser.wait_for_text(".btw-failures-head .btw-copy", |text| text == report).await?;
        let tooltip = browser.attribute(BADGE, "title").await?;
        ensure!(tooltip.as_deref() == Some("FAILED"), "the API's own word is not told: {tooltip:?}");
        let document = browser.attribute("html", "lang").await?;
        ensure!(document.as_deref() == Some(lang), "the document is in {document:?}");
        let title = browser.title().await?;
        ensure!(title.contains(badge), "the title is {title}");
        browser.expect_quiet().await?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_changes_the_language_and_the_link_follows() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-done")).await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    pick(&browser, "ja").await?;
    browser.wait_for_text(BADGE, |text| text == "完了").await?;
    ensure!(url_parameter(&browser, "lang").await?.as_deref() == Some("ja"), "{}", browser.url().await?);
    browser.reload().await?;
    browser.wait_for_text(BADGE, |text| text == "完了").await?;
    let chosen: String = browser.run("return document.querySelector('.page-language').value;", &[]).await?;
    ensure!(chosen == "ja", "the choice shows {chosen}");
    pick(&browser, "en").await?;
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    // The form speaks too.
    browser.goto(&proxy.url("/?lang=pt-BR")).await?;
    browser.wait_for_text("h1", |text| text == "Acompanhar uma tarefa em lote").await?;
    browser.type_into("#btw-ask-id", "pcb-done").await?;
    browser.press("Acompanhar").await?;
    browser.wait_for_text(BADGE, |text| text == "Concluída").await?;
    browser.close().await
}

async fn pick(browser: &Browser, tag: &str) -> Result<()> {
    let pick = "const select = document.querySelector('.page-language'); select.value = arguments[0]; \
                select.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.run::<()>(pick, &[tag.into()]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_in_the_zone_asked_for_or_utc_and_say_so() -> Result<()> {
    let stub = Stub::start("/", timed).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=0&time-zone=america/new_york")).await?;
    // The hour that came twice: both begin at half past one, an hour apart.
    browser.wait_for_text(ZONE, |text| text.contains("America/New_York (UTC−4, UTC−5)")).await?;
    let cells = browser.texts("td.btw-col-time").await?;
    ensure!(cells == ["01:30:00", "01:40:00", "01:30:00 UTC−5", "01:45:00 UTC−5"], "{cells:?}");
    let machine = browser.attribute("time", "datetime").await?;
    ensure!(machine.as_deref() == Some("2026-11-01T05:30:00Z"), "{machine:?}");

    browser.press("Show UTC").await?;
    browser.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    let cells = browser.texts("td.btw-col-time").await?;
    ensure!(cells == ["05:30:00", "05:40:00", "06:30:00", "06:45:00"], "{cells:?}");
    ensure!(
        url_parameter(&browser, "time-zone").await?.as_deref() == Some("UTC"),
        "{}",
        browser.url().await?
    );
    browser.press("Show local time").await?;
    browser.wait_for_text(ZONE, |text| text.contains("America/New_York")).await?;
    let zone = url_parameter(&browser, "time-zone").await?;
    ensure!(zone.as_deref() == Some("America%2FNew_York"), "{zone:?}");

    browser.goto(&stub.url("?batch-id=pcb-stub&interval=0&time-zone=asia/shanghai&lang=zh-CN")).await?;
    browser.wait_for_text(ZONE, |text| text.contains("时区：Asia/Shanghai (UTC+8)")).await?;
    browser
        .wait_for_text(".btw-as-of", |text| text.starts_with("更新于 ") && text.ends_with("UTC+8"))
        .await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: sets the viewer's zone"]
async fn times_are_the_viewers_unless_a_link_says_utc() -> Result<()> {
    let stub = Stub::start("/", timed).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": "Asia/Kolkata"})).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=0")).await?;
    browser.wait_for_text(ZONE, |text| text.contains("(UTC+5:30)")).await?;
    browser.press("Show UTC").await?;
    browser.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    browser.reload().await?;
    browser.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    browser.press("Show local time").await?;
    browser.wait_for_text(ZONE, |text| text.contains("(UTC+5:30)")).await?;
    ensure!(url_parameter(&browser, "time-zone").await?.is_none(), "{}", browser.url().await?);
    browser.close().await
}

/// Two subtasks at the end of summer time in New York.
fn timed(number: usize) -> Answer {
    let mut body = running(number);
    let row = |id: &str, begin: &str, end: &str| json!({"TaskId": id, "InstanceId": id, "Status": "COMPLETED", "TaskBegin": begin, "TaskEnd": end});
    body["Status"] = "COMPLETED".into();
    body["TaskBegin"] = "2026-11-01T05:30:00Z".into();
    body["TaskEnd"] = "2026-11-01T06:45:00Z".into();
    body["SubTasks"] = json!([
        row("1", "2026-11-01T05:30:00Z", "2026-11-01T05:40:00Z"),
        row("2", "2026-11-01T06:30:00Z", "2026-11-01T06:45:00Z"),
    ]);
    Answer::json(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedding_page_decides_by_attributes_around_it() -> Result<()> {
    let stub = Stub::start("/", timed).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let body = "<div id=around lang=ja time-zone=Asia/Tokyo dir=rtl>\
                <batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget></div>";
    open(&browser, &stub, body, "import './npm/define.js';").await?;
    wait_until(&browser, "text('[part~=badge]') === '完了'").await?;
    wait_until(&browser, "text('.btw-zone').includes('Asia/Tokyo (UTC+9)')").await?;
    let direction = "return getComputedStyle(find('.batch-task-widget')).direction;";
    ensure!(look::<String>(&browser, direction).await? == "ltr", "the host's direction came in");

    // The viewer's choice becomes the element's own attribute.
    let press = "[...widget().shadowRoot.querySelectorAll('button')].find((it) => it.innerText === 'UTC で表示').click(); return 0;";
    look::<Value>(&browser, press).await?;
    wait_until(
        &browser,
        "widget().getAttribute('time-zone') === 'UTC' && text('.btw-zone').includes('：UTC')",
    )
    .await?;
    look::<Value>(&browser, "widget().removeAttribute('time-zone'); return 0;").await?;
    wait_until(&browser, "text('.btw-zone').includes('Asia/Tokyo')").await?;

    // The nearest one, whenever it changes; then its own.
    look::<Value>(&browser, "document.getElementById('around').lang = 'id'; return 0;").await?;
    wait_until(&browser, "text('[part~=badge]') === 'Selesai'").await?;
    look::<Value>(&browser, "widget().lang = 'zh-TW'; return 0;").await?;
    wait_until(&browser, "text('[part~=badge]') === '已完成' && text('.btw-copy, [role=searchbox]') !== ''")
        .await?;
    look::<Value>(&browser, "widget().lang = 'tlh'; return 0;").await?;
    wait_until(&browser, "text('[part~=badge]') === 'Completed'").await?;
    look::<Value>(&browser, "widget().removeAttribute('lang'); return 0;").await?;
    wait_until(&browser, "text('[part~=badge]') === 'Selesai'").await?;
    // Where it is moved to, other elements are around it.
    let moved = "const there = document.createElement('div'); there.lang = 'pt-BR'; there.setAttribute('time-zone', 'America/New_York');
        document.body.append(there); there.append(widget()); return 0;";
    look::<Value>(&browser, moved).await?;
    wait_until(&browser, "text('[part~=badge]') === 'Concluída'").await?;
    wait_until(&browser, "text('.btw-zone').includes('America/New_York')").await?;
    ensure!(stub.asked() == 1, "a language is no reason to ask anew: {}", stub.asked());
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_overrides_messages() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let script = "import { mount } from './npm/index.js';
        const messages = { running: 'Under way', timeline: 'Gantt', nonsense: '?' };
        mount(document.getElementById('target'), { endpoint: 'api/DescribeBatchTask', interval: 600, lang: 'en-GB', messages })
            .then((handle) => { window.handle = handle; });";
    open(&browser, &stub, "<div id=target></div>", script).await?;
    wait_until(&browser, "text('[part~=badge]') === 'Under way'").await?;
    wait_until(&browser, "text('[role=tablist]').includes('Gantt')").await?;
    wait_until(&browser, "text('[role=alert]')?.includes('messages: not valid: nonsense')").await?;
    let errors = events(&browser, "error").await?;
    ensure!(errors.len() == 1 && errors[0]["class"] == "options", "{errors:?}");

    look::<Value>(&browser, "handle.update({ messages: { running: '実行' }, lang: 'ja' }); return 0;")
        .await?;
    wait_until(&browser, "text('[part~=badge]') === '実行' && find('[role=alert]') === null").await?;
    look::<Value>(&browser, "handle.update({ messages: null }); return 0;").await?;
    wait_until(&browser, "text('[part~=badge]') === '実行中'").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_does_not_come_leaves_english() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // A module of another edition, as an old cache may hold it, in a page that does not say what it has to be.
    let page = String::from_utf8(stub.built("index.html")?.body)?;
    let page = page.replace("data-languages=\"", "data-languages=\"\" data-none=\"");
    stub.put("", Answer::html("200 OK", &page));
    stub.put(
        "lang/ja.js",
        Answer::file("text/javascript", "export const edition = 1; export default '\\nx';"),
    );
    browser.goto(&stub.url("?batch-id=pcb-stub&lang=ja")).await?;
    browser.wait_for_text(BADGE, |text| text == "Running").await?;
    let loaded =
        "return performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/lang/ja.js'));";
    wait_for("the language's file", async || {
        ensure!(browser.run::<bool>(loaded, &[]).await?, "not asked for");
        Ok(())
    })
    .await?;
    ensure!(browser.text(BADGE).await? == "Running");
    browser.close().await
}
