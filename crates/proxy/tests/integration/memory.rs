//! The memory budget: bodies that clients are receiving count, and beyond it a request is refused.

use axum::Router;
use axum::body::Body;
use batch_task_proxy::Settings;
use batch_task_proxy::metrics::Metrics;
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::support::describe;
use crate::support::shared_proxy::SharedProxy;

const BODY_BYTES: usize = 100_000;

/// Requests a batch, and does not receive the body.
async fn request(router: &Router, batch_id: &str) -> Response<Body> {
    let request =
        Request::get(format!("/api/DescribeBatchTask?BatchId={batch_id}")).header("host", "localhost");
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

fn body_bytes(metrics: &Metrics) -> usize {
    let text = metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix("batch_task_proxy_body_bytes "));
    line.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

#[tokio::test]
async fn bodies_that_clients_receive_are_in_the_budget() {
    let metrics = Metrics::default();
    // Three bodies, and the copy that is made while a fourth one arrives.
    let memory_limit = Some(5 * BODY_BYTES);
    let fixture =
        SharedProxy::with(Settings { memory_limit, metrics: metrics.clone(), ..Settings::default() }).await;
    let text = "x".repeat(BODY_BYTES);
    fixture.set_response(200, &format!(r#"{{"RequestId":"@","Status":"RUNNING","Text":"{text}"}}"#));
    let mut receiving = Vec::new();
    let refused = loop {
        let response = request(&fixture.router, &format!("pcb-{}", receiving.len())).await;
        if response.status() != 200 {
            break response;
        }
        receiving.push(response);
        assert!(body_bytes(&metrics) >= receiving.len() * BODY_BYTES);
        assert!(receiving.len() < 6, "the budget is exceeded");
    };
    assert!(receiving.len() >= 3, "only {} bodies", receiving.len());
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "5"));

    // A cached body is evicted only if that frees memory.
    assert_eq!(
        describe(&fixture.router, "pcb-0").await.header("cache-status"),
        "batch-task-proxy; hit; ttl=2"
    );
    receiving.truncate(1);
    fixture.set_time(1);
    assert_eq!(describe(&fixture.router, "pcb-other").await.status, 200);
    assert!(body_bytes(&metrics) < 5 * BODY_BYTES);
}

#[tokio::test]
async fn a_failed_call_frees_its_memory() {
    let metrics = Metrics::default();
    let settings = Settings { memory_limit: Some(10_000), metrics: metrics.clone(), ..Settings::default() };
    let fixture = SharedProxy::with(settings).await;
    fixture.set_response(200, &format!(r#"{{"RequestId":"@","Text":"{}"}}"#, "x".repeat(BODY_BYTES)));
    let response = describe(&fixture.router, "pcb-x").await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (503, "Proxy.OutOfMemory"));
    assert_eq!(body_bytes(&metrics), 0);
}
