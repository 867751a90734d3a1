//! Shared calls, cached and stale bodies, and the headers for caches.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use batch_task_proxy::api_request::ApiRequest;
use batch_task_proxy::clock::MonotonicClock;
use batch_task_proxy::memory;
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::outcome::Outcome;
use batch_task_proxy::redact::Redaction;
use batch_task_proxy::single_flight::{SharingSettings, SingleFlight};
use tokio::task::JoinSet;

use crate::support::cloud::until;
use crate::support::faulty::{Faulty, response};
use crate::support::shared_proxy::SharedProxy;
use crate::support::{describe, get, send, upstream};

const TARGET: &str = "/api/DescribeBatchTask?BatchId=pcb-x";

#[tokio::test]
async fn a_call_is_shared_and_continues_without_its_first_client() {
    let fixture = SharedProxy::new().await;
    fixture.permits.forget_permits(10_000);
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
    let fixture = SharedProxy::new().await;
    for (second, calls, status) in [
        (0, 1, "batch-task-proxy; fwd=miss; stored"),
        (1, 1, "batch-task-proxy; hit; ttl=1"),
        (2, 2, "batch-task-proxy; fwd=miss; stored"),
    ] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((fixture.calls(), response.header("cache-status")), (calls, status), "{second}");
        assert_eq!(response.header("cache-control"), "private, max-age=2, stale-if-error=300");
    }
    describe(&fixture.router, "pcb-y").await;
    get(&fixture.router, "/api/DescribeBatchTask").await;
    assert_eq!(fixture.calls(), 4, "each batch has its own entry, and so has a request without one");

    fixture.set_response(200, r#"{"RequestId":"@","Status":"FAILED"}"#);
    for (second, calls, age) in [(10, 5, ""), (39, 5, "29"), (40, 6, "")] {
        fixture.set_time(second);
        let response = describe(&fixture.router, "pcb-x").await;
        assert_eq!((fixture.calls(), response.header("age")), (calls, age), "{second}");
        assert_eq!(response.header("cache-control"), "private, max-age=30, stale-if-error=300");
    }
}

#[tokio::test]
async fn an_unchanged_body_is_not_sent_again() {
    let fixture = SharedProxy::new().await;
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
    let fixture = SharedProxy::new().await;
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
async fn a_missing_permission_removes_the_body() {
    let fixture = SharedProxy::new().await;
    describe(&fixture.router, "pcb-x").await;
    fixture.set_time(3);
    fixture.set_response(403, r#"{"Code":"Forbidden.RAM"}"#);
    assert_eq!(describe(&fixture.router, "pcb-x").await.status, 403);
    fixture.set_time(5);
    fixture.set_response(500, r#"{"Code":"InternalError"}"#);
    assert_eq!(describe(&fixture.router, "pcb-x").await.status, 500);
}

/// A client that requests any number of invented batches must not delay the others.
#[tokio::test]
async fn one_client_cannot_use_up_the_calls_with_other_batches() {
    let fixture = SharedProxy::new().await;
    describe(&fixture.router, "pcb-x").await;
    let mut requests = JoinSet::new();
    for number in 0..150 {
        let router = fixture.router.clone();
        requests.spawn(async move { describe(&router, &format!("pcb-{number}")).await });
    }
    fixture.set_time(3);
    let response = describe(&fixture.router, "pcb-x").await;
    assert_eq!(response.header("cache-status"), "batch-task-proxy; fwd=miss; stored");
    let mut refused = 0;
    for response in requests.join_all().await.iter().filter(|response| response.status != 200) {
        assert_eq!((response.status.as_u16(), response.code().as_str()), (429, "Proxy.TooManyRequests"));
        assert_eq!(response.header("cache-control"), "no-store");
        assert!(!response.header("retry-after").is_empty());
        refused += u32::from(response.text().contains("this client requests too many different batches"));
    }
    assert!((75..=101).contains(&refused), "{refused} of 150 are refused");
}

/// While the API sends nothing, the clients of a cached batch get its body after three seconds.
#[tokio::test]
async fn a_cached_body_is_served_while_a_call_is_slow() {
    let fixture = SharedProxy::new().await;
    assert_eq!(describe(&fixture.router, "pcb-x").await.json()["RequestId"], "R-0");
    fixture.set_time(60);
    fixture.permits.forget_permits(10_000);
    let router = fixture.router.clone();
    let first = tokio::spawn(async move { describe(&router, "pcb-x").await });
    until(|| fixture.calls() == 2).await;
    // From now on nothing happens but the passing of time, which therefore need not be waited for.
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    let mut responses = vec![first.await.unwrap()];
    for _ in 0..2 {
        responses.push(describe(&fixture.router, "pcb-x").await);
    }
    for response in responses {
        assert_eq!((response.json()["RequestId"].as_str(), response.header("age")), (Some("R-0"), "60"));
        assert_eq!(response.header("cache-status"), "batch-task-proxy; fwd=stale; detail=slow-call");
        assert_eq!(response.header("cache-control"), "no-store");
    }
    assert!(start.elapsed() < Duration::from_secs(4), "only the first client waits: {:?}", start.elapsed());
    assert_eq!(fixture.calls(), 2);
    tokio::time::resume();
    // The call continues.
    fixture.permits.add_permits(1);
    until(|| fixture.permits.available_permits() == 0).await;
    let mut response = describe(&fixture.router, "pcb-x").await;
    while response.json()["RequestId"] == "R-0" {
        tokio::task::yield_now().await;
        response = describe(&fixture.router, "pcb-x").await;
    }
    assert_eq!((response.json()["RequestId"].as_str(), fixture.calls()), (Some("R-1"), 2));
}

#[tokio::test]
async fn a_body_is_compressed_once_for_all_clients() {
    let body = format!(r#"{{"RequestId":"R-1","Text":"{}"}}"#, "x".repeat(100_000));
    let api = Faulty::sending(response("200 OK", &body)).await;
    let settings = SharingSettings {
        ttl: Duration::from_secs(60),
        redaction: Redaction::Off,
        memory_limit: memory::DEFAULT_LIMIT,
        clock: MonotonicClock::default(),
        metrics: Metrics::default(),
    };
    let single_flight = SingleFlight::new(upstream(api.address), settings);
    let mut compressed = Vec::new();
    for _ in 0..3 {
        let outcome = single_flight.answer(ApiRequest::Batch(None), IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
        let Outcome::Good(cached, _) = outcome else { panic!("{outcome:?}") };
        compressed.push(single_flight.gzip(&cached).await.unwrap());
    }
    assert!(compressed.iter().all(|one| one.as_ptr() == compressed[0].as_ptr()));
}

#[tokio::test]
async fn a_body_is_compressed_if_the_client_accepts_it() {
    let fixture = SharedProxy::new().await;
    let text = "x".repeat(100_000);
    fixture.set_response(200, &format!(r#"{{"RequestId":"@","Status":"RUNNING","Text":"{text}"}}"#));
    let plain = describe(&fixture.router, "pcb-x").await;
    let compressed = send(&fixture.router, "GET", TARGET, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((plain.header("content-encoding"), compressed.header("content-encoding")), ("", "gzip"));
    for response in [&plain, &compressed] {
        assert_eq!(
            (response.header("vary"), response.header("etag")),
            ("accept-encoding", plain.header("etag"))
        );
    }
    assert!(compressed.body.len() < 2_000, "{} bytes", compressed.body.len());
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(compressed.body.as_slice()).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain.body);
}
