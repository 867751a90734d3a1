//! Signals: the program ends whatever blocks it, and SIGHUP does not end it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::program::{Running, command, get};
use crate::support::raw;

/// A named pipe. Reading from it blocks, because it has a writer that sends nothing.
struct Pipe {
    path: PathBuf,
    _writer: File,
}

impl Pipe {
    fn create(folder: &Path) -> Self {
        let path = folder.join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        // Opened for both directions, a pipe does not wait for its other end.
        let writer = File::options().read(true).write(true).open(&path).unwrap();
        Self { path, _writer: writer }
    }

    async fn wait_until_opened_by(&self, proxy: &Running) {
        let files = format!("/proc/{}/fd", proxy.child.id());
        let is_open = || {
            let mut links = fs::read_dir(&files).unwrap().flatten().map(|file| fs::read_link(file.path()));
            links.any(|target| target.is_ok_and(|target| target == self.path))
        };
        while !is_open() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn a_blocked_start_ends_at_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = Pipe::create(folder.path());
    let flag = format!("--token-file={}", pipe.path.display());
    let proxy = Running::start(&mut command(&["--listen=127.0.0.1:0", &flag]));
    pipe.wait_until_opened_by(&proxy).await;
    proxy.signal("-TERM");
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_blocking_operation_does_not_delay_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = Pipe::create(folder.path());
    let mut command = command(&["--listen=127.0.0.1:0", "--drain-timeout=1"]);
    command.envs([("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"), ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p")]);
    command.env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &pipe.path);
    let mut proxy = Running::start(&mut command);
    proxy.address();
    pipe.wait_until_opened_by(&proxy).await;
    proxy.signal("-TERM");
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_named_pipe_among_the_files_of_the_page_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "the page").unwrap();
    let _pipe = Pipe::create(folder.path());
    let flag = format!("--static-dir={}", folder.path().display());
    let mut proxy = Running::start(&mut command(&["--listen=127.0.0.1:0", &flag]));
    let address = proxy.address();
    assert!(raw(address, &get("/")).await.ends_with("the page"));
    let answer = raw(address, &get("/pipe")).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    proxy.signal("-TERM");
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_hangup_is_ignored() {
    let mut proxy = Running::start(&mut command(&["--simulate", "--listen=127.0.0.1:0", "--drain-delay=60"]));
    let address = crate::support::program::address(&proxy.line(), "ready: http://", "/?batch-id=pcb-demo");
    proxy.signal("-HUP");
    assert!(raw(address, &get("/healthz")).await.ends_with("ok\n"));
    // A second signal to stop ends the drain delay; the hangup is not the first one.
    proxy.signal("-TERM");
    while raw(address, &get("/readyz")).await.ends_with("ready\n") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(raw(address, &get("/readyz")).await.ends_with("stopping\n"));
    proxy.signal("-HUP");
    assert!(raw(address, &get("/healthz")).await.ends_with("ok\n"));
    proxy.signal("-INT");
    let (code, _, stderr) = proxy.end();
    assert_eq!(code, Some(0));
    assert!(stderr.contains("SIGHUP is ignored") && stderr.contains("stopping immediately"), "{stderr}");
}
