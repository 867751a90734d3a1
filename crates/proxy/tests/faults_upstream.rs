//! Upstreams that fail, each class with its own answer; after each the next request is served right, and nothing is left
//! open.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use batch_task_proxy::Settings;
use batch_task_proxy::clock::{self, Clock};
use batch_task_proxy::credentials::Keeper;
use batch_task_proxy::endpoint::Endpoint;
use batch_task_proxy::pace::Limits;
use batch_task_proxy::simulator;
use batch_task_proxy::transport::Timeouts;
use batch_task_proxy::upstream::Upstream;
use support::cloud::until;
use support::faulty::{Conduct, Faulty, response};
use support::{PATIENT, describe, get, proxy, proxy_with, simulator as start_simulator, upstream};
use tokio::net::TcpListener;

/// What is hung is given up on soon, but not what is merely slow on a busy machine.
const SHORT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    read: Duration::from_millis(600),
    call: Duration::from_millis(1500),
};

/// What goes wrong: its name, the upstream's conduct, and the answer's status, Code and a part of its Message.
type Row = (&'static str, Conduct, u16, &'static str, &'static str);

fn send(text: impl Into<Vec<u8>>) -> Conduct {
    Conduct::Send(text.into())
}

fn silences() -> Vec<Row> {
    let answer = |what, conduct| (what, conduct, 504, "Proxy.UpstreamTimeout", "did not answer in time");
    vec![
        answer("hung", Conduct::Stall(vec![])),
        answer("hung in the head", Conduct::Stall(b"HTTP/1.1 200 OK\r\nContent-Le".into())),
        answer("hung in the body", Conduct::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".into())),
        answer("slow body", Conduct::Drip),
    ]
}

fn errors() -> Vec<Row> {
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
            "JSON that ends early",
        ),
        (
            "content length that is none",
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
            "too large a body (the limit is 64 MiB)",
        ),
        ("too large", Conduct::Flood, 502, invalid, "too large a body (the limit is 64 MiB)"),
        ("invalid JSON", send(response("200 OK", "{\"Status\":}")), 502, invalid, "JSON that ends early"),
        ("HTML", send(response("502 Bad Gateway", "<h1>")), 502, invalid, "HTML or XML (HTTP 502"),
        ("not HTTP", send("SSH-2.0-OpenSSH_9.6\r\n"), 502, invalid, "a response that was cut off"),
        ("nothing", send(""), 502, invalid, "closed the connection without an answer"),
        ("500", send(internal_error), 500, "InternalError", "m"),
    ]
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

async fn is_served_right(router: &Router, what: &str) {
    let response = describe(router, "pcb-x").await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (200, "no code"), "after {what}");
}

async fn assert_fails(router: &Router, (what, _, status, code, message): &Row) {
    let response = describe(router, "pcb-x").await;
    let found = (response.status.as_u16(), response.code());
    assert_eq!(found, (*status, (*code).to_owned()), "{what}: {}", response.text());
    let body = response.json();
    assert!(body["Message"].as_str().unwrap().contains(message), "{what}: {body}");
    assert!(body["RequestId"].as_str().is_some_and(|id| !id.is_empty()), "{what}: {body}");
    assert_eq!(response.header("cache-control"), "no-store", "{what}");
}

/// Each fault twice, and a good answer after it; at the end both sides hold what they held at first.
async fn assert_each_has_its_answer_and_leaves_nothing(faults: &[Row], timeouts: Timeouts) {
    let faulty = Faulty::start().await;
    let router = proxy_with(faulty.address, Ok(simulator::credentials()), timeouts, clock::system());
    is_served_right(&router, "the start").await;
    let at_rest = tasks();
    for row in faults {
        faulty.behaves(row.1.clone());
        assert_fails(&router, row).await;
        assert_fails(&router, row).await;
        faulty.behaves(Conduct::Good);
        is_served_right(&router, row.0).await;
        until(|| faulty.open.load(Ordering::SeqCst) == 1 && tasks() <= at_rest).await;
    }
}

#[tokio::test]
async fn each_silence_has_its_answer_and_leaves_nothing_behind() {
    assert_each_has_its_answer_and_leaves_nothing(&silences(), SHORT).await;
}

#[tokio::test]
async fn each_error_has_its_answer_and_leaves_nothing_behind() {
    assert_each_has_its_answer_and_leaves_nothing(&errors(), PATIENT).await;
}

