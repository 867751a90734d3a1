//! `deploy/nginx.conf` in front of several proxies, and the nginx configuration for the status page.
//!
//! `cargo xtask test` sets `BATCH_TASK_NGINX` to the nginx program and `BATCH_TASK_PAGE_DIR` to the built page.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]

mod support;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use batch_task_proxy::Settings;
use batch_task_proxy::api::CacheScope;
use batch_task_proxy::client_address::TrustedProxies;
use support::faulty::{Faulty, response};
use support::nginx::Nginx;
use support::{raw, simulator, upstream};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

const CONFIGURATION: &str = include_str!("../deploy/nginx.conf");
const BODY: &str = r#"{"RequestId":"R","BatchId":"pcb-1","Status":"RUNNING","TotalCount":10,"SuccessCount":1,"SubTasks":[]}"#;
const TTL: Duration = Duration::from_secs(2);
const VIEWERS: usize = 50;
/// How long a viewer waits between two requests.
const VIEWER_INTERVAL: Duration = Duration::from_millis(100);

async fn proxy(api: SocketAddr) -> (SocketAddr, AbortHandle) {
    // Without a connection of the proxy's own server, the address of the peer is unspecified.
    let trusted_proxies = TrustedProxies::new(vec!["::".parse().unwrap()]);
    let cache_scope = CacheScope::Public;
    let settings = Settings {
        cache_ttl: TTL,
        cache_scope,
        trusted_proxies,
        is_list_allowed: true,
        ..Settings::default()
    };
    let router = batch_task_proxy::router(upstream(api), settings).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle())
}

/// Returns the shipped configuration with the addresses and paths of the test.
fn configuration(folder: &Path, listen: SocketAddr, proxies: &[SocketAddr]) -> String {
    let mut shipped = CONFIGURATION.replace("listen 80;", &format!("listen {listen};"));
    assert!(shipped.contains("/var/cache/nginx/batch-task "), "the cache path is not in the configuration");
    let cache = folder.join("cache");
    shipped = shipped.replace("/var/cache/nginx/batch-task ", &format!("{} ", cache.display()));
    assert!(shipped.contains("/var/log/nginx/batch-task.log "), "the log is not in the configuration");
    let log = folder.join("access.log");
    shipped = shipped.replace("/var/log/nginx/batch-task.log ", &format!("{} ", log.display()));
    for (number, proxy) in (11..).zip(proxies) {
        let server = format!("server 10.0.0.{number}:8080;");
        assert!(shipped.contains(&server), "{server}");
        shipped = shipped.replace(&server, &format!("server {proxy} max_fails=0;"));
    }
    shipped
}

async fn nginx(folder: &Path, proxies: &[SocketAddr]) -> (Nginx, SocketAddr) {
    let program = std::env::var("BATCH_TASK_NGINX").unwrap();
    support::nginx::start(&program, folder, |listen| configuration(folder, listen, proxies)).await
}

async fn ask(address: SocketAddr, query: &str) -> String {
    fetch(address, &format!("/api/DescribeBatchTask?{query}")).await
}

async fn fetch(address: SocketAddr, target: &str) -> String {
    raw(address, &format!("GET {target} HTTP/1.1\r\nHost: status.example\r\nConnection: close\r\n\r\n")).await
}

/// Without this, viewers would connect to the process that took the port.
#[tokio::test(flavor = "multi_thread")]
async fn an_nginx_whose_port_is_taken_starts_on_another() {
    let (proxy, _handle) = proxy(simulator().await).await;
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::var("BATCH_TASK_NGINX").unwrap();
    let taken = Mutex::new(None);
    let (_nginx, address) = support::nginx::start(&program, folder.path(), |listen| {
        taken.lock().unwrap().get_or_insert_with(|| std::net::TcpListener::bind(listen).unwrap());
        configuration(folder.path(), listen, &[proxy; 3])
    })
    .await;
    assert_ne!(taken.lock().unwrap().as_ref().unwrap().local_addr().unwrap(), address);
    let answer = ask(address, "BatchId=pcb-done").await;
    assert!(answer.contains("\"BatchId\":\"pcb-done\""), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_viewers_of_many_proxies_share_one_call_per_ttl() {
    let api = Faulty::sending(response("200 OK", BODY)).await;
    let (mut proxies, mut handles) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let (address, handle) = proxy(api.address).await;
        proxies.push(address);
        handles.push(handle);
    }
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, address) = nginx(folder.path(), &proxies).await;

    let (start, answered) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut viewers = JoinSet::new();
    for _ in 0..VIEWERS {
        let (answered, api) = (Arc::clone(&answered), api.clone());
        viewers.spawn(async move {
            // The third call starts the third period.
            while api.requests() < 3 {
                assert_ok(&ask(address, "BatchId=pcb-1").await);
                answered.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(VIEWER_INTERVAL).await;
            }
        });
    }
    viewers.join_all().await;
    // One more call than whole periods is possible.
    let most = start.elapsed().as_secs_f64() / TTL.as_secs_f64() + 1.0;
    let (calls, answered) = (api.requests(), answered.load(Ordering::SeqCst));
    assert!(calls as f64 <= most, "{calls} calls for {answered} responses; at most {most} are allowed");
    assert!(answered >= 10 * VIEWERS, "{answered} responses are too few for a conclusion");

    // Without any proxy, nginx serves the last response, also after it has tried to renew it.
    for handle in handles {
        handle.abort();
    }
    let log = folder.path().join("error.log");
    while !fs::read_to_string(&log).unwrap().contains("connect() failed (111: Connection refused)") {
        assert_ok(&ask(address, "BatchId=pcb-1").await);
        tokio::time::sleep(VIEWER_INTERVAL).await;
    }
    assert_ok(&ask(address, "BatchId=pcb-1").await);
}

