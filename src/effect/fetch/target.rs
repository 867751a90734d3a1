//! The target of a request, and how it is sent.

use yew::AttrValue;

use super::host::{Fetcher, RequestHeaders};
use crate::redact::Accounts;

/// The HTTP method of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`. This is the default.
    #[default]
    Get,
    /// `POST` with an empty body, as for the API itself.
    Post,
}

/// Whether cookies are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Only to the page's own origin. This is the default.
    #[default]
    SameOrigin,
    /// To every origin.
    Include,
    /// Never.
    Omit,
}

/// The target of a request, and how it is sent. Watchers with equal targets share their requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URL of the proxy, absolute or relative to the document.
    pub endpoint: AttrValue,
    /// The ID of the batch; without it the request has no BatchId.
    pub batch_id: Option<AttrValue>,
    /// The HTTP method.
    pub method: Method,
    /// Whether cookies are sent.
    pub credentials: Credentials,
    /// JSON Pointer to the response in an envelope; `/data` is detected without it.
    pub body_pointer: Option<AttrValue>,
    /// Whether account IDs in tasks and errors are masked.
    pub accounts: Accounts,
    /// Headers of the host.
    pub headers: RequestHeaders,
    /// The host's client, called instead of requesting the endpoint.
    pub fetcher: Option<Fetcher>,
}

impl Target {
    /// Returns the endpoint for error messages: without its query, which may hold a token, and without user name and
    /// password.
    pub(super) fn display(&self) -> &str {
        if self.fetcher.is_some() {
            return "the fetcher";
        }
        let (mut begin, mut end, mut slashes) = (0, 0, 0);
        for byte in self.endpoint.bytes() {
            match byte {
                b'?' | b'#' => break,
                b'/' => slashes += 1,
                // The third slash ends the host; a password can only be before it.
                b'@' if slashes < 3 => begin = end + 1,
                _ => {}
            }
            end += 1;
        }
        self.endpoint.get(begin..end).unwrap_or_default()
    }
}
