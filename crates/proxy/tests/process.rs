//! The program itself: what it prints, how it ends, and that its logs keep secrets.

#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too, which the lint does not see")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use batch_task_proxy::simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET};
use support::raw;

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batch-task-proxy"));
    command.args(args).env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// The exit code, what else was on stdout, and stderr.
    fn end(mut self) -> (Option<i32>, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code(), stdout, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn address(line: &str, before: &str, after: &str) -> SocketAddr {
    line.strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .unwrap_or_else(|| panic!("{line}"))
        .parse()
        .unwrap()
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn it_says_where_it_listens_serves_and_stops_at_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let args = ["--simulate", "--listen", "127.0.0.1:0", "--simulator-listen", "127.0.0.1:0"];
        let mut proxy = Running::start(&mut command(&args));
        let simulator = address(&proxy.line(), "simulator: http://", "");
        let listening = address(&proxy.line(), "ready: http://", "/?batch-id=pcb-demo");
        assert!(raw(simulator, &get("/")).await.contains("UnsupportedHTTPMethod"));
        let health = raw(listening, &get("/healthz")).await;
        assert!(
            health.starts_with("HTTP/1.1 200 OK")
                && health.ends_with("ok\n")
                && health.contains("\r\ndate: ")
        );
        assert!(
            raw(listening, &get("/api/DescribeBatchTask?BatchId=pcb-demo")).await.contains("DISPATCHING")
        );
        proxy.signal(signal);
        let (code, stdout, stderr) = proxy.end();
        assert_eq!((code, stdout.as_str()), (Some(0), ""), "{stderr}");
    }
}

#[tokio::test]
async fn a_call_that_hangs_does_not_keep_it() {
    let mut proxy = Running::start(&mut command(&["--simulate", "--listen", "localhost:0"]));
    let listening = address(&proxy.line(), "ready: http://", "/?batch-id=pcb-demo");
    let hanging =
        tokio::spawn(async move { raw(listening, &get("/api/DescribeBatchTask?BatchId=pcb-hang")).await });
    // A second call that has been answered shows that the first, sent before it, is under way or about to be.
    tokio::task::yield_now().await;
    raw(listening, &get("/healthz")).await;
    let asked = Instant::now();
    proxy.signal("-TERM");
    let (code, ..) = tokio::task::spawn_blocking(move || proxy.end()).await.unwrap();
    assert_eq!(code, Some(0));
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    hanging.await.unwrap();
}

#[tokio::test]
async fn logs_never_hold_a_secret_however_loud() {
    let args = ["--simulate", "--listen", "127.0.0.1:0"];
    let mut proxy = Running::start(command(&args).env("RUST_LOG", "trace"));
    let listening = address(&proxy.line(), "ready: http://", "/?batch-id=pcb-demo");
    for target in [
        "/api/DescribeBatchTask?BatchId=pcb-done&token=query-secret",
        "/api/DescribeBatchTask?BatchId=pcb-denied",
        "/?q=query-secret",
    ] {
        raw(listening, &get(target)).await;
    }
    proxy.signal("-TERM");
    let (_, _, stderr) = proxy.end();
    assert!(stderr.contains("answered") && stderr.contains("Forbidden.RAM"), "{stderr}");
    for secret in [ACCESS_KEY_ID, ACCESS_KEY_SECRET, "Signature=", "signature-nonce", "query-secret"] {
        assert!(!stderr.contains(secret), "{secret} in {stderr}");
    }
}

#[test]
fn what_cannot_be_done_is_one_sentence_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (args, sentence) in [
        (vec!["--listen", &address], "is taken by another program"),
        (vec!["--simulate", "--listen", "127.0.0.1:0", "--simulator-listen", &address], "--simulator-listen"),
        (vec!["--listen", "127.0.0.1:0", "--endpoint", "http://polardb.aliyuncs.com"], "plain http"),
        (vec!["--listen", "127.0.0.1:0", "--region", "no/where"], "is not a region"),
        (vec!["--listen", "127.0.0.1:0", "--static-dir", "/no/such"], "there is no such directory"),
        (
            vec!["--listen", "0.0.0.0:0"],
            "--token-file, or, if something in front signs people in, say --no-auth",
        ),
        (vec!["--listen", "127.0.0.1:0", "--token-file", "/no/such"], "/no/such"),
    ] {
        let (code, stdout, stderr) = Running::start(&mut command(&args)).end();
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(stderr.contains(sentence) && stderr.lines().count() == 1, "{args:?}: {stderr}");
    }
}
