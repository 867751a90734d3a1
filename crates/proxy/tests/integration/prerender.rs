//! The page with its first state drawn into it.

use std::fs;
use std::io::Read as _;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use batch_task_prerender::stylesheet;
use batch_task_proxy::access::Access;
use batch_task_proxy::batch_allow_list::BatchAllowList;
use batch_task_proxy::client_limit::ClientRateLimit;
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::redact::Redaction;
use batch_task_proxy::tokens::Tokens;
use batch_task_proxy::{Prerendering, Settings};
use tempfile::TempDir;

use crate::support::cloud::until;
use crate::support::shared_proxy::SharedProxy;
use crate::support::{Response, describe, get, send};

const TARGET: &str = "/?batch-id=pcb-x";
const TOKEN: &str = "a-token-of-the-console-0123456789";

const BODY: &str = r#"{"RequestId":"@","BatchId":"pcb-x","TaskName":"drawn-by-the-proxy","Status":"RUNNING","TotalCount":2,"SuccessCount":1,
"SubTasks":[{"TaskId":"1","InstanceId":"pc-1","Status":"FAILED","ErrorMsg":"no room for aliuid:1422133474238823"}]}"#;

/// A proxy with the page, whose API responds with [`BODY`].
struct Site {
    folder: TempDir,
    proxy: SharedProxy,
}

impl Site {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("page")).unwrap();
        let static_dir = Some(folder.path().join("page"));
        let proxy = SharedProxy::with(Settings { static_dir, ..settings }).await;
        proxy.set_response(200, BODY);
        let site = Self { folder, proxy };
        fs::write(site.index(), page()).unwrap();
        site
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("page/index.html")
    }

    async fn get(&self, target: &str) -> Response {
        get(&self.proxy.router, target).await
    }

    async fn send(&self, method: &str, headers: &[(&str, &str)]) -> Response {
        send(&self.proxy.router, method, TARGET, headers).await
    }

    /// Lets the API respond to no call until it has permits again.
    fn hold_responses(&self) {
        self.proxy.permits.forget_permits(10_000);
    }
}

/// Returns the page as it is in the repository.
fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../index.html")).unwrap()
}

fn is_drawn(response: &Response) -> bool {
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    let has_data = response.text().contains("drawn-by-the-proxy");
    let (cache_control, etag) = (response.header("cache-control"), response.header("etag"));
    if has_data {
        assert_eq!((cache_control, etag, response.header("last-modified")), ("no-store", "", ""));
        assert_eq!(response.header("vary"), "accept-encoding, accept-language");
    } else {
        assert_eq!((cache_control, etag.is_empty(), response.text()), ("no-cache", false, page().as_str()));
    }
    has_data
}

#[tokio::test]
async fn a_page_contains_the_response_that_its_widget_would_get() {
    let site = Site::new().await;
    for target in [TARGET, "/index.html?batch-id=pcb-x"] {
        let response = site.get(target).await;
        assert!(is_drawn(&response), "{target}");
        assert!(response.text().contains("R-0"), "{target}");
        assert!(response.header("content-security-policy").contains("script-src 'self'"), "{target}");
        assert!(!response.header("x-request-id").is_empty(), "{target}");
    }
    assert_eq!(describe(&site.proxy.router, "pcb-x").await.header("age"), "0");
    assert_eq!(site.proxy.calls(), 1);
    // Other paths, and other methods, are those of the files.
    assert_eq!(site.get("/other.html?batch-id=pcb-x").await.status, 404);
    assert_eq!(site.send("POST", &[]).await.status, 405);
    assert_eq!(site.proxy.calls(), 1);
}

