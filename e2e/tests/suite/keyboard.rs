//! All by keyboard: an order that makes sense, a focus that is seen and never lost, menus that close, tabs by arrow keys.

use anyhow::{Result, ensure};
use e2e::{Answer, Browser, Proxy, Settings, Size, Stub, wait_for};
use serde_json::Value;

use crate::support::{BADGE, ROW, good, running, wait_for_answer, wait_for_count};

const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

/// Sends a key to whatever has the focus.
async fn press_key(browser: &Browser, key: &str) -> Result<()> {
    browser.type_into(":focus", key).await
}

/// What has the focus, in words: its name or text.
async fn focused(browser: &Browser) -> Result<String> {
    let script = "const focused = document.activeElement; \
                  return focused === document.body ? 'nothing' : \
                  (focused.getAttribute('aria-label') ?? focused.innerText).replace(/\\s+/g, ' ').trim();";
    browser.run(script, &[]).await
}

async fn wait_for_focus(browser: &Browser, expected: &str) -> Result<()> {
    wait_for(&format!("the focus on {expected}"), async || {
        let found = focused(browser).await?;
        ensure!(found == expected, "it is on {found}");
        Ok(())
    })
    .await
}

async fn focus(browser: &Browser, selector: &str) -> Result<()> {
    wait_for_any(browser, selector).await?;
    browser.run("document.querySelector(arguments[0]).focus();", &[selector.into()]).await
}

async fn wait_for_any(browser: &Browser, selector: &str) -> Result<()> {
    wait_for(selector, async || {
        ensure!(browser.count(selector).await? > 0, "there is none");
        Ok(())
    })
    .await
}

/// The gallery's batch that runs, and the proxy that serves it.
async fn open_running() -> Result<(Proxy, Browser)> {
    let proxy = Proxy::start(Settings::default()).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&proxy.url("/gallery.html?state=running")).await?;
    wait_for_any(&browser, "[data-gallery=ready]").await?;
    Ok((proxy, browser))
}

/// How the focus is drawn, and whether what has it is covered by something else: the width of its outline, its style, and the
/// class of what is over it.
const DRAWN: &str = r#"
const focused = document.activeElement;
const { outlineStyle, outlineWidth } = getComputedStyle(focused);
const { left, top, width, height } = focused.getBoundingClientRect();
// What is larger than the window is seen if its upper part is.
const over = document.elementFromPoint(left + Math.min(width, innerWidth) / 2, top + Math.min(height, 40) / 2);
const isFree = over !== null && (focused.contains(over) || over.contains(focused) || focused.closest("label")?.contains(over));
return [parseFloat(outlineWidth), outlineStyle, isFree ? "" : `${over?.tagName} ${over?.className}`];
"#;

