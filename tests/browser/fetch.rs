//! Requests in a real browser: timeout, size limit, incomplete and invalid bodies, `retry-after`.

use std::cell::RefCell;
use std::rc::Rc;

use batch_task_widget::effect::fetch::{self, Answer, Batch, Method, Outage, RequestHeaders, Target};
use batch_task_widget::error::{Error, ErrorClass};
use batch_task_widget::model::BatchTask;
use batch_task_widget::poll::PartialTask;
use wasm_bindgen_test::*;

use crate::support::*;

pub(crate) fn target() -> Target {
    Target::new("/api?token=secret", Batch(Some("pcb-1".into())))
}

pub(crate) async fn ask(target: Target) -> Result<Rc<BatchTask>, Error> {
    answer(target).await.map(|answer| answer.content)
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
    let callback = Rc::clone(&result);
    let request = fetch::start(target, last, Outage::default(), partial, move |ended| {
        *callback.borrow_mut() = Some(ended)
    });
    until("the end of the fetch", || result.borrow().is_some()).await;
    drop(request);
    restore();
    result.take().expect("it has ended")
}

async fn failure(script: &str) -> Error {
    responses(script);
    ask(target()).await.expect_err("it fails")
}

#[wasm_bindgen_test]
async fn a_body_in_chunks_of_one_byte_is_decoded() {
    responses(&format!("[{{\"body\":{},\"chunk\":1}}]", quoted(SAMPLE)));
    let task = ask(target()).await.expect("decoded");
    assert_eq!(task.success_count, Some(8));
    assert!(
        field(&calls_made().get(0), "url").as_string().unwrap().ends_with("/api?token=secret&BatchId=pcb-1")
    );
}

#[wasm_bindgen_test]
async fn every_kind_of_stream_gives_the_same_batch() {
    let body = running(3_000, 7, "r");
    let mut tasks = Vec::new();
    for kind in ["", ",\"native\":true", ",\"streamless\":true", ",\"chunk\":4099"] {
        responses(&format!("[{{\"body\":{}{kind}}}]", quoted(&body)));
        tasks.push(ask(target()).await.expect("decoded"));
    }
    assert_eq!(tasks[0].sub_tasks.len(), 3_000);
    tasks.dedup();
    assert_eq!(tasks.len(), 1);
}

#[wasm_bindgen_test]
async fn an_error_body_above_the_limit_is_not_read() {
    let padding = " ".repeat(256 * 1024);
    let body = quoted(&format!("{{\"Code\":\"Forbidden.RAM\",\"Message\":\"no\"}}{padding}"));
    for kind in ["", ",\"streamless\":true"] {
        responses(&format!("[{{\"status\":500,\"body\":{body}{kind}}}]"));
        let error = ask(target()).await.expect_err("a failure");
        assert_eq!((error.class(), error.code()), (ErrorClass::Service, ""), "{kind}");
    }
}

#[wasm_bindgen_test]
async fn only_the_first_body_shows_rows_before_its_end() {
    responses(&format!("[{{\"body\":{},\"chunk\":40000}}]", quoted(&running(3_000, 7, "r"))));
    let seen = Rc::new(RefCell::new(Vec::new()));
    let watch = |seen: &Rc<RefCell<Vec<PartialTask>>>| {
        let seen = Rc::clone(seen);
        move |partial| seen.borrow_mut().push(partial)
    };
    let first = answer_after(target(), None, watch(&seen)).await.expect("decoded");
    let partials = seen.take();
    let partial = partials.first().expect("rows before the end");
    assert_eq!(partial.task.total_count, Some(3_000));
    assert!((50..3_000).contains(&partial.rows), "{}", partial.rows);
    assert_eq!(partial.task.sub_tasks.len(), partial.rows);
    assert_eq!(partial.task.sub_tasks.get(49), first.content.sub_tasks.get(49));

    responses(&format!("[{{\"body\":{},\"chunk\":40000}}]", quoted(&running(3_000, 8, "r-2"))));
    let second = answer_after(target(), Some(first.clone()), watch(&seen)).await.expect("decoded");
    assert!(seen.borrow().is_empty());
    assert!(second.content.sub_tasks.shares(&first.content.sub_tasks), "unchanged rows are shared");
}

#[wasm_bindgen_test]
async fn an_unchanged_body_is_answered_with_304() {
    responses(&format!(
        "[{{\"body\":{},\"headers\":{{\"etag\":\"W/\\\"a\\\"\"}}}},{{\"status\":304,\"headers\":{{\"age\":\"3\"}}}}]",
        quoted(SAMPLE)
    ));
    let (target, result) = (target(), Rc::new(RefCell::new(Vec::new())));
    let mut last = None;
    for count in 1..=2 {
        let callback = Rc::clone(&result);
        let request = fetch::start(
            target.clone(),
            last,
            Outage::default(),
            |_| {},
            move |ended| callback.borrow_mut().push(ended),
        );
        until("the end of the fetch", || result.borrow().len() == count).await;
        drop(request);
        last = result.borrow().last().cloned().and_then(Result::ok);
    }
    assert!(field(&calls_made().get(0), "validator").is_null());
    assert_eq!(field(&calls_made().get(1), "validator"), "W/\"a\"");
    let results = result.take();
    let [Ok(first), Ok(second)] = results.as_slice() else { panic!("{results:?}") };
    assert_eq!((&first.content, &first.request_id), (&second.content, &second.request_id));
    assert_eq!((first.server_time.age_ms(), second.server_time.age_ms()), (0, 3_000));
    restore();
}

