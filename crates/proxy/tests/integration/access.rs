//! Authentication, CORS, rate limits, metrics and request IDs.

use std::fs;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use batch_task_proxy::Settings;
use batch_task_proxy::access::Access;
use batch_task_proxy::client_limit::ClientRateLimit;
use batch_task_proxy::tokens::Tokens;

use crate::support::{get, send, simulator, upstream};

const TOKEN: &str = "a-token-of-the-console-0123456789";
const DONE: &str = "/api/DescribeBatchTask?BatchId=pcb-done";

async fn proxy(settings: Settings) -> Router {
    let settings = Settings { cache_ttl: Duration::from_secs(60), ..settings };
    batch_task_proxy::router(upstream(simulator().await), settings).unwrap()
}

async fn proxy_with_tokens() -> (Router, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, format!("# console\n{TOKEN}\n")).unwrap();
    fs::write(folder.path().join("index.html"), "the page").unwrap();
    let access = Access::Tokens(Tokens::read(file).unwrap());
    let settings = Settings { access, static_dir: Some(folder.path().to_owned()), ..Settings::default() };
    (proxy(settings).await, folder)
}

#[tokio::test]
async fn only_the_api_and_the_metrics_require_a_token() {
    let (router, _folder) = proxy_with_tokens().await;
    let good = format!("Bearer {TOKEN}");
    let almost = format!("Bearer {}", TOKEN.replace('9', "8"));
    for target in [DONE, "/metrics"] {
        for wrong in ["", "Bearer ", &almost, "Basic dXNlcjpwYXNz", TOKEN] {
            let response = send(&router, "GET", target, &[("authorization", wrong)]).await;
            assert_eq!(
                (response.status.as_u16(), response.code().as_str()),
                (401, "Proxy.Unauthorized"),
                "{wrong}"
            );
            assert_eq!(response.header("www-authenticate"), "Bearer");
            assert_eq!(response.header("cache-control"), "no-store");
        }
        assert_eq!(get(&router, target).await.status, 401, "{target} without a header");
        assert_eq!(send(&router, "GET", target, &[("authorization", &good)]).await.status, 200, "{target}");
    }
    // A token in the URL would appear in logs and histories, so it is not accepted.
    for spelling in ["&token=", "&access_token=", "&authorization=Bearer%20"] {
        assert_eq!(get(&router, &format!("{DONE}{spelling}{TOKEN}")).await.status, 401, "{spelling}");
    }
    for open in ["/", "/healthz", "/readyz"] {
        assert_eq!(get(&router, open).await.status, 200, "{open}");
    }
    // With tokens the host name is not checked, because clients run on other machines.
    let named = [("authorization", good.as_str()), ("host", "proxy.example:8080")];
    assert_eq!(send(&router, "GET", DONE, &named).await.status, 200);
}

#[tokio::test]
async fn with_tokens_responses_are_private() {
    let (router, _folder) = proxy_with_tokens().await;
    let good = format!("Bearer {TOKEN}");
    let response = send(&router, "GET", DONE, &[("authorization", &good)]).await;
    assert!(
        response.header("cache-control").starts_with("private, "),
        "{}",
        response.header("cache-control")
    );
    let conditional = [("authorization", good.as_str()), ("if-none-match", response.header("etag"))];
    assert_eq!(send(&router, "GET", DONE, &conditional).await.status, 304);
    let open = proxy(Settings { access: Access::Open, ..Settings::default() }).await;
    assert!(get(&open, DONE).await.header("cache-control").starts_with("public, "));
}

#[tokio::test]
async fn only_allowed_origins_may_read_responses() {
    let origins = vec!["https://console.example".parse().unwrap()];
    let router = proxy(Settings { origins, access: Access::Open, ..Settings::default() }).await;
    let named = send(&router, "GET", DONE, &[("origin", "https://console.example")]).await;
    assert_eq!(named.header("access-control-allow-origin"), "https://console.example");
    assert_eq!(named.header("access-control-allow-credentials"), "true");
    for exposed in ["etag", "age", "cache-status", "retry-after", "x-acs-retry-after"] {
        assert!(named.header("access-control-expose-headers").contains(exposed), "{exposed}");
    }
    for other in
        ["https://evil.example", "http://console.example", "https://console.example.evil.example", "null"]
    {
        let response = send(&router, "GET", DONE, &[("origin", other)]).await;
        assert_eq!(response.header("access-control-allow-origin"), "", "{other}");
        let mut varied = response.headers.get_all("vary").iter();
        assert!(varied.any(|name| name.as_bytes().eq_ignore_ascii_case(b"origin")), "{other}");
    }
    let preflight = [
        ("origin", "https://console.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization,if-none-match"),
    ];
    let answer = send(&router, "OPTIONS", DONE, &preflight).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-max-age"), "7200");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
}

#[tokio::test]
async fn a_client_above_its_rate_limit_is_rejected() {
    let client_rate_limit = ClientRateLimit::new(NonZeroU32::new(3));
    let router = proxy(Settings { client_rate_limit, ..Settings::default() }).await;
    let mut refused = None;
    for _ in 0..50 {
        let response = get(&router, DONE).await;
        if response.status == 429 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.code(), "Proxy.TooManyRequests");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(get(&router, "/healthz").await.status, 200, "health checks have no limit");
}

#[tokio::test]
async fn metrics_count_requests_and_contain_no_batch() {
    let router = proxy(Settings::default()).await;
    for _ in 0..3 {
        get(&router, DONE).await;
    }
    get(&router, "/api/DescribeBatchTask?BatchId=a%20b").await;
    let metrics = get(&router, "/metrics").await;
    for line in [
        "batch_task_proxy_requests_total{route=\"Api\",status=\"200\"} 3",
        "batch_task_proxy_requests_total{route=\"Api\",status=\"400\"} 1",
        "batch_task_proxy_cache_total{result=\"Miss\"} 1",
        "batch_task_proxy_cache_total{result=\"Hit\"} 2",
        "batch_task_proxy_upstream_call_seconds_count{result=\"Good\"} 1",
    ] {
        assert!(metrics.text().contains(line), "{line} is not in {}", metrics.text());
    }
    assert!(!metrics.text().contains("pcb-done"));
}

#[tokio::test]
async fn a_request_id_of_an_untrusted_client_is_replaced() {
    let router = proxy(Settings::default()).await;
    let chosen = send(&router, "GET", "/healthz", &[("x-request-id", "chosen-by-the-client")]).await;
    let own = chosen.header("x-request-id").to_owned();
    assert!(own.len() >= 16 && own != "chosen-by-the-client", "{own}");
    assert_ne!(get(&router, "/healthz").await.header("x-request-id"), own);
}
