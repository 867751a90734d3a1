//! Clients that misbehave: each is disconnected or rejected, and the next request succeeds.

use std::net::SocketAddr;
use std::time::Duration;

use batch_task_proxy::client_address::TrustedProxies;
use batch_task_proxy::connections::{ConnectionLimits, Server};
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::{Settings, router};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{raw, simulator, upstream};

const DONE: &str =
    "GET /api/DescribeBatchTask?BatchId=pcb-done HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn served(client_timeout: Duration, connections: usize) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let metrics = Metrics::default();
    let settings = Settings { metrics: metrics.clone(), ..Settings::default() };
    let app = router(upstream(simulator().await), settings).unwrap();
    let drain_timeout = Duration::from_secs(5);
    let limits = ConnectionLimits { connections, per_client: None, client_timeout, drain_timeout };
    let trusted_proxies = TrustedProxies::default();
    let server = Server { router: app, metrics, limits, trusted_proxies, tls: None };
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(server.run(listener, async move { drop(stopped.await) }));
    Served { address, stop, ended }
}

impl Served {
    /// Checks that the next request succeeds and that no other connection is open.
    async fn assert_works(&self) {
        let answer = raw(self.address, DONE).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"BatchId\""), "{answer}");
        // The server notices a closed connection with a delay.
        for _ in 0..200 {
            let metrics =
                raw(self.address, &DONE.replace("/api/DescribeBatchTask?BatchId=pcb-done", "/metrics")).await;
            if metrics.contains("batch_task_proxy_connections 1\n") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("connections were leaked");
    }
}

#[tokio::test]
async fn large_or_malformed_heads_are_rejected() {
    let served = served(Duration::from_secs(20), 100).await;
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(40_000));
    let long_header = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n", "a".repeat(40_000));
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    for (request, expected) in [
        (long_line.as_str(), "431"),
        (&long_header, "431"),
        (&many, "431"),
        ("GET /\r\n\r\n", "400"),
        ("\u{16}\u{3}\u{1}\u{2} a TLS hello\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Bad : 1\r\n\r\n", "400"),
        ("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n", "403"),
    ] {
        let answer =
            tokio::time::timeout(Duration::from_secs(10), raw(served.address, request)).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(status, expected, "{:?}: {answer}", request.get(..40));
    }
    served.assert_works().await;
}

#[tokio::test]
async fn a_slow_request_head_times_out() {
    let served = served(Duration::from_millis(400), 100).await;
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    let drip = async {
        for byte in DONE.bytes() {
            if slow.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut answer = Vec::new();
        let _ = slow.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), drip).await.unwrap();
    assert_eq!(answer, "");
    served.assert_works().await;
}

#[tokio::test]
async fn disconnecting_clients_leak_nothing() {
    let served = served(Duration::from_secs(20), 100).await;
    for _ in 0..50 {
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(DONE.replace("pcb-done", "pcb-10k").as_bytes()).await.unwrap();
        let mut begin = [0; 16];
        client.read_exact(&mut begin).await.unwrap();
        drop(client);
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(b"GET /api/Desc").await.unwrap();
    }
    served.assert_works().await;
}

#[tokio::test]
async fn thousands_of_idle_connections_are_accepted_and_closed() {
    // Both ends of a connection are in this process.
    rlimit::increase_nofile_limit(12_000).unwrap();
    let served = served(Duration::from_secs(3), 5_200).await;
    let mut idle = Vec::new();
    for _ in 0..5_000 {
        idle.push(TcpStream::connect(served.address).await.unwrap());
    }
    let answer = raw(served.address, DONE).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "while they are open: {answer}");
    // None of them sends a request, so the server closes them after the time-out.
    for mut stream in idle {
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut [0])).await;
        assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
    }
    served.assert_works().await;
}

#[tokio::test]
async fn requests_in_progress_complete_before_the_shutdown() {
    let served = served(Duration::from_secs(20), 100).await;
    let mut client = TcpStream::connect(served.address).await.unwrap();
    client.write_all(DONE.replace("pcb-done", "pcb-slow").as_bytes()).await.unwrap();
    // The response to a later request shows that the slow one is in progress.
    raw(served.address, DONE).await;
    served.stop.send(()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    served.ended.await.unwrap();
    assert!(TcpStream::connect(served.address).await.is_err(), "the socket is closed");
}
