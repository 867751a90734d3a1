//! A widget in a shadow root: what it shows, when its promises settle, and that it leaves nothing behind.

use batch_task_widget::element::WidgetHandle;
use batch_task_widget::view::window::{ERROR_ROW_PX, ROW_PX};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{Element, HtmlElement, ShadowRoot};

use crate::support::*;

async fn mounted(width_px: u32, interval_s: f64) -> (HtmlElement, WidgetHandle, ShadowRoot) {
    let target = target(width_px);
    let given = options(&[
        ("endpoint", "/api/DescribeBatchTask".into()),
        ("batchId", "pcb 1&x".into()),
        ("interval", interval_s.into()),
    ]);
    let root = shadow(&target);
    let handle = attached(&root, &given);
    (target, handle, root)
}

fn leave(target: &Element, handle: &WidgetHandle) {
    handle.destroy();
    target.remove();
    restore();
}

#[wasm_bindgen_test]
async fn the_sample_is_shown_in_a_shadow_root() {
    respond_with(SAMPLE);
    let (target, handle, root) = mounted(1_000, 0.0).await;
    // Yew may yield between the render of a parent and that of its children.
    until("badge and percentage", || {
        text(&root, ".btw-percent") == "80 %" && text(&root, ".btw-badge-text") == "Running"
    })
    .await;
    assert_eq!(text(&root, ".btw-listed"), "1 of 10 subtasks listed");
    let call = calls_made().get(0);
    let url = field(&call, "url").as_string().expect("a URL");
    assert!(url.ends_with("/api/DescribeBatchTask?BatchId=pcb+1%26x"), "{url}");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn rows_have_the_heights_that_the_windowing_assumes() {
    let failed = running(50, 1, "r").replace(r#""pc-0","#, r#""pc-0","ErrorMsg":"the disk is full","#);
    respond_with(&failed);
    // The box is narrower by its border and, in some browsers, a scrollbar.
    for (width_px, error_px) in [(1_030, ROW_PX), (990, ERROR_ROW_PX), (360, ERROR_ROW_PX)] {
        let (target, handle, root) = mounted(width_px, 0.0).await;
        let is_high = |selector: &str, px: u32| {
            let row = root.query_selector(selector).ok().flatten();
            row.is_some_and(|row| (row.get_bounding_client_rect().height() - f64::from(px)).abs() < 0.01)
        };
        until("rows of these heights", || {
            is_high(".btw-row:first-child", error_px) && is_high(".btw-row:nth-child(2)", ROW_PX)
        })
        .await;
        handle.destroy();
        target.remove();
    }
    restore();
}

#[wasm_bindgen_test]
async fn a_long_table_renders_only_visible_rows_and_scrolls_to_its_end() {
    respond_with(&running(10_000, 1, "r"));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    // The first rows appear before the body is complete.
    until("all rows", || attribute(&root, "table", "aria-rowcount") == "10001").await;
    let scroller = root.query_selector(".btw-table-scroll").unwrap().expect("a scroll box");
    for _ in 0..3 {
        scroller.set_scroll_top(10_000 * 34);
        frame().await;
    }
    until("the last row", || text(&root, ".btw-row:last-child .btw-col-instance") == "pc-9999").await;
    assert!(count(&root, ".btw-row") < 80);
    let height = f64::from(scroller.scroll_height());
    assert!((height - 34.0 * 10_001.0).abs() < 40.0, "the scrolled height is that of all rows: {height}");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn refresh_resolves_when_the_new_data_is_rendered() {
    let (first, second) = (quoted(&running(4, 1, "r1")), quoted(&running(4, 3, "r2")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second},\"chunk\":7}},{{\"body\":{second}}}]"));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    until("the first response", || text(&root, ".btw-percent") == "25 %").await;
    JsFuture::from(handle.refresh()).await.expect("refreshed");
    assert_eq!(text(&root, ".btw-percent"), "75 %");
    JsFuture::from(handle.refresh()).await.expect("unchanged data resolves too");
    assert_eq!(calls_made().length(), 3);
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn refresh_rejects_with_the_error() {
    let denied = quoted(r#"{"RequestId":"R","Code":"Forbidden.RAM","Message":"no"}"#);
    responses(&format!("[{{\"body\":{}}},{{\"status\":403,\"body\":{denied}}}]", quoted(SAMPLE)));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    until("the first response", || count(&root, ".btw-row") == 1).await;
    let error = JsFuture::from(handle.refresh()).await.expect_err("a denial rejects");
    assert_eq!(field(&error, "code"), "Forbidden.RAM");
    assert_eq!(field(&error, "class"), "permission");
    assert_eq!(field(&error, "status"), 403);
    assert_eq!(text(&root, ".btw-notice-title"), "No permission");
    assert_eq!(count(&root, ".btw-row"), 1, "old data stays");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn destroy_aborts_the_request_rejects_and_stops_polling() {
    responses(r#"[{"hang":true}]"#);
    let (target, handle, _root) = mounted(1_000, 2.0).await;
    until("the first request", || calls_made().length() == 1).await;
    let refreshed = handle.refresh();
    leave(&target, &handle);
    let error = JsFuture::from(refreshed).await.expect_err("the widget was destroyed");
    assert_eq!(field(&error, "name"), "AbortError");
    assert!(field(&calls_made().get(0), "aborted").is_truthy());
    let late = JsFuture::from(handle.refresh()).await.expect_err("there is no widget");
    assert_eq!(field(&late, "name"), "AbortError");
    handle.destroy();
    assert_eq!(calls_made().length(), 1);
}

#[wasm_bindgen_test]
async fn options_mask_accounts_link_instances_and_search() {
    respond_with(&SAMPLE.replace("batch_task_test", "for aliuid:1422133474238823"));
    // Wide enough for a column of errors.
    let target = target(1_200);
    let given = options(&[
        ("endpoint", "/api".into()),
        ("interval", 0.into()),
        ("redact", true.into()),
        ("instanceUrl", "https://console.example/{InstanceId}".into()),
        ("q", "ASSUMEOSSROLE".into()),
    ]);
    let root = shadow(&target);
    let handle = attached(&root, &given);
    until("the row", || count(&root, ".btw-row") == 1).await;
    assert!(text(&root, "td.btw-col-error").starts_with("aliuid:… "), "{}", text(&root, "td.btw-col-error"));
    assert_eq!(text(&root, ".btw-title"), "for aliuid:…");
    assert!(!root.inner_html().contains("1422133474238823"));
    let link = root.query_selector(".btw-anchor").unwrap().expect("a link");
    assert!(link.get_attribute("href").is_some_and(|url| url.starts_with("https://console.example/pc-")));
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn an_unchanged_poll_updates_only_freshness_and_request_id() {
    let polls: Vec<String> =
        (0..6).map(|poll| format!("{{\"body\":{}}}", quoted(&running(30, 1, &format!("r{poll}"))))).collect();
    responses(&format!("[{}]", polls.join(",")));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    until("rows", || count(&root, ".btw-row") > 10).await;
    at_rest(&root).await;
    let seen = mutations(&root);
    for poll in 1..5 {
        JsFuture::from(handle.refresh()).await.expect("refreshed");
        assert!(text(&root, "[part~=request-id]").ends_with(&format!("r{poll}")));
    }
    frame().await;
    assert_eq!(seen.length(), 0, "{:?}", seen.get(0));
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn an_unchanged_poll_is_drawn_with_the_next_second() {
    let body =
        |poll: u32| format!("{{\"body\":{},\"again\":true}}", quoted(&running(30, 1, &format!("r{poll}"))));
    responses(&format!("[{},{}]", body(0), body(1)));
    accelerate_timers(20.0);
    stop_seconds();
    let (target, handle, root) = mounted(1_000, 2.0).await;
    until("rows", || count(&root, ".btw-row") > 10).await;
    at_rest(&root).await;
    let (freshness, ids) =
        (written_texts(&root, "[part~=freshness]"), written_texts(&root, "[part~=request-id]"));
    let asked = calls_made().length();
    until("three more polls", || calls_made().length() > asked + 3).await;
    assert_eq!((freshness.length(), ids.length()), (0, 0), "no second has passed");
    // Someone waits for this one.
    JsFuture::from(handle.refresh()).await.expect("refreshed");
    let last = (calls_made().length() - 1) % 2;
    assert!(text(&root, "[part~=request-id]").ends_with(&format!("r{last}")));
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn a_hidden_page_does_not_poll_and_a_visible_one_does() {
    set_visibility("hidden");
    respond_with(SAMPLE);
    let (target, handle, root) = mounted(1_000, 2.0).await;
    until("the pause", || text(&root, "[part~=freshness]").contains("Paused while hidden")).await;
    assert_eq!(calls_made().length(), 0);
    set_visibility("visible");
    until("a response", || text(&root, ".btw-percent") == "80 %").await;
    assert_eq!(calls_made().length(), 1);
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn row_elements_are_kept_across_a_changed_poll() {
    let (first, second) = (quoted(&running(30, 1, "r1")), quoted(&running(30, 2, "r2")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    until("rows", || count(&root, ".btw-row") > 10).await;
    let before = root.query_selector(".btw-row:nth-child(5)").unwrap().expect("a row");
    JsFuture::from(handle.refresh()).await.expect("refreshed");
    let after = root.query_selector(".btw-row:nth-child(5)").unwrap().expect("a row");
    assert!(before.is_same_node(Some(&after)));
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn scrolling_reuses_row_elements_and_moves_the_focus_to_the_container() {
    respond_with(&running(5_000, 1, "r"));
    let (target, handle, root) = mounted(1_000, 0.0).await;
    // The first rows appear before the body is complete.
    until("all rows", || attribute(&root, "table", "aria-rowcount") == "5001").await;
    let scroller = root.query_selector(".btw-table-scroll").unwrap().expect("a scroll box");
    // In the middle, the overscan is complete on both sides, so no other position needs more rows.
    scroller.set_scroll_top(1_000 * 34);
    let last = || -> u32 { text(&root, ".btw-row:last-child .btw-col-instance")[3..].parse().unwrap() };
    until("the middle", || last() > 1_000).await;
    let rows = || root.query_selector_all(".btw-row").unwrap();
    let before = rows();
    root.query_selector(".btw-row:nth-child(3) .btw-open")
        .unwrap()
        .unwrap()
        .unchecked_into::<HtmlElement>()
        .focus()
        .unwrap();
    until("another place", || {
        // WebKit scrolls a focused element into view with a delay, and so scrolls back.
        scroller.set_scroll_top(4_000 * 34);
        last() > 4_000
    })
    .await;
    let after = rows();
    let kept = (0..after.length()).filter(|&index| {
        (0..before.length()).any(|old| before.get(old).unwrap().is_same_node(after.get(index).as_ref()))
    });
    assert_eq!(kept.count() as u32, after.length(), "of {} rows, {} before", after.length(), before.length());
    assert!(root.active_element().unwrap().is_same_node(Some(&scroller)), "the container has the focus");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn a_table_that_is_shown_again_still_follows_its_width() {
    respond_with(&running(30, 1, "r"));
    let (target, handle, root) = mounted(1_200, 0.0).await;
    until("all columns", || count(&root, "thead th") == 7).await;
    click(&root, ".btw-chip-failed");
    until("the empty table", || count(&root, ".btw-empty") == 1).await;
    // The removed container has no width, which must not count as narrow.
    frame().await;
    frame().await;
    click(&root, ".btw-empty button");
    until("all columns again", || count(&root, "thead th") == 7).await;
    target.style().set_property("width", "360px").unwrap();
    until("the narrow table", || count(&root, "thead th") < 6).await;
    leave(&target, &handle);
}

fn click(root: &ShadowRoot, selector: &str) {
    root.query_selector(selector).unwrap().expect("a button").unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn a_widget_destroyed_before_its_first_render_leaves_nothing() {
    respond_with(&running(3, 1, "r"));
    let gone = target(1_000);
    let gone_root = shadow(&gone);
    // A fetcher that never responds and collects the abort signals.
    let signals = Array::new();
    let fetcher =
        Function::new_with_args("signals, { signal }", "signals.push(signal); return new Promise(() => {});");
    let given = options(&[
        ("endpoint", "/api/DescribeBatchTask".into()),
        ("fetcher", fetcher.bind1(&JsValue::UNDEFINED, &signals).into()),
    ]);
    attached(&gone_root, &given).destroy();
    let (target, handle, root) = mounted(1_000, 0.0).await;
    until("the rows of another widget", || count(&root, ".btw-row") == 3).await;
    // Its own request may start after the response to the other.
    frame().await;
    let is_open = |signal: &JsValue| field(signal, "aborted").is_falsy();
    until("no request of it is open", || !signals.iter().any(|signal| is_open(&signal))).await;
    until("nothing of it is left", || count(&gone_root, "*") == 1).await;
    gone.remove();
    leave(&target, &handle);
}
