//! What the proxy carries: many viewers of one batch, and a cached body against nginx serving the same bytes as a file.
//!
//! `cargo xtask load` runs it as `load PROXY NGINX`. It asks only this machine, bounded in number and time; it owns the
//! load and the table, and must not know how either program is built.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made is of no use")]

#[path = "../tests/support/nginx.rs"]
mod nginx;

use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const API: &str = "/api/DescribeBatchTask?BatchId=pcb-all-statuses";
/// How often a viewer asks, and how many times.
const INTERVAL: Duration = Duration::from_secs(5);
const TURNS: u32 = 4;
/// Connections that ask without a pause, and for how long.
const CONNECTIONS: usize = 64;
const CLOSED_LOOP: Duration = Duration::from_secs(5);

/// A program that ends with the measurement.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() {
    let programs: Vec<String> = std::env::args().skip(1).collect();
    let [proxy, nginx] = programs.as_slice() else { panic!("load PROXY NGINX") };
    rlimit::increase_nofile_limit(30_000).unwrap();
    println!("load average before: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let (proxy, address) = start_proxy(proxy);
    table_of_viewers(&proxy, address).await;
    table_of_throughput(nginx, address).await;
}

async fn table_of_viewers(proxy: &Started, address: SocketAddr) {
    println!("\n| viewers | requests/s | p50 ms | p99 ms | calls of the API | allowed | peak memory, MB |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for viewers in [100, 1_000, 10_000] {
        let (before, begun) = (calls(address).await, Instant::now());
        let mut took = view(address, viewers).await;
        let elapsed_s = begun.elapsed().as_secs_f64();
        let calls = calls(address).await - before;
        took.sort_unstable();
        let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        let (rate, allowed) = (took.len() as f64 / elapsed_s, elapsed_s / 2.0 + 1.0);
        assert!(calls as f64 <= allowed, "{calls} calls of the API, where {allowed} are allowed");
        let memory_mb = peak_memory_mb(proxy.0.id());
        println!(
            "| {viewers} | {rate:.0} | {:.1} | {:.1} | {calls} | {allowed:.0} | {memory_mb} |",
            at(50),
            at(99)
        );
    }
}

async fn table_of_throughput(program: &str, address: SocketAddr) {
    let body = ask_once(address, API).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), &body).unwrap();
    let root = folder.path().display();
    let (_nginx, static_address) = nginx::start(program, folder.path(), |listen| {
        format!(
            "open_file_cache max=10; keepalive_requests 10000000; sendfile on;\n\
             server {{ listen {listen}; root {root}; default_type application/json; }}"
        )
    })
    .await;
    println!("\n| {} bytes, {CONNECTIONS} connections without a pause | requests/s |", body.len());
    println!("| --- | ---: |");
    let held = closed_loop(address, API).await;
    println!("| the proxy, a held body | {held:.0} |");
    let file = closed_loop(static_address, "/body.json").await;
    println!("| nginx, the same bytes as a file | {file:.0} |");
    println!("| ratio | {:.2} |", held / file);
}

fn start_proxy(program: &str) -> (Started, SocketAddr) {
    let mut command = Command::new(program);
    // One address stands for all viewers here, so it has no limit.
    command.args([
        "--simulate",
        "--listen",
        "127.0.0.1:0",
        "--rate-limit",
        "0",
        "--max-connections",
        "12000",
    ]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let address = line.strip_prefix("ready: http://").and_then(|rest| rest.split('/').next()).unwrap();
    (Started(child), address.parse().unwrap())
}

/// So many viewers, spread over the interval, each with a connection of its own; how long each answer took.
async fn view(address: SocketAddr, viewers: usize) -> Vec<Duration> {
    let mut tasks = JoinSet::new();
    let start = tokio::time::Instant::now();
    for viewer in 0..viewers {
        let first = start + INTERVAL.mul_f64(viewer as f64 / viewers as f64);
        tasks.spawn(async move {
            tokio::time::sleep_until(first).await;
            let mut connection = Connection::open(address).await;
            let mut took = Vec::new();
            for turn in 0..TURNS {
                tokio::time::sleep_until(first + INTERVAL * turn).await;
                let begun = Instant::now();
                connection.ask(API).await;
                took.push(begun.elapsed());
            }
            took
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Requests a second of connections that ask without a pause.
async fn closed_loop(address: SocketAddr, path: &'static str) -> f64 {
    let over = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let over = Arc::clone(&over);
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut count = 0_u64;
            while !over.load(Ordering::Relaxed) {
                connection.ask(path).await;
                count += 1;
            }
            count
        });
    }
    let begun = Instant::now();
    tokio::time::sleep(CLOSED_LOOP).await;
    over.store(true, Ordering::Relaxed);
    let total: u64 = tasks.join_all().await.into_iter().sum();
    total as f64 / begun.elapsed().as_secs_f64()
}

/// A connection that is kept open.
struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Asks, and reads the whole answer, which must be a good one.
    async fn ask(&mut self, path: &str) -> Vec<u8> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        assert!(line.contains(" 200 "), "{line:?}");
        let mut length = 0;
        while line != "\r\n" {
            line.clear();
            self.0.read_line(&mut line).await.unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        body
    }
}

async fn ask_once(address: SocketAddr, path: &str) -> Vec<u8> {
    Connection::open(address).await.ask(path).await
}

/// How often the proxy has called the API, by its own metrics.
async fn calls(address: SocketAddr) -> u64 {
    let metrics = String::from_utf8(ask_once(address, "/metrics").await).unwrap();
    let counts =
        metrics.lines().filter(|line| line.starts_with("batch_task_proxy_upstream_call_seconds_count"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

fn peak_memory_mb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
