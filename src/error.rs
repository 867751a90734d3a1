//! The error type of the library, and the classification of API error Codes and HTTP statuses.

use std::fmt;

use crate::redact::Accounts;
use crate::wire::{ApiError, WireError};

/// The class of an error. It decides whether polling continues and which message the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// No response: offline, connection refused, or blocked by CORS.
    Network,
    /// No response, or no further data, within the timeout.
    Timeout,
    /// The API or the proxy limits the request rate.
    Throttled,
    /// The service failed (5xx, 408, 425); the same request may succeed later.
    Service,
    /// The body is incomplete.
    Truncated,
    /// The body exceeds a limit.
    TooLarge,
    /// The response is not a `DescribeBatchTask` body, but for example a login page or invalid JSON.
    Invalid,
    /// The viewer is not signed in.
    Unauthorized,
    /// The account lacks the permission.
    Permission,
    /// The proxy's credentials, signature or clock are wrong.
    Setup,
    /// There is no batch with this ID.
    NotFound,
    /// The request is wrong, for example without a valid BatchId.
    Request,
    /// The URL is not that of the proxy's API.
    Endpoint,
    /// The widget has invalid options.
    Options,
    /// The widget was removed before the response; only pending refreshes get this error.
    Aborted,
}

impl ErrorClass {
    /// Classifies by the API's Code first and by HTTP status second, since the API throttles, for example, with status 400.
    pub fn of(code: &str, status: u16) -> Self {
        match code {
            "Throttling" | "Proxy.TooManyRequests" => Self::Throttled,
            _ if code.starts_with("Throttling.") => Self::Throttled,
            "Proxy.UpstreamTimeout" => Self::Timeout,
            "ServiceUnavailable"
            | "InternalError"
            | "Proxy.UpstreamUnreachable"
            | "Proxy.UpstreamInvalid" => Self::Service,
            "InvalidAccessKeyId.NotFound"
            | "InvalidAccessKeyId.Inactive"
            | "SignatureDoesNotMatch"
            | "InvalidTimeStamp.Expired"
            | "InvalidTimeStamp.Format"
            | "SignatureNonceUsed"
            | "InvalidSecurityToken.Expired"
            | "Proxy.NoCredentials" => Self::Setup,
            "Forbidden.RAM" | "NoPermission" => Self::Permission,
            "Proxy.Unauthorized" => Self::Unauthorized,
            "Proxy.Forbidden" => Self::Permission,
            "InvalidBatchId.NotFound" => Self::NotFound,
            "MissingBatchId" | "InvalidParameter" | "Proxy.InvalidBatchId" => Self::Request,
            "InvalidAction.NotFound" | "InvalidApi.NotFound" => Self::Endpoint,
            _ => Self::of_status(code, status),
        }
    }

    fn of_status(code: &str, status: u16) -> Self {
        match status {
            429 => Self::Throttled,
            408 | 425 | 500..=599 => Self::Service,
            401 => Self::Unauthorized,
            403 => Self::Permission,
            413 => Self::TooLarge,
            404 if code.is_empty() => Self::Endpoint,
            400..=499 => Self::Request,
            _ => Self::Invalid,
        }
    }

    /// Returns the name used in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Throttled => "throttled",
            Self::Service => "service",
            Self::Truncated => "truncated",
            Self::TooLarge => "too-large",
            Self::Invalid => "invalid",
            Self::Unauthorized => "unauthorized",
            Self::Permission => "permission",
            Self::Setup => "setup",
            Self::NotFound => "not-found",
            Self::Request => "request",
            Self::Endpoint => "endpoint",
            Self::Options => "options",
            Self::Aborted => "aborted",
        }
    }
}