#[tokio::test]
async fn a_page_is_not_later_than_without_a_drawing() {
    let site = Site::new().await;
    site.hold_responses();
    let start = Instant::now();
    let skeleton = site.get(TARGET).await;
    assert!(!is_drawn(&skeleton));
    assert!((300..2_000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    // The widget's request finds the call, which goes on.
    let router = site.proxy.router.clone();
    let widget = tokio::spawn(async move { describe(&router, "pcb-x").await });
    site.proxy.permits.add_permits(1);
    assert_eq!(widget.await.unwrap().json()["RequestId"], "R-0");
    assert_eq!(site.proxy.calls(), 1);
    // A body that is held is used at once.
    assert!(is_drawn(&site.get(TARGET).await));
    assert_eq!(site.proxy.calls(), 1);
}

#[tokio::test]
async fn a_call_continues_if_the_viewer_goes_away() {
    let site = Site::new().await;
    site.hold_responses();
    let router = site.proxy.router.clone();
    let viewer = tokio::spawn(async move { get(&router, TARGET).await });
    until(|| site.proxy.calls() == 1).await;
    viewer.abort();
    assert!(viewer.await.unwrap_err().is_cancelled());
    site.proxy.permits.add_permits(1);
    assert_eq!(describe(&site.proxy.router, "pcb-x").await.json()["RequestId"], "R-0");
    assert_eq!(site.proxy.calls(), 1);
}

#[tokio::test]
async fn a_cached_copy_of_the_file_does_not_prevent_a_drawing() {
    let site = Site::new().await;
    site.hold_responses();
    let first = site.get(TARGET).await;
    let condition = [("if-none-match", first.header("etag"))];
    // As long as the API does not respond, the copy is valid.
    assert_eq!(site.send("GET", &condition).await.status, 304);
    site.proxy.permits.add_permits(10);
    until(|| site.proxy.permits.available_permits() == 9).await;
    assert!(is_drawn(&site.send("GET", &condition).await));
    let since = [("if-modified-since", first.header("last-modified"))];
    assert!(is_drawn(&site.send("GET", &since).await));
    assert!(is_drawn(&site.send("GET", &[("if-none-match", "*")]).await));
}

#[tokio::test]
async fn only_who_may_read_the_api_without_a_token_sees_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, TOKEN).unwrap();
    let tokens = || Access::Tokens(Tokens::read(file.clone()).unwrap());
    let bearer = format!("Bearer {TOKEN}");
    for (access, prerendering, expected) in [
        (Access::Loopback, Prerendering::On, true),
        (Access::Open, Prerendering::On, true),
        (tokens(), Prerendering::On, false),
        (Access::Loopback, Prerendering::Off, false),
        (Access::Open, Prerendering::Off, false),
        (tokens(), Prerendering::Off, false),
    ] {
        let label = format!("{access:?} {prerendering:?}");
        let site = Site::with(Settings { access, prerendering, ..Settings::default() }).await;
        // A valid token changes nothing: a browser does not send it when it opens a page.
        for headers in [&[][..], &[("authorization", bearer.as_str())]] {
            assert_eq!(is_drawn(&site.send("GET", headers).await), expected, "{label}");
        }
        assert_eq!(site.proxy.calls(), usize::from(expected), "{label}");
    }
    let site = Site::new().await;
    let rebound = site.send("GET", &[("host", "attacker.example")]).await;
    assert_eq!((rebound.status.as_u16(), site.proxy.calls()), (403, 0));
}

#[tokio::test]
async fn pages_count_for_the_rate_limit_of_the_client() {
    let metrics = Metrics::default();
    let client_rate_limit = ClientRateLimit::new(NonZeroU32::new(1));
    let settings = Settings { client_rate_limit, metrics: metrics.clone(), ..Settings::default() };
    let site = Site::with(settings).await;
    let mut drawn = Vec::new();
    for number in 0..4 {
        drawn.push(is_drawn(&site.get(&format!("/?batch-id=pcb-{number}")).await));
    }
    assert_eq!(drawn, [true, true, false, false], "the burst is two");
    assert_eq!(site.proxy.calls(), 2);
    assert_eq!(describe(&site.proxy.router, "pcb-x").await.status, 429);
    let text = metrics.text();
    for line in ["pages_total{result=\"Drawn\"} 2", "pages_total{result=\"Limited\"} 2"] {
        assert!(text.contains(line), "{text}");
    }
}

