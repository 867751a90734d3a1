//! The list of batches: `/api/DescribeBatchTasks`.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use batch_task_proxy::Settings;
use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, LIST_ACTION, Scenario};
use serde_json::Value;
use tempfile::TempDir;

use crate::check::check;
use crate::support::program::{Running, command};
use crate::support::shared_proxy::SharedProxy;
use crate::support::{describe, get, proxy, send, simulator, upstream};

const LIST: &str = "/api/DescribeBatchTasks";

fn allowing() -> Settings {
    Settings { is_list_allowed: true, ..Settings::default() }
}

async fn listing_proxy() -> Router {
    // Without a cache, so that every request reaches the simulator.
    batch_task_proxy::router(upstream(simulator().await), allowing()).unwrap()
}

async fn items(router: &Router, query: &str) -> Vec<Value> {
    let response = get(router, &format!("{LIST}?{query}")).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()["TaskList"].as_array().unwrap().clone()
}

#[tokio::test]
async fn batches_are_listed_only_with_permission() {
    let address = simulator().await;
    for method in ["GET", "POST"] {
        let refused = send(&proxy(address), method, LIST, &[]).await;
        assert_eq!((refused.status.as_u16(), &*refused.code()), (403, "Proxy.ListNotAllowed"));
        let listed = send(&listing_proxy().await, method, LIST, &[]).await;
        assert_eq!(listed.status, 200, "{}", listed.text());
        assert_eq!((&listed.json()["PageNumber"], &listed.json()["PageSize"]), (&1.into(), &30.into()));
    }
    let wrong = get(&listing_proxy().await, &format!("{LIST}?PageSize=101")).await;
    assert_eq!((wrong.status.as_u16(), &*wrong.code()), (400, "Proxy.InvalidParameter"));
    assert_eq!(wrong.json()["Message"], "PageSize must be a number from 1 to 100");
}

#[tokio::test]
async fn the_figures_of_the_list_are_those_of_each_batch() {
    let router = listing_proxy().await;
    let all = items(&router, "PageSize=100").await;
    let ids: HashSet<_> = all.iter().map(|item| item["BatchId"].as_str().unwrap()).collect();
    assert_eq!((all.len(), ids.len()), (40, 40));
    assert!(Scenario::ALL.iter().all(|scenario| ids.contains(scenario.batch_id())));
    // The others do not change while the test runs, or have no answer with figures.
    let settled = [
        "pcb-sample",
        "pcb-done",
        "pcb-failed",
        "pcb-empty",
        "pcb-dispatching",
        "pcb-all-statuses",
        "pcb-odd",
    ];
    let scenarios: HashSet<_> = Scenario::ALL.iter().map(|scenario| scenario.batch_id()).collect();
    for item in &all {
        let id = item["BatchId"].as_str().unwrap();
        if scenarios.contains(id) && !settled.contains(&id) && id != "pcb-10k" {
            continue;
        }
        let batch = describe(&router, id).await.json();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for name in ["Status", "TotalCount", "SuccessCount", "TaskName", "TaskType"] {
            assert_eq!(text(&item[name]), text(&batch[name]), "{id} {name}");
        }
        let time = text(&batch["TaskBegin"]).replace('/', "-").replace('T', " ");
        assert_eq!(text(&item["TaskBegin"]), time.trim_end_matches('Z'), "{id}");
    }
}

#[tokio::test]
async fn a_page_is_filtered_and_sorted() {
    let router = listing_proxy().await;
    let all = items(&router, "PageSize=100").await;
    let begin = |item: &Value| item["TaskBegin"].as_str().unwrap().to_owned();
    assert!(all.is_sorted_by(|a, b| begin(a) >= begin(b)));
    let second = items(&router, "PageSize=15&PageNumber=2").await;
    assert_eq!(second.len(), 15);
    let failed = items(&router, "Status=%5B%22FAILED%22%5D").await;
    assert!(failed.len() >= 3 && failed.iter().all(|item| item["Status"] == "FAILED"), "{failed:?}");
    let other = items(&router, "TaskType=polarclaw_uninstall_skills").await;
    assert!(!other.is_empty() && other.len() < all.len());
    assert!(items(&router, "EndTime=2020-01-01T00:00Z").await.is_empty());
}

