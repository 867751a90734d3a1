//! The one error type: what went wrong, sorted by what can be done about it.
//!
//! It owns the classification of the API's error Codes and of HTTP statuses. It knows nothing of fetching, of time
//! or of how an error is drawn.

use std::fmt;

use crate::redact::Accounts;
use crate::wire::{ApiError, WireError};

/// The RAM action that the account behind the proxy must be allowed.
pub const REQUIRED_ACTION: &str = "polardb:DescribeBatchTask";

/// What kind of failure it was, which decides whether polling goes on and what the viewer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The request never got an answer: offline, refused, blocked by CORS.
    Network,
    /// No answer, or no further bytes of it, in time.
    Timeout,
    /// The API or the proxy asked for fewer requests.
    Throttled,
    /// The service failed (5xx, 408, 425); the same request may succeed later.
    Service,
    /// The body ended before it was whole.
    Truncated,
    /// The body is larger than the widget takes.
    TooLarge,
    /// The answer is not a `DescribeBatchTask` body: a login page, other JSON, broken JSON.
    Invalid,
    /// Whoever asks is not signed in.
    Unauthorized,
    /// The account may not call the action.
    Permission,
    /// The proxy's credentials, signature or clock are wrong.
    Setup,
    /// No batch has this id.
    NotFound,
    /// The request itself is wrong: no BatchId, a malformed one.
    Request,
    /// The URL is not that of the proxy's API.
    Endpoint,
    /// The widget was given options that it cannot use.
    Options,
    /// The widget went before the answer came; only a refresh that was under way is told.
    Aborted,
}

impl ErrorClass {
    /// Sorts by the API's Code first and by HTTP status second, as the API's own errors ask for: throttling, for
    /// one, comes as a 400.
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

    /// The name that events carry.
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

/// Why a fetch failed. Its `Display` is lower-case, names the URL's answer, and never holds a secret.
///
/// ```
/// use batch_task_widget::error::Error;
///
/// fn what_helps(error: &Error) -> &'static str {
///     match error {
///         error if error.is_throttled() => "fewer requests",
///         error if error.is_transient() => "patience",
///         error if error.is_permission() => "access",
///         _ => "another set-up",
///     }
/// }
///
/// let helps = [429, 503, 401, 404].map(|status| what_helps(&Error::from_status(status, "text/html")));
/// assert_eq!(helps, ["fewer requests", "patience", "access", "another set-up"]);
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
}

impl Error {
    /// An error of the given class, told in one lower-case sentence without a full stop.
    pub fn new(class: ErrorClass, message: impl Into<Box<str>>) -> Self {
        Self {
            class,
            code: "".into(),
            message: message.into(),
            status: None,
            request_id: "".into(),
            recommend: "".into(),
            required_action: None,
            retry_after_ms: None,
        }
    }

    /// An error that came in the API's own shape, with the HTTP status that carried it.
    ///
    /// An error body inside a 200 is sorted by its Code alone.
    pub fn from_api(api: ApiError, status: u16) -> Self {
        let class = ErrorClass::of(&api.code, status);
        let required_action = (class == ErrorClass::Permission).then(|| {
            let named =
                api.access_denied.map(|denied| denied.auth_action).filter(|action| !action.is_empty());
            named.unwrap_or_else(|| REQUIRED_ACTION.into())
        });
        Self {
            code: api.code,
            request_id: api.request_id,
            recommend: api.recommend,
            required_action,
            status: Some(status),
            ..Self::new(class, api.message)
        }
    }

    /// A body that could not be decoded, from an answer with this status and content type.
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

    /// A failed answer whose body is not in the API's shape.
    pub fn from_status(status: u16, content_type: &str) -> Self {
        let message = format!(
            "the response was HTTP {status} ({}), without an error Code",
            describe_type(content_type)
        );
        Self { status: Some(status), ..Self::new(ErrorClass::of("", status), message) }
    }

    /// The same error, not to be retried before so many milliseconds have passed.
    #[must_use]
    pub fn with_retry_after_ms(self, retry_after_ms: Option<u64>) -> Self {
        Self { retry_after_ms, ..self }
    }

    /// The same error, with the account ids in its texts masked, if they are to be.
    #[must_use]
    pub fn masked(mut self, accounts: Accounts) -> Self {
        accounts.mask(&mut self.message);
        accounts.mask(&mut self.recommend);
        self
    }

    /// What kind of failure it was.
    pub const fn class(&self) -> ErrorClass {
        self.class
    }

    /// The API's or the proxy's error Code, or empty.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the API said, or our own sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status, where there was an answer.
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// The id that support asks for, or empty.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The API's troubleshooting link, if it is one that can be followed: `http:` or `https:` only.
    pub fn recommend(&self) -> Option<&str> {
        let link = self.recommend.trim();
        let starts = |scheme: &str| link.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
        (starts("https://") || starts("http://")).then_some(link)
    }

    /// The RAM action that is missing, where that is the trouble.
    pub fn required_action(&self) -> Option<&str> {
        self.required_action.as_deref()
    }

    /// How long the server asked to be left alone, in milliseconds.
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after_ms
    }

    /// Whether the same request may succeed if it is simply made again.
    pub const fn is_transient(&self) -> bool {
        use ErrorClass::{Network, Service, Throttled, Timeout, Truncated};
        matches!(self.class, Network | Timeout | Throttled | Service | Truncated)
    }

    /// Whether the server asked for fewer requests.
    pub const fn is_throttled(&self) -> bool {
        matches!(self.class, ErrorClass::Throttled)
    }

    /// Whether someone must be given access: not signed in, or not allowed.
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
    fn only_the_classes_that_pass_by_themselves_are_transient() {
        let transient = ["network", "timeout", "throttled", "service", "truncated"];
        for (code, status) in
            [("Throttling.Api", 400), ("", 503), ("Forbidden.RAM", 403), ("", 404), ("", 200)]
        {
            let error = Error::from_api(api(code, ""), status);
            assert_eq!(error.is_transient(), transient.contains(&error.class().as_str()), "{code} {status}");
        }
    }

    #[test]
    fn a_recommend_link_is_followed_only_over_http() {
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
    fn a_denial_names_the_missing_action() {
        assert_eq!(Error::from_api(api("NoPermission", ""), 403).required_action(), Some(REQUIRED_ACTION));
        assert_eq!(Error::from_api(api("MissingBatchId", ""), 400).required_action(), None);
    }

    #[test]
    fn accounts_are_masked_where_that_is_asked_for() {
        let error = Error::new(ErrorClass::Permission, "user 1422133474238823 has no right");
        assert_eq!(error.clone().masked(Accounts::Masked).message(), "user … has no right");
        assert_eq!(error.clone().masked(Accounts::Shown), error);
    }

    #[test]
    fn a_bare_status_names_what_came() {
        let error = Error::from_status(502, "text/html; charset=utf-8");
        assert_eq!(error.to_string(), "the response was HTTP 502 (text/html), without an error Code");
        assert!(error.is_transient());
    }
}
