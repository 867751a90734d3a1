//! An upstream with faults, which counts its connections.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// How it responds to a request.
#[derive(Debug, Clone)]
pub(crate) enum Behaviour {
    /// Sends a valid response and keeps the connection open.
    Good,
    /// Sends these bytes and closes the connection.
    Send(Vec<u8>),
    /// Sends these bytes, and nothing else until the client closes the connection.
    Stall(Vec<u8>),
    /// Sends an endless body, one byte at a time.
    Drip,
    /// Sends an endless body in large chunks.
    Flood,
}

/// An upstream with faults.
#[derive(Clone)]
pub(crate) struct Faulty {
    pub(crate) address: SocketAddr,
    /// The number of open connections.
    pub(crate) open: Arc<AtomicUsize>,
    /// The heads of all received requests.
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    behaviour: Arc<Mutex<Behaviour>>,
    next_behaviour: Arc<Mutex<Option<Behaviour>>>,
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
            behaviour: Arc::new(Mutex::new(Behaviour::Good)),
            next_behaviour: Arc::default(),
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

    /// Starts an upstream that sends these bytes for each request and closes the connection.
    pub(crate) async fn sending(bytes: impl Into<Vec<u8>>) -> Self {
        let faulty = Self::start().await;
        faulty.set_behaviour(Behaviour::Send(bytes.into()));
        faulty
    }

    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    /// Sets the behaviour for the next request only.
    pub(crate) fn set_next_behaviour(&self, behaviour: Behaviour) {
        *self.next_behaviour.lock().unwrap() = Some(behaviour);
    }

    /// Closes the idle connections.
    pub(crate) fn close_all(&self) {
        self.closing.notify_waiters();
    }

    pub(crate) fn requests(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    /// Serves one connection until it is closed.
    pub(crate) async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        self.open.fetch_add(1, Ordering::SeqCst);
        loop {
            let head = tokio::select! {
                head = read_head(&mut stream) => head,
                () = self.closing.notified() => None,
            };
            let Some(head) = head else { break };
            self.heads.lock().unwrap().push(head);
            let next = self.next_behaviour.lock().unwrap().take();
            let behaviour = next.unwrap_or_else(|| self.behaviour.lock().unwrap().clone());
            if !respond(&mut stream, behaviour).await {
                break;
            }
        }
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Returns whether the connection stays open.
async fn respond(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), behaviour: Behaviour) -> bool {
    match behaviour {
        Behaviour::Good => {
            let body = r#"{"RequestId":"R-1","Status":"RUNNING"}"#;
            stream.write_all(response("200 OK", body).as_bytes()).await.is_ok()
        }
        Behaviour::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Behaviour::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // The client sends nothing else, so this returns when it closes the connection.
            let _ = stream.read(&mut [0]).await;
            false
        }
        Behaviour::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{").await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            false
        }
        Behaviour::Flood => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            let chunk = [b"100000\r\n".as_slice(), &[b' '; 0x10_0000], b"\r\n"].concat();
            while stream.write_all(&chunk).await.is_ok() {}
            false
        }
    }
}

/// Returns a complete response that keeps the connection open.
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
