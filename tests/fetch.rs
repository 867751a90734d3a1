//! The fetch path in a real browser: time-out, size limit, cut and foreign bodies, the server's own waits.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a browser test is no #[test] to clippy")]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use batch_task_widget::effect::fetch::{self, Answer, Credentials, Method, RequestHeaders, Target};
use batch_task_widget::error::{Error, ErrorClass};
use batch_task_widget::model::BatchTask;
use batch_task_widget::poll::PartialTask;
use batch_task_widget::redact::Accounts;
use support::*;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

fn target() -> Target {
    Target {
        endpoint: "/api?token=secret".into(),
        batch_id: Some("pcb-1".into()),
        method: Method::Get,
        credentials: Credentials::SameOrigin,
        body_pointer: None,
        accounts: Accounts::Shown,
        headers: RequestHeaders::None,
        fetcher: None,
    }
}

async fn ask(target: Target) -> Result<Rc<BatchTask>, Error> {
    answer(target).await.map(|answer| answer.task)
}

async fn answer(target: Target) -> Result<Answer, Error> {
    answer_after(target, None, |_| {}).await
}

async fn answer_after(
    target: Target,
    last: Option<Answer>,
    partial: impl Fn(PartialTask) + 'static,
) -> Result<Answer, Error> {
    let result = Rc::new(RefCell::new(None));
    let told = Rc::clone(&result);
    let request = fetch::start(target, last, partial, move |ended| *told.borrow_mut() = Some(ended));
    until("the end of the fetch", || result.borrow().is_some()).await;
    drop(request);
    restore();
    result.take().expect("it has ended")
}

async fn failure(script: &str) -> Error {
    answers(script);
    ask(target()).await.expect_err("it fails")
}

#[wasm_bindgen_test]
async fn a_body_in_single_bytes_is_the_same_body() {
    answers(&format!("[{{\"body\":{},\"chunk\":1}}]", quoted(SAMPLE)));
    let task = ask(target()).await.expect("decoded");
    assert_eq!(task.success_count, Some(8));
    assert!(
        field(&calls_made().get(0), "url").as_string().unwrap().ends_with("/api?token=secret&BatchId=pcb-1")
    );
}

#[wasm_bindgen_test]
async fn a_body_is_the_same_however_the_browser_gives_it() {
    let body = running(3_000, 7, "r");
    let mut tasks = Vec::new();
    for kind in ["", ",\"native\":true", ",\"streamless\":true", ",\"chunk\":4099"] {
        answers(&format!("[{{\"body\":{}{kind}}}]", quoted(&body)));
        tasks.push(ask(target()).await.expect("decoded"));
    }
    assert_eq!(tasks[0].sub_tasks.len(), 3_000);
    tasks.dedup();
    assert_eq!(tasks.len(), 1);
}

#[wasm_bindgen_test]
async fn an_error_that_is_too_long_is_not_read_however_the_browser_gives_it() {
    let padding = " ".repeat(256 * 1024);
    let body = quoted(&format!("{{\"Code\":\"Forbidden.RAM\",\"Message\":\"no\"}}{padding}"));
    for kind in ["", ",\"streamless\":true"] {
        answers(&format!("[{{\"status\":500,\"body\":{body}{kind}}}]"));
        let error = ask(target()).await.expect_err("a failure");
        assert_eq!((error.class(), error.code()), (ErrorClass::Service, ""), "{kind}");
    }
}

#[wasm_bindgen_test]
async fn the_first_body_shows_rows_before_its_end_and_no_later_one_does() {
    answers(&format!("[{{\"body\":{},\"chunk\":40000}}]", quoted(&running(3_000, 7, "r"))));
    let seen = Rc::new(RefCell::new(Vec::new()));
    let watch = |seen: &Rc<RefCell<Vec<PartialTask>>>| {
        let seen = Rc::clone(seen);
        move |partial| seen.borrow_mut().push(partial)
    };
    let first = answer_after(target(), None, watch(&seen)).await.expect("decoded");
    let told = seen.take();
    let partial = told.first().expect("rows before the end");
    assert_eq!(partial.task.total_count, Some(3_000));
    assert!((50..3_000).contains(&partial.rows), "{}", partial.rows);
    assert_eq!(partial.task.sub_tasks.len(), partial.rows);
    assert_eq!(partial.task.sub_tasks.get(49), first.task.sub_tasks.get(49));

    answers(&format!("[{{\"body\":{},\"chunk\":40000}}]", quoted(&running(3_000, 8, "r-2"))));
    let second = answer_after(target(), Some(first.clone()), watch(&seen)).await.expect("decoded");
    assert!(seen.borrow().is_empty());
    assert!(second.task.sub_tasks.shares(&first.task.sub_tasks), "the same rows are kept once");
}

