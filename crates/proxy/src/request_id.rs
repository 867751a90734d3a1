//! The ID of a request, which is in its log lines, in the response, and in the body of the proxy's own errors.
//!
//! Also validates the IDs of other systems: those of trusted proxies, the trace context of a client, and the API's.

use std::future::Future;

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::client_address::Client;

/// The header with the request ID.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header with the trace context (W3C Trace Context, Level 1).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The maximum length of a request ID from another system.
const MAX_LEN: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The ID of a request: 1 to 64 characters of A-Z a-z 0-9 - _ .
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Returns a new ID, in the form of the API's RequestIds.
    #[must_use]
    pub fn random() -> Self {
        let id = Uuid::new_v4().to_string().to_uppercase();
        Self(HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("unknown")))
    }

    /// Returns the request ID of a trusted proxy, so that the logs of both can be correlated, or a new ID.
    #[must_use]
    pub fn of(headers: &HeaderMap, client: Client) -> Self {
        let given = headers.get(X_REQUEST_ID).filter(|_| client.via_trusted_proxy);
        given.filter(|id| is_id(id.as_bytes())).cloned().map_or_else(Self::random, Self)
    }

    /// Returns the ID of the request that the current task handles; a new one outside of [`RequestId::scope`].
    #[must_use]
    pub fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_else(|_| Self::random())
    }

    /// Runs the future that handles the request.
    pub async fn scope<T>(self, handler: impl Future<Output = T>) -> T {
        CURRENT.scope(self, handler).await
    }

    /// Returns the ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // All characters are ASCII.
        self.0.to_str().unwrap_or_default()
    }

    /// Returns the ID as the value of a header.
    #[must_use]
    pub fn into_header(self) -> HeaderValue {
        self.0
    }
}

/// Returns whether an ID of another system may be logged and sent: it has 1 to 64 characters of A-Z a-z 0-9 - _ .
pub(crate) fn is_id(id: &[u8]) -> bool {
    (1..=MAX_LEN).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// Returns the trace context of a request, if it has exactly one that is valid.
#[must_use]
pub fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    is_traceparent(value).then_some(value)
}

/// Returns whether a text is a version, a trace ID, a parent ID and flags, of which no ID consists of zeros. A version after
/// 00 may have further parts, which could contain anything and are therefore not accepted.
fn is_traceparent(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [version, trace_id, parent_id, flags] = parts.as_slice() else { return false };
    let is_hex = |part: &str, len| {
        part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_zero = |part: &str| part.bytes().all(|byte| byte == b'0');
    is_hex(version, 2)
        && *version != "ff"
        && is_hex(trace_id, 32)
        && !is_zero(trace_id)
        && is_hex(parent_id, 16)
        && !is_zero(parent_id)
        && is_hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_short_and_has_no_special_characters() {
        for good in ["a", "8f14e45f-ceea-467f_9.x", &"a".repeat(64)] {
            assert!(is_id(good.as_bytes()), "{good}");
        }
        for bad in ["", "a b", "a\tb", "a\"b", "a;b", "批", &"a".repeat(65)] {
            assert!(!is_id(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn only_a_valid_trace_context_is_accepted() {
        const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
        const PARENT: &str = "b7ad6b7169203331";
        for (values, expected) in [
            (vec![format!("00-{TRACE}-{PARENT}-01")], true),
            (vec![format!("cc-{TRACE}-{PARENT}-00")], true),
            (vec![format!("cc-{TRACE}-{PARENT}-00-more")], false),
            (vec![format!("ff-{TRACE}-{PARENT}-00")], false),
            (vec![format!("00-{}-{PARENT}-01", "0".repeat(32))], false),
            (vec![format!("00-{TRACE}-{}-01", "0".repeat(16))], false),
            (vec![format!("00-{}-{PARENT}-01", TRACE.to_uppercase())], false),
            (vec![format!("00-{TRACE}0-{PARENT}-01")], false),
            (vec![format!("00-{TRACE}-{PARENT}-1")], false),
            (vec![format!("00-{TRACE}-{PARENT}")], false),
            (vec![format!("00-{TRACE}-{PARENT}-01 x=\"y\"")], false),
            (vec![String::new()], false),
            (vec![format!("00-{TRACE}-{PARENT}-01"), format!("00-{TRACE}-{PARENT}-01")], false),
            (vec![], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append(TRACEPARENT, value.parse().unwrap());
            }
            let accepted = traceparent(&headers);
            assert_eq!(accepted, values.first().map(String::as_str).filter(|_| expected), "{values:?}");
        }
    }

    #[tokio::test]
    async fn the_current_id_is_that_of_the_request() {
        let id = RequestId::random();
        assert_eq!(id.clone().scope(async { RequestId::current() }).await, id);
        assert_ne!(RequestId::current(), id);
    }
}
