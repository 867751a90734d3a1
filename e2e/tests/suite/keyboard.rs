//! Keyboard use: the tab order, a visible focus that a poll never loses, menus, tabs and lanes.

use anyhow::{Result, ensure};
use e2e::{Proxy, Response, wait_for};

use crate::batch::{good, running};
use crate::fixture::{DEFINE, Page, Server};
use crate::selectors::{BADGE, DOWN, ENTER, ESCAPE, RIGHT, ROW, TAB, UP};

/// The functions of the page that only these tests need.
impl<S: Server> Page<S> {
    /// Presses a key in the focused element.
    async fn press_key(&self, key: &str) -> Result<()> {
        self.type_into(":focus", key).await
    }

    async fn focused(&self) -> Result<String> {
        self.eval("focused()").await
    }

    async fn wait_for_focus(&self, expected: &str) -> Result<()> {
        wait_for(&format!("the focus on {expected}"), async || {
            let focused = self.focused().await?;
            ensure!(focused == expected, "it is on {focused}");
            Ok(())
        })
        .await
    }

    /// Waits for an element and focuses it.
    async fn focus(&self, selector: &str) -> Result<()> {
        self.wait_until(&format!("find(\"{selector}\")")).await?;
        self.act(&format!("find(\"{selector}\").focus()")).await
    }
}

