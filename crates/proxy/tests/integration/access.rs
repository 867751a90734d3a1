//! Authentication, CORS, rate limits, metrics and request IDs.

use std::fs;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use batch_task_proxy::access::Access;
use batch_task_proxy::api::CacheScope;
use batch_task_proxy::client_address::TrustedProxies;
use batch_task_proxy::client_limit::ClientRateLimit;
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::tokens::Tokens;
use batch_task_proxy::{AdminRoutes, Settings, admin_router};

use crate::support::{get, send, simulator, unused_upstream, upstream};

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
async fn responses_are_private_unless_shared_caching_is_allowed() {
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
    for (access, cache_scope, expected) in [
        (Access::Open, CacheScope::default(), "private, "),
        (Access::Loopback, CacheScope::default(), "private, "),
        (Access::Open, CacheScope::Public, "public, "),
    ] {
        let router = proxy(Settings { access, cache_scope, ..Settings::default() }).await;
        let control = get(&router, DONE).await.header("cache-control").to_owned();
        assert!(control.starts_with(expected), "{control}");
    }
}

#[tokio::test]
async fn only_allowed_origins_may_read_responses() {
    let origins = vec!["https://console.example".parse().unwrap()];
    let router = proxy(Settings { origins, access: Access::Open, ..Settings::default() }).await;
    let named = send(&router, "GET", DONE, &[("origin", "https://console.example")]).await;
    assert_eq!(named.header("access-control-allow-origin"), "https://console.example");
    assert_eq!(named.header("access-control-allow-credentials"), "true");
    for exposed in ["etag", "age", "date", "cache-status", "retry-after", "x-acs-retry-after"] {
        assert!(
            named.header("access-control-expose-headers").split(',').any(|name| name.trim() == exposed),
            "{exposed}"
        );
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
    let metrics = Metrics::default();
    let settings = Settings { client_rate_limit, metrics: metrics.clone(), ..Settings::default() };
    let router = proxy(settings).await;
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
    assert!(metrics.text().contains("batch_task_proxy_requests_limited_total{limit=\"ClientRate\"} 1\n"));
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
        "batch_task_proxy_cache_total{action=\"DescribeBatchTask\",result=\"Miss\"} 1",
        "batch_task_proxy_cache_total{action=\"DescribeBatchTask\",result=\"Hit\"} 2",
        "batch_task_proxy_upstream_call_seconds_count{action=\"DescribeBatchTask\",result=\"Good\"} 1",
        "batch_task_proxy_request_duration_seconds_count{route=\"Api\"} 4",
        "\nbatch_task_proxy_upstream_last_good_call_age_seconds ",
        "batch_task_proxy_build_info{version=",
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

#[tokio::test]
async fn an_error_of_the_proxy_has_one_id_in_its_body_and_its_header() {
    let (router, _folder) = proxy_with_tokens().await;
    let open = batch_task_proxy::router(unused_upstream(), Settings::default()).unwrap();
    let limited =
        Settings { client_rate_limit: ClientRateLimit::new(NonZeroU32::new(1)), ..Settings::default() };
    let limited = proxy(limited).await;
    for _ in 0..2 {
        get(&limited, DONE).await;
    }
    for (router, method, target, host, status) in [
        (&router, "GET", DONE, "localhost", 401),
        (&open, "GET", "/api/DescribeBatchTask?BatchId=", "localhost", 400),
        (&open, "GET", DONE, "evil.example", 403),
        (&open, "PUT", DONE, "localhost", 405),
        (&limited, "GET", DONE, "localhost", 429),
        (&open, "GET", DONE, "localhost", 502),
    ] {
        let response = send(router, method, target, &[("host", host)]).await;
        assert_eq!(response.status, status);
        let id = response.header("x-request-id");
        assert!(id.len() >= 16, "{id}");
        assert_eq!(response.json()["RequestId"], id, "{status}");
    }
}

#[tokio::test]
async fn an_id_of_a_trusted_proxy_is_used_everywhere() {
    // Without a socket the address of the peer is unspecified.
    let trusted_proxies = TrustedProxies::new(vec!["::".parse().unwrap()]);
    let router = proxy(Settings { trusted_proxies, ..Settings::default() }).await;
    let given = [("x-request-id", "given-by-nginx-1")];
    let response = send(&router, "GET", "/api/DescribeBatchTask?BatchId=", &given).await;
    assert_eq!(response.header("x-request-id"), "given-by-nginx-1");
    assert_eq!(response.json()["RequestId"], "given-by-nginx-1");
}

#[tokio::test]
async fn the_admin_address_serves_what_the_other_one_does_not() {
    let settings = Settings { admin_routes: AdminRoutes::Separate, ..Settings::default() };
    let admin = |access| admin_router(&unused_upstream(), &settings, access).unwrap();
    let router = proxy(settings.clone()).await;
    get(&router, DONE).await;
    for (target, main, admin_status) in [
        ("/healthz", 200, 200),
        ("/readyz", 404, 200),
        ("/metrics", 404, 200),
        (DONE, 200, 404),
        ("/", 404, 404),
    ] {
        assert_eq!(get(&router, target).await.status, main, "{target}");
        let response = send(&admin(Access::Open), "GET", target, &[("host", "10.0.0.7:9090")]).await;
        assert_eq!(response.status, admin_status, "{target}");
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        let elsewhere = send(&admin(Access::Loopback), "GET", target, &[("host", "evil.example")]).await;
        assert_eq!(elsewhere.status, 403, "{target}");
    }
    let metrics = get(&admin(Access::Loopback), "/metrics").await;
    assert!(metrics.text().contains("batch_task_proxy_requests_total{route=\"Api\",status=\"200\"} "));
    settings.draining.begin();
    assert_eq!(get(&admin(Access::Loopback), "/readyz").await.text(), "stopping\n");
}
