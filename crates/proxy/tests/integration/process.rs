//! The program: its output, its exit codes, and that its logs contain no secrets.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use batch_task_simulator::{ACCESS_KEY_ID, ACCESS_KEY_SECRET};

use crate::support::program::{Running, address, command, get};
use crate::support::raw;

#[tokio::test]
async fn the_program_prints_its_address_serves_and_stops_at_a_signal() {
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
async fn a_hanging_call_does_not_delay_the_shutdown() {
    let mut proxy = Running::start(&mut command(&["--simulate", "--listen", "localhost:0"]));
    let listening = address(&proxy.line(), "ready: http://", "/?batch-id=pcb-demo");
    let hanging =
        tokio::spawn(async move { raw(listening, &get("/api/DescribeBatchTask?BatchId=pcb-hang")).await });
    // The response to a later request shows that the first one is in progress, or about to be.
    tokio::task::yield_now().await;
    raw(listening, &get("/healthz")).await;
    let signalled = Instant::now();
    proxy.signal("-TERM");
    let (code, ..) = tokio::task::spawn_blocking(move || proxy.end()).await.unwrap();
    assert_eq!(code, Some(0));
    assert!(signalled.elapsed() < Duration::from_secs(8), "{:?}", signalled.elapsed());
    hanging.await.unwrap();
}

#[tokio::test]
async fn logs_contain_no_secret_at_any_level() {
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
    assert!(stderr.contains("api_request_id="), "{stderr}");
    for secret in [ACCESS_KEY_ID, ACCESS_KEY_SECRET, "Signature=", "signature-nonce", "query-secret"] {
        assert!(!stderr.contains(secret), "{secret} in {stderr}");
    }
}

#[tokio::test]
async fn the_ids_of_a_request_are_in_its_log_lines() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (format, level) in [("text", "info"), ("json", "info"), ("text", "warn"), ("json", "warn")] {
        let args =
            ["--listen=127.0.0.1:0", "--endpoint=http://127.0.0.1:1", &format!("--log-format={format}")];
        let mut command = command(&args);
        command.envs([("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")]);
        let mut proxy = Running::start(command.env("RUST_LOG", level));
        let listening = proxy.address();
        let request = get("/api/DescribeBatchTask?BatchId=pcb-1");
        let request = request.replace("\r\n\r\n", &format!("\r\ntraceparent: {TRACE}\r\n\r\n"));
        let answer = raw(listening, &request).await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let id = body["RequestId"].as_str().unwrap();
        assert!(answer.contains(&format!("\r\nx-request-id: {id}\r\n")), "{answer}");
        proxy.signal("-TERM");
        let (_, _, stderr) = proxy.end();
        // One line about the call, and one about the response.
        let lines: Vec<_> = stderr.lines().filter(|line| line.contains(id)).collect();
        assert_eq!(lines.len(), 2, "{stderr}");
        assert!(lines.iter().all(|line| line.contains(TRACE)), "{stderr}");
        assert!(lines[1].contains("Proxy.UpstreamUnreachable"), "{stderr}");
    }
}

#[test]
fn an_error_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (args, expected) in [
        (vec!["--listen", &address], "is in use by another program"),
        (vec!["--simulate", "--listen", "127.0.0.1:0", "--simulator-listen", &address], "--simulator-listen"),
        (vec!["--listen", "127.0.0.1:0", "--endpoint", "http://polardb.aliyuncs.com"], "plain http"),
        (vec!["--listen", "127.0.0.1:0", "--region", "no/where"], "is not a valid region name"),
        (vec!["--listen", "127.0.0.1:0", "--static-dir", "/no/such"], "the directory does not exist"),
        (vec!["--listen", "0.0.0.0:0"], "--token-file, or --no-auth if a server in front of the proxy"),
        (vec!["--listen", "127.0.0.1:0", "--token-file", "/no/such"], "/no/such"),
        (vec!["--listen", "127.0.0.1:0", "--admin-listen", &address], "--admin-listen"),
        (
            vec!["--listen", "127.0.0.1:0", "--tls-cert", "/no/c", "--tls-key", "/no/k"],
            "--tls-cert /no/c: cannot",
        ),
    ] {
        let (code, stdout, stderr) = Running::start(&mut command(&args)).end();
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(stderr.contains(expected) && stderr.lines().count() == 1, "{args:?}: {stderr}");
    }
}
