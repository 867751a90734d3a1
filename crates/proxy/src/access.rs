//! Who may ask: everybody on this machine, holders of a token, or whoever the sign-in in front lets through.
//!
//! Owns the check of `Authorization` and of `Host`, by which one of the three is kept. Must not know what is asked.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::problem::Problem;
use crate::tokens::Tokens;

/// Who may ask about batches and read the metrics.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// Programs on this machine, who reach a loopback address and call it by its name.
    #[default]
    Loopback,
    /// Whoever sends one of the tokens.
    Tokens(Tokens),
    /// Everybody: something in front does the sign-in.
    Open,
}

impl Access {
    /// Whether an answer may be kept by a cache that serves several clients.
    #[must_use]
    pub fn is_shareable(&self) -> bool {
        !matches!(self, Self::Tokens(_))
    }
}

/// Passes a request on if it carries a token, should tokens be asked for.
pub async fn require_token(State(access): State<Access>, request: Request, next: Next) -> Response {
    let admitted = match &access {
        Access::Loopback | Access::Open => true,
        Access::Tokens(tokens) => bearer(request.headers()).is_some_and(|token| tokens.admit(token)),
    };
    if admitted { next.run(request).await } else { Problem::unauthorized().into_response() }
}

/// The token of the one `Authorization` header; with two of them, who is asked cannot know which is meant.
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
    fn only_one_bearer_token_is_one() {
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
