//! Authentication of clients: loopback only, bearer tokens, or by a server in front of the proxy.
//!
//! This module must not know what a client requests.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::proxy_error::ProxyError;
use crate::tokens::Tokens;

/// Who may use the API route and read the metrics.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// Programs on this machine, including a server that authenticates clients: the proxy listens on loopback, and requests
    /// must name a loopback host.
    #[default]
    Loopback,
    /// Clients that send one of the tokens.
    Tokens(Tokens),
    /// Everyone who can reach the address. A server in front of the proxy authenticates clients.
    Open,
}

/// Middleware: with [`Access::Tokens`], rejects requests without a valid token.
pub async fn require_token(State(access): State<Access>, request: Request, next: Next) -> Response {
    let is_authorized = match &access {
        Access::Loopback | Access::Open => true,
        Access::Tokens(tokens) => bearer(request.headers()).is_some_and(|token| tokens.contains(token)),
    };
    if is_authorized { next.run(request).await } else { ProxyError::unauthorized().into_response() }
}

/// Returns the bearer token. A request with two `Authorization` headers has none, because it is ambiguous.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_read_from_a_single_header() {
        for (values, expected) in [
            (&["Bearer abc"][..], Some("abc")),
            (&["bearer  abc "], Some("abc")),
            (&["BEARER a b"], Some("a b")),
            (&["Basic abc"], None),
            (&["Bearer"], None),
            (&["Bearerabc"], None),
            (&["abc"], None),
            (&[""], None),
            (&[], None),
            (&["Bearer abc", "Bearer abc"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(bearer(&headers), expected.map(str::as_bytes), "{values:?}");
        }
    }
}
