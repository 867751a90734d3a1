//! Parsers for the values of flags. Their errors are shown after the name of the flag.

use std::net::SocketAddr;
use std::time::Duration;

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let numeric =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    numeric.parse().map_err(|_| "must be an address and a port, such as 127.0.0.1:8080".to_owned())
}

pub(super) fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    address(text).and_then(|address| {
        let is_loopback = address.ip().is_loopback();
        is_loopback.then_some(address).ok_or_else(|| "must be a loopback address".to_owned())
    })
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.001..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a number of seconds between 0.001 and 86400".to_owned())
}

pub(super) fn seconds_or_zero(text: &str) -> Result<Duration, String> {
    if text.parse() == Ok(0.0) { Ok(Duration::ZERO) } else { seconds(text) }
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|factor| (0.001..=100_000.0).contains(factor))
        .ok_or_else(|| "must be a number between 0.001 and 100000".to_owned())
}