#[tokio::test]
async fn a_page_shows_no_batch_that_is_not_permitted() {
    let batch_allow_list = BatchAllowList::new(vec!["pcb-y*".parse().unwrap()]);
    let site = Site::with(Settings { batch_allow_list, ..Settings::default() }).await;
    let refused = site.get(TARGET).await;
    assert!(refused.text().contains("not allowed by the proxy"), "{}", refused.text());
    assert_eq!((refused.header("cache-control"), site.proxy.calls()), ("no-store", 0));
    assert!(is_drawn(&site.get("/?batch-id=pcb-y1").await));
    // The list is not permitted by default.
    site.get("/").await;
    assert_eq!(site.proxy.calls(), 1);
}

#[tokio::test]
async fn a_page_without_a_batch_contains_the_list_if_it_is_permitted() {
    let list = r#"{"RequestId":"@","PageNumber":1,"PageSize":30,"TotalCount":1,
        "TaskList":[{"BatchId":"pcb-1","TaskName":"drawn-by-the-proxy","Status":"RUNNING","TotalCount":2,"SuccessCount":1}]}"#;
    for (is_list_allowed, calls) in [(true, 1), (false, 0)] {
        let site = Site::with(Settings { is_list_allowed, ..Settings::default() }).await;
        site.proxy.set_response(200, list);
        let response = site.get("/?lang=en").await;
        assert_eq!(response.text().contains("drawn-by-the-proxy"), is_list_allowed, "{}", response.text());
        assert_eq!((response.header("cache-control"), site.proxy.calls()), ("no-store", calls));
    }
}

#[tokio::test]
async fn a_page_contains_no_account_if_they_are_masked() {
    for (redaction, expected) in [(Redaction::Off, true), (Redaction::of([]), false)] {
        let site = Site::with(Settings { redaction, ..Settings::default() }).await;
        let response = site.get(TARGET).await;
        assert!(is_drawn(&response));
        assert_eq!(response.text().contains("1422133474238823"), expected);
    }
}

