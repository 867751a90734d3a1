//! An answer, as bytes on a connection: what a backend, a gateway or a broken line may send. It must not know who asked.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// The content security policy that the page is made for: the proxy's, word for word.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                          connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
                          frame-ancestors 'none'; require-trusted-types-for 'script'";

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status and its reason.
    pub status: &'static str,
    /// The media type.
    pub content_type: &'static str,
    /// The bytes of the body that are sent.
    pub body: Vec<u8>,
    /// How many more bytes are announced than sent: above 0, the body is cut off.
    pub missing: usize,
}

impl Answer {
    /// A good answer with this body.
    #[must_use]
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self { status: "200 OK", content_type: "application/json", body: body.into(), missing: 0 }
    }

    /// A page.
    #[must_use]
    pub fn html(status: &'static str, body: &str) -> Self {
        Self { status, content_type: "text/html; charset=utf-8", body: body.into(), missing: 0 }
    }

    /// A file of the page.
    #[must_use]
    pub fn file(content_type: &'static str, body: &str) -> Self {
        Self { status: "200 OK", content_type, body: body.into(), missing: 0 }
    }

    /// The same, sent with these headers; one that every answer has is sent as it is here.
    #[must_use]
    pub fn with(self, headers: &[(&'static str, &str)]) -> Reply {
        Reply::from(self).with(headers)
    }

    /// The same, sent in this way.
    #[must_use]
    pub fn sent(self, delivery: Delivery) -> Reply {
        Reply { delivery, ..self.into() }
    }
}

/// An answer, and how it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub(crate) answer: Answer,
    headers: Vec<(&'static str, String)>,
    delivery: Delivery,
}

/// How a body gets onto the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Its length first, then all of it.
    Whole,
    /// In chunks of so many bytes, with a pause behind each.
    Chunks(usize, Duration),
    /// Nothing comes.
    Silent,
    /// The head comes, and then nothing more.
    Hangs,
    /// Not even that: the connection ends.
    Refused,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, headers: Vec::new(), delivery: Delivery::Whole }
    }
}

impl Reply {
    /// The same, sent with these headers, too.
    #[must_use]
    pub fn with(mut self, headers: &[(&'static str, &str)]) -> Self {
        self.headers.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self
    }

    fn head(&self) -> Result<Vec<u8>> {
        let Answer { status, content_type, body, missing } = &self.answer;
        let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n").into_bytes();
        let mut line = |name: &str, value: &str| -> Result<()> {
            let is_given = self.headers.iter().any(|(given, _)| *given == name);
            if !is_given && !value.is_empty() {
                write!(head, "{name}: {value}\r\n")?;
            }
            Ok(())
        };
        line("content-type", content_type)?;
        line("content-security-policy", POLICY)?;
        line("x-content-type-options", "nosniff")?;
        // WebKit would take what it has had before for what a test has put in its place.
        line("cache-control", "no-cache")?;
        match self.delivery {
            Delivery::Chunks(..) => line("transfer-encoding", "chunked")?,
            // These have no body, and say so by having no length either.
            _ if status.starts_with("204") || status.starts_with("304") => {}
            _ => line("content-length", &(body.len() + missing).to_string())?,
        }
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n")?;
        }
        head.extend_from_slice(b"\r\n");
        Ok(head)
    }

    /// Sends it, and ends the connection.
    pub(crate) async fn send(&self, stream: &mut TcpStream) -> Result<()> {
        if self.delivery == Delivery::Refused {
            // Not read to its end, a connection is reset.
            return Ok(stream.set_zero_linger()?);
        }
        if self.delivery == Delivery::Silent {
            std::future::pending::<()>().await;
        }
        stream.write_all(&self.head()?).await?;
        match self.delivery {
            Delivery::Hangs => std::future::pending::<()>().await,
            Delivery::Chunks(size, pause) => {
                for chunk in self.answer.body.chunks(size.max(1)) {
                    stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                    stream.write_all(chunk).await?;
                    stream.write_all(b"\r\n").await?;
                    tokio::time::sleep(pause).await;
                }
                // The end is missing where something else is said to be.
                if self.answer.missing == 0 {
                    stream.write_all(b"0\r\n\r\n").await?;
                }
            }
            Delivery::Whole | Delivery::Silent | Delivery::Refused => {
                stream.write_all(&self.answer.body).await?
            }
        }
        Ok(stream.shutdown().await?)
    }
}