#[wasm_bindgen_test]
async fn decoding_a_large_body_yields_to_the_page() {
    // Each chunk is a third of the body. A task that is queued when the first rows are shown must run before the last chunk has
    // been decoded.
    let body = running(60_000, 7, "r");
    responses(&format!("[{{\"body\":{},\"chunk\":{}}}]", quoted(&body), body.len() / 3));
    let task = Rc::new(RefCell::new(None));
    let (queued, ended) = (Rc::clone(&task), Rc::new(RefCell::new(None)));
    let callback = Rc::clone(&ended);
    let request = fetch::start(
        target(),
        None,
        Outage::default(),
        move |_| {
            queued.borrow_mut().get_or_insert_with(queued_task);
        },
        move |_| {
            let has_run = task.borrow().as_ref().is_some_and(|task| task.get(0).is_truthy());
            *callback.borrow_mut() = Some(has_run);
        },
    );
    until("the end of the fetch", || ended.borrow().is_some()).await;
    assert_eq!(*ended.borrow(), Some(true));
    drop(request);
    restore();
}

#[wasm_bindgen_test]
async fn a_post_request_has_the_batch_id_in_the_query() {
    respond_with(SAMPLE);
    ask(Target { method: Method::Post, ..target() }).await.expect("decoded");
    let call = calls_made().get(0);
    assert_eq!(field(&call, "method"), "POST");
    assert!(field(&call, "url").as_string().unwrap().contains("BatchId=pcb-1"));
}

#[wasm_bindgen_test]
async fn each_error_has_its_class_and_quotes_the_response() {
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
async fn an_error_names_an_invalid_endpoint_without_its_secrets() {
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
async fn a_headers_function_that_throws_is_a_temporary_error() {
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
async fn retry_after_headers_are_read() {
    let table = [
        (r#"{"retry-after":"7"}"#, Some(7_000)),
        (r#"{"x-acs-retry-after":"2500"}"#, Some(2_500)),
        (r#"{"x-acs-retry-after":"2500","retry-after":"7"}"#, Some(7_000)),
        (r#"{"retry-after":"Thu, 01 Jan 1970 00:00:00 GMT"}"#, Some(0)),
        (
            r#"{"retry-after":"Thu, 28 May 2020 16:38:20 GMT","date":"Thu, 28 May 2020 16:38:00 GMT"}"#,
            Some(20_000),
        ),
        (r#"{"retry-after":"soon"}"#, None),
        ("{}", None),
    ];
    for (headers, expected) in table {
        let error = failure(&format!("[{{\"status\":429,\"headers\":{headers}}}]")).await;
        assert_eq!(error.retry_after_ms(), expected, "{headers}");
    }
}

#[wasm_bindgen_test]
async fn a_request_without_a_response_times_out_and_is_aborted() {
    accelerate_timers(200.0);
    let error = failure(r#"[{"hang":true}]"#).await;
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(error.to_string().contains("10 s"), "{error}");
    assert!(field(&calls_made().get(0), "aborted").is_truthy());
}

#[wasm_bindgen_test]
async fn a_dropped_request_is_aborted_and_does_not_call_back() {
    responses(r#"[{"hang":true}]"#);
    let is_called = Rc::new(RefCell::new(false));
    let request = fetch::start(target(), None, Outage::default(), |_| {}, {
        let is_called = Rc::clone(&is_called);
        move |_| *is_called.borrow_mut() = true
    });
    until("the request", || calls_made().length() == 1).await;
    drop(request);
    until("the abort", || field(&calls_made().get(0), "aborted").is_truthy()).await;
    frame().await;
    assert!(!*is_called.borrow());
    restore();
}

#[wasm_bindgen_test]
async fn a_body_pointer_selects_the_batch_in_an_envelope() {
    respond_with(&format!("{{\"result\":[{SAMPLE}]}}"));
    let task = ask(Target { body_pointer: Some("/result/0".into()), ..target() }).await.expect("decoded");
    assert_eq!(&*task.batch_id, "pcb-xxx");
    respond_with(SAMPLE);
    let error =
        ask(Target { body_pointer: Some("/nowhere".into()), ..target() }).await.expect_err("not there");
    assert!(error.to_string().contains("/nowhere"), "{error}");
}

#[wasm_bindgen_test]
async fn the_date_header_is_read() {
    let offset_ms = async || answer(target()).await.expect("decoded").server_time.offset_ms();
    for (date, is_past) in [("Thu, 28 May 2020 16:38:20 GMT", Some(true)), ("yesterday", None)] {
        responses(&format!("[{{\"body\":{},\"headers\":{{\"date\":\"{date}\"}}}}]", quoted(SAMPLE)));
        assert_eq!(offset_ms().await.map(|offset_ms| offset_ms < -3_600_000), is_past, "{date}");
    }
    respond_with(SAMPLE);
    assert_eq!(offset_ms().await, None);
}

#[wasm_bindgen_test]
async fn age_and_cache_status_headers_are_read() {
    let table = [
        ("{}", 0, false),
        (r#"{"age":"2","cache-status":"batch-task-proxy; hit; ttl=0"}"#, 2_000, false),
        (r#"{"age":"34","cache-status":"batch-task-proxy; fwd=stale; fwd-status=503"}"#, 34_000, true),
        (r#"{"age":"34","cache-status":"nginx; hit, batch-task-proxy;fwd=stale"}"#, 34_000, true),
        (r#"{"age":"old","cache-status":"fwd=stalemate"}"#, 0, false),
    ];
    for (headers, age_ms, is_stale) in table {
        responses(&format!("[{{\"body\":{},\"headers\":{headers}}}]", quoted(SAMPLE)));
        let answer = answer(target()).await.expect("decoded");
        assert_eq!((answer.server_time.age_ms(), answer.is_stale), (age_ms, is_stale), "{headers}");
    }
}
