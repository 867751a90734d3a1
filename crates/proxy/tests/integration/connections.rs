//! Limits of connections: idle ones and those of one client do not keep others from being served.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use batch_task_proxy::client_address::TrustedProxies;
use batch_task_proxy::connections::{ConnectionLimits, Server};
use batch_task_proxy::metrics::Metrics;
use batch_task_proxy::{Settings, router};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::support::{simulator, upstream};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const HANGING: &str = "GET /api/DescribeBatchTask?BatchId=pcb-hang HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn served(connections: usize, per_client: Option<usize>, trusted: &[&str]) -> (SocketAddr, Metrics) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let metrics = Metrics::default();
    let settings = Settings { metrics: metrics.clone(), ..Settings::default() };
    let server = Server {
        router: router(upstream(simulator().await), settings).unwrap(),
        metrics: metrics.clone(),
        limits: ConnectionLimits {
            connections,
            per_client,
            client_timeout: Duration::from_secs(600),
            drain_timeout: Duration::ZERO,
        },
        trusted_proxies: TrustedProxies::new(
            trusted.iter().map(|network| network.parse().unwrap()).collect(),
        ),
        tls: None,
    };
    tokio::spawn(server.run(listener, std::future::pending()));
    (address, metrics)
}

/// Connects as the client with this number.
async fn connect(client: u8, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, client), 0).into()).unwrap();
    socket.connect(address).await.unwrap()
}

/// Connects and sends a request that is not answered. Returns when the proxy handles it.
async fn connect_busy(client: u8, address: SocketAddr, metrics: &Metrics) -> TcpStream {
    let in_flight = || {
        let text = metrics.text();
        let line = text.lines().find_map(|line| line.strip_prefix("batch_task_proxy_requests_in_flight "));
        line.unwrap().parse::<u32>().unwrap()
    };
    let before = in_flight();
    let mut stream = connect(client, address).await;
    stream.write_all(HANGING.as_bytes()).await.unwrap();
    while in_flight() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stream
}

/// Sends a request and returns whether it is answered.
async fn is_answered(stream: &mut TcpStream) -> bool {
    let _ = stream.write_all(HEALTH.as_bytes()).await;
    let (mut answer, mut buffer) = (Vec::new(), [0; 1024]);
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return false,
            Ok(length) => answer.extend_from_slice(&buffer[..length]),
        }
        if answer.ends_with(b"ok\n") {
            return true;
        }
    }
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_))
}

#[tokio::test]
async fn idle_connections_give_way_to_new_ones() {
    let (address, metrics) = served(50, None, &[]).await;
    let mut idle = Vec::new();
    for number in 0..120_u8 {
        let mut stream = connect(number % 10 + 1, address).await;
        // Some have sent nothing, some a part of a head, and some a request before.
        match number % 3 {
            0 => {}
            1 => stream.write_all(b"GET /healthz HT").await.unwrap(),
            _ => assert!(is_answered(&mut stream).await, "{number}"),
        }
        idle.push(stream);
    }
    assert!(is_answered(&mut connect(1, address).await).await);
    assert!(is_closed(&mut idle[0]).await);
    assert!(
        metrics.text().contains("connections_closed_total{reason=\"Replaced\"} 71\n"),
        "{}",
        metrics.text()
    );
}

#[tokio::test]
async fn a_client_cannot_use_all_connections() {
    let (address, metrics) = served(100, Some(3), &[]).await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        busy.push(connect_busy(1, address, &metrics).await);
    }
    assert!(is_closed(&mut connect(1, address).await).await);
    assert!(metrics.text().contains("connections_closed_total{reason=\"ClientLimit\"} 1\n"));
    assert!(is_answered(&mut connect(2, address).await).await, "another client");

    // An idle connection of the client gives way to a new one of the same client.
    let (mut first, mut other) = (connect(4, address).await, connect(5, address).await);
    let mut further = Vec::new();
    for _ in 0..3 {
        further.push(connect(4, address).await);
        assert!(is_answered(further.last_mut().unwrap()).await);
    }
    assert!(is_closed(&mut first).await);
    assert!(is_answered(&mut other).await);
    for stream in &mut further {
        assert!(is_answered(stream).await);
    }
}

#[tokio::test]
async fn a_trusted_proxy_has_no_limit_of_its_own() {
    let (address, metrics) = served(100, Some(3), &["127.0.0.9"]).await;
    let mut busy = Vec::new();
    for _ in 0..10 {
        busy.push(connect_busy(9, address, &metrics).await);
    }
    assert!(is_answered(&mut connect(9, address).await).await);
}
