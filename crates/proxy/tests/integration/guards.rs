//! Requests that the proxy rejects without a call to the API, and the security headers.

use std::sync::Arc;
use std::time::Duration;

use batch_task_proxy::clock;
use batch_task_proxy::credentials::{ACCESS_KEY_ID, NoCredentials};
use batch_task_proxy::security::{FrameAncestors, policy};
use batch_task_proxy::supervise::{BackgroundTask, BackgroundTasks};
use batch_task_proxy::{Settings, router};
use tokio::sync::Semaphore;

use crate::support::faulty::Faulty;
use crate::support::{LONG_TIMEOUTS, describe, get, proxy, proxy_with, send, unused_upstream};

#[tokio::test]
async fn an_invalid_batch_id_never_reaches_the_api() {
    let faulty = Faulty::sending("").await;
    let router = proxy(faulty.address);
    let too_long = "a".repeat(129);
    for bad in ["", "a%20b", "a%0d%0aX-Evil:1", "a/../b", "%3Cscript%3E", "a&BatchId=b", &too_long] {
        let response = describe(&router, bad).await;
        assert_eq!(
            (response.status.as_u16(), response.code().as_str()),
            (400, "Proxy.InvalidBatchId"),
            "{bad}"
        );
        assert!(!response.text().contains("script"), "the value is not echoed");
    }
    assert_eq!(faulty.requests(), 0);
}

#[tokio::test]
async fn other_methods_are_rejected_with_the_allowed_ones() {
    let faulty = Faulty::sending("").await;
    let router = proxy(faulty.address);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let response = send(&router, method, "/api/DescribeBatchTask?BatchId=pcb-done", &[]).await;
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.code(), "UnsupportedHTTPMethod");
        assert_eq!(response.header("allow").split(',').collect::<Vec<_>>(), ["GET", "HEAD", "POST"]);
    }
    assert_eq!(faulty.requests(), 0);
}

#[tokio::test]
async fn a_host_that_is_not_loopback_is_rejected_on_all_routes() {
    let address = Faulty::sending("").await.address;
    let router = proxy(address);
    for target in ["/", "/healthz", "/api/DescribeBatchTask?BatchId=pcb-done"] {
        for host in ["evil.example", "evil.example:8080", "localhost.evil.example", "10.0.0.1", "", "@"] {
            let response = send(&router, "GET", target, &[("host", host)]).await;
            assert_eq!(
                (response.status.as_u16(), response.code().as_str()),
                (403, "Proxy.Forbidden"),
                "{host}"
            );
        }
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080"] {
        assert_eq!(send(&router, "GET", "/healthz", &[("host", host)]).await.status, 200, "{host}");
    }
    assert_eq!(send(&router, "GET", "http://evil.example/healthz", &[]).await.status, 403);
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let address = Faulty::sending("").await.address;
    let router = proxy(address);
    for (method, target, host) in [
        ("GET", "/", "localhost"),
        ("GET", "/healthz", "localhost"),
        ("GET", "/nothing.js", "localhost"),
        ("GET", "/api/DescribeBatchTask?BatchId=pcb-done", "localhost"),
        ("PUT", "/api/DescribeBatchTask", "localhost"),
        ("GET", "/", "evil.example"),
    ] {
        let response = send(&router, method, target, &[("host", host)]).await;
        assert_eq!(
            response.headers["content-security-policy"],
            policy(&FrameAncestors::default()).unwrap(),
            "{method} {target}"
        );
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
    }
}

#[tokio::test]
async fn without_credentials_the_error_says_what_is_missing() {
    let faulty = Faulty::sending("").await;
    let unset = ("the environment's access key".to_owned(), format!("{ACCESS_KEY_ID} is not set"));
    let missing = NoCredentials { attempts: vec![unset] };
    let router = proxy_with(faulty.address, Err(missing), LONG_TIMEOUTS, clock::system());
    let response = describe(&router, "pcb-done").await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (503, "Proxy.NoCredentials"));
    assert!(response.text().contains(ACCESS_KEY_ID));
    let ready = get(&router, "/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains(ACCESS_KEY_ID));
    assert_eq!(get(&router, "/healthz").await.status, 200);
    assert_eq!(faulty.requests(), 0);
}

#[tokio::test]
async fn a_background_task_that_fails_is_named_until_it_runs() {
    let (permit, tasks) = (Arc::new(Semaphore::new(0)), BackgroundTasks::default());
    let runs = Arc::clone(&permit);
    tasks.add(BackgroundTask::spawn("example", move || {
        let runs = Arc::clone(&runs);
        async move {
            drop(runs.try_acquire().expect("a panic"));
            std::future::pending().await
        }
    }));
    let router = router(unused_upstream(), Settings { tasks, ..Settings::default() }).unwrap();
    let mut ready = get(&router, "/readyz").await;
    while ready.status == 200 {
        tokio::task::yield_now().await;
        ready = get(&router, "/readyz").await;
    }
    assert_eq!((ready.status.as_u16(), ready.text()), (503, "waiting for a restart: example\n"));
    assert_eq!(get(&router, "/healthz").await.status, 200);
    permit.add_permits(1);
    while get(&router, "/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn without_a_page_a_message_says_how_to_build_it() {
    let address = Faulty::sending("").await.address;
    let response = get(&proxy(address), "/").await;
    assert_eq!(response.header("content-type"), "text/plain; charset=utf-8");
    assert!(response.text().contains("cargo xtask demo"));
}

#[tokio::test]
async fn allowed_origins_may_frame_the_page() {
    let frame_ancestors: FrameAncestors = "'self' https://console.example".parse().unwrap();
    let settings = Settings { frame_ancestors: frame_ancestors.clone(), ..Settings::default() };
    let router = batch_task_proxy::router(unused_upstream(), settings).unwrap();
    for target in ["/", "/healthz", "/api/DescribeBatchTask?BatchId="] {
        let response = get(&router, target).await;
        assert_eq!(
            response.headers["content-security-policy"],
            policy(&frame_ancestors).unwrap(),
            "{target}"
        );
    }
}
