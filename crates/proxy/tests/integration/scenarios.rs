//! The scenarios of the simulator through the proxy, over a socket.

use batch_task_simulator::Scenario;

use crate::support::{describe, get, proxy, send, simulator};

#[tokio::test]
async fn batches_are_forwarded() {
    let router = proxy(simulator().await);
    for (scenario, status, rows) in [
        (Scenario::Sample, "RUNNING ", 1),
        (Scenario::Done, "COMPLETED", 24),
        (Scenario::Failed, "FAILED", 24),
        (Scenario::Empty, "COMPLETED", 0),
        (Scenario::AllStatuses, "RUNNING", 10),
        (Scenario::Odd, "Running ", 28),
        (Scenario::TenThousand, "RUNNING", 10_000),
        (Scenario::Slow, "RUNNING", 240),
        (Scenario::Flaky, "RUNNING", 240),
    ] {
        let response = describe(&router, scenario.batch_id()).await;
        assert_eq!(response.status, 200, "{scenario:?}");
        assert_eq!(response.header("content-type"), "application/json; charset=utf-8");
        assert_eq!(response.header("cache-control"), "no-store");
        let body = response.json();
        assert_eq!(body["Status"], status, "{scenario:?}");
        assert_eq!(body["SubTasks"].as_array().unwrap().len(), rows, "{scenario:?}");
    }
    let demo = describe(&router, "pcb-demo").await.json();
    assert_eq!((demo["TotalCount"].as_u64(), demo["BatchId"].as_str()), (Some(240), Some("pcb-demo")));
    let dispatching = describe(&router, "pcb-dispatching").await.json();
    assert!(dispatching["SubTasks"].is_null());
    let envelope = describe(&router, "pcb-envelope").await.json();
    assert_eq!(envelope["data"]["BatchId"], "pcb-envelope");
}

#[tokio::test]
async fn the_sample_is_forwarded_byte_for_byte() {
    let router = proxy(simulator().await);
    let sample = include_bytes!("../fixtures/describe-batch-task.sample.json");
    for method in ["GET", "POST"] {
        let response = send(&router, method, "/api/DescribeBatchTask?BatchId=pcb-sample", &[]).await;
        assert_eq!(response.body, sample, "{method}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_forwarded() {
    let router = proxy(simulator().await);
    assert!(describe(&router, "pcb-odd").await.body.starts_with(b"\xEF\xBB\xBF{"));
}

#[tokio::test]
async fn errors_keep_their_codes() {
    let router = proxy(simulator().await);
    for (batch_id, status, code) in [
        ("pcb-login-page", 502, "Proxy.UpstreamInvalid"),
        ("pcb-truncated", 502, "Proxy.UpstreamInvalid"),
        ("pcb-denied", 403, "Forbidden.RAM"),
        ("pcb-nowhere", 404, "InvalidBatchId.NotFound"),
        // The last one, because it concerns all batches.
        ("pcb-throttled", 429, "Throttling.User"),
    ] {
        let response = describe(&router, batch_id).await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (status, code), "{batch_id}");
        let body = response.json();
        for field in ["RequestId", "HostId", "Message"] {
            assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{batch_id}: {field}");
        }
    }
    // A new proxy, whose delay does not count down yet.
    let router = proxy(simulator().await);
    let denied = describe(&router, "pcb-denied").await.json();
    assert_eq!(denied["AccessDeniedDetail"]["AuthAction"], "polardb:DescribeBatchTask");
    assert!(denied["Recommend"].as_str().unwrap().starts_with("https://api.aliyun.com/troubleshoot?"));
    let without_id = get(&router, "/api/DescribeBatchTask").await;
    assert_eq!((without_id.status.as_u16(), without_id.code().as_str()), (400, "MissingBatchId"));
    let throttled = describe(&router, "pcb-throttled").await;
    assert_eq!((throttled.header("retry-after"), throttled.header("x-acs-retry-after")), ("2", "2000"));
}

#[tokio::test]
async fn every_third_flaky_call_fails() {
    let router = proxy(simulator().await);
    for expected in [200, 200, 503, 200, 200, 503] {
        assert_eq!(describe(&router, "pcb-flaky").await.status, expected);
    }
}

#[tokio::test]
async fn every_response_has_a_new_request_id() {
    let router = proxy(simulator().await);
    let id = |body: &serde_json::Value| body["RequestId"].as_str().unwrap().to_owned();
    for batch_id in ["pcb-done", "pcb-denied", "pcb-login-page"] {
        let first = id(&describe(&router, batch_id).await.json());
        assert_ne!(first, id(&describe(&router, batch_id).await.json()));
        assert_eq!((first.len(), first.to_uppercase()), (36, first));
    }
}

#[tokio::test]
async fn large_bodies_are_compressed_if_accepted() {
    let router = proxy(simulator().await);
    let target = "/api/DescribeBatchTask?BatchId=pcb-10k";
    let plain = send(&router, "GET", target, &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, given) in [("gzip", "gzip"), ("br, gzip", "gzip"), ("br", ""), ("identity", "")] {
        let response = send(&router, "GET", target, &[("accept-encoding", accepted)]).await;
        assert_eq!(response.header("content-encoding"), given);
        assert!(given.is_empty() || response.body.len() < plain.body.len() / 2, "{accepted}");
    }
}
