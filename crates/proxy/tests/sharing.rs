//! Many viewers, one call: shared calls, fresh bodies, stale bodies, and what caches in front are told.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use batch_task_proxy::clock::Clock;
use batch_task_proxy::simulator;
use http::StatusCode;
use support::{PATIENT, describe, get, proxy_that_keeps, send};
use time::macros::datetime;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

const TARGET: &str = "/api/DescribeBatchTask?BatchId=pcb-x";
const RUNNING: &str = r#"{"RequestId":"@","Status":"RUNNING"}"#;

/// A proxy that keeps answers for two seconds of a clock that the test sets, and its upstream.
struct Scene {
    router: Router,
    calls: Arc<AtomicUsize>,
    seconds: Arc<AtomicI64>,
    answer: Arc<Mutex<(StatusCode, String)>>,
    /// A call is answered once it has one of these.
    permits: Arc<Semaphore>,
}

impl Scene {
    async fn new() -> Self {
        let calls = Arc::new(AtomicUsize::new(0));
        let answer = Arc::new(Mutex::new((StatusCode::OK, RUNNING.to_owned())));
        let permits = Arc::new(Semaphore::new(1000));
        let (counted, given, awaited) = (Arc::clone(&calls), Arc::clone(&answer), Arc::clone(&permits));
        let upstream = Router::new().fallback(move || {
            let (counted, given, awaited) = (Arc::clone(&counted), Arc::clone(&given), Arc::clone(&awaited));
            async move {
                let call = counted.fetch_add(1, Ordering::SeqCst);
                awaited.acquire().await.unwrap().forget();
                let (status, body) = given.lock().unwrap().clone();
                (status, body.replace('@', &format!("R-{call}"))).into_response()
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, upstream).await });
        let seconds = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || {
            datetime!(2026-05-28 16:38:20 UTC) + time::Duration::seconds(read.load(Ordering::SeqCst))
        });
        let ttl = Duration::from_secs(2);
        let router = proxy_that_keeps(ttl, address, Ok(simulator::credentials()), PATIENT, clock);
        Self { router, calls, seconds, answer, permits }
    }

    fn answers(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (StatusCode::from_u16(status).unwrap(), body.to_owned());
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn at(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_call_is_shared_and_outlives_whoever_asked_first() {
    let scene = Scene::new().await;
    scene.permits.forget_permits(1000);
    let ask = || {
        let router = scene.router.clone();
        tokio::spawn(async move { describe(&router, "pcb-x").await })
    };
    let first = ask();
    while scene.calls() == 0 {
        tokio::task::yield_now().await;
    }
    let others: Vec<_> = (0..50).map(|_| ask()).collect();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    scene.permits.add_permits(1);
    for other in others {
        assert_eq!(other.await.unwrap().json()["RequestId"], "R-0");
    }
    assert_eq!(scene.calls(), 1);
}

#[tokio::test]
async fn a_body_is_shared_until_its_time_is_over() {
    let scene = Scene::new().await;
    for (second, calls, status) in [
        (0, 1, "batch-task-proxy; fwd=miss; stored"),
        (1, 1, "batch-task-proxy; hit; ttl=1"),
        (2, 2, "batch-task-proxy; fwd=miss; stored"),
    ] {
        scene.at(second);
        let response = describe(&scene.router, "pcb-x").await;
        assert_eq!((scene.calls(), response.header("cache-status")), (calls, status), "{second}");
        assert_eq!(response.header("cache-control"), "public, max-age=2, stale-if-error=300");
    }
    describe(&scene.router, "pcb-y").await;
    get(&scene.router, "/api/DescribeBatchTask").await;
    assert_eq!(scene.calls(), 4, "each batch is its own, and so is none");

    scene.answers(200, r#"{"RequestId":"@","Status":"FAILED"}"#);
    for (second, calls, age) in [(10, 5, ""), (39, 5, "29"), (40, 6, "")] {
        scene.at(second);
        let response = describe(&scene.router, "pcb-x").await;
        assert_eq!((scene.calls(), response.header("age")), (calls, age), "{second}");
        assert_eq!(response.header("cache-control"), "public, max-age=30, stale-if-error=300");
    }
}

#[tokio::test]
async fn an_unchanged_body_is_not_sent_again() {
    let scene = Scene::new().await;
    let etag = describe(&scene.router, "pcb-x").await.header("etag").to_owned();
    assert!(etag.starts_with("W/\""), "{etag}");
    scene.at(5);
    let listed = format!("\"other\", {etag}");
    for (method, tag, status) in [
        ("GET", etag.as_str(), 304),
        ("GET", &listed, 304),
        ("GET", "*", 304),
        ("GET", "\"x\"", 200),
        ("POST", &etag, 200),
    ] {
        let response = send(&scene.router, method, TARGET, &[("if-none-match", tag)]).await;
        assert_eq!(response.status, status, "{method} {tag}");
        assert_eq!(response.header("etag"), etag);
        assert_eq!(response.body.is_empty(), status == 304);
    }
    assert_eq!(scene.calls(), 2, "the second brought another RequestId only");
}

#[tokio::test]
async fn the_last_good_body_stands_in_for_failures_that_pass() {
    let scene = Scene::new().await;
    describe(&scene.router, "pcb-x").await;
    for (second, status, body, told) in [
        (3, 503, r#"{"Code":"ServiceUnavailable"}"#, "fwd=stale; fwd-status=503"),
        (60, 400, r#"{"Code":"Throttling.User"}"#, "fwd=stale; fwd-status=429"),
        (300, 200, "<html>", "fwd=stale; detail=Proxy.UpstreamInvalid"),
    ] {
        scene.at(second);
        scene.answers(status, body);
        let response = describe(&scene.router, "pcb-x").await;
        assert_eq!(response.json()["RequestId"], "R-0");
        assert_eq!(response.header("age"), second.to_string());
        assert_eq!(response.header("cache-status"), format!("batch-task-proxy; {told}"));
        assert_eq!(response.header("cache-control"), "no-store");
    }
    scene.at(301);
    assert_eq!(describe(&scene.router, "pcb-x").await.status, 502);
}

#[tokio::test]
async fn while_the_api_asks_for_patience_it_is_not_called() {
    let scene = Scene::new().await;
    scene.answers(400, r#"{"RequestId":"@","Code":"Throttling.User"}"#);
    for (second, calls, wait) in [(0, 1, "2"), (1, 1, "1"), (2, 2, "2")] {
        scene.at(second);
        let response = describe(&scene.router, "pcb-x").await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (429, "Throttling.User"));
        assert_eq!((scene.calls(), response.header("retry-after")), (calls, wait), "{second}");
    }
    describe(&scene.router, "pcb-y").await;
    assert_eq!(scene.calls(), 3, "each batch is its own");

    scene.answers(200, RUNNING);
    scene.at(4);
    describe(&scene.router, "pcb-x").await;
    scene.answers(400, r#"{"Code":"Throttling.User"}"#);
    for (second, calls) in [(10, 5), (11, 5), (12, 6)] {
        scene.at(second);
        let response = describe(&scene.router, "pcb-x").await;
        assert_eq!((response.status.as_u16(), response.json()["RequestId"].as_str()), (200, Some("R-3")));
        assert_eq!(response.header("cache-status"), "batch-task-proxy; fwd=stale; fwd-status=429");
        assert_eq!(scene.calls(), calls, "{second}");
    }
}

#[tokio::test]
async fn errors_are_not_kept_and_a_lost_permission_ends_what_is() {
    let scene = Scene::new().await;
    describe(&scene.router, "pcb-x").await;
    scene.at(3);
    scene.answers(403, r#"{"Code":"Forbidden.RAM"}"#);
    for calls in [2, 3] {
        assert_eq!(describe(&scene.router, "pcb-x").await.status, 403);
        assert_eq!(scene.calls(), calls);
    }
    scene.answers(500, r#"{"Code":"InternalError"}"#);
    assert_eq!(describe(&scene.router, "pcb-x").await.status, 500);
}