/// The error of a failed request. Its `Display` is a lower-case clause that names what was received, and never holds a secret.
///
/// ```
/// use batch_task_widget::error::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         error if error.is_throttled() => "poll less often",
///         error if error.is_transient() => "wait",
///         error if error.is_permission() => "request access",
///         _ => "check the configuration",
///     }
/// }
///
/// let advice = [429, 503, 401, 404].map(|status| advice(&Error::from_status(status, "text/html")));
/// assert_eq!(advice, ["poll less often", "wait", "request access", "check the configuration"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    class: ErrorClass,
    code: Box<str>,
    message: Box<str>,
    status: Option<u16>,
    request_id: Box<str>,
    recommend: Box<str>,
    required_action: Option<Box<str>>,
    retry_after_ms: Option<u64>,
    is_html: bool,
    needs_local_network: bool,
}

impl Error {
    /// Creates an error of the given class. The message is a lower-case clause without a full stop.
    pub fn new(class: ErrorClass, message: impl Into<Box<str>>) -> Self {
        Self::with_message(class, message.into())
    }

    fn with_message(class: ErrorClass, message: Box<str>) -> Self {
        Self {
            class,
            code: "".into(),
            message,
            status: None,
            request_id: "".into(),
            recommend: "".into(),
            required_action: None,
            retry_after_ms: None,
            is_html: false,
            needs_local_network: false,
        }
    }

    /// Creates an error from an API error body and the HTTP status of the response.
    ///
    /// An error body in a 200 response is classified by its Code alone.
    pub fn from_api(api: ApiError, status: u16) -> Self {
        let class = ErrorClass::of(&api.code, status);
        let required_action = api.access_denied.map(|denied| denied.auth_action);
        let required_action =
            required_action.filter(|action| class == ErrorClass::Permission && !action.is_empty());
        Self {
            code: api.code,
            request_id: api.request_id,
            recommend: api.recommend,
            required_action,
            status: Some(status),
            ..Self::new(class, api.message)
        }
    }

    /// Returns the error of a request for this operation of the API. If the permission for it is missing and the API has not named
    /// that, it is that of the operation, such as `polardb:DescribeBatchTask`.
    #[must_use]
    pub fn of_operation(self, operation: &str) -> Self {
        let is_named = self.required_action.is_some() || self.code.is_empty();
        if self.class != ErrorClass::Permission || is_named {
            return self;
        }
        Self { required_action: Some(format!("polardb:{operation}").into()), ..self }
    }

    /// Creates an error for a body that could not be decoded.
    pub fn from_wire(error: WireError, status: u16, content_type: &str) -> Self {
        let class = match &error {
            WireError::Truncated { .. } => ErrorClass::Truncated,
            WireError::BadPointer { .. } => ErrorClass::Options,
            _ => ErrorClass::Invalid,
        };
        match error {
            WireError::Api(api) => Self::from_api(*api, status),
            other => Self {
                status: Some(status),
                ..Self::new(class, format!("{other} (HTTP {status}, {})", describe_type(content_type)))
            },
        }
    }

    /// Creates an error for a failed response whose body is not an API error.
    pub fn from_status(status: u16, content_type: &str) -> Self {
        let message = format!(
            "the response was HTTP {status} ({}), without an error Code",
            describe_type(content_type)
        );
        let is_html = describe_type(content_type).contains("html");
        Self { status: Some(status), is_html, ..Self::new(ErrorClass::of("", status), message) }
    }

    /// Returns the error with the HTTP status of the response.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Returns the error with a minimum wait before the next request, in milliseconds.
    #[must_use]
    pub fn with_retry_after_ms(self, retry_after_ms: Option<u64>) -> Self {
        Self { retry_after_ms, ..self }
    }

    /// Returns the error, with the note that the request may need the browser's permission for local network access.
    #[must_use]
    pub fn with_local_network(self, needs_local_network: bool) -> Self {
        Self { needs_local_network, ..self }
    }

    /// Returns the error with the account IDs in its texts masked, if `accounts` says so.
    #[must_use]
    pub fn masked(mut self, accounts: Accounts) -> Self {
        accounts.mask(&mut self.message);
        accounts.mask(&mut self.recommend);
        self
    }