/// The running batch of the gallery.
async fn open_running() -> Result<Page<Proxy>> {
    let page = Page::on_proxy("gallery.html?state=running").await?.with_helpers(include_str!("keyboard.js"));
    page.wait_until("document.documentElement.dataset.gallery === 'ready'").await?;
    page.load_deferred().await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_key_visits_all_controls_in_order_with_a_visible_focus() -> Result<()> {
    let page = open_running().await?;
    page.focus(".btw-freshness button").await?;
    let mut order = Vec::new();
    for _ in 0..60 {
        let focused = page.focused().await?;
        let is_row = focused.starts_with("Details of");
        order.push(focused);
        let (width, style, over): (f64, String, String) = page.eval("focusRing()").await?;
        ensure!(width >= 2.0 && style != "none", "the focus ring of {order:?} is {width} px {style}");
        ensure!(over.is_empty(), "{order:?} is covered by {over}");
        if is_row {
            break;
        }
        page.press_key(TAB).await?;
    }
    let expected = [
        "Pause",
        "Refresh",
        "Copy: Batch",
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
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_focused_row_is_not_covered_by_the_sticky_header() -> Result<()> {
    let page = open_running().await?;
    page.focus(".btw-open").await?;
    for _ in 0..30 {
        page.press_keys(DOWN).await?;
    }
    // Back up, towards the header.
    for _ in 0..24 {
        page.press_keys(UP).await?;
        let (_, _, over): (f64, String, String) = page.eval("focusRing()").await?;
        ensure!(over.is_empty(), "{} is covered by {over}", page.focused().await?);
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_menu_closes_on_escape_and_when_the_focus_leaves_it() -> Result<()> {
    let page = open_running().await?;
    for (name, menu) in [("Filter", ".btw-menu:first-of-type"), ("Export", ".btw-menu:last-of-type")] {
        page.focus(&format!("{menu} > summary")).await?;
        page.press_key(ENTER).await?;
        page.wait_for_count(&format!("{menu}[open]"), 1).await?;
        page.press_key(TAB).await?;
        ensure!(page.focused().await? != name, "the focus is not in the menu");
        page.press_key(ESCAPE).await?;
        page.wait_for_count(".btw-menu[open]", 0).await?;
        page.wait_for_focus(name).await?;
        page.press_key(ENTER).await?;
        page.wait_for_count(&format!("{menu}[open]"), 1).await?;
        page.focus("[type=search]").await?;
        page.wait_for_count(".btw-menu[open]", 0).await?;
    }
    // A click inside the menu does not close it.
    page.click(".btw-menu:nth-of-type(2) > summary").await?;
    page.click(".btw-menu:nth-of-type(2) .btw-menu-item:last-of-type").await?;
    page.wait_for_count("thead .btw-col-error", 0).await?;
    ensure!(page.count(".btw-menu[open]").await? == 1, "a click in the menu closed it");
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_open_rows_switch_tabs_and_select_lanes() -> Result<()> {
    let page = open_running().await?;
    page.focus(".btw-open").await?;
    page.press_key(ENTER).await?;
    page.wait_for_count(".btw-detail", 1).await?;
    ensure!(page.focused().await?.starts_with("Details of"), "the focus left the row");
    page.press_key(TAB).await?;
    ensure!(
        page.focused().await?.starts_with("Copy"),
        "the details do not follow their row in the tab order"
    );

    page.focus("[role=tab][aria-selected=true]").await?;
    page.press_key(RIGHT).await?;
    page.wait_for_focus("Timeline").await?;
    page.wait_until("find('[role=option]')").await?;
    ensure!(page.count("[role=tab][tabindex='0']").await? == 1, "both tabs are in the tab order");
    page.focus("[role=listbox]").await?;
    page.press_key(DOWN).await?;
    page.press_key(DOWN).await?;
    let active = "find('[role=listbox]').getAttribute('aria-activedescendant')";
    page.wait_until(&format!("{active} && {active} === find('[role=option][aria-selected=true]')?.id"))
        .await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_never_loses_the_focus() -> Result<()> {
    let page = Page::on_stub(2).await?.with_helpers(include_str!("keyboard.js"));
    page.wait_for_count(ROW, 3).await?;
    // An element that stays keeps the focus.
    for selector in
        ["[type=search]", ".btw-chip-running", ".btw-sort", "tr:nth-child(2) .btw-open", ".btw-table-scroll"]
    {
        page.focus(selector).await?;
        let before = page.focused().await?;
        page.wait_for_response(page.server.request_count() + 1).await?;
        page.wait_for_focus(&before).await?;
    }
    // The notice disappears with its focused button: the focus moves to the nearest control.
    page.server.respond(|_| Response {
        status: "403 Forbidden",
        ..Response::json("{\"Code\":\"Forbidden\",\"Message\":\"no\"}")
    });
    page.wait_until("find('[part~=notice] button')").await?;
    page.server.respond(good);
    page.focus("[part~=notice] button").await?;
    page.press_key(ENTER).await?;
    page.wait_for_count("[part~=notice]", 0).await?;
    page.wait_for_focus("Pause").await?;
    // The button disappears when the batch has ended.
    page.server.respond(|number| {
        let mut body = running(number);
        body["Status"] = "COMPLETED".into();
        body["SuccessCount"] = 3.into();
        Response::json(body.to_string())
    });
    page.wait_for_text(BADGE, |text| text.starts_with("Completed")).await?;
    page.wait_for_focus("Refresh").await?;
    page.close_despite_errors().await
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_in_a_menu_inside_a_dialog_of_the_host_closes_only_the_menu() -> Result<()> {
    let tag = "<batch-task-widget endpoint=api/DescribeBatchTask interval=600></batch-task-widget>";
    let page = Page::embedding(&format!("<dialog id=dialog>{tag}</dialog>"), DEFINE).await?;
    page.wait_until("find('.btw-row')").await?;
    page.act("document.getElementById('dialog').showModal(); window.escapes = 0").await?;
    // Component libraries close their dialogs by such a listener.
    page.act(
        "document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') window.escapes += 1; })",
    )
    .await?;
    for menu in [".btw-menu:first-of-type", ".btw-menu:last-of-type"] {
        page.act(&format!("find('{menu} > summary').focus()")).await?;
        page.press_keys(ENTER).await?;
        page.wait_until(&format!("find('{menu}[open] :is(input, button)')")).await?;
        page.press_keys(TAB).await?;
        page.press_keys(ESCAPE).await?;
        page.wait_until("!find('.btw-menu[open]')").await?;
        page.expect("document.getElementById('dialog').open && escapes === 0").await?;
        page.expect(&format!("widget().shadowRoot.activeElement === find('{menu} > summary')")).await?;
    }
    // With the menu closed, the key is the dialog's.
    page.press_keys(ESCAPE).await?;
    page.wait_until("!document.getElementById('dialog').open && escapes === 1").await?;
    page.close().await
}
