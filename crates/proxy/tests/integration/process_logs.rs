//! A stderr that is closed or not read: the program serves, follows its files, renews credentials and stops as usual.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::cloud::Cloud;
use crate::support::program::{Running, command, get};
use crate::support::raw;

const DESCRIBE: &str = "/api/DescribeBatchTask?BatchId=pcb-1";

fn with_token(target: &str, token: &str) -> String {
    get(target).replace("\r\n\r\n", &format!("\r\nAuthorization: Bearer {token}\r\n\r\n"))
}

/// Returns the program with an access key and an API that cannot be reached, so that each call is logged.
fn unreachable(args: &[&str]) -> Command {
    let mut command = command(&[&["--listen=127.0.0.1:0", "--endpoint=http://127.0.0.1:1"], args].concat());
    command.envs([("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")]);
    command
}

/// Returns the metric of lost log lines; `None` if the token is not valid.
async fn lost_lines(address: SocketAddr, token: &str) -> Option<f64> {
    let answer = raw(address, &with_token("/metrics", token)).await;
    let (_, rest) = answer.split_once("batch_task_proxy_log_lines_dropped_total{reason=\"Lost\"} ")?;
    rest.lines().next()?.parse().ok()
}

#[tokio::test]
async fn with_a_closed_stderr_requests_are_answered_and_the_token_file_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    fs::write(&tokens, "the-first-token-0123456789").unwrap();
    let flag = format!("--token-file={}", tokens.display());
    let mut proxy = Running::start(&mut unreachable(&[&flag]));
    let address = proxy.address();
    drop(proxy.child.stderr.take());
    for _ in 0..3 {
        let answer = raw(address, &with_token(DESCRIBE, "the-first-token-0123456789")).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
    // An invalid file is logged, and so is the next valid one.
    let before = lost_lines(address, "the-first-token-0123456789").await.unwrap();
    assert!(before >= 3.0, "{before}");
    fs::write(&tokens, "short").unwrap();
    while lost_lines(address, "the-first-token-0123456789").await.unwrap() <= before {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    fs::write(&tokens, "the-second-token-0123456789").unwrap();
    while lost_lines(address, "the-second-token-0123456789").await.is_none() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(raw(address, &get("/readyz")).await.ends_with("ready\n"));
    proxy.signal("-TERM");
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[tokio::test]
async fn with_a_closed_stderr_credentials_are_renewed() {
    let cloud = Cloud::start().await;
    cloud.set_handler(|_| Some((StatusCode::FORBIDDEN, "{}".to_owned())));
    cloud.permits.forget_permits(1000);
    let mut command = command(&["--listen=127.0.0.1:0", "--endpoint=http://127.0.0.1:1"]);
    command.env("ALIBABA_CLOUD_CREDENTIALS_URI", cloud.url("/credentials"));
    command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let mut proxy = Running::start(&mut command);
    let address = proxy.address();
    drop(proxy.child.stderr.take());
    // The first attempt fails, which is logged, and a later one succeeds, which is logged, too.
    cloud.permits.add_permits(1);
    while !raw(address, &get("/readyz")).await.contains("no credentials found") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    cloud.clear_handler();
    cloud.permits.add_permits(1000);
    while !raw(address, &get("/readyz")).await.ends_with("ready\n") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn with_an_unread_stderr_requests_are_answered_and_signals_stop_the_program() {
    let mut proxy = Running::start(unreachable(&["--rate-limit=0"]).env("RUST_LOG", "debug"));
    let address = proxy.address();
    // Several times as much as the buffers of the operating system and of the program.
    let request = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(120));
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..100 {
        stream.write_all(request.repeat(100).as_bytes()).await.unwrap();
        let (mut received, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
        while String::from_utf8_lossy(&received).matches("HTTP/1.1 404 ").count() < 100 {
            let length = stream.read(&mut buffer).await.unwrap();
            assert!(length > 0);
            received.extend_from_slice(&buffer[..length]);
        }
    }
    let answer = raw(address, &get(DESCRIBE)).await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    let metrics = raw(address, &get("/metrics")).await;
    assert!(!metrics.contains("log_lines_dropped_total{reason=\"Lost\"} 0.0"), "{metrics}");
    proxy.signal("-TERM");
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[test]
fn repeated_lines_are_dropped_and_counted() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut proxy = Running::start(&mut unreachable(&["--cache-ttl=0"]));
    let address = proxy.address();
    runtime.block_on(async {
        for _ in 0..60 {
            raw(address, &get(DESCRIBE)).await;
        }
    });
    proxy.signal("-TERM");
    let (code, _, stderr) = proxy.end();
    assert_eq!(code, Some(0));
    let lines = stderr.lines().filter(|line| line.contains("answered")).count();
    assert!((20..60).contains(&lines), "{lines} in {stderr}");
    assert!(stderr.contains("repeated log lines were dropped: "), "{stderr}");
    assert!(stderr.contains(" of batch_task_proxy::log::request:"), "{stderr}");
}
