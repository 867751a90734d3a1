//! `--redact`: no account ID leaves the proxy, in a body or in an error.

use batch_task_proxy::Settings;
use batch_task_proxy::clock;
use batch_task_proxy::credentials::NoCredentials;
use batch_task_proxy::redact::Redaction;

use crate::support::faulty::Faulty;
use crate::support::{LONG_TIMEOUTS, get, upstream, upstream_with};

const SAMPLE: &str = include_str!("../fixtures/describe-batch-task.sample.json");
const FORBIDDEN: &str = include_str!("../fixtures/error.forbidden.json");

/// The forms in which an account ID left the proxy (issue 17).
const FORMS: &str = r#"{"SubTasks":[{"TaskId":"629271331","ErrorMsg":"主账号ID：1422133474238823, 账号 1422133474238823, uid：1422133474238823"},
    {"ErrorMsg":"aliuid\t1422133474238823 and acs%3Aram%3A%3A1422133474238823%3Arole"},
    {"ErrorMsg":"https://1422133474238823.cn-hangzhou.fc.aliyuncs.com, ACS:RAM::1422133474238823:x, uids=[1422133474238823]"},
    {"ErrorMsg":"account #1422133474238823 of 1422133474238823"}],"Owner":{"Id":1422133474238823}}"#;

#[tokio::test]
async fn account_ids_are_masked_in_bodies_and_errors() {
    let error = r#"{"RequestId":"R-1","Code":"Forbidden.RAM","Message":"User 1422133474238823 has no right","AccountId":1422133474238823}"#;
    for (status, body) in
        [("200 OK", SAMPLE), ("200 OK", FORMS), ("403 Forbidden", error), ("403 Forbidden", FORBIDDEN)]
    {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
        for (redaction, is_masked) in [(Redaction::of([]), true), (Redaction::Off, false)] {
            let address = Faulty::sending(format!("{head}{body}")).await.address;
            let settings = Settings { redaction, ..Settings::default() };
            let router = batch_task_proxy::router(upstream(address), settings).unwrap();
            let answer = get(&router, "/api/DescribeBatchTask?BatchId=pcb-xxx").await;
            let text = answer.text();
            assert_eq!(text.contains("1422133474238823"), !is_masked, "{text}");
            assert_eq!(text.contains('…'), is_masked, "{text}");
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
    }
}

#[tokio::test]
async fn a_given_account_id_is_masked_except_in_ids() {
    let body = r#"{"TaskName":"of 1422133474238823","SubTasks":[{"TaskId":"1422133474238823"}]}"#;
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let redaction = Redaction::of(["1422133474238823".parse().unwrap()]);
    let settings = Settings { redaction, ..Settings::default() };
    let address = Faulty::sending(response).await.address;
    let router = batch_task_proxy::router(upstream(address), settings).unwrap();
    let answer = get(&router, "/api/DescribeBatchTask?BatchId=pcb-xxx").await;
    assert_eq!(answer.text(), r#"{"TaskName":"of …","SubTasks":[{"TaskId":"1422133474238823"}]}"#);
}

#[tokio::test]
async fn account_ids_are_masked_in_the_proxys_own_errors() {
    let reason = "its profile \"uid-1422133474238823\" has no access_key_id";
    let missing = NoCredentials { attempts: vec![("~/.aliyun/config.json".to_owned(), reason.to_owned())] };
    let address = "127.0.0.1:1".parse().unwrap();
    let upstream = upstream_with(address, Err(missing), LONG_TIMEOUTS, clock::system());
    let settings = Settings { redaction: Redaction::of([]), ..Settings::default() };
    let router = batch_task_proxy::router(upstream, settings).unwrap();
    for target in ["/api/DescribeBatchTask?BatchId=pcb-xxx", "/readyz"] {
        let answer = get(&router, target).await;
        assert!(answer.text().contains("uid-…"), "{}", answer.text());
    }
}
