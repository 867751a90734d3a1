//! Shared calls, cached and stale bodies, and the headers for caches.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use batch_task_proxy::clock::Clock;
use http::StatusCode;
use time::macros::datetime;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::support::{LONG_TIMEOUTS, caching_proxy, describe, get, send, simulator_credentials};

const TARGET: &str = "/api/DescribeBatchTask?BatchId=pcb-x";
const RUNNING: &str = r#"{"RequestId":"@","Status":"RUNNING"}"#;

/// A proxy that caches for two seconds of a clock that the test sets, and its upstream.
struct Fixture {
    router: Router,
    calls: Arc<AtomicUsize>,
    seconds: Arc<AtomicI64>,
    response: Arc<Mutex<(StatusCode, String)>>,
    /// A response is sent once it has acquired one of these.
    permits: Arc<Semaphore>,
}

impl Fixture {
    async fn new() -> Self {
        let calls = Arc::new(AtomicUsize::new(0));
        let response = Arc::new(Mutex::new((StatusCode::OK, RUNNING.to_owned())));
        let permits = Arc::new(Semaphore::new(1000));
        let (counted, given, awaited) = (Arc::clone(&calls), Arc::clone(&response), Arc::clone(&permits));
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
        let router = caching_proxy(ttl, address, Ok(simulator_credentials()), LONG_TIMEOUTS, clock);
        Self { router, calls, seconds, response, permits }
    }

    fn set_response(&self, status: u16, body: &str) {
        *self.response.lock().unwrap() = (StatusCode::from_u16(status).unwrap(), body.to_owned());
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn set_time(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_call_is_shared_and_continues_without_its_first_client() {
    let fixture = Fixture::new().await;
    fixture.permits.forget_permits(1000);
    let request = || {
        let router = fixture.router.clone();
        tokio::spawn(async move { describe(&router, "pcb-x").await })
    };
    let first = request();
    while fixture.calls() == 0 {
        tokio::task::yield_now().await;
    }
    let others: Vec<_> = (0..50).map(|_| request()).collect();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    fixture.permits.add_permits(1);
    for other in others {
        assert_eq!(other.await.unwrap().json()["RequestId"], "R-0");
    }
    assert_eq!(fixture.calls(), 1);
}

#[tokio::test]
async fn a_body_is_cached_until_its_ttl_ends() {
    let fixture = Fixture::new().await;
    for (second, calls, status) in [
        (0, 1, "batch-task-proxy; fwd=miss; stored"),
        (1, 1, "batch-task-proxy; hit; ttl=1"),
        (2, 2, "batch-task-proxy; fwd=miss; stored"),
    ] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((fixture.calls(), response.header("cache-status")), (calls, status), "{second}");
        assert_eq!(response.header("cache-control"), "public, max-age=2, stale-if-error=300");
    }
    describe(&fixture.router, "pcb-y").await;
    get(&fixture.router, "/api/DescribeBatchTask").await;
    assert_eq!(fixture.calls(), 4, "each batch has its own entry, and so has a request without one");

    fixture.set_response(200, r#"{"RequestId":"@","Status":"FAILED"}"#);
    for (second, calls, age) in [(10, 5, ""), (39, 5, "29"), (40, 6, "")] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((fixture.calls(), response.header("age")), (calls, age), "{second}");
        assert_eq!(response.header("cache-control"), "public, max-age=30, stale-if-error=300");
    }
}

#[tokio::test]
async fn an_unchanged_body_is_not_sent_again() {
    let fixture = Fixture::new().await;
    let etag = describe(&fixture.router, "pcb-x").await.header("etag").to_owned();
    assert!(etag.starts_with("W/\""), "{etag}");
    fixture.set_time(5);
    let listed = format!("\"other\", {etag}");
    for (method, tag, status) in [
        ("GET", etag.as_str(), 304),
        ("GET", &listed, 304),
        ("GET", "*", 304),
        ("GET", "\"x\"", 200),
        ("POST", &etag, 200),
    ] {
        let response = send(&fixture.router, method, TARGET, &[("if-none-match", tag)]).await;
        assert_eq!(response.status, status, "{method} {tag}");
        assert_eq!(response.header("etag"), etag);
        assert_eq!(response.body.is_empty(), status == 304);
    }
    assert_eq!(fixture.calls(), 2, "the second call returned only another RequestId");
}

#[tokio::test]
async fn a_stale_body_is_served_for_transient_failures() {
    let fixture = Fixture::new().await;
    describe(&fixture.router, "pcb-x").await;
    for (second, status, body, cache_status) in [
        (3, 503, r#"{"Code":"ServiceUnavailable"}"#, "fwd=stale; fwd-status=503"),
        (60, 400, r#"{"Code":"Throttling.User"}"#, "fwd=stale; fwd-status=429"),
        (300, 200, "<html>", "fwd=stale; detail=Proxy.UpstreamInvalid"),
    ] {
        fixture.set_time(second);
        fixture.set_response(status, body);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!(response.json()["RequestId"], "R-0");
        assert_eq!(response.header("age"), second.to_string());
        assert_eq!(response.header("cache-status"), format!("batch-task-proxy; {cache_status}"));
        assert_eq!(response.header("cache-control"), "no-store");
    }
    fixture.set_time(301);
    assert_eq!(describe(&fixture.router, "pcb-x").await.status, 502);
}

#[tokio::test]
async fn a_throttled_batch_is_not_requested() {
    let fixture = Fixture::new().await;
    fixture.set_response(400, r#"{"RequestId":"@","Code":"Throttling.User"}"#);
    for (second, calls, wait) in [(0, 1, "2"), (1, 1, "1"), (2, 2, "2")] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (429, "Throttling.User"));
        assert_eq!((fixture.calls(), response.header("retry-after")), (calls, wait), "{second}");
    }
    describe(&fixture.router, "pcb-y").await;
    assert_eq!(fixture.calls(), 3, "each batch is throttled separately");

    fixture.set_response(200, RUNNING);
    fixture.set_time(4);
    describe(&fixture.router, "pcb-x").await;
    fixture.set_response(400, r#"{"Code":"Throttling.User"}"#);
    for (second, calls) in [(10, 5), (11, 5), (12, 6)] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((response.status.as_u16(), response.json()["RequestId"].as_str()), (200, Some("R-3")));
        assert_eq!(response.header("cache-status"), "batch-task-proxy; fwd=stale; fwd-status=429");
        assert_eq!(fixture.calls(), calls, "{second}");
    }
}

#[tokio::test]
async fn errors_are_not_cached_and_a_missing_permission_removes_the_body() {
    let fixture = Fixture::new().await;
    describe(&fixture.router, "pcb-x").await;
    fixture.set_time(3);
    fixture.set_response(403, r#"{"Code":"Forbidden.RAM"}"#);
    for calls in [2, 3] {
        assert_eq!(describe(&fixture.router, "pcb-x").await.status, 403);
        assert_eq!(fixture.calls(), calls);
    }
    fixture.set_response(500, r#"{"Code":"InternalError"}"#);
    assert_eq!(describe(&fixture.router, "pcb-x").await.status, 500);
}