#[tokio::test(flavor = "multi_thread")]
async fn tab_goes_through_all_in_order_and_is_seen_everywhere() -> Result<()> {
    let (_proxy, browser) = open_running().await?;
    focus(&browser, ".btw-freshness button").await?;
    let mut order = Vec::new();
    for _ in 0..32 {
        order.push(focused(&browser).await?);
        let (width, style, over): (f64, String, String) = browser.run(DRAWN, &[]).await?;
        ensure!(width >= 2.0 && style != "none", "the focus on {order:?} is not seen: {width} px {style}");
        ensure!(over.is_empty(), "the focus on {order:?} is behind {over}");
        press_key(&browser, TAB).await?;
    }
    let expected = [
        "Pause",
        "Refresh",
        "Notify me when it ends",
        "All 240",
        "Succeeded 182",
        "Failed 9",
        "Needs attention 2",
        "Running 14",
        "Waiting 33",
        "Copy report",
    ];
    ensure!(order.starts_with(&expected.map(str::to_owned)), "the order is {order:#?}");
    let place = |name: &str| order.iter().position(|other| other.starts_with(name));
    let later =
        ["Subtasks", "Search ID", "Columns", "Export", "Subtasks, scrollable", "Task ID", "Details of"];
    let places: Vec<Option<usize>> = later.into_iter().map(place).collect();
    ensure!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {order:#?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_tabbed_to_are_not_behind_the_header() -> Result<()> {
    let (_proxy, browser) = open_running().await?;
    focus(&browser, ".btw-open").await?;
    for _ in 0..30 {
        press_key(&browser, TAB).await?;
    }
    // And back again, upwards, where the header is.
    for _ in 0..24 {
        press_key(&browser, "\u{e008}\u{e004}").await?;
        let (_, _, over): (f64, String, String) = browser.run(DRAWN, &[]).await?;
        ensure!(over.is_empty(), "{} is behind {over}", focused(&browser).await?);
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_close_at_escape_and_when_the_focus_leaves() -> Result<()> {
    let (_proxy, browser) = open_running().await?;
    for name in ["Columns", "Export"] {
        let menu = if name == "Columns" { ".btw-menu:first-of-type" } else { ".btw-menu:last-of-type" };
        focus(&browser, &format!("{menu} > summary")).await?;
        press_key(&browser, ENTER).await?;
        wait_for_count(&browser, &format!("{menu}[open]"), 1).await?;
        press_key(&browser, TAB).await?;
        ensure!(focused(&browser).await? != name, "the focus is not in the menu");
        press_key(&browser, ESCAPE).await?;
        wait_for_count(&browser, ".btw-menu[open]", 0).await?;
        wait_for_focus(&browser, name).await?;
        press_key(&browser, ENTER).await?;
        wait_for_count(&browser, &format!("{menu}[open]"), 1).await?;
        focus(&browser, "[type=search]").await?;
        wait_for_count(&browser, ".btw-menu[open]", 0).await?;
    }
    // A press beside a name, inside the menu, leaves it open.
    browser.click(".btw-menu:first-of-type > summary").await?;
    browser.click(".btw-menu-item:last-of-type").await?;
    wait_for_count(&browser, "thead .btw-col-error", 0).await?;
    ensure!(browser.count(".btw-menu[open]").await? == 1, "the menu closed at a press in it");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_rows_and_lanes_by_keys() -> Result<()> {
    let (_proxy, browser) = open_running().await?;
    focus(&browser, ".btw-open").await?;
    press_key(&browser, ENTER).await?;
    wait_for_count(&browser, ".btw-detail", 1).await?;
    ensure!(focused(&browser).await?.starts_with("Details of"), "the focus left the row");
    press_key(&browser, TAB).await?;
    press_key(&browser, TAB).await?;
    ensure!(focused(&browser).await?.starts_with("Copy"), "the details come after their row");

    focus(&browser, "[role=tab][aria-selected=true]").await?;
    press_key(&browser, RIGHT).await?;
    wait_for_focus(&browser, "Timeline").await?;
    wait_for_any(&browser, "[role=option]").await?;
    ensure!(browser.count("[role=tab][tabindex='0']").await? == 1, "one tab is in the order");
    focus(&browser, "[role=listbox]").await?;
    press_key(&browser, DOWN).await?;
    press_key(&browser, DOWN).await?;
    wait_for("the second lane", async || {
        let active = browser.attribute("[role=listbox]", "aria-activedescendant").await?.unwrap_or_default();
        let selected = "return document.querySelector('[role=option][aria-selected=true]')?.id ?? '';";
        let selected: String = browser.run(selected, &[]).await?;
        ensure!(!active.is_empty() && active == selected, "{active} is active and {selected} selected");
        Ok(())
    })
    .await?;
    browser.close().await
}

/// The same batch, at its end.
fn ended(number: usize) -> Value {
    let mut body = running(number);
    body["Status"] = "COMPLETED".into();
    body["SuccessCount"] = 3.into();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_never_takes_the_focus_away() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    browser.goto(&stub.url("?batch-id=pcb-stub&interval=2")).await?;
    wait_for_count(&browser, ROW, 3).await?;
    // What stays keeps it.
    for selector in
        ["[type=search]", ".btw-chip-running", ".btw-sort", "tr:nth-child(2) .btw-open", ".btw-table-scroll"]
    {
        focus(&browser, selector).await?;
        let before = focused(&browser).await?;
        wait_for_answer(&browser, stub.asked() + 1).await?;
        wait_for_focus(&browser, &before).await?;
    }
    // An error that goes takes its button with it; the next thing to press is near.
    stub.script(|_| Answer {
        status: "403 Forbidden",
        ..Answer::json("{\"Code\":\"Forbidden\",\"Message\":\"no\"}")
    });
    wait_for_any(&browser, "[part~=notice] button").await?;
    stub.script(good);
    focus(&browser, "[part~=notice] button").await?;
    press_key(&browser, ENTER).await?;
    wait_for_count(&browser, "[part~=notice]", 0).await?;
    wait_for_focus(&browser, "Pause").await?;
    // So does the end of the batch: nothing is left to pause.
    stub.script(|number| Answer::json(ended(number).to_string()));
    browser.wait_for_text(BADGE, |text| text == "Completed").await?;
    wait_for_focus(&browser, "Refresh").await?;
    browser.complaints().await?;
    browser.close().await
}
