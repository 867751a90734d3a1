//! Several widgets that watch the same, in a real browser: they make as many requests as one.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a browser test is no #[test] to clippy")]

mod support;

use batch_task_widget::element::WidgetHandle;
use support::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, ShadowRoot};

wasm_bindgen_test_configure!(run_in_browser);

struct Widget {
    target: HtmlElement,
    handle: WidgetHandle,
    root: ShadowRoot,
}

impl Widget {
    fn of(more: &[(&str, JsValue)]) -> Self {
        let mut given =
            vec![("endpoint", "/api".into()), ("batchId", "pcb-1".into()), ("interval", 86_400.into())];
        given.extend(more.iter().cloned());
        let target = target(700);
        let root = shadow(&target);
        let handle = attached(&root, &options(&given));
        Self { target, handle, root }
    }

    fn percent(&self) -> String {
        text(&self.root, ".btw-percent")
    }

    fn freshness(&self) -> String {
        text(&self.root, ".btw-freshness-text")
    }

    fn leave(self) {
        self.handle.destroy();
        self.target.remove();
    }
}

fn all_show(widgets: &[Widget], percent: &str) -> bool {
    widgets.iter().all(|widget| widget.percent() == percent)
}

#[wasm_bindgen_test]
async fn twenty_widgets_ask_as_often_as_one() {
    let (first, second) = (quoted(&running(4, 1, "r1")), quoted(&running(4, 2, "r2")));
    answers(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let widgets: Vec<Widget> = (0..20).map(|_| Widget::of(&[])).collect();
    until("all have the first answer", || all_show(&widgets, "25 %")).await;
    assert_eq!(calls_made().length(), 1);
    JsFuture::from(widgets[7].handle.refresh()).await.expect("refreshed");
    until("all have the second answer", || all_show(&widgets, "50 %")).await;
    assert_eq!(calls_made().length(), 2);

    // Who comes late has the answer at once, and the last to go ends it.
    let late = Widget::of(&[]);
    until("the late one has it too", || late.percent() == "50 %").await;
    widgets.into_iter().for_each(Widget::leave);
    JsFuture::from(late.handle.refresh()).await.expect("the others' end is not its own");
    assert_eq!(calls_made().length(), 3);
    late.leave();
    let fresh = Widget::of(&[]);
    until("a request of its own", || calls_made().length() == 4).await;
    fresh.leave();
    restore();
}

#[wasm_bindgen_test]
async fn other_requests_are_not_shared() {
    answer_with(&running(4, 1, "r"));
    let header = |value: &str| options(&[("X-Token", value.into())]);
    let fetcher = js_sys::Function::new_no_args("return new Promise(() => {})");
    let widgets = [
        Widget::of(&[]),
        Widget::of(&[("batchId", "pcb-2".into())]),
        Widget::of(&[("method", "post".into())]),
        Widget::of(&[("headers", header("a"))]),
        Widget::of(&[("headers", options(&[("x-token", "a".into())]))]),
        Widget::of(&[("headers", header("b"))]),
        Widget::of(&[("fetcher", fetcher.into())]),
    ];
    until("five requests", || calls_made().length() == 5).await;
    until("all but the fetcher's have an answer", || {
        widgets.iter().filter(|widget| widget.percent() == "25 %").count() == 6
    })
    .await;
    assert_eq!(calls_made().length(), 5, "equal headers are one request, whatever the case of their names");
    widgets.into_iter().for_each(Widget::leave);
    restore();
}

#[wasm_bindgen_test]
async fn one_that_is_paused_stays_as_it_is() {
    let body = |success, id| format!("{{\"body\":{}}}", quoted(&running(4, success, id)));
    answers(&format!("[{},{},{}]", body(1, "r1"), body(2, "r2"), body(3, "r3")));
    let (paused, other) = (Widget::of(&[]), Widget::of(&[]));
    until("both have the first answer", || paused.percent() == "25 %" && other.percent() == "25 %").await;
    paused.handle.pause();
    until("one is paused", || paused.freshness().ends_with("paused")).await;
    assert!(other.freshness().contains("next in"), "{}", other.freshness());

    JsFuture::from(other.handle.refresh()).await.expect("refreshed");
    until("the other has the second", || other.percent() == "50 %").await;
    frame().await;
    assert_eq!(paused.percent(), "25 %");

    // It may ask by itself, once; the others have that answer as well.
    JsFuture::from(paused.handle.refresh()).await.expect("refreshed");
    assert_eq!(paused.percent(), "75 %");
    until("it is paused again", || paused.freshness().ends_with("paused")).await;
    until("the other has the third", || other.percent() == "75 %").await;
    assert_eq!(calls_made().length(), 3);

    other.handle.pause();
    until("both are paused", || other.freshness().ends_with("paused")).await;
    paused.handle.resume();
    until("it goes on", || paused.freshness().contains("next in")).await;
    assert!(other.freshness().ends_with("paused"), "{}", other.freshness());
    paused.leave();
    other.leave();
    restore();
}

#[wasm_bindgen_test]
async fn one_that_goes_elsewhere_leaves_the_others_be() {
    answer_with(&running(4, 1, "r"));
    let (mover, stayer) = (Widget::of(&[]), Widget::of(&[]));
    until("both have an answer", || mover.percent() == "25 %" && stayer.percent() == "25 %").await;
    answer_with(&running(4, 3, "r"));
    let elsewhere = options(&[("endpoint", "/api".into()), ("batchId", "pcb-2".into())]);
    mover.handle.configure(&elsewhere);
    until("the mover has another", || mover.percent() == "75 %").await;
    assert_eq!(stayer.percent(), "25 %");
    assert_eq!(calls_made().length(), 1, "since the answers were scripted anew");
    mover.leave();
    stayer.leave();
    restore();
}
