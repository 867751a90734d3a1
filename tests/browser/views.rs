//! The timeline, the export and the notification at the end, used with keyboard and pointer.

use batch_task_widget::element::WidgetHandle;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{Element, HtmlElement, ShadowRoot};

use crate::support::*;

#[wasm_bindgen(module = "/tests/browser/views.js")]
extern "C" {
    fn press_key(element: &Element, key: &str) -> bool;
    fn point(element: &Element, kind: &str);
    #[wasm_bindgen(js_name = print)]
    fn print_event(kind: &str);
    fn capture_files() -> js_sys::Array;
    fn stop_capturing_files();
    fn capture_notifications(permission: &str) -> js_sys::Array;
}

/// A batch with this status and five rows, of which the third has failed.
fn body(status: &str, request_id: &str) -> String {
    let rows: Vec<String> = (0..5)
        .map(|row| {
            let (state, error) = if row == 2 { ("FAILED", "disk \\\"a\\\" is full") } else { ("COMPLETED", "") };
            format!(
                r#"{{"TaskId":"10{row}","InstanceId":"pc-{row}","Status":"{state}","TaskBegin":"2026-05-28 16:38:0{row}","TaskEnd":"2026-05-28 16:39:0{row}","ErrorMsg":"{error}"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"RequestId":"{request_id}","BatchId":"pcb-1","TaskName":"t","Status":"{status}","TotalCount":5,"SuccessCount":4,"SubTasks":[{}]}}"#,
        rows.join(",")
    )
}

async fn mounted(pairs: &[(&str, JsValue)]) -> (HtmlElement, WidgetHandle, ShadowRoot) {
    let target = target(900);
    let mut given = vec![("endpoint", "/api".into()), ("interval", 2.into())];
    given.extend_from_slice(pairs);
    let root = shadow(&target);
    let handle = attached(&root, &options(&given));
    until("a response", || count(&root, ".btw-percent") == 1).await;
    (target, handle, root)
}

fn leave(target: &Element, handle: &WidgetHandle) {
    handle.destroy();
    target.remove();
    restore();
}

fn element(root: &ShadowRoot, selector: &str) -> HtmlElement {
    root.query_selector(selector).unwrap().unwrap_or_else(|| panic!("no {selector}")).unchecked_into()
}

#[wasm_bindgen_test]
async fn keys_switch_tabs_and_select_lanes() {
    respond_with(&body("COMPLETED", "r"));
    let (target, handle, root) = mounted(&[]).await;
    let tab = element(&root, "[role=tab][aria-selected=true]");
    tab.focus().unwrap();
    assert!(press_key(&tab, "ArrowRight"), "the key is handled");
    until("the timeline", || count(&root, "[role=option]") == 5).await;
    assert_eq!(
        root.active_element().unwrap().text_content().as_deref(),
        Some("Timeline"),
        "the focus follows"
    );

    let lanes = element(&root, ".btw-timeline");
    lanes.focus().unwrap();
    for (key, id) in
        [("ArrowDown", "100"), ("ArrowDown", "101"), ("End", "104"), ("ArrowUp", "103"), ("Home", "100")]
    {
        assert!(press_key(&lanes, key));
        until(key, || text(&root, ".btw-lane-facts .btw-code") == id).await;
        let active = lanes.get_attribute("aria-activedescendant").expect("an active lane");
        let active = root.get_element_by_id(&active).expect("and it is there");
        assert_eq!(active.get_attribute("aria-selected").as_deref(), Some("true"));
        assert!(active.get_attribute("aria-label").unwrap().starts_with(id));
    }
    assert!(!press_key(&lanes, "Tab"), "other keys are not handled");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn hovering_a_lane_shows_its_facts_and_a_click_opens_its_row() {
    respond_with(&body("COMPLETED", "r"));
    let (target, handle, root) = mounted(&[("view", "timeline".into())]).await;
    point(&element(&root, "[role=option]:nth-of-type(3)"), "pointermove");
    until("the facts", || text(&root, ".btw-lane-error") == "disk \"a\" is full").await;
    assert_eq!(text(&root, ".btw-lane-facts .btw-status"), "Failed");
    point(&element(&root, ".btw-lanes"), "pointerleave");
    until("no facts", || count(&root, ".btw-lane-facts") == 0).await;
    point(&element(&root, "[role=option]:nth-of-type(2)"), "click");
    until("the open row", || count(&root, ".btw-open[aria-expanded=true]") == 1).await;
    let open = element(&root, ".btw-open[aria-expanded=true]");
    assert!(open.get_attribute("aria-label").unwrap().contains("101"), "it is another row");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn a_print_has_all_reasons_also_in_a_compact_widget() {
    let rows: Vec<String> = ('a'..='h')
        .map(|reason| format!(r#"{{"TaskId":"{reason}","Status":"FAILED","ErrorMsg":"reason {reason}"}}"#))
        .collect();
    let body = format!(
        r#"{{"RequestId":"r","BatchId":"pcb-1","TaskName":"t","Status":"COMPLETED","TotalCount":8,"SuccessCount":0,"SubTasks":[{}]}}"#,
        rows.join(",")
    );
    for compact in [false, true] {
        respond_with(&body);
        let (target, handle, root) = mounted(&[("compact", compact.into())]).await;
        until("five reasons", || count(&root, ".btw-group") == 5).await;
        print_event("beforeprint");
        until("all reasons", || count(&root, ".btw-group") == 8).await;
        print_event("afterprint");
        until("five reasons again", || count(&root, ".btw-group") == 5).await;
        leave(&target, &handle);
    }
}

#[wasm_bindgen_test]
async fn an_export_has_the_rows_and_closes_the_menu() {
    respond_with(&body("COMPLETED", "r"));
    let (target, handle, root) = mounted(&[("filter", "failed".into())]).await;
    let files = capture_files();
    let menu = element(&root, ".btw-toolbar details:last-of-type");
    menu.set_attribute("open", "").unwrap();
    element(&root, "[aria-label='CSV, 1 shown']").click();
    until("a file", || files.length() == 1).await;
    until("the menu", || count(&root, "details[open]") == 0).await;
    element(&root, "[aria-label='JSON, All 5']").click();
    until("another file", || files.length() == 2).await;
    stop_capturing_files();
    let file = |index| async move {
        let file: js_sys::Array = JsFuture::from(files_at(&files, index)).await.unwrap().unchecked_into();
        [0, 1, 2].map(|part| file.get(part).as_string().unwrap_or_default())
    };
    let [name, media_type, csv] = file.clone()(0).await;
    assert!(name.starts_with("pcb-1-subtasks-2") && name.ends_with("Z.csv"), "{name}");
    assert_eq!(media_type, "text/csv;charset=utf-8");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.ends_with("\"disk \"\"a\"\" is full\"\r\n"), "{csv}");
    let [_, _, json] = file(1).await;
    assert_eq!(json.matches("\"TaskId\"").count(), 5, "{json}");
    leave(&target, &handle);
}

fn files_at(files: &js_sys::Array, index: u32) -> js_sys::Promise {
    files.get(index).unchecked_into()
}

#[wasm_bindgen_test]
async fn the_notification_at_the_end_is_shown_while_the_page_is_hidden() {
    respond_with(&body("RUNNING", "r1"));
    let shown = capture_notifications("granted");
    accelerate_timers(100.0);
    let (target, handle, root) = mounted(&[]).await;
    element(&root, ".btw-await").click();
    until("the pressed button", || count(&root, ".btw-await[aria-pressed=true]") == 1).await;
    set_visibility("hidden");
    respond_with(&body("COMPLETED", "r2"));
    until("the notification", || shown.length() == 1).await;
    assert_eq!(
        shown.get(0).as_string().unwrap(),
        "Completed · 1 failed · t | succeeded: 4 of 5 · 1 failed | pcb-1"
    );
    until("the end", || count(&root, ".btw-await") == 0).await;
    assert_eq!(calls_made().length(), 1);
    set_visibility("visible");
    leave(&target, &handle);
}

#[wasm_bindgen_test]
async fn without_permission_there_is_a_note_instead_of_a_notification() {
    respond_with(&body("RUNNING", "r1"));
    let shown = capture_notifications("denied");
    let (target, handle, root) = mounted(&[]).await;
    element(&root, ".btw-await").click();
    until("the note", || count(&root, ".btw-await-note") == 1).await;
    element(&root, ".btw-await").click();
    until("the released button", || count(&root, ".btw-await[aria-pressed=false]") == 1).await;
    assert_eq!((shown.length(), count(&root, ".btw-await-note")), (0, 0));
    leave(&target, &handle);
}
