//! The HTTP client: its configuration, its errors and the host that they name, and bodies of limited size.
//!
//! This module must not know the API, its signatures or its errors.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Response};

use crate::endpoint::Endpoint;
use crate::http_proxy::HttpProxy;

/// Time limits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For establishing a connection.
    pub connect: Duration,
    /// For receiving the next bytes.
    pub read: Duration,
    /// For the complete call. `read` alone never ends a call whose body arrives a byte at a time.
    pub call: Duration,
}

/// How a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionMode {
    /// To any host; through the proxy of the environment, if there is one.
    Network,
    /// Without a proxy: to this machine, or to the link-local address of its cloud.
    Direct,
    /// As [`ConnectionMode::Direct`], without TLS. No CA certificates are loaded, so that the simulator also works on a
    /// machine that has none.
    DirectPlain,
}

impl ConnectionMode {
    /// Returns the mode for an endpoint.
    pub(crate) fn of(is_tls: bool, is_loopback: bool) -> Self {
        match (is_tls, is_loopback) {
            (false, true) => Self::DirectPlain,
            (true, true) => Self::Direct,
            (_, false) => Self::Network,
        }
    }
}

/// Returns a client builder without redirects and retries. A redirect would send a signature or token to another host; a
/// retry would reuse a nonce.
pub(crate) fn client(timeouts: Timeouts, mode: ConnectionMode) -> ClientBuilder {
    // Fails if a program that embeds the proxy has installed a provider already, which is then used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .user_agent(concat!("batch-task-proxy/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.call)
        .redirect(Policy::none())
        .retry(reqwest::retry::never());
    match mode {
        ConnectionMode::Network => match HttpProxy::of_process() {
            // The default of the client has another port for SOCKS.
            Ok(Some(proxy)) => match proxy.proxy() {
                Ok(proxy) => builder.no_proxy().proxy(proxy),
                Err(_) => builder,
            },
            // The program does not start if the value is not valid.
            Ok(None) | Err(_) => builder,
        },
        ConnectionMode::Direct => builder.no_proxy(),
        ConnectionMode::DirectPlain => builder.no_proxy().tls_certs_only([]),
    }
}

