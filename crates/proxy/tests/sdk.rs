//! The official Python SDK against the simulator: an independent check that the simulator speaks the API's protocol. Its table of
//! hosts is compared with the proxy's.
//!
//! `cargo xtask test --only sdk` installs the SDK and sets the interpreter in an environment variable.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]

mod support;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use batch_task_proxy::clock;
use batch_task_proxy::endpoint::{CENTRAL_REGIONS, Endpoint, EndpointType};
use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN, Simulator};
use serde_json::{Value, json};
use support::simulator;
use tokio::net::TcpListener;
use tokio::process::Command;

const PYTHON: &str = "BATCH_TASK_SDK_PYTHON";

/// Runs a script of `tests/sdk/` and returns its output.
async fn run(script: &str, arguments: &[&str]) -> String {
    let python = std::env::var(PYTHON).unwrap_or_else(|_| {
        panic!("{PYTHON} does not name a Python with the SDK: run `cargo xtask test --only sdk`")
    });
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk");
    // The environment is cleared, because variables could redirect the SDK or its HTTP client.
    let mut command = Command::new(python);
    let output =
        command.arg("-I").arg(format!("{folder}/{script}")).args(arguments).env_clear().output().await;
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The configuration of the SDK; other settings have their defaults.
struct Caller {
    key: &'static str,
    secret: &'static str,
    token: Option<&'static str>,
    nonce: Option<&'static str>,
}

impl Caller {
    const GOOD: Self = Self { key: ACCESS_KEY_ID, secret: ACCESS_KEY_SECRET, token: None, nonce: None };

    /// Calls the API for each batch and returns the results of the SDK.
    async fn call_all(&self, address: SocketAddr, batch_ids: &[&str]) -> Vec<Value> {
        self.run(address, batch_ids, None).await
    }

    async fn call(&self, address: SocketAddr, batch_id: &str) -> Value {
        self.call_all(address, &[batch_id]).await.remove(0)
    }

    /// Lists batches with these parameters, in the SDK's names.
    async fn list(&self, address: SocketAddr, parameters: &Value) -> Value {
        self.run(address, &[], Some(parameters)).await.remove(0)
    }

    async fn run(&self, address: SocketAddr, batch_ids: &[&str], list: Option<&Value>) -> Vec<Value> {
        let arguments = json!({
            "endpoint": address.to_string(),
            "key": self.key,
            "secret": self.secret,
            "token": self.token,
            "nonce": self.nonce,
            "batch_ids": batch_ids,
            "list": list,
        });
        let stdout = run("client.py", &[arguments.to_string().as_str()]).await;
        let answers: Vec<_> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), batch_ids.len() + usize::from(list.is_some()), "{stdout}");
        answers
    }
}

fn status_and_code(answer: &Value) -> (u64, &str) {
    (answer["status"].as_u64().unwrap(), answer["code"].as_str().unwrap_or("no code"))
}

#[tokio::test]
async fn the_sdk_parses_a_batch() {
    let answers = Caller::GOOD.call_all(simulator().await, &["pcb-done", "pcb-all-statuses"]).await;
    for (answer, status, rows) in [(&answers[0], "COMPLETED", 24), (&answers[1], "RUNNING", 10)] {
        assert_eq!(status_and_code(answer), (200, "no code"), "{answer}");
        assert_eq!(answer["body"]["Status"], status);
        assert_eq!(answer["body"]["SubTasks"].as_array().unwrap().len(), rows);
    }
}

#[tokio::test]
async fn the_sdk_lists_batches() {
    let address = simulator().await;
    let parameters = json!({ "page_size": 100, "status": ["FAILED"], "start_time": "2020-01-01T00:00Z" });
    let answer = Caller::GOOD.list(address, &parameters).await;
    assert_eq!(status_and_code(&answer), (200, "no code"), "{answer}");
    let items = answer["body"]["TaskList"].as_array().unwrap();
    assert_eq!(answer["body"]["TotalCount"].as_u64(), Some(items.len() as u64));
    assert!(items.len() >= 3 && items.iter().all(|item| item["Status"] == "FAILED"), "{answer}");
    // The figures are those of the batch itself.
    let id = items[0]["BatchId"].as_str().unwrap();
    let batch = Caller::GOOD.call(address, id).await;
    for name in ["SuccessCount", "TotalCount", "TaskName"] {
        assert_eq!(items[0][name], batch["body"][name], "{id} {name}");
    }
    let refused = Caller::GOOD.list(address, &json!({ "page_size": 101 })).await;
    assert_eq!(status_and_code(&refused), (400, "InvalidParameter"), "{refused}");
}