#[wasm_bindgen_test]
async fn what_has_not_changed_need_not_be_sent() {
    answers(&format!(
        "[{{\"body\":{},\"headers\":{{\"etag\":\"W/\\\"a\\\"\"}}}},{{\"status\":304,\"headers\":{{\"age\":\"3\"}}}}]",
        quoted(SAMPLE)
    ));
    let (target, result) = (target(), Rc::new(RefCell::new(Vec::new())));
    let mut last = None;
    for count in 1..=2 {
        let told = Rc::clone(&result);
        let request = fetch::start(target.clone(), last, |_| {}, move |ended| told.borrow_mut().push(ended));
        until("the end of the fetch", || result.borrow().len() == count).await;
        drop(request);
        last = result.borrow().last().cloned().and_then(Result::ok);
    }
    assert!(field(&calls_made().get(0), "validator").is_null());
    assert_eq!(field(&calls_made().get(1), "validator"), "W/\"a\"");
    let results = result.take();
    let [Ok(first), Ok(second)] = results.as_slice() else { panic!("{results:?}") };
    assert_eq!((&first.task, &first.request_id), (&second.task, &second.request_id));
    assert_eq!((first.age_ms, second.age_ms), (0, 3_000));
    restore();
}

#[wasm_bindgen_test]
async fn a_large_body_lets_the_page_have_its_turns() {
    // One chunk that is a third of the body is decoded in one task if nothing is done about it, and so would be the
    // next ones: what is to come when the first rows are told of must not wait for the end.
    let body = running(60_000, 7, "r");
    answers(&format!("[{{\"body\":{},\"chunk\":{}}}]", quoted(&body), body.len() / 3));
    let task = Rc::new(RefCell::new(None));
    let (begun, ended) = (Rc::clone(&task), Rc::new(RefCell::new(None)));
    let told = Rc::clone(&ended);
    let request = fetch::start(
        target(),
        None,
        move |_| {
            begun.borrow_mut().get_or_insert_with(task_to_come);
        },
        move |_| {
            let has_come = task.borrow().as_ref().is_some_and(|task| task.get(0).is_truthy());
            *told.borrow_mut() = Some(has_come);
        },
    );
    until("the end of the fetch", || ended.borrow().is_some()).await;
    assert_eq!(*ended.borrow(), Some(true));
    drop(request);
    restore();
}

#[wasm_bindgen_test]
async fn post_asks_with_the_id_in_the_query() {
    answer_with(SAMPLE);
    ask(Target { method: Method::Post, ..target() }).await.expect("decoded");
    let call = calls_made().get(0);
    assert_eq!(field(&call, "method"), "POST");
    assert!(field(&call, "url").as_string().unwrap().contains("BatchId=pcb-1"));
}

