//! Measures the capacity of the proxy: many viewers of one batch, and the throughput of a cached body compared with nginx.
//!
//! `cargo xtask load` runs it as `load PROXY NGINX`. It sends requests only to this machine, for a limited time.

#![allow(clippy::unwrap_used, reason = "a failed measurement should stop the program")]

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
/// A batch that the access key may not read.
const DENIED: &str = "/api/DescribeBatchTask?BatchId=pcb-denied";
/// The polling interval of a viewer.
const INTERVAL: Duration = Duration::from_secs(5);
/// The number of polls of each viewer.
const POLLS: u32 = 4;
/// The number of connections for the throughput measurement, which send requests without pauses.
const CONNECTIONS: usize = 64;
/// The length of the throughput measurement.
const THROUGHPUT_DURATION: Duration = Duration::from_secs(5);

/// A child process. Dropping it kills the process.
struct ChildProcess(Child);

impl Drop for ChildProcess {
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
    print_viewers(&proxy, address).await;
    print_throughput(nginx, address).await;
}

async fn print_viewers(proxy: &ChildProcess, address: SocketAddr) {
    println!(
        "\n| API | viewers | requests/s | p50 ms | p99 ms | calls to the API | allowed | peak memory, MB |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (api, viewers, path) in [
        ("works", 100, API),
        ("works", 1_000, API),
        ("works", 10_000, API),
        ("refuses (403)", 10_000, DENIED),
    ] {
        let (before, started) = (calls(address).await, Instant::now());
        let mut durations = view(address, viewers, path).await;
        let elapsed_s = started.elapsed().as_secs_f64();
        let calls = calls(address).await - before;
        durations.sort_unstable();
        let at = |percent: usize| durations[(durations.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        let (rate, allowed) = (durations.len() as f64 / elapsed_s, elapsed_s / 2.0 + 1.0);
        assert!(calls as f64 <= allowed, "{calls} calls to the API; at most {allowed} are allowed");
        let memory_mb = peak_memory_mb(proxy.0.id());
        println!(
            "| {api} | {viewers} | {rate:.0} | {:.1} | {:.1} | {calls} | {allowed:.0} | {memory_mb} |",
            at(50),
            at(99)
        );
    }
}

async fn print_throughput(program: &str, address: SocketAddr) {
    let body = get_once(address, API).await;
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
    println!("\n| {} bytes, {CONNECTIONS} connections without pauses | requests/s |", body.len());
    println!("| --- | ---: |");
    let cached = throughput(address, API).await;
    println!("| the proxy, a cached body | {cached:.0} |");
    let file = throughput(static_address, "/body.json").await;
    println!("| nginx, the same bytes as a file | {file:.0} |");
    println!("| ratio | {:.2} |", cached / file);
}

fn start_proxy(program: &str) -> (ChildProcess, SocketAddr) {
    let mut command = Command::new(program);
    // All viewers have the same address, so the limits per client are disabled.
    command.args([
        "--simulate",
        "--listen",
        "127.0.0.1:0",
        "--rate-limit",
        "0",
        "--max-connections",
        "12000",
        "--max-connections-per-client",
        "0",
    ]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let address = line.strip_prefix("ready: http://").and_then(|rest| rest.split('/').next()).unwrap();
    (ChildProcess(child), address.parse().unwrap())
}

/// Simulates viewers, whose polls are spread evenly over the interval. Each has its own connection. Returns the duration of
/// each request.
async fn view(address: SocketAddr, viewers: usize, path: &'static str) -> Vec<Duration> {
    let mut tasks = JoinSet::new();
    let start = tokio::time::Instant::now();
    for viewer in 0..viewers {
        let first = start + INTERVAL.mul_f64(viewer as f64 / viewers as f64);
        tasks.spawn(async move {
            tokio::time::sleep_until(first).await;
            let mut connection = Connection::open(address).await;
            let mut durations = Vec::new();
            for poll in 0..POLLS {
                tokio::time::sleep_until(first + INTERVAL * poll).await;
                let started = Instant::now();
                connection.get(path).await;
                durations.push(started.elapsed());
            }
            durations
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Returns the requests per second of connections that send requests without pauses.
async fn throughput(address: SocketAddr, path: &'static str) -> f64 {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let is_over = Arc::clone(&is_over);
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut count = 0_u64;
            while !is_over.load(Ordering::Relaxed) {
                connection.get(path).await;
                count += 1;
            }
            count
        });
    }
    let started = Instant::now();
    tokio::time::sleep(THROUGHPUT_DURATION).await;
    is_over.store(true, Ordering::Relaxed);
    let total: u64 = tasks.join_all().await.into_iter().sum();
    total as f64 / started.elapsed().as_secs_f64()
}

/// A persistent connection.
struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request and returns the body of the response, whose status must be 200, or 403 for the denied batch.
    async fn get(&mut self, path: &str) -> Vec<u8> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        assert!(line.contains(if path == DENIED { " 403 " } else { " 200 " }), "{line:?}");
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

async fn get_once(address: SocketAddr, path: &str) -> Vec<u8> {
    Connection::open(address).await.get(path).await
}

/// Returns the number of calls to the API from the metrics of the proxy.
async fn calls(address: SocketAddr) -> u64 {
    let metrics = String::from_utf8(get_once(address, "/metrics").await).unwrap();
    let counts =
        metrics.lines().filter(|line| line.starts_with("batch_task_proxy_upstream_call_seconds_count"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

fn peak_memory_mb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
