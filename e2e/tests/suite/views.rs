//! The timeline, files and the tab, on the real page and under its policy.

use anyhow::{Result, bail, ensure};
use e2e::{Browser, Proxy, Settings, Size, wait_for};

use crate::support::{ROW, url_parameter, wait_for_count};

const LANE: &str = "[role=option]";

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_has_the_tables_rows_and_a_link() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-failed&filter=failed&view=timeline")).await?;
    wait_for_count(&browser, LANE, 7).await?;
    let bars = "return [...document.querySelectorAll('.btw-lane-failed .btw-lane-bar')].every((bar) => \
                bar.getBoundingClientRect().width >= 3);";
    ensure!(browser.run::<bool>(bars, &[]).await?, "a bar cannot be seen");
    browser.press("Subtasks").await?;
    wait_for_count(&browser, ROW, 7).await?;
    ensure!(url_parameter(&browser, "view").await?.is_none(), "{}", browser.url().await?);
    browser.press("Timeline").await?;
    wait_for_count(&browser, LANE, 7).await?;
    ensure!(
        url_parameter(&browser, "view").await?.as_deref() == Some("timeline"),
        "{}",
        browser.url().await?
    );
    browser.resize(Size::NARROW).await?;
    let fits = "return document.documentElement.scrollWidth <= innerWidth && \
                document.querySelector('.btw-timeline').scrollWidth <= document.querySelector('.btw-timeline').clientWidth;";
    wait_for("a timeline that fits", async || {
        ensure!(browser.run::<bool>(fits, &[]).await?, "it is too wide");
        Ok(())
    })
    .await?;
    browser.expect_quiet().await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_become_a_file() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-100k&interval=0")).await?;
    browser.wait_for_text(".btw-chip-all .btw-chip-count", |text| text == "100,000").await?;
    // The file is kept and counted, and not saved.
    let keep = "const real = URL.createObjectURL; \
                URL.createObjectURL = (blob) => { \
                    blob.text().then((text) => { window.lines = text.split('\\r\\n').length - 1; }); \
                    return real(blob); }; \
                HTMLAnchorElement.prototype.click = function () { window.file = this.download; };";
    browser.run::<()>(keep, &[]).await?;
    wait_for("the menu", async || {
        if browser.attribute("details:last-of-type", "open").await?.is_none() {
            // What is still being drawn may move from under the pointer.
            browser.click("details:last-of-type > summary").await?;
            bail!("it is not open");
        }
        Ok(())
    })
    .await?;
    browser.click("[aria-label^='CSV, All']").await?;
    wait_for("the file", async || {
        let lines: Option<u32> = browser.run("return window.lines;", &[]).await?;
        ensure!(lines == Some(100_001), "it has {lines:?} lines");
        Ok(())
    })
    .await?;
    let name: String = browser.run("return window.file;", &[]).await?;
    ensure!(name.starts_with("pcb-100k-subtasks-2") && name.ends_with("Z.csv"), "it is called {name}");
    ensure!(browser.count(".btw-exporting").await? == 0, "it is still being written");
    browser.expect_quiet().await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_tells_how_it_goes_and_how_it_went() -> Result<()> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    // A ring, a tick and a cross are told apart by their paths.
    for (id, title, part) in [
        ("pcb-sample", "80 % Running · ", "stroke-dasharray='80 100'"),
        ("pcb-done", "100 % Completed · ", "M9 16.5l5 5 9-10"),
        ("pcb-failed", "% Failed · ", "M11 11l10 10M21 11L11 21"),
    ] {
        browser.goto(&proxy.url(&format!("/?batch-id={id}"))).await?;
        wait_for(&format!("the tab of {id}"), async || {
            let icon = browser.attribute("link[rel~=icon]", "href").await?.unwrap_or_default();
            ensure!(icon.starts_with("data:image/svg+xml,") && icon.contains(part), "the icon is {icon}");
            let found = browser.title().await?;
            ensure!(found.contains(title), "the title is {found}");
            Ok(())
        })
        .await?;
        let load = "const image = new Image(); image.onload = () => { window.isPicture = image.width > 0; }; \
                    image.src = document.querySelector('link[rel~=icon]').href;";
        browser.run::<()>(load, &[]).await?;
        wait_for(&format!("the picture of {id}"), async || {
            ensure!(
                browser.run::<Option<bool>>("return window.isPicture;", &[]).await? == Some(true),
                "not loaded"
            );
            Ok(())
        })
        .await?;
        browser.expect_quiet().await?;
    }
    browser.close().await
}

/// Notifications that a viewer allows, and that are kept rather than shown: no engine asks a viewer whom it does not have.
const NOTIFICATIONS: &str = r#"
window.e2e.notified = [];
window.Notification = class {
  static permission = "default";
  static requestPermission = async () => (window.Notification.permission = "granted");
  constructor(title, { body, tag }) { window.e2e.notified.push([title, body, tag]); }
};
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_who_waits_for_the_end_of_a_hidden_page_is_told() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: 12.0, ..Settings::default() }).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/?batch-id=pcb-demo&interval=2")).await?;
    browser.run::<()>(NOTIFICATIONS, &[]).await?;
    browser.press("Notify me when it ends").await?;
    browser.wait_for_text(".btw-await[aria-pressed=true]", |_| true).await?;
    ensure!(browser.count(".btw-await-note").await? == 0, "notifications were granted");
    browser.wait_for_text("[part~=badge]", |text| text == "Completed").await?;
    wait_for_count(&browser, ".btw-await", 0).await?;
    let notified: Vec<[String; 3]> = browser.run("return window.e2e.notified;", &[]).await?;
    let [[title, _, tag]] = notified.as_slice() else { bail!("there are {notified:?}") };
    ensure!(title.contains("Install skills") && tag == "pcb-demo", "it is {notified:?}");
    browser.expect_quiet().await?;
    browser.close().await
}
