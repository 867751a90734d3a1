//! `--allow-batch-id`: other batches are rejected without a call to the API.

use batch_task_proxy::Settings;
use batch_task_proxy::batch_allow_list::BatchAllowList;

use crate::support::faulty::Faulty;
use crate::support::{get, send, upstream};

#[tokio::test]
async fn only_permitted_batches_are_requested() {
    let faulty = Faulty::sending("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
    let batch_allow_list = BatchAllowList::new(vec!["pcb-a*".parse().unwrap()]);
    let router = batch_task_proxy::router(
        upstream(faulty.address),
        Settings { batch_allow_list, ..Settings::default() },
    )
    .unwrap();
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
    assert_eq!(faulty.requests(), 0);
    assert_eq!(get(&router, "/api/DescribeBatchTask?BatchId=pcb-a1").await.status, 200);
    assert_eq!(faulty.requests(), 1);
}