fn assert_ok(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(BODY), "{answer}");
}

/// nginx passes uncacheable responses on one after another, so that each viewer would wait for the viewers before it.
#[tokio::test(flavor = "multi_thread")]
async fn viewers_of_a_refusal_share_one_call() {
    for (status, body) in [
        ("403 Forbidden", r#"{"RequestId":"R","Code":"Forbidden.RAM","Message":"m"}"#),
        ("503 Service Unavailable", r#"{"RequestId":"R","Code":"ServiceUnavailable","Message":"m"}"#),
    ] {
        let api = Faulty::sending(response(status, body)).await;
        let (proxy, _handle) = proxy(api.address).await;
        let folder = tempfile::tempdir().unwrap();
        let (_nginx, address) = nginx(folder.path(), &[proxy; 3]).await;
        let start = Instant::now();
        let mut viewers = JoinSet::new();
        for _ in 0..VIEWERS {
            viewers.spawn(async move { ask(address, "BatchId=pcb-1").await });
        }
        for answer in viewers.join_all().await {
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.ends_with(body), "{answer}");
        }
        // The proxy keeps the failure for a second at first.
        let most = 1 + start.elapsed().as_secs() as usize;
        assert!(api.requests() <= most, "{status}: {} calls", api.requests());
    }
}

/// nginx and the proxy parse parameter names differently, so the cache key must not depend on nginx's parsing.
#[tokio::test(flavor = "multi_thread")]
async fn no_encoding_of_a_query_returns_another_batch() {
    let (address, _handle) = proxy(simulator().await).await;
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, nginx) = nginx(folder.path(), &[address; 3]).await;
    for (query, batch) in [
        ("batchid=pcb-done&BatchId=pcb-failed", "pcb-failed"),
        ("BatchId=pcb-done", "pcb-done"),
        ("%42atchId=pcb-failed", "pcb-failed"),
        ("%42atchId=pcb-done", "pcb-done"),
        ("BATCHID=pcb-failed&BatchId=pcb-empty", "pcb-empty"),
        ("BatchId=pcb-failed", "pcb-failed"),
    ] {
        let answer = ask(nginx, query).await;
        assert!(answer.contains(&format!("\"BatchId\":\"{batch}\"")), "{query}: {answer}");
    }
    for query in
        ["BatchId=pcb-nowhere", "batchid=pcb-done&BatchId=pcb-nowhere", "BatchId=pcb-done&BatchId=pcb-failed"]
    {
        let answer = ask(nginx, query).await;
        assert!(!answer.starts_with("HTTP/1.1 200 "), "{query}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_and_a_list_with_the_same_query_are_cached_apart() {
    let (address, _handle) = proxy(simulator().await).await;
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, nginx) = nginx(folder.path(), &[address; 3]).await;
    for _ in 0..2 {
        let batch = fetch(nginx, "/api/DescribeBatchTask?BatchId=pcb-done").await;
        assert!(batch.contains("\"BatchId\":\"pcb-done\"") && batch.contains("\"SubTasks\""), "{batch}");
        let list = fetch(nginx, "/api/DescribeBatchTasks?BatchId=pcb-done").await;
        assert!(list.starts_with("HTTP/1.1 200 ") && list.contains("\"TaskList\""), "{list}");
    }
    let path = fetch(nginx, "/api/DescribeBatchTaskss?BatchId=pcb-done").await;
    assert!(path.starts_with("HTTP/1.1 404 "), "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_have_an_id_of_nginx_and_are_private() {
    let (address, _handle) = proxy(simulator().await).await;
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, nginx) = nginx(folder.path(), &[address; 3]).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = ask(nginx, "BatchId=pcb-done").await;
        assert!(header(&answer, "Cache-Control").starts_with("private, max-age="), "{answer}");
        ids.push(header(&answer, "X-Request-Id").to_owned());
    }
    let refused = ask(nginx, "BatchId=").await;
    assert_eq!(header(&refused, "Cache-Control"), "no-store");
    let id = header(&refused, "X-Request-Id");
    assert!(refused.contains(&format!("\"RequestId\":\"{id}\"")), "{refused}");
    ids.push(id.to_owned());
    let page = get(nginx, "", "").await;
    ids.push(header(&page, "X-Request-Id").to_owned());
    let log = fs::read_to_string(folder.path().join("access.log")).unwrap();
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(id.len(), 32, "{id}");
        assert!(!ids[..number].contains(id), "{ids:?}");
        assert!(log.lines().any(|line| line.ends_with(id)), "{id} in {log}");
    }
    assert!(!log.contains("pcb-done"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_and_readiness_are_not_exposed() {
    let (address, _handle) = proxy(simulator().await).await;
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, nginx) = nginx(folder.path(), &[address; 3]).await;
    for target in ["metrics", "%6Detrics", "/metrics", "x/../metrics", "metrics?x", "readyz", "./readyz"] {
        let answer = get(nginx, target, "").await;
        assert!(
            answer.starts_with("HTTP/1.1 404 ") && !answer.contains("batch_task_proxy_"),
            "{target}: {answer}"
        );
    }
    assert!(get(nginx, "healthz", "").await.starts_with("HTTP/1.1 200 "));
}

/// Returns the nginx configuration in docs/status-page.md with the address and folder of the test.
fn status_page(listen: SocketAddr, page: &Path) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/status-page.md");
    let guide = fs::read_to_string(path).unwrap();
    let (_, rest) = guide.split_once("```nginx\n").unwrap();
    let (lines, _) = rest.split_once("```").unwrap();
    let (port, root) = ("listen 80;", "root /srv/status-page;");
    assert!(
        lines.contains(port) && lines.contains(root),
        "the address or folder is not in the configuration"
    );
    lines.replace(port, &format!("listen {listen};")).replace(root, &format!("root {};", page.display()))
}