    /// Returns the class of the error.
    pub const fn class(&self) -> ErrorClass {
        self.class
    }

    /// Returns the error Code of the API or the proxy; may be empty.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns the message of the API, or of this library.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the HTTP status, if there was a response.
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the RequestId for support; may be empty.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the API's troubleshooting link, if it starts with `http:` or `https:`.
    pub fn recommend(&self) -> Option<&str> {
        let link = self.recommend.trim();
        let starts = |scheme: &str| link.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
        (starts("https://") || starts("http://")).then_some(link)
    }

    /// Returns the missing RAM permission, if that is the reason.
    pub fn required_action(&self) -> Option<&str> {
        self.required_action.as_deref()
    }

    /// Returns how long the server asks to wait before the next request, in milliseconds.
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after_ms
    }

    /// Whether the same request may succeed later.
    pub const fn is_transient(&self) -> bool {
        use ErrorClass::{Network, Service, Throttled, Timeout, Truncated};
        matches!(self.class, Network | Timeout | Throttled | Service | Truncated)
    }

    /// Whether the response came from something in front of the API, and not from the API: a sign-in server, a gateway, a
    /// server whose files are being replaced. It has no Code of the API. The cause may go away by itself, but not soon.
    pub fn is_retried_slowly(&self) -> bool {
        use ErrorClass::{Endpoint, Invalid, Unauthorized};
        match &*self.code {
            "" => {
                !self.is_transient()
                    && (self.is_html || matches!(self.class, Unauthorized | Invalid | Endpoint))
            }
            code => code == "Proxy.Unauthorized",
        }
    }

    /// Whether there was no response and the request may have needed the browser's permission for local network access: the
    /// page is public, and the endpoint is on the viewer's computer or in a private network.
    pub const fn needs_local_network(&self) -> bool {
        self.needs_local_network && matches!(self.class, ErrorClass::Network | ErrorClass::Timeout)
    }

    /// Whether the request was redirected to another origin, where the viewer probably has to sign in. A reload of the page
    /// follows such a redirect.
    pub const fn is_redirect_to_sign_in(&self) -> bool {
        matches!(self.class, ErrorClass::Unauthorized) && self.status.is_none()
    }

    /// Whether the server limits the request rate.
    pub const fn is_throttled(&self) -> bool {
        matches!(self.class, ErrorClass::Throttled)
    }

    /// Whether the viewer is not signed in, or the account lacks the permission.
    pub const fn is_permission(&self) -> bool {
        matches!(self.class, ErrorClass::Permission | ErrorClass::Unauthorized)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.code.is_empty() {
            write!(f, "{}: ", self.code)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn describe_type(content_type: &str) -> &str {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.is_empty() { "no content type" } else { essence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: &str, recommend: &str) -> ApiError {
        ApiError {
            code: code.into(),
            message: "m".into(),
            request_id: "r".into(),
            recommend: recommend.into(),
            access_denied: None,
        }
    }

    #[test]
    fn code_decides_before_status() {
        use ErrorClass::*;
        let table = [
            ("Throttling.User", 400, Throttled),
            ("Throttling", 503, Throttled),
            ("ThrottlingX", 400, Request),
            ("InvalidAccessKeyId.NotFound", 404, Setup),
            ("SignatureDoesNotMatch", 403, Setup),
            ("Proxy.NoCredentials", 503, Setup),
            ("Forbidden.RAM", 403, Permission),
            ("InvalidBatchId.NotFound", 404, NotFound),
            ("MissingBatchId", 400, Request),
            ("InvalidAction.NotFound", 404, Endpoint),
            ("Proxy.UpstreamTimeout", 504, Timeout),
            ("Proxy.UpstreamInvalid", 502, Service),
            ("Brand.New", 400, Request),
            ("Brand.New", 500, Service),
            ("", 404, Endpoint),
            ("", 401, Unauthorized),
            ("", 408, Service),
            ("", 425, Service),
            ("", 429, Throttled),
            ("", 502, Service),
            ("", 410, Request),
            ("", 200, Invalid),
        ];
        for (code, status, class) in table {
            assert_eq!(ErrorClass::of(code, status), class, "{code} {status}");
        }
    }

    #[test]
    fn only_temporary_errors_are_transient() {
        let transient = ["network", "timeout", "throttled", "service", "truncated"];
        for (code, status) in
            [("Throttling.Api", 400), ("", 503), ("Forbidden.RAM", 403), ("", 404), ("", 200)]
        {
            let error = Error::from_api(api(code, ""), status);
            assert_eq!(error.is_transient(), transient.contains(&error.class().as_str()), "{code} {status}");
        }
    }

    #[test]
    fn errors_from_in_front_of_the_api_may_pass_and_those_with_its_code_do_not() {
        let html = "text/html; charset=utf-8";
        for (code, status, content_type, is_retried_slowly) in [
            ("", 401, html, true),
            ("", 401, "application/json", true),
            ("", 404, "text/plain", true),
            ("", 403, html, true),
            ("", 403, "application/json", false),
            ("", 410, "application/json", false),
            ("", 200, html, true),
            ("", 304, "", true),
            ("", 502, html, false),
            ("Proxy.Unauthorized", 401, "", true),
            ("Proxy.Forbidden", 403, "", false),
            ("InvalidAccessKeyId.NotFound", 401, "", false),
            ("Brand.New", 401, "", false),
            ("InvalidBatchId.NotFound", 404, "", false),
        ] {
            let error = match code {
                "" => Error::from_status(status, content_type),
                code => Error::from_api(api(code, ""), status),
            };
            assert_eq!(error.is_retried_slowly(), is_retried_slowly, "{code} {status} {content_type}");
        }
        assert!(Error::from_wire(WireError::Html { begins: "<html>".into() }, 200, html).is_retried_slowly());
        assert!(
            !Error::from_wire(WireError::BadPointer { pointer: "x".into() }, 200, html).is_retried_slowly()
        );
        assert!(!Error::new(ErrorClass::Network, "no response").is_retried_slowly(), "this is retried soon");
    }

    #[test]
    fn only_http_troubleshooting_links_are_used() {
        for (link, expected) in [
            ("https://api.aliyun.com/troubleshoot?q=1", Some("https://api.aliyun.com/troubleshoot?q=1")),
            ("HTTP://example.com/", Some("HTTP://example.com/")),
            ("javascript:alert(1)", None),
            ("//evil.example/", None),
            ("", None),
        ] {
            assert_eq!(Error::from_api(api("NoPermission", link), 403).recommend(), expected);
        }
    }

    #[test]
    fn a_permission_error_names_the_missing_action() {
        for (code, status, expected) in [
            ("NoPermission", 403, Some("polardb:DescribeBatchTasks")),
            ("MissingBatchId", 400, None),
            // A gateway's, not the API's.
            ("", 403, None),
        ] {
            let error = Error::from_api(api(code, ""), status).of_operation("DescribeBatchTasks");
            assert_eq!(error.required_action(), expected, "{code}");
        }
    }

    #[test]
    fn account_ids_are_masked_on_request() {
        let error = Error::new(ErrorClass::Permission, "user 1422133474238823 has no right");
        assert_eq!(error.clone().masked(Accounts::Masked).message(), "user … has no right");
        assert_eq!(error.clone().masked(Accounts::Shown), error);
    }

    #[test]
    fn an_error_without_a_code_names_status_and_type() {
        let error = Error::from_status(502, "text/html; charset=utf-8");
        assert_eq!(error.to_string(), "the response was HTTP 502 (text/html), without an error Code");
        assert!(error.is_transient());
    }
}
