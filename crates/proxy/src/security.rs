//! Security headers of every response: the content security policy, and the validation of `--frame-ancestors`.

use std::str::FromStr;

use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

/// The origins that may show the page in a frame, in the syntax of the directive `frame-ancestors`.
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
        Err("must be 'none', or a space-separated list of 'self' and origins such as https://console.example or \
             https://*.example"
            .to_owned())
    }
}

/// Returns whether `source` is an origin in the grammar of the policy. Characters that could end the directive, such as
/// `;`, are not valid, nor is a single `*`.
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

/// Returns the content security policy.
///
/// # Errors
/// None in practice: [`FrameAncestors`] contains only characters that are allowed in a header.
pub fn policy(FrameAncestors(ancestors): &FrameAncestors) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'"
    ))
}

/// Adds the security headers to a response.
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
    fn only_origins_are_accepted_for_the_policy() {
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
