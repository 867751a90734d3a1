//! One plain HTTP request, to see with a viewer's eyes that the page is served. It must not know the proxy.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks for the page at the root of a URL's host.
///
/// # Errors
/// If it does not answer 200.
pub(super) fn page_is_served(url: &str) -> Result<()> {
    let host = host(url).with_context(|| format!("`{url}` is no http URL"))?;
    let mut stream = TcpStream::connect(host).with_context(|| format!("cannot connect to {host}"))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).with_context(|| format!("no answer from {host}"))?;
    match status(&line) {
        Some(200) => Ok(()),
        Some(other) => bail!("http://{host}/ answers {other}"),
        None => bail!("http://{host}/ does not speak HTTP"),
    }
}

fn host(url: &str) -> Option<&str> {
    url.strip_prefix("http://")?.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

fn status(line: &str) -> Option<u16> {
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.trim_end().parse().ok()
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

    #[test]
    fn status_lines() {
        assert_eq!(status("HTTP/1.1 200 OK\r\n"), Some(200));
        assert_eq!(status("HTTP/1.0 404\r\n"), Some(404));
        assert_eq!(status("SSH-2.0-OpenSSH"), None);
    }
}
