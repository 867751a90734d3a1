//! The shipped files and the commands in the README do what they say.

use std::fs;
use std::process::Command;

use crate::support::program::{Running, command, get};
use crate::support::raw;

const README: &str = include_str!("../../README.md");
const UNIT: &str = include_str!("../../deploy/batch-task-proxy.service");

/// Returns the command in the README that contains `text`.
fn readme_command(text: &str) -> &'static str {
    let mut commands = README.split('`').skip(1).step_by(2);
    commands.find(|command| command.contains(text)).unwrap_or_else(|| panic!("{text} is not in the README"))
}

#[test]
fn the_command_for_a_tokens_file_creates_one_that_draws_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let line = readme_command("openssl rand");
    // The usual mask of a shell makes files readable by all users.
    let script = format!("umask 022; {line}");
    let status = Command::new("sh").args(["-c", &script]).current_dir(&folder).status().unwrap();
    assert!(status.success(), "{line}");
    let flag = format!("--token-file={}", folder.path().join("tokens").display());
    let mut proxy = Running::start(&mut command(&["--listen=127.0.0.1:0", &flag]));
    proxy.address();
    proxy.signal("-TERM");
    let (code, _, stderr) = proxy.end();
    assert_eq!(code, Some(0));
    assert!(!stderr.contains("readable"), "{stderr}");
}

#[test]
fn the_service_starts_without_a_tokens_file() {
    let ids = |setting: &str| -> Vec<&str> {
        let values = UNIT.lines().filter_map(|line| line.strip_prefix(setting)?.strip_prefix('='));
        values.map(|value| value.split(':').next().unwrap()).collect()
    };
    // A file that does not exist is an error, unless the credential has a default (systemd.exec, SetCredential).
    assert_eq!(ids("LoadCredential"), ["tokens"]);
    assert_eq!(ids("SetCredential"), ["tokens"]);
}

#[test]
fn a_directory_without_a_page_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let flag = format!("--static-dir={}", folder.path().display());
    for is_complete in [false, true] {
        if is_complete {
            fs::write(folder.path().join("index.html"), "the page").unwrap();
        }
        let mut proxy = Running::start(&mut command(&["--listen=127.0.0.1:0", &flag]));
        proxy.address();
        proxy.signal("-TERM");
        let (_, _, stderr) = proxy.end();
        assert_eq!(stderr.contains("contains no index.html"), !is_complete, "{stderr}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn few_file_descriptors_reduce_the_number_of_connections() {
    let program = command(&["--listen=127.0.0.1:0", "--rate-limit=0"]);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -n 128; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    shell.env_clear().stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut proxy = Running::start(&mut shell);
    let address = proxy.address();
    // More connections than descriptors: each is accepted, and the program can still open files.
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(tokio::net::TcpStream::connect(address).await.unwrap());
    }
    assert!(raw(address, &get("/healthz")).await.ends_with("ok\n"));
    proxy.signal("-TERM");
    let (code, _, stderr) = proxy.end();
    assert_eq!(code, Some(0));
    assert!(stderr.contains("at most 64 connections are accepted"), "{stderr}");
    assert!(!stderr.contains("cannot accept connections"), "{stderr}");
}
