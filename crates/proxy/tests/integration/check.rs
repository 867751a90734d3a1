//! `--check`: its output and exit code.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::credentials::home;
use crate::support::simulator;

pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) async fn check(args: &[&str], variables: &[(&str, &str)], home: &Path) -> Outcome {
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
        assert_eq!(lines[1], "region: cn-hangzhou (default)");
        assert!(
            lines[2].starts_with("host: 127.0.0.1:") && lines[2].ends_with(" (--endpoint)"),
            "{}",
            lines[2]
        );
        assert!(lines[3].starts_with("call: ") && lines[3].contains(expected), "{}", lines[3]);
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

const CONFIG: &str = r#"{"current":"beijing","profiles":[
    {"name":"beijing","mode":"AK","access_key_id":"id","access_key_secret":"secret","region_id":"cn-beijing"},
    {"name":"frankfurt","mode":"AK","access_key_id":"id","access_key_secret":"secret","region_id":"eu-central-1","endpoint_type":"vpc"},
    {"name":"none","mode":"AK","access_key_id":"id","access_key_secret":"secret"}]}"#;

/// A proxy that cannot be reached, so that no host of the cloud is called.
const UNREACHABLE: (&str, &str) = ("HTTPS_PROXY", "http://127.0.0.1:1");

/// Flags and variables, and the region and host that follow.
type TargetCase<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str, &'a str);

const TARGETS: [TargetCase<'_>; 9] = [
    (&[], &[], "cn-beijing (profile \"beijing\")", "polardb.aliyuncs.com (host of the region)"),
    (
        &["--profile=frankfurt"],
        &[],
        "eu-central-1 (profile \"frankfurt\")",
        "polardb-vpc.eu-central-1.aliyuncs.com (host of the region; endpoint type: profile \"frankfurt\")",
    ),
    (&["--profile=none"], &[], "cn-hangzhou (default)", "polardb.aliyuncs.com (host of the region)"),
    (
        &[],
        &[("ALIBABA_CLOUD_REGION_ID", "us-west-1")],
        "us-west-1 (ALIBABA_CLOUD_REGION_ID)",
        "polardb.us-west-1.aliyuncs.com (host of the region)",
    ),
    (
        &["--region=us-west-1"],
        &[("ALIBABA_CLOUD_REGION_ID", "us-west-1")],
        "us-west-1 (--region)",
        "polardb.us-west-1.aliyuncs.com (host of the region)",
    ),
    (
        &[],
        &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")],
        "cn-hangzhou (default)",
        "polardb.aliyuncs.com (host of the region)",
    ),
    (
        &[],
        &[("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc")],
        "cn-beijing (profile \"beijing\")",
        "polardb-vpc.cn-beijing.aliyuncs.com (host of the region; endpoint type: ALIBABA_CLOUD_ENDPOINT_TYPE)",
    ),
    (
        &[],
        &[("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true")],
        "cn-beijing (profile \"beijing\")",
        "polardb-vpc.cn-beijing.aliyuncs.com (host of the region; endpoint type: ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED)",
    ),
    (
        &[],
        &[("ALIBABA_CLOUD_ENDPOINT", "polardb.example")],
        "cn-beijing (profile \"beijing\")",
        "polardb.example (ALIBABA_CLOUD_ENDPOINT)",
    ),
];

#[tokio::test]
async fn region_and_host_are_printed_with_their_sources() {
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    for (args, variables, region, host) in TARGETS {
        let args = [args, &["--check"]].concat();
        let outcome = check(&args, &[variables, &[UNREACHABLE]].concat(), home.path()).await;
        let lines: Vec<_> = outcome.stdout.lines().skip(1).collect();
        assert_eq!(lines, [format!("region: {region}"), format!("host: {host}")], "{args:?} {variables:?}");
        assert!(outcome.stderr.contains("the proxy in HTTPS_PROXY cannot be reached"), "{}", outcome.stderr);
    }
}

#[tokio::test]
async fn the_first_log_line_contains_region_and_host_with_their_sources() {
    let home = home(&[(".aliyun/config.json", CONFIG)]);
    for (args, variables, region, host) in TARGETS {
        let line = first_log_line(args, variables, home.path()).await;
        assert!(line.contains(&format!("region: {region}; host: {host}; credentials: the ")), "{line}");
    }
    let line = first_log_line(&["--profile=missing"], &[], home.path()).await;
    assert!(line.contains("region: cn-hangzhou (default); host: polardb.aliyuncs.com"), "{line}");
}

async fn first_log_line(args: &[&str], variables: &[(&str, &str)], home: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batch-task-proxy"));
    command.args(args).arg("--listen=127.0.0.1:0").env_clear().envs(variables.iter().copied());
    command.envs([UNREACHABLE]).env("HOME", home).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut proxy = command.kill_on_drop(true).spawn().unwrap();
    let mut stderr = BufReader::new(proxy.stderr.take().unwrap()).lines();
    stderr.next_line().await.unwrap().unwrap()
}
