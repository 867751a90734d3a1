//! `--allow-batch-id`: what it does not name is refused before anything is called.

mod support;

use std::sync::atomic::Ordering;

use batch_task_proxy::Settings;
use batch_task_proxy::allowed::Allowed;
use support::{Then, get, send, stub, upstream};

#[tokio::test]
async fn only_named_batches_are_asked_about() {
    let (address, calls) = stub("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Then::Close).await;
    let allowed = Allowed::new(vec!["pcb-a*".parse().unwrap()]);
    let router =
        batch_task_proxy::router(upstream(address), Settings { allowed, ..Settings::default() }).unwrap();
    for query in
        ["", "?", "?other=pcb-a", "?BatchId=pcb-b", "?BatchId=%70cb-b", "?%42atchId=Pcb-a", "?batchid=pcb-a"]
    {
        for method in ["GET", "POST"] {
            let response = send(&router, method, &format!("/api/DescribeBatchTask{query}"), &[]).await;
            assert_eq!(
                (response.status.as_u16(), response.code().as_str()),
                (403, "Proxy.Forbidden"),
                "{query}"
            );
        }
    }
    let twice = get(&router, "/api/DescribeBatchTask?BatchId=pcb-a&BatchId=pcb-b").await;
    assert_eq!(twice.code(), "Proxy.InvalidBatchId");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(get(&router, "/api/DescribeBatchTask?BatchId=pcb-a1").await.status, 200);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
