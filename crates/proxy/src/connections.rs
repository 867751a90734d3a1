//! The clients' connections: how many there may be, how long a slow one is waited for, and how they end.
//!
//! Must not know what is answered.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::client::Peer;
use crate::metrics::Metrics;

/// A request line and its headers may take this many bytes together; what is longer is answered with 431.
pub const HEAD_LIMIT: usize = 16 * 1024;
/// A request may have this many headers.
pub const HEADER_LIMIT: usize = 64;

/// The wait before another connection is tried for, after the system would not give one: it may be out of descriptors.
const PAUSE: Duration = Duration::from_millis(500);

/// What clients are held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; who comes when there are more waits for one to end.
    pub connections: usize,
    /// For the whole head of a request, idle time before it included, and for each part of an answer to be taken.
    pub client_timeout: Duration,
    /// For what is under way once the proxy is told to stop.
    pub drain_timeout: Duration,
}

/// Serves until `stop` comes, then lets what is under way end, for a while.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    metrics: Metrics,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let accepting = async {
        let permits = Arc::new(Semaphore::new(limits.connections));
        // The semaphore is never closed.
        while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
            let (stream, peer) = accept(&listener).await;
            let connection = connection(stream, peer, router.clone(), limits.client_timeout);
            let watched = graceful.watch(connection);
            tokio::spawn(attend(watched, metrics.clone(), permit));
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    // Who comes now is refused at once, and may ask another proxy.
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("every request has been answered"),
        () = tokio::time::sleep(limits.drain_timeout) => {
            tracing::warn!("requests that are still under way are given up");
        }
    }
}

async fn attend(
    connection: impl Future<Output = hyper::Result<()>>,
    metrics: Metrics,
    _permit: OwnedSemaphorePermit,
) {
    let _open = metrics.connection_opened();
    if let Err(error) = connection.await {
        // The error holds nothing of what was sent.
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // A compressed body goes out in many small writes, which must not wait for one another's
                // acknowledgement.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the client that was to be accepted is gone already, which says nothing of the next.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

type Service = TowerToHyperService<
    tower::util::BoxCloneSyncService<Request<Incoming>, http::Response<Body>, Infallible>,
>;
type Connection = http1::Connection<TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>>, Service>;

fn connection(stream: TcpStream, peer: SocketAddr, router: Router, client_timeout: Duration) -> Connection {
    let mut stream = TimeoutStream::new(stream);
    // A client that takes no part of its answer would hold its connection for ever.
    stream.set_write_timeout(Some(client_timeout));
    let service = router.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        request
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(client_timeout)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(HEADER_LIMIT)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(tower::util::BoxCloneSyncService::new(service)),
        )
}
