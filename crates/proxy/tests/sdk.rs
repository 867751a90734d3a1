//! The official Python SDK against the simulator: an independent witness that it speaks the API's protocol.
//!
//! `cargo xtask test --only sdk` installs the SDK and runs this; it names the interpreter in the environment.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;

use batch_task_proxy::clock;
use batch_task_proxy::simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN, Simulator};
use serde_json::{Value, json};
use support::simulator;
use tokio::net::TcpListener;
use tokio::process::Command;

const PYTHON: &str = "BATCH_TASK_SDK_PYTHON";

/// What the SDK is told; its other settings are its own.
struct Caller {
    key: &'static str,
    secret: &'static str,
    token: Option<&'static str>,
    nonce: Option<&'static str>,
}

impl Caller {
    const GOOD: Self = Self { key: ACCESS_KEY_ID, secret: ACCESS_KEY_SECRET, token: None, nonce: None };

    /// What the SDK makes of the answers about each of the batches.
    async fn asks(&self, address: SocketAddr, batch_ids: &[&str]) -> Vec<Value> {
        let python = std::env::var(PYTHON).unwrap_or_else(|_| {
            panic!("{PYTHON} does not name a Python with the SDK: run `cargo xtask test --only sdk`")
        });
        let asked = json!({
            "endpoint": address.to_string(),
            "key": self.key,
            "secret": self.secret,
            "token": self.token,
            "nonce": self.nonce,
            "batch_ids": batch_ids,
        });
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/client.py");
        // Without variables that could lead it, or its HTTP client, elsewhere.
        let output = Command::new(python)
            .arg("-I")
            .arg(script)
            .arg(asked.to_string())
            .env_clear()
            .output()
            .await
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let stdout = String::from_utf8(output.stdout).unwrap();
        let answers: Vec<_> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), batch_ids.len(), "{stdout} {stderr}");
        answers
    }

    async fn ask(&self, address: SocketAddr, batch_id: &str) -> Value {
        self.asks(address, &[batch_id]).await.remove(0)
    }
}

fn told(answer: &Value) -> (u64, &str) {
    (answer["status"].as_u64().unwrap(), answer["code"].as_str().unwrap_or("no code"))
}

#[tokio::test]
async fn a_batch_is_read_into_the_sdks_model() {
    let answers = Caller::GOOD.asks(simulator().await, &["pcb-done", "pcb-all-statuses"]).await;
    for (answer, status, rows) in [(&answers[0], "COMPLETED", 24), (&answers[1], "RUNNING", 10)] {
        assert_eq!(told(answer), (200, "no code"), "{answer}");
        assert_eq!(answer["body"]["Status"], status);
        assert_eq!(answer["body"]["SubTasks"].as_array().unwrap().len(), rows);
    }
}

#[tokio::test]
async fn a_key_or_a_signature_that_is_wrong_has_its_code() {
    let address = simulator().await;
    let unknown = Caller { key: "nobody", ..Caller::GOOD }.ask(address, "pcb-done").await;
    assert_eq!(told(&unknown), (404, "InvalidAccessKeyId.NotFound"), "{unknown}");
    let wrong = Caller { secret: "another", ..Caller::GOOD }.ask(address, "pcb-done").await;
    assert_eq!(told(&wrong), (400, "SignatureDoesNotMatch"), "{wrong}");
}

#[tokio::test]
async fn a_date_that_is_too_far_off_has_expired() {
    for (minutes, expected) in [(14, (200, "no code")), (16, (400, "InvalidTimeStamp.Expired"))] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::new(move || clock::system()() + time::Duration::minutes(minutes));
        let router = Simulator::new(1000.0, 7, clock).router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let answer = Caller::GOOD.ask(address, "pcb-done").await;
        assert_eq!(told(&answer), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_nonce_works_once() {
    let replaying = Caller { nonce: Some("0123456789abcdef"), ..Caller::GOOD };
    let answers = replaying.asks(simulator().await, &["pcb-done", "pcb-done"]).await;
    assert_eq!(told(&answers[0]), (200, "no code"), "{answers:?}");
    assert_eq!(told(&answers[1]), (400, "SignatureNonceUsed"), "{answers:?}");
}

#[tokio::test]
async fn throttling_tells_the_sdk_how_long_to_wait() {
    let answer = Caller::GOOD.ask(simulator().await, "pcb-throttled").await;
    assert_eq!(told(&answer), (400, "Throttling.User"), "{answer}");
    assert_eq!((&answer["error"], &answer["retry_after"]), (&json!("ThrottlingException"), &json!(2000)));
}

#[tokio::test]
async fn a_missing_permission_comes_with_its_detail() {
    let answer = Caller::GOOD.ask(simulator().await, "pcb-denied").await;
    assert_eq!(told(&answer), (403, "Forbidden.RAM"), "{answer}");
    assert_eq!(answer["access_denied_detail"]["AuthAction"], "polardb:DescribeBatchTask");
}

#[tokio::test]
async fn temporary_credentials_need_their_token() {
    let address = simulator().await;
    let temporary = |token| Caller { token: Some(token), ..Caller::GOOD };
    let good = temporary(SECURITY_TOKEN).ask(address, "pcb-done").await;
    assert_eq!(told(&good), (200, "no code"), "{good}");
    let bad = temporary("another").ask(address, "pcb-done").await;
    assert_eq!(told(&bad), (400, "InvalidSecurityToken.Malformed"), "{bad}");
}

#[tokio::test]
async fn ids_of_any_characters_are_signed_and_read_alike() {
    let ids = ["a b", "a+b", "a&b=c", "a/b?c#d", "100%", "~*'()!", "批处理-é", "🦀", "\"\\<>"];
    let answers = Caller::GOOD.asks(simulator().await, &ids).await;
    for (id, answer) in ids.iter().zip(&answers) {
        assert_eq!(told(answer), (404, "InvalidBatchId.NotFound"), "{id}: {answer}");
        assert!(
            answer["message"].as_str().unwrap().contains(&format!("BatchId {id} does")),
            "{id}: {answer}"
        );
    }
}
