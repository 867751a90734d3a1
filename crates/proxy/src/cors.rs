//! Which pages on other origins may read answers (CORS).
//!
//! Origins are named exactly: they may send a viewer's credentials, which no wildcard may. Must not know routes.

use std::str::FromStr;
use std::time::Duration;

use http::header::{AGE, ETAG, ORIGIN, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::answer::X_ACS_RETRY_AFTER;
use crate::security::is_origin;

/// How long a browser may go without asking again; Chromium's own limit.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(7200);

/// What the widget reads of a response beside its body.
const EXPOSED: [HeaderName; 5] =
    [ETAG, AGE, HeaderName::from_static("cache-status"), RETRY_AFTER, X_ACS_RETRY_AFTER];

/// A web origin as browsers write it: scheme, host, and the port unless it is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(HeaderValue);

impl FromStr for WebOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let default_port = (text.starts_with("https:") && text.ends_with(":443"))
            || (text.starts_with("http:") && text.ends_with(":80"));
        let as_browsers_write_it =
            is_origin(text) && !text.contains('*') && !default_port && text.to_ascii_lowercase() == text;
        HeaderValue::from_str(text).ok().filter(|_| as_browsers_write_it).map(Self).ok_or_else(|| {
            "an origin as browsers write it is expected, such as https://console.example or \
             http://localhost:3000: no path, no wildcard, lower case, no port that the scheme implies"
                .to_owned()
        })
    }
}

/// Lets pages of these origins read answers, with credentials; `None` without origins.
#[must_use]
pub fn layer(origins: &[WebOrigin]) -> Option<CorsLayer> {
    let origins: Vec<_> = origins.iter().map(|WebOrigin(origin)| origin.clone()).collect();
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_credentials(true)
            .allow_methods([Method::GET, Method::POST])
            // What a named origin sends beyond what is read here is for the sign-in in front, which may need any.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(EXPOSED)
            .max_age(PREFLIGHT_MAX_AGE)
            .vary([ORIGIN])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for good in ["https://console.example", "http://localhost:3000", "https://a.b-c.example:8443"] {
            good.parse::<WebOrigin>().unwrap();
        }
        for bad in [
            "",
            "*",
            "null",
            "console.example",
            "https://console.example/",
            "https://Console.example",
            "https://*.example",
            "https://console.example:443",
            "http://console.example:80",
            "https://a.example,https://b.example",
            "https://user@console.example",
            "file://",
        ] {
            bad.parse::<WebOrigin>().unwrap_err();
        }
    }
}