#[wasm_bindgen_test]
async fn each_failure_has_its_class_and_names_what_came() {
    use ErrorClass::*;
    let table = [
        (r#"[{"refuse":true}]"#, Network, "no response from /api"),
        (r#"[{"status":204}]"#, Invalid, "HTTP 204"),
        (
            r#"[{"body":"<!doctype html><title>Sign in</title>","type":"text/html"}]"#,
            Invalid,
            "<!doctype html>",
        ),
        (r#"[{"body":"{\"a\":1}"}]"#, Invalid, "{\"a\":1}"),
        (r#"[{"body":"{\"Status\":\"RUN"}]"#, Truncated, ""),
        (r#"[{"body":"{\"Status\":\"RUN","cut":true}]"#, Truncated, "cut off after"),
        (
            r#"[{"status":502,"body":"<h1>Bad gateway</h1>","type":"text/html"}]"#,
            Service,
            "HTTP 502 (text/html)",
        ),
        (r#"[{"status":404,"body":"nope","type":"text/plain"}]"#, Endpoint, "HTTP 404"),
        (r#"[{"status":401,"body":""}]"#, Unauthorized, "HTTP 401"),
        (
            r#"[{"status":400,"body":"{\"Code\":\"Throttling.User\",\"Message\":\"slow down\"}"}]"#,
            Throttled,
            "slow down",
        ),
        (r#"[{"body":"{\"Code\":\"NoPermission\",\"Message\":\"no\"}"}]"#, Permission, "no"),
        (r#"[{"megabytes":70}]"#, TooLarge, "64 MiB"),
    ];
    for (script, class, part) in table {
        let error = failure(script).await;
        assert_eq!(error.class(), class, "{script}: {error}");
        assert!(error.to_string().contains(part), "{script}: {error}");
        assert!(
            !error.to_string().contains("secret"),
            "a token in the endpoint's query is not shown: {error}"
        );
    }
}

#[wasm_bindgen_test]
async fn an_endpoint_that_cannot_be_asked_is_named_without_its_secrets() {
    for endpoint in
        ["https://user:secret@host.example/api?token=secret", "https://host.example:x/api?token=secret"]
    {
        let error = ask(Target { endpoint: endpoint.into(), ..target() }).await.expect_err("it fails");
        assert_eq!(error.class(), ErrorClass::Options, "{error}");
        let text = error.to_string();
        assert!(text.contains("host.example") && text.contains("/api"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_function_for_the_headers_that_fails_once_is_asked_again() {
    let fails = js_sys::Function::new_no_args("throw new Error('no token now')");
    let failing = Target { headers: RequestHeaders::Called(fails), ..target() };
    let error = ask(failing).await.expect_err("it fails");
    assert_eq!(error.class(), ErrorClass::Network, "{error}");
    assert!(error.to_string().contains("no token now"), "{error}");
    let odd = js_sys::Function::new_no_args("return 'token'");
    let error = ask(Target { headers: RequestHeaders::Called(odd), ..target() }).await.expect_err("it fails");
    assert_eq!(error.class(), ErrorClass::Options, "{error}");
}

#[wasm_bindgen_test]
async fn the_servers_waits_are_read() {
    let table = [
        (r#"{"retry-after":"7"}"#, Some(7_000)),
        (r#"{"x-acs-retry-after":"2500"}"#, Some(2_500)),
        (r#"{"x-acs-retry-after":"2500","retry-after":"7"}"#, Some(7_000)),
        (r#"{"retry-after":"Thu, 01 Jan 1970 00:00:00 GMT"}"#, Some(0)),
        (r#"{"retry-after":"soon"}"#, None),
        ("{}", None),
    ];
    for (headers, expected) in table {
        let error = failure(&format!("[{{\"status\":429,\"headers\":{headers}}}]")).await;
        assert_eq!(error.retry_after_ms(), expected, "{headers}");
    }
}

#[wasm_bindgen_test]
async fn silence_times_out_and_aborts() {
    time_divided_by(200.0);
    let error = failure(r#"[{"hang":true}]"#).await;
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(error.to_string().contains("10 s"), "{error}");
    assert!(field(&calls_made().get(0), "aborted").is_truthy());
}

#[wasm_bindgen_test]
async fn a_dropped_request_is_aborted_and_tells_nothing() {
    answers(r#"[{"hang":true}]"#);
    let told = Rc::new(RefCell::new(false));
    let request = fetch::start(target(), None, |_| {}, {
        let told = Rc::clone(&told);
        move |_| *told.borrow_mut() = true
    });
    until("the request", || calls_made().length() == 1).await;
    drop(request);
    until("the abort", || field(&calls_made().get(0), "aborted").is_truthy()).await;
    frame().await;
    assert!(!*told.borrow());
    restore();
}

#[wasm_bindgen_test]
async fn an_envelope_is_opened_by_its_pointer() {
    answer_with(&format!("{{\"result\":[{SAMPLE}]}}"));
    let task = ask(Target { body_pointer: Some("/result/0".into()), ..target() }).await.expect("decoded");
    assert_eq!(&*task.batch_id, "pcb-xxx");
    answer_with(SAMPLE);
    let error =
        ask(Target { body_pointer: Some("/nowhere".into()), ..target() }).await.expect_err("not there");
    assert!(error.to_string().contains("/nowhere"), "{error}");
}

#[wasm_bindgen_test]
async fn the_servers_time_is_read() {
    for (date, server_ms) in [("Thu, 28 May 2026 16:38:20 GMT", Some(1_779_986_300_000)), ("yesterday", None)]
    {
        answers(&format!("[{{\"body\":{},\"headers\":{{\"date\":\"{date}\"}}}}]", quoted(SAMPLE)));
        assert_eq!(answer(target()).await.expect("decoded").server_ms, server_ms, "{date}");
    }
    answer_with(SAMPLE);
    assert_eq!(answer(target()).await.expect("decoded").server_ms, None);
}

#[wasm_bindgen_test]
async fn what_a_cache_says_of_its_answer_is_read() {
    let table = [
        ("{}", 0, false),
        (r#"{"age":"2","cache-status":"batch-task-proxy; hit; ttl=0"}"#, 2_000, false),
        (r#"{"age":"34","cache-status":"batch-task-proxy; fwd=stale; fwd-status=503"}"#, 34_000, true),
        (r#"{"age":"34","cache-status":"nginx; hit, batch-task-proxy;fwd=stale"}"#, 34_000, true),
        (r#"{"age":"old","cache-status":"fwd=stalemate"}"#, 0, false),
    ];
    for (headers, age_ms, is_stale) in table {
        answers(&format!("[{{\"body\":{},\"headers\":{headers}}}]", quoted(SAMPLE)));
        let answer = answer(target()).await.expect("decoded");
        assert_eq!((answer.age_ms, answer.is_stale), (age_ms, is_stale), "{headers}");
    }
}
