//! CORS: the origins whose pages may read responses.
//!
//! Origins are exact, because CORS does not allow credentials together with a wildcard.

use std::str::FromStr;
use std::time::Duration;

use http::header::{AGE, DATE, ETAG, ORIGIN, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::forwarded_response::X_ACS_RETRY_AFTER;
use crate::security::is_origin;

/// How long a browser may cache a preflight response. Chromium's upper limit.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(7200);

/// The response headers that the widget reads.
const EXPOSED: [HeaderName; 6] =
    [ETAG, AGE, DATE, HeaderName::from_static("cache-status"), RETRY_AFTER, X_ACS_RETRY_AFTER];

/// A web origin as browsers serialise it: scheme, host, and the port unless it is the scheme's default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(HeaderValue);

impl FromStr for WebOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let default_port = (text.starts_with("https:") && text.ends_with(":443"))
            || (text.starts_with("http:") && text.ends_with(":80"));
        let is_serialised =
            is_origin(text) && !text.contains('*') && !default_port && text.to_ascii_lowercase() == text;
        HeaderValue::from_str(text).ok().filter(|_| is_serialised).map(Self).ok_or_else(|| {
            "must be an origin, such as https://console.example or http://localhost:3000: lower case, without a path, a \
             wildcard or the scheme's default port"
                .to_owned()
        })
    }
}

/// Returns the CORS layer for these origins; `None` if there are none.
#[must_use]
pub fn layer(origins: &[WebOrigin]) -> Option<CorsLayer> {
    let origins: Vec<_> = origins.iter().map(|WebOrigin(origin)| origin.clone()).collect();
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_credentials(true)
            .allow_methods([Method::GET, Method::POST])
            // A sign-in server in front of the proxy may require any header.
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
    fn an_origin_has_the_serialised_form() {
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