#[tokio::test]
async fn a_page_shows_stale_data_as_the_api_route_does() {
    let site = Site::new().await;
    assert!(is_drawn(&site.get(TARGET).await));
    site.proxy.set_time(60);
    site.proxy.set_response(503, r#"{"Code":"ServiceUnavailable"}"#);
    let stale = site.get(TARGET).await;
    assert!(is_drawn(&stale) && stale.text().contains("R-0"));
    assert!(stale.text().contains("fwd=stale; fwd-status=503"), "{}", stale.text());
    site.proxy.set_time(400);
    let failed = site.get(TARGET).await;
    assert!(failed.text().contains("ServiceUnavailable"), "{}", failed.text());
    assert_eq!((failed.status.as_u16(), failed.header("cache-control")), (200, "no-store"));
}

#[tokio::test]
async fn head_returns_the_headers_of_get() {
    let site = Site::new().await;
    describe(&site.proxy.router, "pcb-x").await;
    for encoding in ["gzip", "identity"] {
        let accepted = [("accept-encoding", encoding)];
        let (get, head) = (site.send("GET", &accepted).await, site.send("HEAD", &accepted).await);
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        for name in ["content-type", "content-length", "content-encoding", "cache-control", "vary", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{encoding}: {name}");
        }
        assert_eq!(get.header("content-length"), get.body.len().to_string());
        assert_eq!(get.header("content-encoding"), if encoding == "gzip" { "gzip" } else { "" });
    }
}

#[tokio::test]
async fn a_page_is_compressed_if_the_client_accepts_it() {
    let site = Site::new().await;
    let plain = site.send("GET", &[]).await;
    let compressed = site.send("GET", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((plain.header("content-encoding"), compressed.header("content-encoding")), ("", "gzip"));
    let mut html = String::new();
    flate2::read::GzDecoder::new(compressed.body.as_slice()).read_to_string(&mut html).unwrap();
    assert!(html.contains("drawn-by-the-proxy"), "{html}");
}

#[tokio::test]
async fn what_a_page_links_is_served() {
    let site = Site::new().await;
    let response = site.get("/?batch-id=pcb-x&sort=-TaskId").await;
    assert!(is_drawn(&response));
    let name = stylesheet().name.as_str();
    assert!(response.text().contains(&format!("\"./{name}\"")), "{}", response.text());
    let target = format!("/{name}");
    let style = site.get(&target).await;
    assert_eq!((style.status.as_u16(), style.text()), (200, stylesheet().css.as_str()));
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    let compressed = send(&site.proxy.router, "GET", &target, &[("accept-encoding", "gzip")]).await;
    assert_eq!(compressed.header("content-encoding"), "gzip");
    let off = Site::with(Settings { prerendering: Prerendering::Off, ..Settings::default() }).await;
    assert_eq!(off.get(&target).await.status, 404);
}

#[tokio::test]
async fn a_deployment_may_replace_the_page() {
    let site = Site::new().await;
    assert!(is_drawn(&site.get(TARGET).await));
    let other = page().replace("</head>", "<meta name=\"deployed\" content=\"later\"></head>");
    fs::write(site.index(), other).unwrap();
    let response = site.get(TARGET).await;
    assert!(response.text().contains("\"deployed\"") && response.text().contains("drawn-by-the-proxy"));
    // A file without a place for the drawing, or that is not a text, is served as it is.
    for content in [&b"<!doctype html><p>maintenance"[..], &b"\xff\xfe"[..], &b""[..]] {
        fs::write(site.index(), content).unwrap();
        let response = site.get(TARGET).await;
        assert_eq!((response.body.as_slice(), response.header("cache-control")), (content, "no-cache"));
    }
    fs::remove_file(site.index()).unwrap();
    assert_eq!(site.get(TARGET).await.status, 404);
    assert_eq!(site.proxy.calls(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_page_outside_the_folder_is_not_drawn() {
    let site = Site::new().await;
    let outside = site.folder.path().join("outside.html");
    fs::rename(site.index(), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, site.index()).unwrap();
    assert_eq!(site.get(TARGET).await.status, 404);
    // Kubernetes mounts files in this form.
    fs::rename(&outside, site.folder.path().join("page/data.html")).unwrap();
    fs::remove_file(site.index()).unwrap();
    std::os::unix::fs::symlink("data.html", site.index()).unwrap();
    assert!(is_drawn(&site.get(TARGET).await));
}

/// A page that takes long to draw does not delay the others, beyond the time that any page may take.
#[tokio::test]
async fn a_large_body_delays_no_request_of_the_api() {
    let site = Site::new().await;
    let rows = vec![r#"{"TaskId":"1","InstanceId":"pc-1","Status":"RUNNING"}"#; 100_000].join(",");
    let body = format!(r#"{{"RequestId":"@","Status":"RUNNING","TotalCount":100000,"SubTasks":[{rows}]}}"#);
    site.proxy.set_response(200, &body);
    describe(&site.proxy.router, "pcb-x").await;
    site.proxy.set_response(200, BODY);
    describe(&site.proxy.router, "pcb-y").await;
    let pages = (0..8).map(|_| {
        let router = site.proxy.router.clone();
        tokio::spawn(async move { get(&router, TARGET).await })
    });
    let pages: Vec<_> = pages.collect();
    for _ in 0..20 {
        let start = Instant::now();
        assert_eq!(describe(&site.proxy.router, "pcb-y").await.status, 200);
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
    for page in pages {
        assert_eq!(page.await.unwrap().status, 200);
    }
}
