//! The timeline, the export, the tab's title and icon, and the notification at the end.

use anyhow::{Result, bail, ensure};
use e2e::{Proxy, Settings, Size, wait_for};

use crate::fixture::Page;
use crate::selectors::{BADGE, LANE, ROW};

const HELPERS: &str = include_str!("views.js");

/// The menu of the exports, the last of the toolbar.
const EXPORT: &str = ".btw-toolbar details:last-of-type";

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_shows_the_rows_of_the_table_and_is_in_the_url() -> Result<()> {
    let page =
        Page::on_proxy("?batch-id=pcb-failed&filter=failed&view=timeline").await?.with_helpers(HELPERS);
    page.wait_for_count(LANE, 7).await?;
    page.expect("barsAreVisible()").await?;
    page.click_button("Subtasks").await?;
    page.wait_for_count(ROW, 7).await?;
    page.expect_url_parameter("view", None).await?;
    page.click_button("Timeline").await?;
    page.wait_for_count(LANE, 7).await?;
    page.expect_url_parameter("view", Some("timeline")).await?;
    page.resize(Size::NARROW).await?;
    page.wait_until("timelineFits()").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_timeline_begins_with_failures_and_leaves_out_what_has_not_begun() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-10k&view=timeline&interval=600").await?.with_helpers(HELPERS);
    page.wait_for_count(LANE, 300).await?;
    // While the first response is received, fewer may have failed.
    page.wait_until("all('[role=option]').slice(0, 9).every((lane) => lane.matches('.btw-lane-failed'))")
        .await?;
    page.wait_for_text(".btw-lane-rest", |text| text.starts_with("7,") && text.ends_with(" not begun"))
        .await?;
    // The labels are instances.
    page.expect("all('.btw-lane-id').every((label) => /^(pc-|…)/.test(label.textContent))").await?;
    page.resize(Size::NARROW).await?;
    page.wait_until("timelineFits() && all('.btw-axis text').length >= 2").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_shows_its_facts_beside_it_and_a_click_opens_its_row() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-failed&view=timeline").await?.with_helpers(HELPERS);
    page.wait_for_count(LANE, 24).await?;
    for lane in [0, 12, 23] {
        page.act(&format!("point({lane}, 'pointermove')")).await?;
        page.wait_until(&format!("factsAreBeside({lane})")).await?;
    }
    let id = "lane(23).ariaLabel.split(',')[0]";
    page.act(&format!("window.pointed = {id}; point(23, 'click')")).await?;
    page.wait_until("openRowIsInSight(window.pointed)").await?;
    page.expect_url_parameter("view", None).await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_are_exported() -> Result<()> {
    let page = Page::on_proxy("?batch-id=pcb-100k&interval=0").await?.with_helpers(HELPERS);
    page.wait_for_text(".btw-chip-all .btw-chip-count", |text| text == "100,000").await?;
    page.act("captureFile()").await?;
    wait_for("the menu", async || {
        if page.attribute(EXPORT, "open").await?.is_none() {
            // A render may move the menu away from the pointer; the next attempt clicks again.
            page.click(&format!("{EXPORT} > summary")).await?;
            bail!("it is not open");
        }
        Ok(())
    })
    .await?;
    page.click("[aria-label^='CSV, All']").await?;
    page.wait_until("savedFile?.[1].split('\\r\\n').length === 100_002").await?;
    let name: String = page.eval("savedFile[0]").await?;
    ensure!(name.starts_with("pcb-100k-subtasks-2") && name.ends_with("Z.csv"), "the name is {name}");
    ensure!(page.count(".btw-exporting").await? == 0, "the export is still in progress");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_title_and_icon_of_the_tab_show_progress_and_outcome() -> Result<()> {
    let page = Page::on_proxy("").await?.with_helpers(HELPERS);
    // The paths of a ring, a tick and a cross.
    for (id, title, path) in [
        ("pcb-sample", "80 % Running · ", "stroke-dasharray='80 100'"),
        ("pcb-done", "100 % Completed · ", "M9 16.5l5 5 9-10"),
        ("pcb-failed", "% Failed · ", "M11 11l10 10M21 11L11 21"),
    ] {
        page.goto(&format!("?batch-id={id}")).await?;
        wait_for(&format!("the tab of {id}"), async || {
            let icon = page.attribute("link[rel~=icon]", "href").await?.unwrap_or_default();
            ensure!(icon.starts_with("data:image/svg+xml,") && icon.contains(path), "the icon is {icon}");
            let found = page.title().await?;
            ensure!(found.contains(title), "the title is {found}");
            Ok(())
        })
        .await?;
        page.expect("await iconIsImage()").await?;
        page.expect_no_page_errors().await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_is_shown_when_the_batch_ends() -> Result<()> {
    let proxy = Proxy::start(Settings { speed: 12.0, ..Settings::default() }).await?;
    let page = Page::open(proxy, Size::WIDE, "?batch-id=pcb-demo&interval=2").await?.with_helpers(HELPERS);
    page.act("captureNotifications()").await?;
    page.click_button("Notify me when it ends").await?;
    page.wait_for_text(".btw-await[aria-pressed=true]", |_| true).await?;
    ensure!(page.count(".btw-await-note").await? == 0, "there is a note although notifications are granted");
    page.wait_for_text(BADGE, |text| text == "Completed · 9 failed").await?;
    page.wait_for_count(".btw-await", 0).await?;
    let notified: Vec<[String; 2]> = page.eval("notified").await?;
    let [[title, tag]] = notified.as_slice() else { bail!("the notifications are {notified:?}") };
    ensure!(
        title.starts_with("Completed · 9 failed · Install skills") && tag == "pcb-demo",
        "the notification is {notified:?}"
    );
    page.close().await
}
