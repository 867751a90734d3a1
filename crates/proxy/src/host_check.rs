//! The check of the `Host` header that protects a loopback server against DNS rebinding.
//!
//! A web page can resolve its own host name to 127.0.0.1; the browser then treats the proxy as the page's own origin. Such
//! a request still carries the page's host name.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;
use http::uri::Authority;

use crate::access::Access;
use crate::endpoint::is_loopback_name;
use crate::proxy_error::ProxyError;

/// Middleware: with [`Access::Loopback`], rejects requests that do not name a loopback host.
pub async fn require_loopback_host(State(access): State<Access>, request: Request, next: Next) -> Response {
    if !matches!(access, Access::Loopback) || names_loopback(&request) {
        next.run(request).await
    } else {
        ProxyError::host_not_loopback().into_response()
    }
}

fn names_loopback(request: &Request) -> bool {
    // An absolute-form request target overrides the header (RFC 9112).
    if let Some(authority) = request.uri().authority() {
        return is_loopback_name(authority.host());
    }
    let mut values = request.headers().get_all(HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    Authority::try_from(value.as_bytes()).is_ok_and(|authority| is_loopback_name(authority.host()))
}
