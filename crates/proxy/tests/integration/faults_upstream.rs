//! Faults of the upstream: each has a specific error, the next request succeeds, and no connection or task is leaked.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use batch_task_proxy::Settings;
use batch_task_proxy::clock::{self, Clock};
use batch_task_proxy::credentials::CredentialCache;
use batch_task_proxy::endpoint::Endpoint;
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::transport::Timeouts;
use batch_task_proxy::upstream::Upstream;
use batch_task_proxy::upstream_limit::UpstreamLimits;
use tokio::net::TcpListener;

use crate::support::cloud::until;
use crate::support::faulty::{Behaviour, Faulty, response};
use crate::support::{
    LONG_TIMEOUTS, describe, get, proxy, proxy_with, simulator as start_simulator, simulator_credentials,
    upstream,
};

/// Short time-outs for calls that hang, but long enough for a slow machine.
const SHORT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    read: Duration::from_millis(600),
    call: Duration::from_millis(1500),
};

/// A fault: its name, the behaviour of the upstream, and the status, Code and a part of the Message of the response.
type Fault = (&'static str, Behaviour, u16, &'static str, &'static str);

fn send(text: impl Into<Vec<u8>>) -> Behaviour {
    Behaviour::Send(text.into())
}

fn hanging_calls() -> Vec<Fault> {
    let fault = |what, behaviour| (what, behaviour, 504, "Proxy.UpstreamTimeout", "did not respond in time");
    vec![
        fault("hung", Behaviour::Stall(vec![])),
        fault("hung in the head", Behaviour::Stall(b"HTTP/1.1 200 OK\r\nContent-Le".into())),
        fault("hung in the body", Behaviour::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".into())),
        fault("slow body", Behaviour::Drip),
    ]
}

fn invalid_responses() -> Vec<Fault> {
    let internal_error =
        response("500 Internal Server Error", r#"{"RequestId":"R-9","Code":"InternalError","Message":"m"}"#);
    let invalid = "Proxy.UpstreamInvalid";
    vec![
        (
            "cut in the middle",
            send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"SubTasks\":[{"),
            502,
            invalid,
            "a response that was cut off",
        ),
        (
            "content length too small",
            send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"Status\":\"RUNNING\"}"),
            502,
            invalid,
            "truncated or invalid JSON",
        ),
        (
            "content length that is not a number",
            send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
            502,
            invalid,
            "a response that was cut off",
        ),
        (
            "announced as too large",
            send("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n{"),
            502,
            invalid,
            "a response body that is too large (the limit is 64 MiB)",
        ),
        (
            "too large",
            Behaviour::Flood,
            502,
            invalid,
            "a response body that is too large (the limit is 64 MiB)",
        ),
        (
            "invalid JSON",
            send(response("200 OK", "{\"Status\":}")),
            502,
            invalid,
            "truncated or invalid JSON",
        ),
        ("HTML", send(response("502 Bad Gateway", "<h1>")), 502, invalid, "HTML or XML (HTTP 502"),
        ("not HTTP", send("SSH-2.0-OpenSSH_9.6\r\n"), 502, invalid, "a response that was cut off"),
        ("nothing", send(""), 502, invalid, "closed the connection without a response"),
        ("500", send(internal_error), 500, "InternalError", "m"),
    ]
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

async fn assert_succeeds(router: &Router, what: &str) {
    let response = describe(router, "pcb-x").await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (200, "no code"), "after {what}");
}

async fn assert_fails(router: &Router, (what, _, status, code, message): &Fault) {
    let response = describe(router, "pcb-x").await;
    let found = (response.status.as_u16(), response.code());
    assert_eq!(found, (*status, (*code).to_owned()), "{what}: {}", response.text());
    let body = response.json();
    assert!(body["Message"].as_str().unwrap().contains(message), "{what}: {body}");
    assert!(body["RequestId"].as_str().is_some_and(|id| !id.is_empty()), "{what}: {body}");
    assert_eq!(response.header("cache-control"), "no-store", "{what}");
}

/// Tests each fault twice, followed by a successful request, and checks for leaks.
async fn assert_each_is_reported_without_leaks(faults: &[Fault], timeouts: Timeouts) {
    let faulty = Faulty::start().await;
    let router = proxy_with(faulty.address, Ok(simulator_credentials()), timeouts, clock::system());
    assert_succeeds(&router, "the start").await;
    let at_rest = tasks();
    for row in faults {
        faulty.set_behaviour(row.1.clone());
        assert_fails(&router, row).await;
        assert_fails(&router, row).await;
        faulty.set_behaviour(Behaviour::Good);
        assert_succeeds(&router, row.0).await;
        until(|| faulty.open.load(Ordering::SeqCst) == 1 && tasks() <= at_rest).await;
    }
}

#[tokio::test]
async fn each_hanging_call_is_reported_without_leaks() {
    assert_each_is_reported_without_leaks(&hanging_calls(), SHORT).await;
}

#[tokio::test]
async fn each_invalid_response_is_reported_without_leaks() {
    assert_each_is_reported_without_leaks(&invalid_responses(), LONG_TIMEOUTS).await;
}

#[tokio::test]
async fn a_refused_connection_is_retried_once_and_reported() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let router = proxy(address);
    for _ in 0..3 {
        let row = ("refused", Behaviour::Good, 502, "Proxy.UpstreamUnreachable", "cannot be reached");
        assert_fails(&router, &row).await;
    }
    let faulty = Faulty::at(address).await;
    assert_succeeds(&router, "refused").await;
    assert_eq!(faulty.requests(), 1);

    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let upstream = upstream(address);
    let router = batch_task_proxy::router(upstream.clone(), Settings::default()).unwrap();
    let restart = async {
        // The first attempt is refused before the server is back.
        until(|| upstream.connection_attempts() == 1).await;
        Faulty::at(address).await
    };
    let ((), faulty) = tokio::join!(assert_succeeds(&router, "a restart"), restart);
    assert_eq!((faulty.requests(), upstream.connection_attempts()), (1, 2));
}