#[tokio::test]
async fn a_wrong_key_or_secret_is_rejected() {
    let address = simulator().await;
    let unknown = Caller { key: "nobody", ..Caller::GOOD }.call(address, "pcb-done").await;
    assert_eq!(status_and_code(&unknown), (404, "InvalidAccessKeyId.NotFound"), "{unknown}");
    let wrong = Caller { secret: "another", ..Caller::GOOD }.call(address, "pcb-done").await;
    assert_eq!(status_and_code(&wrong), (400, "SignatureDoesNotMatch"), "{wrong}");
}

#[tokio::test]
async fn a_date_outside_the_tolerance_is_rejected() {
    for (minutes, expected) in [(14, (200, "no code")), (16, (400, "InvalidTimeStamp.Expired"))] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::new(move || clock::system()() + time::Duration::minutes(minutes));
        let router = Simulator::new(1000.0, 7, clock).router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let answer = Caller::GOOD.call(address, "pcb-done").await;
        assert_eq!(status_and_code(&answer), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_nonce_is_accepted_once() {
    let replaying = Caller { nonce: Some("0123456789abcdef"), ..Caller::GOOD };
    let answers = replaying.call_all(simulator().await, &["pcb-done", "pcb-done"]).await;
    assert_eq!(status_and_code(&answers[0]), (200, "no code"), "{answers:?}");
    assert_eq!(status_and_code(&answers[1]), (400, "SignatureNonceUsed"), "{answers:?}");
}

#[tokio::test]
async fn the_sdk_reads_the_throttling_delay() {
    let answer = Caller::GOOD.call(simulator().await, "pcb-throttled").await;
    assert_eq!(status_and_code(&answer), (400, "Throttling.User"), "{answer}");
    assert_eq!((&answer["error"], &answer["retry_after"]), (&json!("ThrottlingException"), &json!(2000)));
}

#[tokio::test]
async fn the_sdk_reads_the_detail_of_a_missing_permission() {
    let answer = Caller::GOOD.call(simulator().await, "pcb-denied").await;
    assert_eq!(status_and_code(&answer), (403, "Forbidden.RAM"), "{answer}");
    assert_eq!(answer["access_denied_detail"]["AuthAction"], "polardb:DescribeBatchTask");
}

#[tokio::test]
async fn temporary_credentials_require_their_token() {
    let address = simulator().await;
    let temporary = |token| Caller { token: Some(token), ..Caller::GOOD };
    let good = temporary(SECURITY_TOKEN).call(address, "pcb-done").await;
    assert_eq!(status_and_code(&good), (200, "no code"), "{good}");
    let bad = temporary("another").call(address, "pcb-done").await;
    assert_eq!(status_and_code(&bad), (400, "InvalidSecurityToken.Malformed"), "{bad}");
}

#[tokio::test]
async fn ids_with_any_characters_are_signed_correctly() {
    let ids = ["a b", "a+b", "a&b=c", "a/b?c#d", "100%", "~*'()!", "批处理-é", "🦀", "\"\\<>"];
    let answers = Caller::GOOD.call_all(simulator().await, &ids).await;
    for (id, answer) in ids.iter().zip(&answers) {
        assert_eq!(status_and_code(answer), (404, "InvalidBatchId.NotFound"), "{id}: {answer}");
        assert!(
            answer["message"].as_str().unwrap().contains(&format!("BatchId {id} does")),
            "{id}: {answer}"
        );
    }
}

#[tokio::test]
async fn every_region_has_the_host_of_the_sdk() {
    let others =
        ["cn-shenzhen", "cn-hongkong", "ap-southeast-1", "eu-central-1", "us-east-1", "me-central-1"];
    let sdk: Value = serde_json::from_str(&run("endpoints.py", &others).await).unwrap();
    let table = sdk["table"].as_object().unwrap();
    let host = |region: &str, endpoint_type| {
        Endpoint::for_region(&region.parse().unwrap(), endpoint_type).host_header().to_owned()
    };
    for (region, expected) in table {
        assert_eq!(*expected, host(region, EndpointType::Public), "{region}");
        assert_eq!(sdk["clients"]["public"][region], *expected, "{region}");
        // The SDK ignores the network for the regions of its table, so that its clients do not work in a private network.
        let private = format!("polardb-vpc.{region}.aliyuncs.com");
        assert_eq!(host(region, EndpointType::Vpc), private);
    }
    for region in others {
        for (network, endpoint_type) in [("public", EndpointType::Public), ("vpc", EndpointType::Vpc)] {
            assert_eq!(sdk["clients"][network][region], host(region, endpoint_type), "{network} {region}");
        }
    }
    let own: BTreeSet<_> = CENTRAL_REGIONS.into_iter().collect();
    assert_eq!(own, table.keys().map(String::as_str).collect(), "the proxy has no other entries");
}
