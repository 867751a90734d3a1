//! The headers that every response carries, whatever it is.
//!
//! Owns the content security policy, and what may be put into it. Must not know routes.

use std::str::FromStr;

use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

/// Who may show the page in a frame: `'none'`, or `'self'` and origins, as the directive `frame-ancestors` has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameAncestors(String);

impl Default for FrameAncestors {
    fn default() -> Self {
        Self("'none'".to_owned())
    }
}

impl FromStr for FrameAncestors {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sources: Vec<_> = text.split_ascii_whitespace().collect();
        let none = sources == ["'none'"];
        if none || !sources.is_empty() && sources.iter().all(|s| *s == "'self'" || is_origin(s)) {
            return Ok(Self(sources.join(" ")));
        }
        Err("'none' is expected, or 'self' and origins such as https://console.example or https://*.example, with \
             spaces between them"
            .to_owned())
    }
}

/// Whether a source is an origin in the policy's grammar. What could end the directive, such as `;`, is part of none,
/// and a lone `*`, which lets everybody in, names no origin.
pub(crate) fn is_origin(source: &str) -> bool {
    let Some(rest) = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://")) else {
        return false;
    };
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.strip_prefix("*.").unwrap_or(host).split('.').all(label)
        && port.is_none_or(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
        })
}

/// The policy that the page, and every page that embeds the element, can run under.
///
/// # Errors
/// None in practice: [`FrameAncestors`] holds only what a header can carry.
pub fn policy(FrameAncestors(ancestors): &FrameAncestors) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'"
    ))
}

/// Adds the headers to a response.
#[must_use]
pub fn add_headers(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_get_into_the_policy() {
        for (good, written) in [
            ("'none'", "'none'"),
            ("'self'", "'self'"),
            (" 'self'  https://a.example:8443 ", "'self' https://a.example:8443"),
            ("https://*.example http://localhost:3000", "https://*.example http://localhost:3000"),
        ] {
            let ancestors = good.parse().unwrap();
            let policy = policy(&ancestors).unwrap();
            let directive = format!("; frame-ancestors {written}; require-trusted-types-for 'script'");
            assert!(policy.to_str().unwrap().ends_with(&directive), "{good}");
        }
        for bad in [
            "",
            " ",
            "none",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://*.",
            "https://a.example/",
            "https://a.example:",
            "https://a.example:0",
            "https://a.example:+1",
            "https://a.example; script-src *",
            "https://a.example,https://b.example",
            "https://a.example\r\nx: y;",
            "'none' 'self'",
            "'unsafe-inline'",
            "javascript:alert(1)",
            "https://user@a.example",
        ] {
            bad.parse::<FrameAncestors>().unwrap_err();
        }
    }
}
