//! The target of a request, and how it is sent.

use yew::AttrValue;

use super::host::{Fetcher, RequestHeaders};
use super::subject::{Batch, Subject};
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

/// The target of a request, and how it is sent. Watchers with equal targets share their requests, unless a function of the host
/// takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<S = Batch> {
    /// The URL of the proxy, absolute or relative to the document.
    pub endpoint: AttrValue,
    /// The subject: by default a batch, by its ID.
    pub subject: S,
    /// The HTTP method.
    pub method: Method,
    /// Whether cookies are sent.
    pub credentials: Credentials,
    /// JSON Pointer to the response in an envelope; `/data` is detected without it.
    pub body_pointer: Option<AttrValue>,
    /// Whether account IDs in contents and errors are masked.
    pub accounts: Accounts,
    /// Headers of the host.
    pub headers: RequestHeaders,
    /// The host's client, called instead of requesting the endpoint.
    pub fetcher: Option<Fetcher>,
}

/// A request as it is sent, whatever its subject.
pub(super) struct Asked {
    /// The name of the API's operation.
    pub(super) operation: &'static str,
    /// The parameters, by the API's names.
    pub(super) parameters: Vec<(&'static str, String)>,
}

impl<S> Target<S> {
    /// Returns the target with the defaults: a GET request, with cookies for the page's own origin only.
    pub fn new(endpoint: impl Into<AttrValue>, subject: S) -> Self {
        Self {
            endpoint: endpoint.into(),
            subject,
            method: Method::default(),
            credentials: Credentials::default(),
            body_pointer: None,
            accounts: Accounts::Shown,
            headers: RequestHeaders::default(),
            fetcher: None,
        }
    }

    /// Whether a function of the host takes part in the request. It belongs to one widget, so the request is not shared.
    pub fn has_function(&self) -> bool {
        self.fetcher.is_some() || matches!(self.headers, RequestHeaders::Called(_))
    }

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

impl<S: Subject> Target<S> {
    /// Returns the request to send at `now_ms` (Unix milliseconds).
    pub(super) fn asked(&self, now_ms: u64) -> Target<Asked> {
        Target {
            endpoint: self.endpoint.clone(),
            subject: Asked { operation: S::OPERATION, parameters: self.subject.parameters(now_ms) },
            method: self.method,
            credentials: self.credentials,
            body_pointer: self.body_pointer.clone(),
            accounts: self.accounts,
            headers: self.headers.clone(),
            fetcher: self.fetcher.clone(),
        }
    }

    /// Whether both ask for the same data in the same way. Which function they call does not matter: hosts often make a new one
    /// for each render.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let headers = match (&self.headers, &other.headers) {
            (RequestHeaders::Called(_), RequestHeaders::Called(_)) => true,
            (headers, others) => headers == others,
        };
        headers
            && self.fetcher.is_some() == other.fetcher.is_some()
            && (&self.endpoint, &self.subject, &self.body_pointer)
                == (&other.endpoint, &other.subject, &other.body_pointer)
            && (self.method, self.credentials, self.accounts)
                == (other.method, other.credentials, other.accounts)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen::{JsCast, JsValue};

    use super::*;

    fn target() -> Target {
        Target::new("/api", Batch(Some("pcb-1".into())))
    }

    fn function(value: JsValue) -> js_sys::Function {
        value.unchecked_into()
    }

    #[test]
    fn another_function_asks_the_same_and_everything_else_asks_something_else() {
        let fixed = |value: &str| RequestHeaders::Fixed(vec![("a".to_owned(), value.to_owned())].into());
        let called = |value| RequestHeaders::Called(function(value));
        let targets = [
            target(),
            Target { endpoint: "/other".into(), ..target() },
            Target { subject: Batch(None), ..target() },
            Target { method: Method::Post, ..target() },
            Target { credentials: Credentials::Omit, ..target() },
            Target { body_pointer: Some("/data".into()), ..target() },
            Target { accounts: Accounts::Masked, ..target() },
            Target { headers: fixed("1"), ..target() },
            Target { headers: fixed("2"), ..target() },
            Target { headers: called(JsValue::NULL), ..target() },
            Target { fetcher: Some(Fetcher(function(JsValue::NULL))), ..target() },
        ];
        for (index, target) in targets.iter().enumerate() {
            for (other_index, other) in targets.iter().enumerate() {
                assert_eq!(target.asks_the_same(other), index == other_index, "{index} {other_index}");
            }
            assert_eq!(target.has_function(), index >= 9, "{index}");
        }
        let [.., headers, fetcher] = targets;
        assert!(headers.asks_the_same(&Target { headers: called(JsValue::TRUE), ..target() }));
        assert!(
            fetcher.asks_the_same(&Target { fetcher: Some(Fetcher(function(JsValue::TRUE))), ..target() })
        );
    }
}
