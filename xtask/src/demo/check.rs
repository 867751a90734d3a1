//! One HTTP request that checks that the proxy serves the page.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Requests `/` from the host of an `http:` URL.
///
/// # Errors
/// If the status is not 200.
pub(super) fn page_is_served(url: &str) -> Result<()> {
    let host = host(url).with_context(|| format!("`{url}` is not an http URL"))?;
    let mut stream = TcpStream::connect(host).with_context(|| format!("cannot connect to {host}"))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).with_context(|| format!("no response from {host}"))?;
    ensure!(line.starts_with("HTTP/1.1 200 "), "http://{host}/ responds with `{}`", line.trim_end());
    Ok(())
}

fn host(url: &str) -> Option<&str> {
    url.strip_prefix("http://")?.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        assert_eq!(host("http://127.0.0.1:8080/?batch-id=pcb-demo"), Some("127.0.0.1:8080"));
        assert_eq!(host("http://127.0.0.1:8080?x"), Some("127.0.0.1:8080"));
        assert_eq!(host("https://127.0.0.1/"), None);
        assert_eq!(host("http:///"), None);
    }
}