/// Reads a complete body of at most `limit` bytes.
///
/// # Errors
/// [`TransportError`] if the body is larger, or ends early.
pub(crate) async fn read_body(response: &mut Response, limit: usize) -> Result<Bytes, TransportError> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(TransportError::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| TransportError::of(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(TransportError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The host of a call, as errors name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    url: String,
    /// The variable with the proxy through which the host is called.
    proxy: Option<&'static str>,
}

impl Origin {
    /// Returns the origin of an endpoint.
    #[must_use]
    pub fn of(endpoint: &Endpoint) -> Self {
        let url = endpoint.origin();
        let proxy = HttpProxy::of_process().as_ref().ok().and_then(Option::as_ref);
        let proxy = proxy.filter(|proxy| !endpoint.is_loopback() && proxy.applies_to(&url));
        Self { proxy: proxy.map(HttpProxy::variable), url }
    }

    /// Describes an error of a call as a sentence. Its subject is the host, or the proxy on the way to it.
    #[must_use]
    pub fn explain(&self, error: TransportError) -> String {
        match self.proxy.zip(error.proxy_description()) {
            Some((variable, description)) => format!("the proxy in {variable} {description}"),
            None => format!("{self} {}", error.description()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// Why there is no complete response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// No connection was established in time.
    ConnectTimedOut,
    /// The response, or the next part of it, did not arrive in time.
    ReadTimedOut,
    /// The host name does not resolve.
    UnknownHost,
    /// The certificate of the host is not valid.
    BadCertificate,
    /// The connection failed for another reason; for example, it was refused.
    Unreachable,
    /// The proxy requires a user name and a password, or rejects them.
    ProxyAuthentication,
    /// The proxy refused to connect to the host.
    ProxyRefused,
    /// The proxy needs the address of the host, whose name does not resolve on this machine.
    UnknownHostForProxy,
    /// The connection was closed before the response began.
    ConnectionClosed,
    /// The response is not HTTP, or it ends early.
    Incomplete,
    /// The body exceeds the size limit.
    TooLarge,
}

impl TransportError {
    /// Classifies an error of the client.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        // The text of an error may contain the URL, but no header or body.
        tracing::debug!(cause = error.source().map(tracing::field::display), "a call failed");
        let causes = || std::iter::successors(error.source(), |cause| (*cause).source());
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => Self::ConnectTimedOut,
            (true, false) if causes().any(is_certificate_error) => Self::BadCertificate,
            (true, false) => causes().find_map(connect_error).unwrap_or(Self::Unreachable),
            (false, true) => Self::ReadTimedOut,
            (false, false) if error.is_request() && causes().any(is_closed_connection) => {
                Self::ConnectionClosed
            }
            (false, false) => Self::Incomplete,
        }
    }

    /// Describes the error as the predicate of a sentence whose subject is the host.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::ConnectTimedOut => "did not accept a connection in time",
            Self::ReadTimedOut => "did not respond in time",
            Self::UnknownHost => "cannot be found: its host name does not resolve",
            Self::BadCertificate => {
                "cannot be trusted: its certificate is not valid (expired, issued for another host, or by an unknown \
                 authority)"
            }
            Self::Unreachable => "cannot be reached",
            Self::ProxyAuthentication | Self::ProxyRefused | Self::UnknownHostForProxy => {
                "cannot be reached through a proxy"
            }
            Self::ConnectionClosed => "closed the connection without a response",
            Self::Incomplete => "sent a response that was cut off",
            Self::TooLarge => "sent a response body that is too large",
        }
    }

    /// Describes the error as the predicate of a sentence whose subject is the proxy; `None` if the proxy is not a cause.
    fn proxy_description(self) -> Option<&'static str> {
        Some(match self {
            Self::ConnectTimedOut => "did not establish a connection in time",
            Self::ReadTimedOut => "did not pass on a response in time",
            Self::UnknownHost => "cannot be found: its host name does not resolve",
            Self::BadCertificate => {
                "presented a certificate that is not valid (expired, issued for another host, or by an unknown authority); \
                 if it inspects TLS, add its authority to the CA certificates of this machine"
            }
            Self::Unreachable => "cannot be reached, or closed the connection",
            Self::ProxyAuthentication => {
                "requires another user name and password: write them into the variable, such as \
                 http://USER:PASSWORD@HOST:PORT"
            }
            Self::ProxyRefused => "refused to connect to the host: permit it in the proxy",
            Self::UnknownHostForProxy => {
                "needs the address of the host, whose name does not resolve on this machine: use socks5h:// or socks4a://, \
                 so that the proxy resolves it"
            }
            Self::ConnectionClosed => "closed the connection without a response",
            Self::Incomplete => "passed on a response that was cut off",
            Self::TooLarge => return None,
        })
    }
}

/// Recognises a cause of a failed connection. The client does not export these error types; their text is the only way.
fn connect_error(cause: &(dyn Error + 'static)) -> Option<TransportError> {
    let text = cause.to_string();
    if text == "error resolving for socks proxy" {
        return Some(TransportError::UnknownHostForProxy);
    }
    if text.starts_with("dns error") {
        return Some(TransportError::UnknownHost);
    }
    if let Some(why) = text.strip_prefix("tunnel error: ") {
        return match why {
            "proxy authorization required" => Some(TransportError::ProxyAuthentication),
            "unsuccessful" | "proxy response headers too long" => Some(TransportError::ProxyRefused),
            // The proxy cannot be reached, which is explained by the next cause, or closed the connection.
            _ => None,
        };
    }
    let why = text.strip_prefix("SOCKS error: ")?;
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if has(&["authentication", "credentials"]) {
        return Some(TransportError::ProxyAuthentication);
    }
    let is_connection = has(&["underlying connection", "io error"]);
    Some(if is_connection { TransportError::Unreachable } else { TransportError::ProxyRefused })
}

fn is_certificate_error(cause: &(dyn Error + 'static)) -> bool {
    // The TLS error is wrapped in I/O errors, whose `source` skips the wrapped error itself.
    if let Some(wrapping) = cause.downcast_ref::<io::Error>() {
        return wrapping.get_ref().is_some_and(|inner| is_certificate_error(inner));
    }
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}

fn is_closed_connection(cause: &(dyn Error + 'static)) -> bool {
    let closed =
        [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionAborted];
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
        || cause.downcast_ref::<io::Error>().is_some_and(|error| closed.contains(&error.kind()))
}
