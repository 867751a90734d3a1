//! Languages and time zones, selected by the page, its URL, its viewer, or a host.

use anyhow::{Result, ensure};
use e2e::{Response, Stub};
use serde_json::json;

use crate::batch::{good, running};
use crate::fixture::{DEFINE, Page};
use crate::selectors::BADGE;

/// The line below the table that names the time zone.
const ZONE: &str = ".btw-zone";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_has_six_languages() -> Result<()> {
    let page = Page::on_proxy("").await?;
    // For each requested language: the document's language, the badge, the counts, and the button that copies the report.
    for (requested, lang, badge, counts, report) in [
        ("zh-CN", "zh-CN", "失败", "成功：", "复制报告"),
        ("zh-Hant-HK", "zh-Hant-HK", "失敗", "成功：", "複製報告"),
        ("ja", "ja", "失敗", "成功：", "レポートをコピー"),
        ("id", "id", "Gagal", "berhasil: ", "Salin laporan"),
        ("pt", "pt", "Falhou", "com sucesso: ", "Copiar relatório"),
        ("de", "en", "Failed", "succeeded: ", "Copy report"),
        ("en", "en", "Failed", "succeeded: ", "Copy report"),
    ] {
        page.goto(&format!("?batch-id=pcb-failed&lang={requested}")).await?;
        page.wait_for_text(BADGE, |text| text == badge).await?;
        page.wait_for_text(".btw-counts", |text| text.contains(counts)).await?;
        page.wait_for_text(".btw-failures-head .btw-copy", |text| text == report).await?;
        let tooltip = page.attribute(BADGE, "title").await?;
        ensure!(tooltip.as_deref() == Some("FAILED"), "the tooltip is {tooltip:?}, not the API's status");
        let document = page.attribute("html", "lang").await?;
        ensure!(document.as_deref() == Some(lang), "the document's language is {document:?}");
        let title = page.title().await?;
        ensure!(title.contains(badge), "the title is {title}");
        page.expect_no_page_errors().await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_viewer_selects_a_language_and_the_url_keeps_it() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-done").await?.with_helpers(include_str!("languages.js"));
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    page.act("selectLanguage('ja')").await?;
    page.wait_for_text(BADGE, |text| text == "完了").await?;
    page.expect_url_parameter("lang", Some("ja")).await?;
    page.reload().await?;
    page.wait_for_text(BADGE, |text| text == "完了").await?;
    page.expect("find('.page-language').value === 'ja'").await?;
    page.act("selectLanguage('en')").await?;
    page.wait_for_text(BADGE, |text| text == "Completed").await?;
    // The form is translated, too.
    page.goto("?lang=pt-BR").await?;
    page.wait_for_text("h1", |text| text == "Acompanhar uma tarefa em lote").await?;
    page.type_into("#btw-ask-id", "pcb-done").await?;
    page.click_button("Acompanhar").await?;
    page.wait_for_text(BADGE, |text| text == "Concluída").await?;
    page.close().await
}

/// Two rows at the end of daylight saving time in New York.
fn with_times(number: usize) -> Response {
    let mut body = running(number);
    let row = |id: &str, begin: &str, end: &str| json!({"TaskId": id, "InstanceId": id, "Status": "COMPLETED", "TaskBegin": begin, "TaskEnd": end});
    body["Status"] = "COMPLETED".into();
    body["TaskBegin"] = "2026-11-01T05:30:00Z".into();
    body["TaskEnd"] = "2026-11-01T06:45:00Z".into();
    body["SubTasks"] = json!([
        row("1", "2026-11-01T05:30:00Z", "2026-11-01T05:40:00Z"),
        row("2", "2026-11-01T06:30:00Z", "2026-11-01T06:45:00Z"),
    ]);
    Response::json(body.to_string())
}

async fn expect_times(page: &Page<Stub>, expected: [&str; 4]) -> Result<()> {
    let cells = page.texts("td.btw-col-time").await?;
    ensure!(cells == expected, "the times are {cells:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_in_the_selected_zone_or_in_utc_and_name_it() -> Result<()> {
    let page = Page::blank(Stub::start(with_times).await?).await?;
    page.goto("?batch-id=pcb-stub&interval=0&time-zone=america/new_york").await?;
    // In the hour that exists twice, both rows begin at half past one, an hour apart.
    page.wait_for_text(ZONE, |text| text.contains("America/New_York (UTC−4, UTC−5)")).await?;
    expect_times(&page, ["01:30:00", "01:40:00", "01:30:00 UTC−5", "01:45:00 UTC−5"]).await?;
    let machine = page.attribute("time", "datetime").await?;
    ensure!(machine.as_deref() == Some("2026-11-01T05:30:00Z"), "{machine:?}");

    page.click_button("Show UTC").await?;
    page.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    expect_times(&page, ["05:30:00", "05:40:00", "06:30:00", "06:45:00"]).await?;
    page.expect_url_parameter("time-zone", Some("UTC")).await?;
    page.click_button("Show local time").await?;
    page.wait_for_text(ZONE, |text| text.contains("America/New_York")).await?;
    page.expect_url_parameter("time-zone", Some("America%2FNew_York")).await?;

    page.goto("?batch-id=pcb-stub&interval=0&time-zone=asia/shanghai&lang=zh-CN").await?;
    page.wait_for_text(ZONE, |text| text.contains("时区：Asia/Shanghai (UTC+8)")).await?;
    page.wait_for_text(".btw-as-of", |text| text.starts_with("更新于 ") && text.ends_with("UTC+8")).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "only in Chromium: sets the viewer's time zone"]
async fn times_are_in_the_viewers_zone_unless_the_url_says_utc() -> Result<()> {
    let page = Page::blank(Stub::start(with_times).await?).await?;
    page.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": "Asia/Kolkata"})).await?;
    page.goto("?batch-id=pcb-stub&interval=0").await?;
    page.wait_for_text(ZONE, |text| text.contains("(UTC+5:30)")).await?;
    page.click_button("Show UTC").await?;
    page.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    page.reload().await?;
    page.wait_for_text(ZONE, |text| text.contains("Times in UTC")).await?;
    page.click_button("Show local time").await?;
    page.wait_for_text(ZONE, |text| text.contains("(UTC+5:30)")).await?;
    page.expect_url_parameter("time-zone", None).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_widget_follows_the_attributes_of_its_ancestors() -> Result<()> {
    let body = "<div id=around lang=ja time-zone=Asia/Tokyo dir=rtl>\
                <batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget></div>";
    let page = Page::blank(Stub::start(with_times).await?).await?.with_helpers(include_str!("languages.js"));
    page.embed(body, DEFINE).await?;
    page.wait_until("text('[part~=badge]') === '完了'").await?;
    page.wait_until("text('.btw-zone').includes('Asia/Tokyo (UTC+9)')").await?;
    // The text direction is not inherited.
    page.expect("getComputedStyle(find('.batch-task-widget')).direction === 'ltr'").await?;

    // The viewer's selection becomes an attribute of the element.
    page.act("button('UTC で表示').click()").await?;
    page.wait_until("widget().getAttribute('time-zone') === 'UTC' && text('.btw-zone').includes('：UTC')")
        .await?;
    page.act("widget().removeAttribute('time-zone')").await?;
    page.wait_until("text('.btw-zone').includes('Asia/Tokyo')").await?;

    // An attribute that changes; then one of the element itself.
    page.act("document.getElementById('around').lang = 'id'").await?;
    page.wait_until("text('[part~=badge]') === 'Selesai'").await?;
    page.act("widget().lang = 'zh-TW'").await?;
    page.wait_until("text('[part~=badge]') === '已完成'").await?;
    page.act("widget().lang = 'tlh'").await?;
    page.wait_until("text('[part~=badge]') === 'Completed'").await?;
    page.act("widget().removeAttribute('lang')").await?;
    page.wait_until("text('[part~=badge]') === 'Selesai'").await?;
    page.act("moveWidget()").await?;
    page.wait_until("text('[part~=badge]') === 'Concluída'").await?;
    page.wait_until("text('.btw-zone').includes('America/New_York')").await?;
    // None of this has sent a request.
    page.server.expect_requests(1)?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_overrides_messages() -> Result<()> {
    let script = "import { mount } from './npm/index.js';
        const messages = { running: 'Under way', timeline: 'Gantt', nonsense: '?' };
        const options = { endpoint: 'api/DescribeBatchTask', interval: 600, lang: 'en-GB', messages };
        window.handle = await mount(document.getElementById('target'), options);";
    let page = Page::embedding("<div id=target></div>", script).await?;
    page.wait_until("text('[part~=badge]') === 'Under way'").await?;
    page.wait_until("text('[role=tablist]').includes('Gantt')").await?;
    page.wait_until("text('[role=alert]')?.includes('messages: not valid: nonsense')").await?;
    let errors = page.events("error").await?;
    ensure!(errors.len() == 1 && errors[0]["class"] == "options", "{errors:?}");

    page.act("handle.update({ messages: { running: '実行' }, lang: 'ja' })").await?;
    page.wait_until("text('[part~=badge]') === '実行' && find('[role=alert]') === null").await?;
    page.act("handle.update({ messages: null })").await?;
    page.wait_until("text('[part~=badge]') === '実行中'").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_file_of_another_version_leaves_the_page_in_english() -> Result<()> {
    let page = Page::blank(Stub::start(good).await?).await?;
    // An old cache may hold such a file. This page does not name the hash that the file must have.
    let html = String::from_utf8(page.server.page_file("index.html")?.body)?;
    let html = html.replace("data-languages=\"", "data-languages=\"\" data-none=\"");
    page.server.serve("", Response::html("200 OK", &html));
    page.server.serve("lang/ja.js", Response::script("export const edition = 1; export default '\\nx';"));
    page.goto("?batch-id=pcb-stub&lang=ja").await?;
    page.wait_for_text(BADGE, |text| text == "Running").await?;
    let loaded = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/lang/ja.js'))";
    page.wait_until(loaded).await?;
    ensure!(page.text(BADGE).await? == "Running", "the file was used");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_locale_gives_one_kind_of_digits_and_a_valid_tag() -> Result<()> {
    let many = |number: usize| {
        let mut body = running(number);
        body["Status"] = "COMPLETED".into();
        body["TotalCount"] = 1_234.into();
        body["TaskBegin"] = "2026-05-28T08:38:20Z".into();
        body["TaskEnd"] = "2026-05-28T08:39:20Z".into();
        Response::json(body.to_string())
    };
    let page = Page::blank(Stub::start(many).await?).await?;
    let tag =
        "<batch-task-widget endpoint=api/DescribeBatchTask interval=600 time-zone=UTC></batch-task-widget>";
    page.embed(tag, DEFINE).await?;
    page.wait_until("find('.btw-row')").await?;
    // For each tag: the canonical one, the badge, the total and the begin.
    let english = ("Completed", "1,234", "May 28, 2026 08:38:20 UTC");
    for (given, canonical, (badge, total, begin)) in [
        ("en-US@posix", "en-US", english),
        ("en_US.UTF-8", "en-US", english),
        ("en-u-nu-arab", "en", english),
        ("en-US-u-ca-buddhist-nu-thai", "en-US", english),
        ("en-GB-u-hc-h12", "en-GB", ("Completed", "1,234", "28 May 2026 08:38:20 UTC")),
        ("zh_CN.UTF-8", "zh-CN", ("已完成", "1,234", "2026年5月28日 08:38:20 UTC")),
        ("zh-CN-u-nu-hanidec", "zh-CN", ("已完成", "1,234", "2026年5月28日 08:38:20 UTC")),
        ("ja-JP-u-ca-japanese", "ja-JP", ("完了", "1,234", "2026年5月28日 08:38:20 UTC")),
        ("pt_BR.UTF-8", "pt-BR", ("Concluída", "1.234", "28 de mai. de 2026 08:38:20 UTC")),
        ("id_ID@x=y", "id-ID", ("Selesai", "1.234", "28 Mei 2026 08.38.20 UTC")),
        ("en--US", "en", english),
        ("C.UTF-8", "en", english),
        ("!", "en", english),
    ] {
        page.act("widget().lang = 'ja'").await?;
        page.wait_until("text('[part~=badge]') === '完了'").await?;
        page.act(&format!("widget().lang = '{given}'")).await?;
        page.wait_until(&format!("find('.batch-task-widget').lang === '{canonical}'")).await?;
        page.wait_until(&format!("text('[part~=badge]') === '{badge}'")).await?;
        page.expect(&format!("text('.btw-counts').includes('{total}')")).await?;
        page.expect(&format!("text('time') === '{begin}'")).await?;
        // The digits of no other script.
        page.expect("!/(?![0-9])\\p{Nd}|[〇一二三四五六七八九]/u.test(text('.btw-as-of'))").await?;
    }
    page.close().await
}
