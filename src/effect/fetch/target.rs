//! What is asked for, and of whom.

use yew::AttrValue;

use super::host::{Fetcher, RequestHeaders};
use crate::redact::Accounts;

/// How the proxy is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`, the default.
    #[default]
    Get,
    /// `POST` with an empty body, as the API itself is asked.
    Post,
}

/// Whether cookies go with the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// To our own origin, the default.
    #[default]
    SameOrigin,
    /// To every origin.
    Include,
    /// Never.
    Omit,
}

/// What is asked for, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The proxy's URL, relative to the document or absolute.
    pub endpoint: AttrValue,
    /// The batch; the request is sent without one if there is none.
    pub batch_id: Option<AttrValue>,
    /// How it is asked.
    pub method: Method,
    /// Whether cookies go along.
    pub credentials: Credentials,
    /// JSON Pointer to the body in an envelope; `/data` is found without.
    pub body_pointer: Option<AttrValue>,
    /// Whether account ids are kept: in the task, and in an error.
    pub accounts: Accounts,
    /// What the host adds to the request.
    pub headers: RequestHeaders,
    /// The host's client, which then is all that is asked; the endpoint only names it.
    pub fetcher: Option<Fetcher>,
}

impl Target {
    /// The endpoint as it may be shown: without its query, which may hold a token, and from its host on if it has a password.
    pub(super) fn display(&self) -> &str {
        if self.fetcher.is_some() {
            return "the fetcher";
        }
        let (mut begin, mut end, mut slashes) = (0, 0, 0);
        for byte in self.endpoint.bytes() {
            match byte {
                b'?' | b'#' => break,
                b'/' => slashes += 1,
                // The third slash ends the host, and what is before it may hold a password.
                b'@' if slashes < 3 => begin = end + 1,
                _ => {}
            }
            end += 1;
        }
        self.endpoint.get(begin..end).unwrap_or_default()
    }
}
