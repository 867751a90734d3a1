//! Client connections: accepting them, TLS, time-outs and shutdown.
//!
//! How many there may be is decided in `connection_table.rs`.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::client_address::{Peer, TrustedProxies, network};
use crate::connection_table::{Busy, ConnectionTable, Limits, Slot};
use crate::metrics::{CloseReason, Metrics};
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
    /// Concurrent connections. A further one replaces the one that has been idle longest; if none is idle, it waits.
    pub connections: usize,
    /// Concurrent connections of one client; `None` for no limit. A further one replaces the client's one that has been idle
    /// longest; if none is idle, it is closed.
    pub per_client: Option<usize>,
    /// The time in which a client must send a complete request head, including idle time before it, and in which it must
    /// receive 32 KiB of a response.
    pub client_timeout: Duration,
    /// The time for requests in progress to complete after `stop`.
    pub drain_timeout: Duration,
}

/// A server for client connections.
#[derive(Clone)]
pub struct Server {
    /// Handles the requests.
    pub router: Router,
    /// Counts the connections.
    pub metrics: Metrics,
    /// The limits.
    pub limits: ConnectionLimits,
    /// Peers without a limit per client.
    pub trusted_proxies: TrustedProxies,
    /// Establishes TLS connections; `None` for plain HTTP.
    pub tls: Option<TlsAcceptor>,
}

impl Server {
    /// Serves until `stop` completes, then waits for requests in progress.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let drain_timeout = self.limits.drain_timeout;
        let (stopping, stopped) = watch::channel(false);
        tokio::select! {
            () = self.accept_connections(&listener, stopped) => {}
            () = stop => {}
        }
        // New connections are refused from now on, so that clients can use another proxy.
        drop(listener);
        stopping.send_replace(true);
        tokio::select! {
            // Each connection has a receiver.
            () = stopping.closed() => tracing::info!("all requests have completed"),
            () = tokio::time::sleep(drain_timeout) => {
                tracing::warn!("requests in progress are aborted");
            }
        }
    }

    async fn accept_connections(self, listener: &TcpListener, stopped: watch::Receiver<bool>) {
        let server = Arc::new(self);
        let ConnectionLimits { connections, per_client, .. } = server.limits;
        let table = ConnectionTable::new(Limits { total: connections, per_client });
        loop {
            let (stream, peer) = accept(listener).await;
            let Ok(slot) = table.admit(server.limited_client(peer)).await else {
                server.metrics.connection_closed(CloseReason::ClientLimit);
                tracing::warn!(client = %peer.ip(), "a connection was closed: its client has too many of them");
                continue;
            };
            tokio::spawn(Arc::clone(&server).handle(stream, peer, slot, stopped.clone()));
        }
    }

    /// Returns the client of a connection, if it has a limit.
    fn limited_client(&self, peer: SocketAddr) -> Option<IpAddr> {
        let address = peer.ip().to_canonical();
        (self.limits.per_client.is_some() && !self.trusted_proxies.contains(address))
            .then(|| network(address))
    }

    /// Handles a connection until it ends or must give way to another one.
    async fn handle(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        slot: Slot,
        stopped: watch::Receiver<bool>,
    ) {
        let _open = self.metrics.connection_opened();
        let rate = MinRate { bytes: MIN_RECEIVED, per: self.limits.client_timeout };
        let stream = MinRateStream::new(stream, rate);
        tokio::select! {
            () = async {
                match &self.tls {
                    None => self.serve(stream, peer, &slot, stopped).await,
                    // Boxed, because a TLS connection is large, and most servers have none.
                    Some(tls) => Box::pin(self.serve_tls(tls, stream, peer, &slot, stopped)).await,
                }
            } => {}
            () = slot.must_give_way() => {
                self.metrics.connection_closed(CloseReason::Replaced);
                tracing::debug!("an idle connection was closed in favour of a new one");
            }
        }
    }

    async fn serve_tls(
        &self,
        tls: &TlsAcceptor,
        stream: MinRateStream<TcpStream>,
        peer: SocketAddr,
        slot: &Slot,
        stopped: watch::Receiver<bool>,
    ) {
        match tokio::time::timeout(self.limits.client_timeout, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve(stream, peer, slot, stopped).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake timed out"),
        }
    }

    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        peer: SocketAddr,
        slot: &Slot,
        mut stopped: watch::Receiver<bool>,
    ) {
        let service = service_fn(|request: Request<Incoming>| {
            let busy = slot.busy();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            let response = self.router.clone().oneshot(request);
            async move { Ok::<_, Infallible>(response.await?.map(|body| TrackedBody { body, _busy: busy })) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.client_timeout)
            .max_buf_size(HEAD_LIMIT)
            .max_headers(HEADER_LIMIT)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let result = tokio::select! {
            result = connection.as_mut() => result,
            () = wait_for(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = result {
            // The error contains nothing of the request.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

async fn wait_for(stopped: &mut watch::Receiver<bool>) {
    // If the sender is gone, the server has stopped.
    let _ = stopped.wait_for(|stopped| *stopped).await;
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

/// The body of a response. Its connection is busy until the body is dropped.
struct TrackedBody {
    body: Body,
    _busy: Busy,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
