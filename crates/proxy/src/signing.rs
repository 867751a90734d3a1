//! The headers of a signed call of an RPC-style API.
//!
//! This module must not know which actions are called, or send anything.

use std::borrow::Cow;

use batch_task_acs3::{SignedRequest, canonical_query, format_date, sha256_hex};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderName, HeaderValue};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::credentials::lease::Credentials;

/// A call with an empty body, before it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The value of the `Host` header.
    pub host: &'a str,
    /// The name of the action.
    pub action: &'static str,
    /// The version of the action's API.
    pub version: &'static str,
    /// The decoded query pairs.
    pub query: &'a [(Cow<'a, str>, Cow<'a, str>)],
}

impl Call<'_> {
    /// Returns the path and query of the URL.
    #[must_use]
    pub fn target(&self) -> String {
        match canonical_query(self.query).as_str() {
            "" => "/".to_owned(),
            query => format!("/?{query}"),
        }
    }

    /// Returns the headers of one attempt, with a new nonce: the API rejects a repeated nonce as a replay. Returns `None` if
    /// the credentials contain characters that are not allowed in a header.
    #[must_use]
    pub fn sign(&self, credentials: &Credentials, now: OffsetDateTime) -> Option<HeaderMap> {
        self.sign_with(credentials, &format_date(now), &Uuid::new_v4().simple().to_string())
    }

    fn sign_with(&self, credentials: &Credentials, date: &str, nonce: &str) -> Option<HeaderMap> {
        let content_sha256 = sha256_hex(b"");
        let mut signed = vec![
            ("host", self.host),
            ("x-acs-action", self.action),
            ("x-acs-content-sha256", &content_sha256),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", nonce),
            ("x-acs-version", self.version),
        ];
        if let Some(token) = &credentials.security_token {
            signed.push(("x-acs-accesskey-id", &credentials.access_key_id));
            signed.push(("x-acs-security-token", token));
        }
        let request = SignedRequest {
            method: "POST",
            path: "/",
            query: self.query,
            headers: &signed,
            content_sha256: &content_sha256,
        };
        let authorization = request.authorization(&credentials.access_key_id, &credentials.access_key_secret);

        let mut headers = HeaderMap::new();
        // The HTTP client sets `host` from the URL.
        for (name, value) in
            signed.iter().filter(|(name, _)| *name != "host").chain([&("authorization", &*authorization)])
        {
            let mut value = HeaderValue::from_str(value).ok()?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
        }
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        debug_assert!(headers.contains_key(AUTHORIZATION));
        Some(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_request::Action;
    use crate::upstream::VERSION;

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials {
            access_key_id: "testAccessKeyId".into(),
            access_key_secret: "testAccessKeySecret".into(),
            security_token: token.map(Into::into),
        }
    }

    fn call<'a>(host: &'a str, query: &'a [(Cow<'a, str>, Cow<'a, str>)]) -> Call<'a> {
        Call { host, action: Action::DescribeBatchTask.name(), version: VERSION, query }
    }

    #[test]
    fn the_signature_matches_the_minimal_test_vector() {
        let query = [(Cow::from("BatchId"), Cow::from("pcb-0123456789"))];
        let call = call("polardb.aliyuncs.com", &query);
        let nonce = "0123456789abcdef0123456789abcdef";
        let headers = call.sign_with(&credentials(None), "2026-05-28T16:38:20Z", nonce).unwrap();
        let authorization = headers[AUTHORIZATION].to_str().unwrap();
        assert!(authorization.ends_with("c4c4e8606e357ade18d916a54a123065ba9aaea2c0d6cc33f388e175661dcdfe"));
        assert!(headers.iter().all(|(name, value)| value.is_sensitive() || name == ACCEPT));
        assert_eq!(call.target(), "/?BatchId=pcb-0123456789");
    }

    #[test]
    fn temporary_credentials_add_two_signed_headers() {
        let headers = call("h", &[]).sign_with(&credentials(Some("token")), "d", "n").unwrap();
        let authorization = headers[AUTHORIZATION].to_str().unwrap();
        assert!(
            authorization.contains(";x-acs-accesskey-id;")
                || authorization.contains("host;x-acs-accesskey-id;")
        );
        assert!(authorization.contains(";x-acs-security-token;"));
        assert_eq!(headers["x-acs-security-token"], "token");
        assert!(call("h", &[]).sign_with(&credentials(Some("line\nbreak")), "d", "n").is_none());
    }

    #[test]
    fn each_attempt_has_a_new_nonce() {
        let nonce = || {
            let now = OffsetDateTime::UNIX_EPOCH;
            call("h", &[]).sign(&credentials(None), now).unwrap()["x-acs-signature-nonce"].clone()
        };
        assert_ne!(nonce(), nonce());
    }
}
