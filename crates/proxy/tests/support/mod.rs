//! What the integration tests share: a simulator on a real socket, a proxy around an upstream, stub upstreams.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod cloud;
pub(crate) mod faulty;
pub(crate) mod nginx;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use batch_task_proxy::Settings;
use batch_task_proxy::clock::{self, Clock};
use batch_task_proxy::credentials::{Credentials, Keeper, NoCredentials};
use batch_task_proxy::endpoint::Endpoint;
use batch_task_proxy::simulator::{self, Simulator};
use batch_task_proxy::transport::Timeouts;
use batch_task_proxy::upstream::Upstream;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// Long enough never to matter where no time-out is meant to happen.
pub(crate) const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    read: Duration::from_secs(20),
    call: Duration::from_secs(60),
};

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.text().trim_start_matches('\u{feff}')).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["Code"].as_str().unwrap_or("no code").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A simulator that listens, with batches that run a thousand times faster than life.
pub(crate) async fn simulator() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Simulator::new(1000.0, 7, clock::system()).router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A proxy that calls `address` with the simulator's key.
pub(crate) fn proxy(address: SocketAddr) -> Router {
    proxy_with(address, Ok(simulator::credentials()), PATIENT, clock::system())
}

pub(crate) fn proxy_with(
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Router {
    // Most tests are about one call, and each of theirs must reach the upstream.
    proxy_that_keeps(Duration::ZERO, address, credentials, timeouts, clock)
}

/// An upstream at a stub or the simulator, called with the simulator's key.
pub(crate) fn upstream(address: SocketAddr) -> Upstream {
    upstream_with(address, Ok(simulator::credentials()), PATIENT, clock::system())
}

pub(crate) fn upstream_with(
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Upstream {
    let endpoint = Endpoint::parse(&format!("http://{address}")).unwrap();
    Upstream::new(endpoint, Keeper::settled(credentials), timeouts, clock).unwrap()
}

/// One that is never called.
pub(crate) fn idle_upstream() -> Upstream {
    upstream("127.0.0.1:1".parse().unwrap())
}

/// A proxy whose answers are shared for `ttl`.
pub(crate) fn proxy_that_keeps(
    ttl: Duration,
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Router {
    let upstream = upstream_with(address, credentials, timeouts, clock);
    batch_task_proxy::router(upstream, Settings { cache_ttl: ttl, ..Settings::default() }).unwrap()
}

/// A proxy with a page, whose upstream is never called.
pub(crate) fn proxy_of(static_dir: &Path) -> Router {
    let settings = Settings { static_dir: Some(static_dir.to_owned()), ..Settings::default() };
    batch_task_proxy::router(idle_upstream(), settings).unwrap()
}

pub(crate) async fn describe(router: &Router, batch_id: &str) -> Response {
    get(router, &format!("/api/DescribeBatchTask?BatchId={batch_id}")).await
}

pub(crate) async fn get(router: &Router, target: &str) -> Response {
    send(router, "GET", target, &[]).await
}

/// Calls the router without a socket; `host` is `localhost` unless a header says otherwise.
pub(crate) async fn send(router: &Router, method: &str, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(target);
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header("host", "localhost");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Response { status: parts.status, headers: parts.headers, body }
}

/// What a stub does once its bytes are out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Close,
    Stall,
}

/// An upstream that answers every request with the same bytes, and counts its connections.
pub(crate) async fn stub(answer: impl Into<Vec<u8>>, then: Then) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let (answer, counted) = (answer.into(), Arc::clone(&connections));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(&answer).await;
                if then == Then::Stall {
                    std::future::pending::<()>().await;
                }
                let _ = stream.shutdown().await;
            });
        }
    });
    (address, connections)
}

async fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Sends raw bytes to a real socket and reads until the other side closes.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