#[tokio::test]
async fn a_call_on_a_closed_idle_connection_is_repeated_with_a_new_nonce() {
    let faulty = Faulty::start().await;
    let router = proxy(faulty.address);
    assert_succeeds(&router, "the start").await;
    // The server closes the connection when it receives the request, which the client cannot know in advance.
    faulty.set_next_behaviour(send(""));
    let response = describe(&router, "pcb-x").await;
    assert_eq!((response.status.as_u16(), faulty.requests()), (200, 3));
    let heads = faulty.heads.lock().unwrap().clone();
    let nonce = |head: &String| {
        head.lines().find(|line| line.starts_with("x-acs-signature-nonce")).unwrap().to_owned()
    };
    assert_ne!(nonce(&heads[1]), nonce(&heads[2]));

    faulty.set_behaviour(send(""));
    assert_eq!(describe(&router, "pcb-x").await.code(), "Proxy.UpstreamInvalid");
    assert_eq!(faulty.requests(), 5, "a call on a new connection is not repeated");
}

#[tokio::test]
async fn an_unknown_host_name_is_reported() {
    let endpoint = Endpoint::parse("https://no-such-host.invalid").unwrap();
    let cache = CredentialCache::fixed(Ok(simulator_credentials()));
    let upstream = Upstream::new(endpoint, cache, LONG_TIMEOUTS, clock::system()).unwrap();
    let router = batch_task_proxy::router(upstream, Settings::default()).unwrap();
    let at_rest = tasks();
    for _ in 0..2 {
        let row =
            ("name", Behaviour::Good, 502, "Proxy.UpstreamUnreachable", "its host name does not resolve");
        assert_fails(&router, &row).await;
        assert_eq!(get(&router, "/healthz").await.status, 200);
    }
    until(|| tasks() <= at_rest).await;
}

#[tokio::test]
async fn a_wrong_clock_is_reported_with_the_difference() {
    let address: SocketAddr = start_simulator().await;
    let minutes = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&minutes);
    let clock: Clock =
        Arc::new(move || clock::system()() + time::Duration::minutes(read.load(Ordering::SeqCst)));
    let router = proxy_with(address, Ok(simulator_credentials()), LONG_TIMEOUTS, clock);
    for (off, expected) in [(60, "60 minutes ahead of the API's"), (-61, "minutes behind the API's")] {
        minutes.store(off, Ordering::SeqCst);
        let row = ("clock", Behaviour::Good, 400, "InvalidTimeStamp.Expired", expected);
        assert_fails(&router, &row).await;
        minutes.store(0, Ordering::SeqCst);
        assert_eq!(describe(&router, "pcb-done").await.status, 200);
    }
}

#[tokio::test]
async fn a_request_above_the_upstream_limit_gets_the_stale_body_or_an_error() {
    let faulty = Faulty::start().await;
    let limits = UpstreamLimits { concurrency: NonZeroU32::MIN, ..UpstreamLimits::default() };
    // So short that a cached body is stale immediately.
    let metrics = Metrics::default();
    let cache_ttl = Duration::from_nanos(1);
    let settings = Settings { cache_ttl, metrics: metrics.clone(), ..Settings::default() };
    let router = batch_task_proxy::router(upstream(faulty.address).with_limits(limits), settings).unwrap();
    assert_succeeds(&router, "the start").await;
    faulty.set_behaviour(Behaviour::Stall(vec![]));
    let hanging = tokio::spawn({
        let router = router.clone();
        async move { describe(&router, "pcb-a").await }
    });
    until(|| faulty.requests() == 2).await;
    let (stale, rejected) = tokio::join!(describe(&router, "pcb-x"), describe(&router, "pcb-b"));
    assert_eq!(stale.status, 200);
    let status = stale.header("cache-status");
    assert_eq!(status, "batch-task-proxy; fwd=stale; detail=Proxy.TooManyRequests");
    assert_eq!((rejected.status.as_u16(), rejected.code().as_str()), (429, "Proxy.TooManyRequests"));
    assert!(metrics.text().contains("batch_task_proxy_requests_limited_total{limit=\"UpstreamCalls\"} 2\n"));
    assert_eq!((rejected.header("retry-after"), faulty.requests()), ("1", 2));
    hanging.abort();
}
