//! An HTTP response as bytes on a connection: complete, slow, cut off or missing.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// The content security policy that the page is built for. A test compares it with the proxy's.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                          connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
                          frame-ancestors 'none'; require-trusted-types-for 'script'";

/// A response and how it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status code and its reason.
    pub status: &'static str,
    /// The media type; empty for none.
    pub content_type: &'static str,
    /// Headers that are added to, or replace, the default ones.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes of the body that are sent.
    pub body: Vec<u8>,
    /// How many bytes more `content-length` announces than are sent: above 0, the body is cut off.
    pub missing: usize,
    /// How the response is sent.
    pub delivery: Delivery,
}

/// How a response is written to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// With a `content-length`, in one piece.
    Whole,
    /// In chunks of this many bytes, with a pause after each.
    Chunks(usize, Duration),
    /// Nothing is sent, and the connection stays open.
    Silent,
    /// Only the head is sent, and the connection stays open.
    HeadOnly,
    /// Nothing is sent, and the connection is reset.
    Reset,
}

impl Response {
    /// A response of this media type with status 200.
    pub fn file(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: "200 OK",
            content_type,
            headers: Vec::new(),
            body: body.into(),
            missing: 0,
            delivery: Delivery::Whole,
        }
    }

    /// A JSON document with status 200.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::file("application/json", body)
    }

    /// A JavaScript file with status 200.
    pub fn script(body: &str) -> Self {
        Self::file("text/javascript", body)
    }

    /// An HTML document.
    pub fn html(status: &'static str, body: &str) -> Self {
        Self { status, ..Self::file("text/html; charset=utf-8", body) }
    }

    /// Only a status: no media type and no body.
    pub fn status(status: &'static str) -> Self {
        Self { status, ..Self::file("", "") }
    }

    /// Adds a header, or replaces a default one. `name` is in lower case.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sets how the response is sent.
    pub fn sent(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    fn head(&self) -> Result<Vec<u8>> {
        let length = match self.delivery {
            Delivery::Chunks(..) => ("transfer-encoding", "chunked".to_owned()),
            // These have no body, and so no length.
            _ if self.status.starts_with("204") || self.status.starts_with("304") => ("", String::new()),
            _ => ("content-length", (self.body.len() + self.missing).to_string()),
        };
        let defaults = [
            ("content-type", self.content_type.to_owned()),
            ("content-security-policy", POLICY.to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            // Without this, WebKit reuses a cached file after a test has replaced it.
            ("cache-control", "no-cache".to_owned()),
            length,
        ];
        let is_replaced = |name: &str| self.headers.iter().any(|(given, _)| *given == name);
        let defaults = defaults.iter().filter(|(name, value)| !is_replaced(name) && !value.is_empty());
        let mut head = format!("HTTP/1.1 {}\r\nconnection: close\r\n", self.status).into_bytes();
        for (name, value) in defaults.chain(&self.headers) {
            write!(head, "{name}: {value}\r\n")?;
        }
        head.extend_from_slice(b"\r\n");
        Ok(head)
    }

    /// Sends the response and closes the connection.
    pub(crate) async fn send(&self, stream: &mut TcpStream) -> Result<()> {
        match self.delivery {
            // Closing a socket with this option set sends a reset.
            Delivery::Reset => return Ok(stream.set_zero_linger()?),
            Delivery::Silent => std::future::pending().await,
            Delivery::HeadOnly => {
                stream.write_all(&self.head()?).await?;
                std::future::pending().await
            }
            Delivery::Whole => {
                stream.write_all(&self.head()?).await?;
                stream.write_all(&self.body).await?;
            }
            Delivery::Chunks(size, pause) => {
                stream.write_all(&self.head()?).await?;
                for chunk in self.body.chunks(size.max(1)) {
                    stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                    stream.write_all(chunk).await?;
                    stream.write_all(b"\r\n").await?;
                    tokio::time::sleep(pause).await;
                }
                if self.missing == 0 {
                    stream.write_all(b"0\r\n\r\n").await?;
                }
            }
        }
        Ok(stream.shutdown().await?)
    }
}
