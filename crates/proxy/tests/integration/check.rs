//! `--check`: its output and exit code.

use std::net::SocketAddr;
use std::path::Path;

use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::simulator;

struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

async fn check(args: &[&str], variables: &[(&str, &str)], home: &Path) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batch-task-proxy"));
    command.args(args).env_clear().envs(variables.iter().copied()).env("HOME", home);
    let output = command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true").output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn at(address: SocketAddr) -> String {
    format!("--endpoint=http://{address}")
}

#[tokio::test]
async fn a_successful_check_prints_the_source_of_the_credentials() {
    let (endpoint, home) = (at(simulator().await), TempDir::new().unwrap());
    let key = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY_ID),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ACCESS_KEY_SECRET),
    ];
    for (batch, expected) in [("--check", "accepts the access key"), ("--check=pcb-done", "succeeded")] {
        let outcome = check(&[&endpoint, batch], &key, home.path()).await;
        assert_eq!(outcome.code, Some(0), "{batch}: {}", outcome.stderr);
        let lines: Vec<_> = outcome.stdout.lines().collect();
        assert_eq!(lines[0], "credentials: the environment's access key");
        assert!(lines[1].starts_with("call: ") && lines[1].contains(expected), "{}", lines[1]);
        for secret in [ACCESS_KEY_ID, ACCESS_KEY_SECRET] {
            assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret));
        }
    }

    std::fs::create_dir(home.path().join(".aliyun")).unwrap();
    let config = format!(
        r#"{{"profiles":[{{"name":"sim","mode":"AK","access_key_id":"{ACCESS_KEY_ID}","access_key_secret":"{ACCESS_KEY_SECRET}"}}]}}"#
    );
    std::fs::write(home.path().join(".aliyun/config.json"), config).unwrap();
    let profile = check(&[&endpoint, "--profile=sim", "--check=pcb-done"], &[], home.path()).await;
    assert_eq!(profile.code, Some(0), "{}", profile.stderr);
    assert!(profile.stdout.starts_with("credentials: the CLI's config file ~/.aliyun/config.json\n"));
}

#[tokio::test]
async fn a_failed_check_prints_one_line_and_exits_with_1() {
    let (endpoint, home) = (at(simulator().await), TempDir::new().unwrap());
    let closed = at(std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let key = |secret: &'static str| {
        [("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY_ID), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret)]
    };
    for (args, key, expected) in [
        (
            [endpoint.as_str(), "--check"],
            &key("wrong-secret")[..],
            "failed with SignatureDoesNotMatch (HTTP 400)",
        ),
        (
            [endpoint.as_str(), "--check=pcb-denied"],
            &key(ACCESS_KEY_SECRET),
            "failed with Forbidden.RAM (HTTP 403)",
        ),
        (
            [endpoint.as_str(), "--check=pcb-none"],
            &key(ACCESS_KEY_SECRET),
            "the batch does not exist (InvalidBatchId.NotFound)",
        ),
        ([closed.as_str(), "--check"], &key(ACCESS_KEY_SECRET), "cannot be reached"),
        (
            [endpoint.as_str(), "--check"],
            &[],
            "the credentials URI (ALIBABA_CLOUD_CREDENTIALS_URI is not set)",
        ),
    ] {
        let outcome = check(&args, key, home.path()).await;
        let message = outcome.stderr.as_str();
        assert_eq!((outcome.code, message.lines().count()), (Some(1), 1), "{args:?}: {message}");
        assert!(
            message.starts_with("batch-task-proxy: ") && message.contains(expected),
            "{args:?}: {message}"
        );
        assert!(!outcome.stderr.contains("wrong-secret") && !outcome.stderr.contains(ACCESS_KEY_ID));
    }
}

#[tokio::test]
async fn the_simulator_can_be_checked() {
    let home = TempDir::new().unwrap();
    let outcome = check(&["--simulate", "--check=pcb-done"], &[], home.path()).await;
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.starts_with("credentials: the simulator\n"), "{}", outcome.stdout);
}