#[tokio::test]
async fn a_refused_connection_is_tried_once_more_and_told_of() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let router = proxy(address);
    for _ in 0..3 {
        let row = ("refused", Conduct::Good, 502, "Proxy.UpstreamUnreachable", "cannot be connected to");
        assert_fails(&router, &row).await;
    }
    let faulty = Faulty::at(address).await;
    is_served_right(&router, "refused").await;
    assert_eq!(faulty.requests(), 1);

    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let router = proxy(address);
    let back = async {
        // Less than the pause before the second attempt, whose timer is the later one on a slow machine, too.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Faulty::at(address).await
    };
    let ((), back) = tokio::join!(is_served_right(&router, "a restart"), back);
    assert_eq!(back.requests(), 1);
}

#[tokio::test]
async fn a_held_connection_that_was_closed_costs_one_more_call_with_a_nonce_of_its_own() {
    let faulty = Faulty::start().await;
    let router = proxy(faulty.address);
    is_served_right(&router, "the start").await;
    // The server closes as the request comes in: the client cannot have known.
    faulty.behaves_once(send(""));
    let response = describe(&router, "pcb-x").await;
    assert_eq!((response.status.as_u16(), faulty.requests()), (200, 3));
    let heads = faulty.heads.lock().unwrap().clone();
    let nonce = |head: &String| {
        head.lines().find(|line| line.starts_with("x-acs-signature-nonce")).unwrap().to_owned()
    };
    assert_ne!(nonce(&heads[1]), nonce(&heads[2]));

    faulty.behaves(send(""));
    assert_eq!(describe(&router, "pcb-x").await.code(), "Proxy.UpstreamInvalid");
    assert_eq!(faulty.requests(), 5, "a new connection that is closed is not tried again");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_of() {
    let endpoint = Endpoint::parse("https://no-such-host.invalid").unwrap();
    let keeper = Keeper::settled(Ok(simulator::credentials()));
    let upstream = Upstream::new(endpoint, keeper, PATIENT, clock::system()).unwrap();
    let router = batch_task_proxy::router(upstream, Settings::default()).unwrap();
    let at_rest = tasks();
    for _ in 0..2 {
        let row = ("name", Conduct::Good, 502, "Proxy.UpstreamUnreachable", "its name does not resolve");
        assert_fails(&router, &row).await;
        assert_eq!(get(&router, "/healthz").await.status, 200);
    }
    until(|| tasks() <= at_rest).await;
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_told_of_by_how_much() {
    let address: SocketAddr = start_simulator().await;
    let minutes = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&minutes);
    let clock: Clock =
        Arc::new(move || clock::system()() + time::Duration::minutes(read.load(Ordering::SeqCst)));
    let router = proxy_with(address, Ok(simulator::credentials()), PATIENT, clock);
    for (off, said) in [(60, "60 minutes ahead of the API's"), (-61, "minutes behind the API's")] {
        minutes.store(off, Ordering::SeqCst);
        let row = ("clock", Conduct::Good, 400, "InvalidTimeStamp.Expired", said);
        assert_fails(&router, &row).await;
        minutes.store(0, Ordering::SeqCst);
        assert_eq!(describe(&router, "pcb-done").await.status, 200);
    }
}

#[tokio::test]
async fn what_would_wait_too_long_for_its_turn_gets_the_last_good_body_or_is_told_when_to_come() {
    let faulty = Faulty::start().await;
    let limits = Limits { concurrency: NonZeroU32::MIN, ..Limits::default() };
    // So short that what was held is stale at once.
    let settings = Settings { cache_ttl: Duration::from_nanos(1), ..Settings::default() };
    let router = batch_task_proxy::router(upstream(faulty.address).with_limits(limits), settings).unwrap();
    is_served_right(&router, "the start").await;
    faulty.behaves(Conduct::Stall(vec![]));
    let hanging = tokio::spawn({
        let router = router.clone();
        async move { describe(&router, "pcb-a").await }
    });
    until(|| faulty.requests() == 2).await;
    let (held, refused) = tokio::join!(describe(&router, "pcb-x"), describe(&router, "pcb-b"));
    assert_eq!(held.status, 200);
    let status = held.header("cache-status");
    assert_eq!(status, "batch-task-proxy; fwd=stale; detail=Proxy.TooManyRequests");
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "Proxy.TooManyRequests"));
    assert_eq!((refused.header("retry-after"), faulty.requests()), ("1", 2));
    hanging.abort();
}
