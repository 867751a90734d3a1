//! Client connections: their number, time-outs and shutdown.

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
use tower::ServiceExt as _;

use crate::client_address::Peer;
use crate::metrics::Metrics;
use crate::min_rate::{MinRate, MinRateStream};

/// The maximum size of a request line and its headers, in bytes. A longer one is rejected with 431.
pub const HEAD_LIMIT: usize = 16 * 1024;
/// The maximum number of headers of a request.
pub const HEADER_LIMIT: usize = 64;

/// The bytes of a response that a client must receive within its time-out.
const MIN_RECEIVED: usize = 32 * 1024;

/// The delay after `accept` failed; for example, because the process has no free file descriptors.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(500);

/// Limits for client connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Concurrent connections. Further clients wait until a connection ends.
    pub connections: usize,
    /// The time in which a client must send a complete request head, including idle time before it, and in which it must
    /// receive 32 KiB of a response.
    pub client_timeout: Duration,
    /// The time for requests in progress to complete after `stop`.
    pub drain_timeout: Duration,
}

/// Serves until `stop` completes, then waits for requests in progress.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    metrics: Metrics,
    limits: ConnectionLimits,
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
            tokio::spawn(run(watched, metrics.clone(), permit));
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    // New connections are refused from now on, so that clients can use another proxy.
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("all requests have completed"),
        () = tokio::time::sleep(limits.drain_timeout) => {
            tracing::warn!("requests in progress are aborted");
        }
    }
}

async fn run(
    connection: impl Future<Output = hyper::Result<()>>,
    metrics: Metrics,
    _permit: OwnedSemaphorePermit,
) {
    let _open = metrics.connection_opened();
    if let Err(error) = connection.await {
        // The error contains nothing of the request.
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // A compressed body is written in small parts, which Nagle's algorithm would delay.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_connection_error(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// Returns whether the error concerns only the connection that was to be accepted.
fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

type Service = TowerToHyperService<
    tower::util::BoxCloneSyncService<Request<Incoming>, http::Response<Body>, Infallible>,
>;
type Connection = http1::Connection<TokioIo<MinRateStream<TcpStream>>, Service>;

fn connection(stream: TcpStream, peer: SocketAddr, router: Router, client_timeout: Duration) -> Connection {
    let stream = MinRateStream::new(stream, MinRate { bytes: MIN_RECEIVED, per: client_timeout });
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
            TokioIo::new(stream),
            TowerToHyperService::new(tower::util::BoxCloneSyncService::new(service)),
        )
}