#[tokio::test]
async fn equal_lists_share_one_call_and_other_lists_do_not() {
    let fixture = SharedProxy::with(allowing()).await;
    fixture.set_response(200, r#"{"RequestId":"@","TotalCount":0,"TaskList":[]}"#);
    for (query, calls) in [
        ("", 1),
        ("PageNumber=1&PageSize=30", 1),
        ("Status=[\"RUNNING\",\"FAILED\"]&x=1", 2),
        ("Status=%5B%22FAILED%22,%22RUNNING%22%5D", 2),
        ("PageNumber=2", 3),
    ] {
        let response = get(&fixture.router, &format!("{LIST}?{query}").replace('"', "%22")).await;
        assert_eq!((response.status.as_u16(), fixture.calls()), (200, calls), "{query}");
        assert_eq!(response.header("cache-control"), "private, max-age=2, stale-if-error=300");
    }
    let etag = get(&fixture.router, LIST).await.header("etag").to_owned();
    assert_eq!(send(&fixture.router, "GET", LIST, &[("if-none-match", &etag)]).await.status, 304);
    // The batch without an ID is another request.
    get(&fixture.router, "/api/DescribeBatchTask").await;
    assert_eq!(fixture.calls(), 4);
}

#[tokio::test]
async fn a_refused_list_does_not_hold_back_batches() {
    let fixture = SharedProxy::with(allowing()).await;
    fixture.set_response(400, r#"{"RequestId":"@","Code":"Throttling.Api","Message":"m"}"#);
    for _ in 0..3 {
        assert_eq!(get(&fixture.router, LIST).await.status, 429);
        assert_eq!(get(&fixture.router, &format!("{LIST}?PageNumber=2")).await.status, 429);
    }
    assert_eq!(fixture.calls(), 1, "the throttle concerns all lists");
    fixture.set_response(200, r#"{"RequestId":"@","Status":"RUNNING"}"#);
    assert_eq!(describe(&fixture.router, "pcb-x").await.status, 200);
    assert_eq!(fixture.calls(), 2);
}

#[tokio::test]
async fn metrics_and_logs_tell_the_actions_apart() {
    let settings = Settings { cache_ttl: Duration::from_secs(2), ..allowing() };
    let router = batch_task_proxy::router(upstream(simulator().await), settings).unwrap();
    get(&router, LIST).await;
    let metrics = get(&router, "/metrics").await;
    for line in [
        "batch_task_proxy_requests_total{route=\"List\",status=\"200\"} 1",
        "batch_task_proxy_upstream_call_seconds_count{action=\"DescribeBatchTasks\",result=\"Good\"} 1",
        "batch_task_proxy_cache_total{action=\"DescribeBatchTasks\",result=\"Miss\"} 1",
    ] {
        assert!(metrics.text().contains(line), "{line} is not in {}", metrics.text());
    }
}

#[tokio::test]
async fn a_list_cannot_be_combined_with_permitted_batches() {
    for args in [
        &["--simulate", "--listen=127.0.0.1:0", "--list", "--allow-batch-id=pcb-*"][..],
        &["--simulate", "--check", "--list", "--allow-batch-id=pcb-*"],
    ] {
        let (code, _, stderr) = Running::start(&mut command(args)).end();
        assert_eq!(code, Some(1), "{stderr}");
        assert!(stderr.contains("--list") && stderr.contains("--allow-batch-id"), "{stderr}");
    }
}

#[tokio::test]
async fn a_check_with_the_list_calls_both_actions() {
    let (address, home) = (simulator().await, TempDir::new().unwrap());
    let key = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY_ID),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ACCESS_KEY_SECRET),
    ];
    let endpoint = format!("--endpoint=http://{address}");
    let outcome = check(&[&endpoint, "--check=pcb-done", "--list"], &key, home.path()).await;
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let lines: Vec<_> = outcome.stdout.lines().rev().take(2).collect();
    assert!(
        lines[0].starts_with(&format!("list: {LIST_ACTION} at ")) && lines[0].ends_with(" succeeded"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("call: DescribeBatchTask at "), "{lines:?}");
}
