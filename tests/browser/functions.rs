//! The host's functions, for headers and instead of `fetch`: when they are called.

use batch_task_widget::effect::fetch::{RequestHeaders, Target};
use batch_task_widget::{BatchTaskConfig, use_batch_task};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::ShadowRoot;
use yew::prelude::*;

use crate::support::*;

/// A function with this body.
fn function(body: &str) -> Function {
    Function::new_with_args("request", body)
}

/// Options with a headers function that says which one was called.
fn with_headers(number: u32) -> JsValue {
    let headers = function(&format!("globalThis.calledHeaders = {number}; return {{'x-call': '{number}'}}"));
    options(&[("endpoint", "/api".into()), ("batchId", "pcb-1".into()), ("headers", headers.into())])
}

/// Options with a fetcher that counts the calls of all fetchers, and says which one was called.
fn with_fetcher(number: u32, answer: &str) -> JsValue {
    let body = format!("globalThis.fetcherCalls.push({number}); return {answer}");
    options(&[("batchId", "pcb-1".into()), ("fetcher", function(&body).into())])
}

fn global(name: &str) -> JsValue {
    field(&js_sys::global(), name)
}

fn fetcher_calls() -> Vec<u32> {
    js_sys::Array::from(&global("fetcherCalls"))
        .iter()
        .filter_map(|call| call.as_f64())
        .map(|call| call as u32)
        .collect()
}

fn ended(root: &ShadowRoot) -> bool {
    text(root, "[part~=badge]") == "Completed" || count(root, "[role=alert]") == 1
}

#[wasm_bindgen_test]
async fn a_new_headers_function_sends_no_request_and_is_called_at_the_next_one() {
    let completed = running(4, 4, "r").replacen(
        "\"Status\":\"RUNNING\",\"TotalCount",
        "\"Status\":\"COMPLETED\",\"TotalCount",
        1,
    );
    for answer in
        [format!("{{\"body\":{}}}", quoted(&completed)), "{\"status\":404,\"body\":\"no\"}".to_owned()]
    {
        responses(&format!("[{answer}]"));
        let page = target(700);
        let root = shadow(&page);
        let handle = attached(&root, &with_headers(0));
        until("the first answer", || ended(&root)).await;
        for number in 1..=50 {
            handle.configure(&with_headers(number));
            frame().await;
        }
        assert_eq!(calls_made().length(), 1, "{answer}");
        assert!(ended(&root), "the data and the error stay");
        assert_eq!(global("calledHeaders"), 0);

        drop(JsFuture::from(handle.refresh()).await);
        assert_eq!((calls_made().length(), global("calledHeaders")), (2, 50.into()), "{answer}");
        handle.destroy();
        page.remove();
        restore();
    }
}

#[wasm_bindgen_test]
async fn a_new_fetcher_is_not_called_until_the_next_request() {
    let completed = format!("({{ Status: 'COMPLETED', TotalCount: 1, SuccessCount: 1, SubTasks: [] }})");
    for answer in [completed.as_str(), "new Response('no', { status: 404 })"] {
        js_sys::eval("globalThis.fetcherCalls = []").expect("evaluated");
        let page = target(700);
        let root = shadow(&page);
        let handle = attached(&root, &with_fetcher(0, answer));
        until("the first answer", || ended(&root)).await;
        for number in 1..=50 {
            handle.configure(&with_fetcher(number, answer));
            frame().await;
        }
        assert_eq!(fetcher_calls(), [0], "{answer}");
        drop(JsFuture::from(handle.refresh()).await);
        assert_eq!(fetcher_calls(), [0, 50], "{answer}");
        handle.destroy();
        page.remove();
    }
}

#[wasm_bindgen_test]
async fn a_new_function_does_not_abort_the_request_in_flight() {
    responses("[{\"hang\":true}]");
    let page = target(700);
    let root = shadow(&page);
    let handle = attached(&root, &with_headers(0));
    until("the request", || calls_made().length() == 1).await;
    handle.configure(&with_headers(1));
    frame().await;
    assert_eq!(calls_made().length(), 1);
    assert!(field(&calls_made().get(0), "aborted").is_falsy());
    handle.destroy();
    page.remove();
    restore();
}

#[wasm_bindgen_test]
async fn widgets_do_not_share_a_function() {
    js_sys::eval("globalThis.fetcherCalls = []").expect("evaluated");
    let same = with_fetcher(7, "({ Status: 'COMPLETED', SubTasks: [] })");
    let page = target(700);
    let roots = [shadow(&page), shadow(&page)];
    let handles = roots.each_ref().map(|root| attached(root, &same));
    until("both answers", || roots.iter().all(ended)).await;
    assert_eq!(fetcher_calls(), [7, 7]);
    handles.iter().for_each(|handle| handle.destroy());
    page.remove();
}

#[derive(Clone, PartialEq, Properties)]
struct LineProps {
    render: u32,
}

/// A component that passes a new function at each render.
#[component]
fn Line(props: &LineProps) -> Html {
    let config = BatchTaskConfig::new("/api", "pcb-1");
    let headers = function(&format!("globalThis.calledHeaders = {}; return {{}}", props.render));
    let target = Target { headers: RequestHeaders::Called(headers), ..config.target };
    let task = use_batch_task(BatchTaskConfig { target, ..config });
    let percent = task.summary.as_ref().and_then(|summary| summary.percent);
    let refresh = task.refresh.clone();
    html! {
        <button onclick={move |_| refresh.emit(Callback::noop())}>{ format!("{percent:?} {}", props.render) }</button>
    }
}

#[wasm_bindgen_test]
async fn a_yew_component_may_pass_a_new_function_at_each_render() {
    let body = running(4, 1, "r");
    responses(&format!("[{{\"body\":{}}},{{\"hang\":true}}]", quoted(&body)));
    let page = target(700);
    let mut app =
        yew::Renderer::<Line>::with_root_and_props(page.clone().into(), LineProps { render: 0 }).render();
    until("the answer", || page.inner_text() == "Some(25) 0").await;
    for render in 1..=50 {
        app.update(LineProps { render });
        until("the render", || page.inner_text() == format!("Some(25) {render}")).await;
    }
    assert_eq!((calls_made().length(), global("calledHeaders")), (1, 0.into()));
    page.query_selector("button").unwrap().unwrap().dispatch_event(&click()).expect("dispatched");
    until("the next request", || calls_made().length() == 2).await;
    assert_eq!(global("calledHeaders"), 50);
    app.destroy();
    page.remove();
    restore();
}

fn click() -> web_sys::Event {
    let bubbling = web_sys::EventInit::new();
    bubbling.set_bubbles(true);
    web_sys::Event::new_with_event_init_dict("click", &bubbling).expect("an event")
}
