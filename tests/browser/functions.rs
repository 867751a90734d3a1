//! The host's functions, for headers and instead of `fetch`: when they are called, and what they may return or throw.

use batch_task_widget::effect::fetch::{Fetcher, RequestHeaders, Target};
use batch_task_widget::error::ErrorClass;
use batch_task_widget::{BatchTaskConfig, use_batch_task};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::ShadowRoot;
use yew::prelude::*;

use crate::fetch::{ask, target};
use crate::support::{target as page_target, *};

/// An interval that no test lives to see, in seconds. On a busy machine fifty renders take longer than the default one.
const SELDOM_S: u32 = 86_400;

/// A function with this body.
fn function(body: &str) -> Function {
    Function::new_with_args("request", body)
}

/// Options with a headers function that says which one was called.
fn with_headers(number: u32) -> JsValue {
    let headers = function(&format!("globalThis.calledHeaders = {number}; return {{'x-call': '{number}'}}"));
    options(&[
        ("endpoint", "/api".into()),
        ("batchId", "pcb-1".into()),
        ("interval", SELDOM_S.into()),
        ("headers", headers.into()),
    ])
}

/// Options with a fetcher that counts the calls of all fetchers, and says which one was called.
fn with_fetcher(number: u32, answer: &str) -> JsValue {
    let body = format!("globalThis.fetcherCalls.push({number}); return {answer}");
    options(&[
        ("batchId", "pcb-1".into()),
        ("interval", SELDOM_S.into()),
        ("fetcher", function(&body).into()),
    ])
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
    text(root, "[part~=badge]").starts_with("Completed") || count(root, "[role=alert]") == 1
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
        let page = page_target(700);
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
    let completed = "({ Status: 'COMPLETED', TotalCount: 1, SuccessCount: 1, SubTasks: [] })";
    for answer in [completed, "new Response('no', { status: 404 })"] {
        js_sys::eval("globalThis.fetcherCalls = []").expect("evaluated");
        let page = page_target(700);
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
    let page = page_target(700);
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
    let page = page_target(700);
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
    let config = BatchTaskConfig { interval_ms: SELDOM_S * 1_000, ..BatchTaskConfig::new("/api", "pcb-1") };
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
    let page = page_target(700);
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

#[wasm_bindgen_test]
async fn what_a_function_throws_is_classified_by_its_status() {
    use ErrorClass::{Endpoint, Invalid, Network, Permission, Service, Throttled, Unauthorized};
    let table = [
        ("Object.assign(new Error('signed out'), { status: 401 })", Unauthorized, Some(401), "signed out"),
        (
            "Object.assign(new Error('no'), { response: { status: 403, data: {} } })",
            Permission,
            Some(403),
            "no",
        ),
        (
            "Object.assign(new Error('no'), { status: 'error', response: { status: 503 } })",
            Service,
            Some(503),
            "no",
        ),
        (
            "Object.assign(new Error('no'), { status: 0, response: { status: 429 } })",
            Throttled,
            Some(429),
            "no",
        ),
        (
            "({ name: 'HttpErrorResponse', message: 'Http failure', status: 500 })",
            Service,
            Some(500),
            "Http failure",
        ),
        ("new Response('', { status: 404 })", Endpoint, Some(404), "HTTP 404"),
        ("({ status: 200, message: 'Http failure during parsing' })", Invalid, Some(200), "during parsing"),
        // No answer: a gRPC status, a client without a connection, anything else.
        ("Object.assign(new Error('unavailable'), { status: 14 })", Network, None, "unavailable"),
        ("Object.assign(new Error('offline'), { status: 0 })", Network, None, "offline"),
        ("Object.assign(new Error('odd'), { status: NaN, response: null })", Network, None, "odd"),
        ("Object.assign(new Error('odd'), { get status() { throw 1 } })", Network, None, "failed"),
        ("({ get response() { throw 1 } })", Network, None, "failed"),
        ("null", Network, None, "failed"),
    ];
    for (thrown, class, status, part) in table {
        for body in [format!("throw {thrown}"), format!("return Promise.reject({thrown})")] {
            let fetching = Target { fetcher: Some(Fetcher(function(&body))), ..target() };
            let with_token = Target { headers: RequestHeaders::Called(function(&body)), ..target() };
            for target in [fetching, with_token] {
                let error = ask(target).await.expect_err("it fails");
                assert_eq!((error.class(), error.status()), (class, status), "{body}: {error}");
                assert!(error.to_string().contains(part), "{body}: {error}");
            }
        }
    }
}

#[wasm_bindgen_test]
async fn a_response_of_another_realm_is_a_response() {
    let frame =
        "globalThis.realm ??= document.body.appendChild(document.createElement('iframe')).contentWindow;";
    let json = quoted(SAMPLE);
    let returned = format!("{frame} return new realm.Response({json})");
    let task =
        ask(Target { fetcher: Some(Fetcher(function(&returned))), ..target() }).await.expect("decoded");
    assert_eq!(task.success_count, Some(8));
    let refused = format!("{frame} return new realm.Response('', {{ status: 401 }})");
    let error =
        ask(Target { fetcher: Some(Fetcher(function(&refused))), ..target() }).await.expect_err("refused");
    assert_eq!((error.class(), error.status()), (ErrorClass::Unauthorized, Some(401)));
    js_sys::eval("realm.frameElement.remove(); delete globalThis.realm").expect("removed");
}

#[wasm_bindgen_test]
async fn an_object_with_a_status_and_a_text_function_is_a_response() {
    let json = quoted(SAMPLE);
    for response in [
        format!("({{ status: 200, text: () => {json} }})"),
        format!("({{ status: 200, ok: true, body: null, headers: {{}}, text: async () => {json} }})"),
        format!(
            "(new (class {{ status = 200; headers = new Headers(); async text() {{ return {json} }} }}))"
        ),
    ] {
        let fetcher = Some(Fetcher(function(&format!("return {response}"))));
        let task = ask(Target { fetcher, ..target() }).await.expect("decoded");
        assert_eq!(task.success_count, Some(8), "{response}");
    }
    use ErrorClass::{Endpoint, Invalid, NotFound, Service, Throttled, Unauthorized};
    let missing = quoted("{\"Code\":\"InvalidBatchId.NotFound\",\"Message\":\"no\"}");
    for (response, class, status) in [
        ("({ status: 401, text: async () => '' })".to_owned(), Unauthorized, 401),
        (format!("({{ status: 404, text: async () => {missing} }})"), NotFound, 404),
        ("({ status: 404, text: async () => '<p>' })".to_owned(), Endpoint, 404),
        ("({ status: 204, text: async () => '' })".to_owned(), Invalid, 204),
        // No `Response` can be made of these.
        ("({ status: 204, text: async () => 'x' })".to_owned(), Invalid, 204),
        ("({ status: 304, text: async () => 'x' })".to_owned(), Invalid, 304),
        ("({ status: 503, text: async () => { throw new Error('cut') } })".to_owned(), Service, 503),
        (
            "({ status: 429, headers: { 'Retry-After': '7' }, text: async () => '' })".to_owned(),
            Throttled,
            429,
        ),
        (
            "({ status: 429, headers: new Map([['Retry-After', '7']]), text: async () => '' })".to_owned(),
            Throttled,
            429,
        ),
    ] {
        let fetcher = Some(Fetcher(function(&format!("return {response}"))));
        let error = ask(Target { fetcher, ..target() }).await.expect_err("it fails");
        assert_eq!((error.class(), error.status()), (class, Some(status)), "{response}: {error}");
        if class == Throttled {
            assert_eq!(error.retry_after_ms(), Some(7_000), "{response}");
        }
    }
    // An answer of a client such as axios is not a response: its data is the body.
    let wrapped = format!("return {{ status: 200, data: {SAMPLE}, headers: {{}} }}");
    let task = ask(Target { fetcher: Some(Fetcher(function(&wrapped))), ..target() }).await.expect("decoded");
    assert_eq!(task.success_count, Some(8));
}
