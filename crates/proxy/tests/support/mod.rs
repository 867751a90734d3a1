//! Shared by the integration tests: a simulator on a socket, proxies, and stub upstreams.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]
#![allow(dead_code, reason = "each test binary uses only some of the helpers")]

pub(crate) mod cloud;
pub(crate) mod faulty;
pub(crate) mod nginx;
pub(crate) mod program;
pub(crate) mod shared_proxy;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use batch_task_proxy::Settings;
use batch_task_proxy::clock::{self, Clock};
use batch_task_proxy::credentials::{CredentialCache, Credentials, NoCredentials};
use batch_task_proxy::endpoint::Endpoint;
use batch_task_proxy::transport::Timeouts;
use batch_task_proxy::upstream::Upstream;
use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, Simulator};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// For tests in which no time-out should occur.
pub(crate) const LONG_TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    read: Duration::from_secs(20),
    call: Duration::from_secs(60),
};

/// A complete response.
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

/// Returns the access key that the simulator accepts.
pub(crate) fn simulator_credentials() -> Credentials {
    Credentials {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        access_key_secret: ACCESS_KEY_SECRET.to_owned(),
        security_token: None,
    }
}

/// Starts a simulator whose batches run at 1,000 times real time.
pub(crate) async fn simulator() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Simulator::new(1000.0, 7, clock::system()).router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Returns a proxy that calls `address` with the simulator's access key.
pub(crate) fn proxy(address: SocketAddr) -> Router {
    proxy_with(address, Ok(simulator_credentials()), LONG_TIMEOUTS, clock::system())
}

pub(crate) fn proxy_with(
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Router {
    // Without a cache, so that every request reaches the upstream.
    caching_proxy(Duration::ZERO, address, credentials, timeouts, clock)
}

/// Returns an upstream at `address` with the simulator's access key.
pub(crate) fn upstream(address: SocketAddr) -> Upstream {
    upstream_with(address, Ok(simulator_credentials()), LONG_TIMEOUTS, clock::system())
}

pub(crate) fn upstream_with(
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Upstream {
    let endpoint = Endpoint::parse(&format!("http://{address}")).unwrap();
    Upstream::new(endpoint, CredentialCache::fixed(credentials), timeouts, clock).unwrap()
}

/// Returns an upstream that cannot be called.
pub(crate) fn unused_upstream() -> Upstream {
    upstream("127.0.0.1:1".parse().unwrap())
}

/// Returns a proxy that caches responses for `ttl`.
pub(crate) fn caching_proxy(
    ttl: Duration,
    address: SocketAddr,
    credentials: Result<Credentials, NoCredentials>,
    timeouts: Timeouts,
    clock: Clock,
) -> Router {
    let upstream = upstream_with(address, credentials, timeouts, clock);
    batch_task_proxy::router(upstream, Settings { cache_ttl: ttl, ..Settings::default() }).unwrap()
}

/// Returns a proxy with a page and an upstream that cannot be called.
pub(crate) fn page_proxy(static_dir: &Path) -> Router {
    let settings = Settings { static_dir: Some(static_dir.to_owned()), ..Settings::default() };
    batch_task_proxy::router(unused_upstream(), settings).unwrap()
}

pub(crate) async fn describe(router: &Router, batch_id: &str) -> Response {
    get(router, &format!("/api/DescribeBatchTask?BatchId={batch_id}")).await
}

pub(crate) async fn get(router: &Router, target: &str) -> Response {
    send(router, "GET", target, &[]).await
}

/// Calls the router without a socket. The default of the `host` header is `localhost`.
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

/// Sends a request as text and reads until the server closes the connection.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}
