//! The check of the `Host` header that keeps a loopback server to callers who know that they call loopback.
//!
//! A page on the web can point a name of its own at 127.0.0.1 (DNS rebinding) and would then read answers as its
//! own; its requests still carry its name. Must not know routes or what is served.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;
use http::uri::Authority;

use crate::access::Access;
use crate::problem::Problem;

/// Passes a request on if it names a loopback host, or if something else than the address decides who may ask.
pub async fn require_loopback_host(State(access): State<Access>, request: Request, next: Next) -> Response {
    if !matches!(access, Access::Loopback) || names_loopback(&request) {
        next.run(request).await
    } else {
        Problem::foreign_host().into_response()
    }
}

fn names_loopback(request: &Request) -> bool {
    // An absolute-form request target outranks the header, as RFC 9112 has it.
    if let Some(authority) = request.uri().authority() {
        return is_loopback_name(authority.host());
    }
    let mut values = request.headers().get_all(HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    Authority::try_from(value.as_bytes()).is_ok_and(|authority| is_loopback_name(authority.host()))
}

/// Whether a host, without port, is `localhost`, a name under it, or a loopback address (IPv6 in brackets or not).
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let name = bare.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_are_told_from_others() {
        for name in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in
            ["", "example.com", "localhost.example.com", "127.0.0.1.nip.io", "10.0.0.1", "[::2]", "0.0.0.0"]
        {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