/// Returns the names of the files of the page, relative to its folder, without their compressed variants.
fn names(page: &Path) -> Vec<String> {
    let list = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(page.join(folder)).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.path().is_file());
        files.map(|entry| format!("{folder}{}", entry.file_name().to_str().unwrap())).collect()
    };
    let mut names = [list(""), list("lang/")].concat();
    names.retain(|name| !name.ends_with(".gz") && !name.ends_with(".br"));
    names
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap() {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        // The README is not used by the page.
        "md" => "text/plain",
        other => panic!("{name}: unknown extension {other}"),
    }
}

async fn get(address: SocketAddr, name: &str, header: &str) -> String {
    raw(
        address,
        &format!("GET /{name} HTTP/1.1\r\nHost: status.example\r\n{header}Connection: close\r\n\r\n"),
    )
    .await
}

/// Returns the value of a header that occurs exactly once.
fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let begin = format!("{name}: ");
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let values: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix(&begin)).collect();
    assert_eq!(values.len(), 1, "{name} in {head}");
    values[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_in_the_readme_serves_the_status_page() {
    let page = PathBuf::from(std::env::var("BATCH_TASK_PAGE_DIR").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::var("BATCH_TASK_NGINX").unwrap();
    let (_nginx, nginx) =
        support::nginx::start(&program, folder.path(), |listen| status_page(listen, &page)).await;
    // The policy must equal the proxy's.
    let (proxy, _handle) = proxy(simulator().await).await;
    let healthy = get(proxy, "healthz", "").await.to_lowercase();
    let policy = header(&healthy, "content-security-policy").to_owned();

    let names = names(&page);
    assert!(names.len() >= 10, "{names:?}");
    for name in &names {
        let answer = get(nginx, name, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{name}: {answer}");
        assert_eq!(header(&answer, "Content-Type"), media_type(name), "{name}");
        assert_eq!(
            header(&answer, "Content-Length"),
            fs::metadata(page.join(name)).unwrap().len().to_string()
        );
        assert_eq!(header(&answer, "Content-Security-Policy").to_lowercase(), policy, "{name}");
        assert_eq!(header(&answer, "X-Content-Type-Options"), "nosniff", "{name}");
        let has_hash = name.contains('-') && !name.starts_with("lang/");
        let kept = if has_hash { "max-age=31536000" } else { "no-cache" };
        assert_eq!(header(&answer, "Cache-Control"), kept, "{name}");
        if name.ends_with(".wasm") {
            let packed = get(nginx, name, "Accept-Encoding: gzip\r\n").await;
            assert_eq!(header(&packed, "Content-Encoding"), "gzip");
            // It is the file of the build, not one that nginx compresses for each viewer.
            let compressed = fs::metadata(page.join(format!("{name}.gz"))).unwrap().len();
            assert_eq!(header(&packed, "Content-Length"), compressed.to_string());
        }
    }
    let root = get(nginx, "", "").await;
    assert!(root.starts_with("HTTP/1.1 200 ") && header(&root, "Content-Type") == "text/html", "{root}");
    let missing = get(nginx, "no-such-file", "").await;
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    assert_eq!(header(&missing, "Content-Security-Policy").to_lowercase(), policy);
}
