//! Several widgets for the same batch send as many requests as one.

use std::cell::RefCell;
use std::rc::Rc;

use batch_task_widget::BatchTaskConfig;
use batch_task_widget::element::WidgetHandle;
use batch_task_widget::poll::Phase;
use batch_task_widget::watch::{EarlyData, Refreshed, Watcher};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, ShadowRoot};
use yew::Callback;

use crate::support::*;

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

    fn remove(self) {
        self.handle.destroy();
        self.target.remove();
    }
}

fn all_show(widgets: &[Widget], percent: &str) -> bool {
    widgets.iter().all(|widget| widget.percent() == percent)
}

#[wasm_bindgen_test]
async fn twenty_widgets_send_as_many_requests_as_one() {
    let (first, second) = (quoted(&running(4, 1, "r1")), quoted(&running(4, 2, "r2")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let widgets: Vec<Widget> = (0..20).map(|_| Widget::of(&[])).collect();
    until("the first response in all widgets", || all_show(&widgets, "25 %")).await;
    assert_eq!(calls_made().length(), 1);
    JsFuture::from(widgets[7].handle.refresh()).await.expect("refreshed");
    until("the second response in all widgets", || all_show(&widgets, "50 %")).await;
    assert_eq!(calls_made().length(), 2);

    // A later widget shows the last response immediately; the last widget that is removed ends the polling.
    let late = Widget::of(&[]);
    until("the response in the later widget", || late.percent() == "50 %").await;
    widgets.into_iter().for_each(Widget::remove);
    JsFuture::from(late.handle.refresh()).await.expect("it still polls without the others");
    assert_eq!(calls_made().length(), 3);
    late.remove();
    let fresh = Widget::of(&[]);
    until("a request of its own", || calls_made().length() == 4).await;
    fresh.remove();
    restore();
}

/// Yew lets the browser continue between the first render of a widget, with the data of others, and the start of its watcher.
#[wasm_bindgen_test]
async fn data_that_a_widget_begins_with_is_not_asked_for_again() {
    let (first, second) = (quoted(&running(4, 1, "r1")), quoted(&running(4, 2, "r2")));
    responses(&format!("[{{\"body\":{first}}},{{\"body\":{second}}}]"));
    let config = BatchTaskConfig { interval_ms: 86_400_000, ..BatchTaskConfig::new("/api", "pcb-1") };
    until("the end of other tests' widgets", || EarlyData::take(&config).is_none()).await;
    let widget = Widget::of(&[]);
    until("the response", || widget.percent() == "25 %").await;
    let data = EarlyData::take(&config).expect("that of the widget");
    widget.remove();
    frame().await;

    let seen = Rc::new(RefCell::new(data.state()));
    let on_change = Callback::from({
        let seen = Rc::clone(&seen);
        move |state| drop(seen.replace(state))
    });
    let watcher = Watcher::start(&config, on_change);
    drop(data);
    frame().await;
    assert_eq!(calls_made().length(), 1);
    assert!(matches!(seen.borrow().phase, Phase::Waiting { .. }), "it is polled: {:?}", seen.borrow().phase);
    watcher.refresh(Refreshed::noop());
    until("the second response", || seen.borrow().task().and_then(|task| task.success_count) == Some(2))
        .await;
    assert_eq!(calls_made().length(), 2);
    drop(watcher);
    assert!(EarlyData::take(&config).is_none(), "nothing is left");
    restore();
}

#[wasm_bindgen_test]
async fn different_requests_are_not_shared() {
    respond_with(&running(4, 1, "r"));
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
    until("a response in all widgets without a fetcher", || {
        widgets.iter().filter(|widget| widget.percent() == "25 %").count() == 6
    })
    .await;
    assert_eq!(calls_made().length(), 5, "equal headers are one request; the case of names does not matter");
    widgets.into_iter().for_each(Widget::remove);
    restore();
}

#[wasm_bindgen_test]
async fn a_paused_widget_does_not_change() {
    let body = |success, id| format!("{{\"body\":{}}}", quoted(&running(4, success, id)));
    responses(&format!("[{},{},{}]", body(1, "r1"), body(2, "r2"), body(3, "r3")));
    let (paused, other) = (Widget::of(&[]), Widget::of(&[]));
    until("the first response in both", || paused.percent() == "25 %" && other.percent() == "25 %").await;
    paused.handle.pause();
    until("the pause", || paused.freshness().ends_with("paused")).await;
    assert!(other.freshness().contains("next in"), "{}", other.freshness());

    JsFuture::from(other.handle.refresh()).await.expect("refreshed");
    until("the second response in the other", || other.percent() == "50 %").await;
    frame().await;
    assert_eq!(paused.percent(), "25 %");

    // A refresh of the paused widget sends one request; the other widget shows its response, too.
    JsFuture::from(paused.handle.refresh()).await.expect("refreshed");
    assert_eq!(paused.percent(), "75 %");
    until("the pause again", || paused.freshness().ends_with("paused")).await;
    until("the third response in the other", || other.percent() == "75 %").await;
    assert_eq!(calls_made().length(), 3);

    other.handle.pause();
    until("the pause of both", || other.freshness().ends_with("paused")).await;
    paused.handle.resume();
    until("the next poll", || paused.freshness().contains("next in")).await;
    assert!(other.freshness().ends_with("paused"), "{}", other.freshness());
    paused.remove();
    other.remove();
    restore();
}

#[wasm_bindgen_test]
async fn a_widget_with_a_new_batch_does_not_affect_the_others() {
    respond_with(&running(4, 1, "r"));
    let (mover, stayer) = (Widget::of(&[]), Widget::of(&[]));
    until("a response in both", || mover.percent() == "25 %" && stayer.percent() == "25 %").await;
    respond_with(&running(4, 3, "r"));
    let elsewhere = options(&[("endpoint", "/api".into()), ("batchId", "pcb-2".into())]);
    mover.handle.configure(&elsewhere);
    until("the response to the new batch", || mover.percent() == "75 %").await;
    assert_eq!(stayer.percent(), "25 %");
    assert_eq!(calls_made().length(), 1, "since the new script");
    mover.remove();
    stayer.remove();
    restore();
}

#[wasm_bindgen_test]
async fn more_widgets_than_connections_take_turns() {
    // On a busy machine the frames below take longer than the time-out of the requests that hang.
    stop_seconds();
    let body = format!("{{\"body\":{}}}", quoted(&running(4, 1, "r")));
    responses(&format!("[{}{body}]", "{\"hang\":true},".repeat(5)));
    let of = |number: u32| Widget::of(&[("batchId", format!("pcb-{number}").into())]);
    let mut open: Vec<Widget> = (0..5).map(of).collect();
    until("five requests", || calls_made().length() == 5).await;
    let waiting = [of(5), of(6)];
    let refreshed = JsFuture::from(waiting[1].handle.refresh());
    for _ in 0..10 {
        frame().await;
    }
    assert_eq!(calls_made().length(), 5);

    // A hidden page does not send what waited, except for a refresh.
    set_visibility("hidden");
    open.drain(..2).for_each(Widget::remove);
    refreshed.await.expect("refreshed");
    assert_eq!(calls_made().length(), 6);
    assert_eq!((waiting[0].percent(), waiting[1].percent()), (String::new(), "25 %".to_owned()));

    set_visibility("visible");
    until("the last response", || waiting[0].percent() == "25 %").await;
    assert_eq!(calls_made().length(), 7);
    waiting.into_iter().chain(open).for_each(Widget::remove);
    restore();
}

#[wasm_bindgen_test]
async fn a_response_ends_the_offline_pause_of_its_origin() {
    let body = running(4, 1, "r");
    respond_with(&body);
    let of = |endpoint: &str, batch_id: &str| {
        Widget::of(&[("endpoint", endpoint.into()), ("batchId", batch_id.into())])
    };
    let here = of("/api", "pcb-1");
    let [first, second] = ["pcb-1", "pcb-2"].map(|batch_id| of("https://batch.example/api", batch_id));
    let elsewhere = of("https://other.example/api", "pcb-1");
    let all = [&here, &first, &second, &elsewhere];
    until("the responses", || all.iter().all(|widget| widget.freshness().contains("next in"))).await;

    // A response to a request that was sent before does not count.
    responses(&format!("[{{\"body\":{},\"delay\":300}}]", quoted(&body)));
    let refreshed = JsFuture::from(first.handle.refresh());
    until("the request", || calls_made().length() == 1).await;
    set_online(false);
    refreshed.await.expect("refreshed");
    let paused = [&first, &second, &elsewhere];
    until("the pause", || paused.iter().all(|widget| widget.freshness().ends_with("paused: offline"))).await;
    assert!(here.freshness().contains("next in"), "this machine is not paused: {}", here.freshness());

    JsFuture::from(second.handle.refresh()).await.expect("refreshed");
    let continued = [&first, &second];
    until("the end of the pause", || continued.iter().all(|widget| widget.freshness().contains("next in")))
        .await;
    assert!(elsewhere.freshness().ends_with("paused: offline"), "{}", elsewhere.freshness());

    set_online(true);
    until("the end of all pauses", || elsewhere.freshness().contains("next in")).await;
    assert_eq!(calls_made().length(), 2, "nothing was due");
    [here, first, second, elsewhere].into_iter().for_each(Widget::remove);
    restore();
}
