//! Budgets of a poll, as counts: changes in the document, and memory. `cargo xtask bench` measures times.
//!
//! A binary of its own, because the memory that other tests have freed would hide growth.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "clippy does not treat browser tests as tests")]
#![allow(dead_code, reason = "this binary uses only some of the helpers")]

#[path = "browser/support/mod.rs"]
mod support;

use batch_task_widget::effect::languages::{self, Overrides};
use batch_task_widget::effect::slices::yield_to_page;
use batch_task_widget::element::WidgetHandle;
use batch_task_widget::i18n::{Catalogue, EN, Language, Messages};
use js_sys::{Object, Reflect};
use support::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, ShadowRoot};

wasm_bindgen_test_configure!(run_in_browser);

/// A running batch. If `has_ended`, the fourth row has ended.
fn batch(rows: u32, has_ended: bool) -> String {
    let row = |row: u32| {
        let (status, end) = match row {
            0..3 => ("COMPLETED", "2026/05/28T17:00:00Z"),
            3 if has_ended => ("COMPLETED", "2026/05/28T17:10:00Z"),
            3 => ("RUNNING", ""),
            _ => ("WAITING", ""),
        };
        format!(
            r#"{{"TaskId":"{row}","InstanceId":"pc-{row}","Status":"{status}","TaskBegin":"2026/05/28T16:38:20Z","TaskEnd":"{end}","ErrorMsg":""}}"#
        )
    };
    let list: Vec<String> = (0..rows).map(row).collect();
    let success = if has_ended { 4 } else { 3 };
    format!(
        r#"{{"TaskName":"t","Status":"RUNNING","TotalCount":{rows},"SuccessCount":{success},"SubTasks":[{}]}}"#,
        list.join(",")
    )
}

/// A widget whose polls return the two batches in turn.
async fn alternating(rows: u32) -> (HtmlElement, WidgetHandle, ShadowRoot) {
    let bodies = [false, true].map(|has_ended| quoted(&batch(rows, has_ended)));
    responses(&format!("[{}]", bodies.map(|body| format!("{{\"body\":{body},\"again\":true}}")).join(",")));
    let target = target(1_000);
    let root = shadow(&target);
    // On a busy machine, a second may pass during a poll.
    stop_seconds();
    let handle = attached(&root, &options(&[("endpoint", "/api".into()), ("interval", 3_600.into())]));
    until("rows", || count(&root, ".btw-row") > 10).await;
    at_rest(&root).await;
    (target, handle, root)
}

fn leave(target: &HtmlElement, handle: &WidgetHandle) {
    handle.destroy();
    target.remove();
    restore();
}

async fn refresh(handle: &WidgetHandle) {
    JsFuture::from(handle.refresh()).await.expect("refreshed");
}

/// One row changes: its status, end and duration, and the highlight of a change; above the table the count, the bar and two
/// chips, of which one is muted at 0. The percentage stays the same.
const MAX_MUTATIONS: u32 = 20;

#[wasm_bindgen_test]
async fn a_changed_poll_writes_only_the_changes_for_any_number_of_rows() {
    let mut counts = Vec::new();
    for rows in [1_000, 3_000] {
        let (target, handle, root) = alternating(rows).await;
        // The first poll highlights the row, which stays highlighted.
        refresh(&handle).await;
        refresh(&handle).await;
        frame().await;
        let seen = mutations(&root);
        refresh(&handle).await;
        frame().await;
        let count = seen.length();
        assert!((1..=MAX_MUTATIONS).contains(&count), "{count}: {}", seen.join(" | "));
        counts.push(count);
        leave(&target, &handle);
    }
    assert_eq!(counts[0], counts[1], "the count does not depend on the number of rows");
}

#[wasm_bindgen_test]
async fn a_poll_renders_once_and_does_not_show_that_it_starts() {
    let (target, handle, root) = alternating(100).await;
    let texts = written_texts(&root, "[part~=freshness]");
    for _ in 0..5 {
        refresh(&handle).await;
    }
    // The time of the update may be written.
    let is_start =
        |text: wasm_bindgen::JsValue| text.as_string().is_some_and(|text| text.contains("pdating"));
    assert!(!texts.iter().any(is_start), "{}", texts.join(" | "));
    leave(&target, &handle);
}

#[wasm_bindgen(inline_js = "export const promising = (module) => async () => module;")]
extern "C" {
    fn promising(module: &Object) -> js_sys::Function;
}

fn overrides(number: u32) -> Overrides {
    let texts = Object::new();
    Reflect::set(&texts, &"pause".into(), &format!("Hold {number}").into()).unwrap();
    Overrides(texts)
}

#[wasm_bindgen_test]
async fn messages_above_the_limit_use_no_memory() {
    let texts = EN.texts().join("\n");
    let file = Object::new();
    Reflect::set(&file, &"edition".into(), &Messages::EDITION.into()).unwrap();
    Reflect::set(&file, &"default".into(), &format!("\n{}{texts}", "x".repeat(1 << 18)).into()).unwrap();
    languages::set_loader(promising(&file));
    let load = |number| languages::load::<Messages>(Language::English, Some(overrides(number)), || {});
    (0..40).for_each(load);
    yield_to_page().await;
    let is_loaded =
        |number| languages::loaded::<Messages>(Language::English, Some(&overrides(number))).is_some();
    assert!(is_loaded(0) && !is_loaded(39), "some fit into the limit");
    let before = memory_bytes();
    (40..140).for_each(load);
    yield_to_page().await;
    assert_eq!(memory_bytes(), before);
}

fn memory_bytes() -> u32 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    memory.buffer().unchecked_into::<js_sys::ArrayBuffer>().byte_length()
}

#[wasm_bindgen_test]
async fn memory_is_flat_over_five_hundred_polls() {
    let (target, handle, _root) = alternating(500).await;
    for _ in 0..50 {
        refresh(&handle).await;
    }
    let before = memory_bytes();
    for _ in 0..450 {
        refresh(&handle).await;
    }
    assert_eq!(memory_bytes(), before);
    // The measurement does see growth.
    let more = vec![1_u8; 8 << 20];
    assert!(memory_bytes() > before, "{}", more.len());
    leave(&target, &handle);
}
