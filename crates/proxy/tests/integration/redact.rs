//! `--redact`: no account ID leaves the proxy, in a body or in an error.

use batch_task_data::redact::Accounts;
use batch_task_proxy::Settings;

use crate::support::faulty::Faulty;
use crate::support::{get, upstream};

const SAMPLE: &str = include_str!("../../../../tests/fixtures/describe-batch-task.sample.json");

#[tokio::test]
async fn account_ids_are_masked_in_bodies_and_errors() {
    let error = r#"{"RequestId":"R-1","Code":"Forbidden.RAM","Message":"User 1422133474238823 has no right","AccountId":1422133474238823}"#;
    for (status, body) in [("200 OK", SAMPLE), ("403 Forbidden", error)] {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
        for accounts in [Accounts::Masked, Accounts::Shown] {
            let address = Faulty::sending(format!("{head}{body}")).await.address;
            let settings = Settings { accounts, ..Settings::default() };
            let router = batch_task_proxy::router(upstream(address), settings).unwrap();
            let answer = get(&router, "/api/DescribeBatchTask?BatchId=pcb-xxx").await;
            let text = answer.text();
            assert_eq!(text.contains("1422133474238823"), accounts == Accounts::Shown, "{text}");
            assert_eq!(text.contains('…'), accounts == Accounts::Masked, "{text}");
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
    }
}
