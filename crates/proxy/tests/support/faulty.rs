//! An upstream that misbehaves when it is told to, and counts what is open.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What it does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Conduct {
    /// Answers well and keeps the connection.
    Good,
    /// Sends these bytes and closes the connection.
    Send(Vec<u8>),
    /// Sends these bytes, and nothing more until the client goes.
    Stall(Vec<u8>),
    /// Sends a body byte by byte, for ever and steadily.
    Drip,
    /// Sends a body in chunks that has no end.
    Flood,
}

/// The upstream.
#[derive(Clone)]
pub(crate) struct Faulty {
    pub(crate) address: SocketAddr,
    /// Connections that are open.
    pub(crate) open: Arc<AtomicUsize>,
    /// The heads of all requests.
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    conduct: Arc<Mutex<Conduct>>,
    once: Arc<Mutex<Option<Conduct>>>,
    closing: Arc<Notify>,
}

impl Faulty {
    pub(crate) async fn start() -> Self {
        Self::at("127.0.0.1:0".parse().unwrap()).await
    }

    pub(crate) async fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let faulty = Self {
            address: listener.local_addr().unwrap(),
            open: Arc::default(),
            heads: Arc::default(),
            conduct: Arc::new(Mutex::new(Conduct::Good)),
            once: Arc::default(),
            closing: Arc::default(),
        };
        let shared = faulty.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let faulty = shared.clone();
                tokio::spawn(async move { faulty.serve(stream).await });
            }
        });
        faulty
    }

    pub(crate) fn behaves(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    /// For the next request only.
    pub(crate) fn behaves_once(&self, conduct: Conduct) {
        *self.once.lock().unwrap() = Some(conduct);
    }

    /// Closes the connections that are open and wait for a request.
    pub(crate) fn close_all(&self) {
        self.closing.notify_waiters();
    }

    pub(crate) fn requests(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        self.open.fetch_add(1, Ordering::SeqCst);
        loop {
            let head = tokio::select! {
                head = read_head(&mut stream) => head,
                () = self.closing.notified() => None,
            };
            let Some(head) = head else { break };
            self.heads.lock().unwrap().push(head);
            let once = self.once.lock().unwrap().take();
            let conduct = once.unwrap_or_else(|| self.conduct.lock().unwrap().clone());
            if !answer(&mut stream, conduct).await {
                break;
            }
        }
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether the connection goes on.
async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), conduct: Conduct) -> bool {
    match conduct {
        Conduct::Good => {
            let body = r#"{"RequestId":"R-1","Status":"RUNNING"}"#;
            stream.write_all(response("200 OK", body).as_bytes()).await.is_ok()
        }
        Conduct::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Conduct::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // The client sends no more: this ends when it closes.
            let _ = stream.read(&mut [0]).await;
            false
        }
        Conduct::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{").await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            false
        }
        Conduct::Flood => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            let chunk = [b"100000\r\n".as_slice(), &[b' '; 0x10_0000], b"\r\n"].concat();
            while stream.write_all(&chunk).await.is_ok() {}
            false
        }
    }
}

/// A whole response that leaves the connection open.
pub(crate) fn response(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    String::from_utf8(head).ok()
}
