//! HTTP as a client: how a client is set up, what can go wrong, and bodies of bounded size.
//!
//! Must not know the API, its signatures or its errors.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Response};

/// How long the parts of a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the next bytes arrive.
    pub read: Duration,
    /// Until the whole answer is there: a body that drips in would never trip the time-out for reading.
    pub call: Duration,
}

/// Where a client may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Any host, through the HTTP proxy that the environment names, if it names one.
    Network,
    /// This machine or its cloud's own address, which an HTTP proxy must not get in between.
    Direct,
    /// As [`Reach::Direct`], and without TLS: no certificate is looked at, so that a machine that has none can still
    /// run the simulator.
    DirectPlain,
}

impl Reach {
    /// What it takes to reach a host.
    pub(crate) fn of(is_tls: bool, is_loopback: bool) -> Self {
        match (is_tls, is_loopback) {
            (false, true) => Self::DirectPlain,
            (true, true) => Self::Direct,
            (_, false) => Self::Network,
        }
    }
}

/// A client to build upon: no redirects, which would carry a signature or a token for one host to another, and no
/// retries, which would repeat a nonce.
pub(crate) fn client(timeouts: Timeouts, reach: Reach) -> ClientBuilder {
    // This fails if a program that embeds the proxy has chosen a provider already; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .user_agent(concat!("batch-task-proxy/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.call)
        .redirect(Policy::none())
        .retry(reqwest::retry::never());
    match reach {
        Reach::Network => builder,
        Reach::Direct => builder.no_proxy(),
        Reach::DirectPlain => builder.no_proxy().tls_certs_only([]),
    }
}

/// Reads a body to its end, as long as it stays within `limit` bytes.
///
/// # Errors
/// [`Trouble`] if it does not, or does not end well.
pub(crate) async fn read_body(response: &mut Response, limit: usize) -> Result<Bytes, Trouble> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(Trouble::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Trouble::of(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Why there is no whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No connection stood in time.
    ConnectTimedOut,
    /// The answer, or its next part, did not come in time.
    ReadTimedOut,
    /// The host's name does not resolve.
    UnknownHost,
    /// The host's certificate is none that can be trusted.
    BadCertificate,
    /// No connection for another reason, such as a refusal.
    Unreachable,
    /// The connection was closed before the answer began.
    Dropped,
    /// What came is not HTTP, or ends before its end.
    Cut,
    /// The body is beyond the limit.
    TooLarge,
}

impl Trouble {
    /// Sorts an error of the client.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        // An error's text can hold the URL, but no header and no body, so it may be logged.
        tracing::debug!(cause = error.source().map(tracing::field::display), "a call failed");
        let causes = || std::iter::successors(error.source(), |cause| (*cause).source());
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => Self::ConnectTimedOut,
            (true, false) if causes().any(is_of_certificate) => Self::BadCertificate,
            // The resolver's own error type is private to the client; this is what it writes before the system's.
            (true, false) if causes().any(|cause| cause.to_string().starts_with("dns error")) => {
                Self::UnknownHost
            }
            (true, false) => Self::Unreachable,
            (false, true) => Self::ReadTimedOut,
            (false, false) if error.is_request() && causes().any(is_of_closed_connection) => Self::Dropped,
            (false, false) => Self::Cut,
        }
    }

    /// What went wrong, to follow the host's name in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ConnectTimedOut => "did not accept a connection in time",
            Self::ReadTimedOut => "did not answer in time",
            Self::UnknownHost => "cannot be found: its name does not resolve",
            Self::BadCertificate => {
                "cannot be trusted: its certificate is not valid (expired, or for another host)"
            }
            Self::Unreachable => "cannot be connected to",
            Self::Dropped => "closed the connection without an answer",
            Self::Cut => "answered with a response that was cut off",
            Self::TooLarge => "answered with too large a body",
        }
    }
}

fn is_of_certificate(cause: &(dyn Error + 'static)) -> bool {
    // The TLS error travels inside I/O errors, whose `source` skips the error that they wrap.
    if let Some(wrapping) = cause.downcast_ref::<io::Error>() {
        return wrapping.get_ref().is_some_and(|inner| is_of_certificate(inner));
    }
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}

fn is_of_closed_connection(cause: &(dyn Error + 'static)) -> bool {
    let closed =
        [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionAborted];
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
        || cause.downcast_ref::<io::Error>().is_some_and(|error| closed.contains(&error.kind()))
}
