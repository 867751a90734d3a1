//! The shape of an error: the API's, which is also the proxy's, and an envelope's.
//!
//! It owns the names of an error's fields and what makes an object an error. What a Code means it must not know.

use std::fmt;

use super::{object, scalar};

/// An error as a body tells it. Fields that the body lacks are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// `Code`, such as `Throttling.User`; in an envelope, `code`.
    pub code: Box<str>,
    /// `Message`; in an envelope, `message`.
    pub message: Box<str>,
    /// `RequestId`; in an envelope, `requestId`. What support asks for.
    pub request_id: Box<str>,
    /// `Recommend`: a link about the error, as it came. It may be anything: check that it is http(s).
    pub recommend: Box<str>,
    /// `AccessDeniedDetail`, which permission errors have.
    pub access_denied: Option<AccessDenied>,
}

/// `AccessDeniedDetail`: who was refused what, and by which kind of policy. Fields that the body lacks are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDenied {
    /// `AuthAction`, such as `polardb:DescribeBatchTask`.
    pub auth_action: Box<str>,
    /// `AuthPrincipalType`, such as `SubUser`.
    pub auth_principal_type: Box<str>,
    /// `NoPermissionType`, such as `ImplicitDeny`.
    pub no_permission_type: Box<str>,
    /// `PolicyType`, such as `AccountLevelIdentityBasedPolicy`.
    pub policy_type: Box<str>,
    /// `EncodedDiagnosticMessage`, which only the account's administrator can decode.
    pub encoded_diagnostic_message: Box<str>,
}

impl fmt::Display for ApiError {
    #[inline]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = if self.code.is_empty() { "an error without a code" } else { &self.code };
        write!(formatter, "the API answered {code}")?;
        if !self.message.is_empty() {
            write!(formatter, ": {}", self.message.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

/// The members of an object that say whether, and how, it is an error.
pub(super) struct ErrorMembers<'a> {
    json: &'a str,
    code: Box<str>,
    request_id: Box<str>,
    envelope_code: Box<str>,
    envelope_message: Box<str>,
    envelope_request_id: Box<str>,
    is_denied: bool,
}

impl<'a> ErrorMembers<'a> {
    /// Reads them from an object; anything else has none.
    #[inline]
    pub(super) fn of(json: &'a str) -> Self {
        let names = ["Code", "RequestId", "code", "message", "requestId", "success", "successResponse"];
        let [
            code,
            request_id,
            envelope_code,
            envelope_message,
            envelope_request_id,
            success,
            success_response,
        ] = object::members(json, names).map(scalar::text);
        let is_denied = [success, success_response].iter().any(|word| word.eq_ignore_ascii_case("false"));
        Self { json, code, request_id, envelope_code, envelope_message, envelope_request_id, is_denied }
    }

    /// The error, if the object says without doubt that it is one: by the API's `Code`, or as an envelope that denies
    /// its success.
    #[inline]
    pub(super) fn stated(&self) -> Option<ApiError> {
        (self.is_denied || is_failure(&self.code)).then(|| self.to_api_error())
    }

    /// The error, if the object has an envelope's `code` and `message`. That is an error only where there is no data.
    #[inline]
    pub(super) fn in_envelope(&self) -> Option<ApiError> {
        (!self.envelope_message.is_empty() && is_failure(&self.envelope_code)).then(|| self.to_api_error())
    }

    /// The id of the request, under either name.
    #[inline]
    pub(super) fn request_id(&self) -> Box<str> {
        either(&self.request_id, &self.envelope_request_id)
    }

    #[inline]
    fn to_api_error(&self) -> ApiError {
        let [message, recommend, detail] =
            object::members(self.json, ["Message", "Recommend", "AccessDeniedDetail"]);
        ApiError {
            code: either(&self.code, &self.envelope_code),
            message: either(&scalar::text(message), &self.envelope_message),
            request_id: self.request_id(),
            recommend: scalar::text(recommend),
            access_denied: detail.filter(|detail| detail.starts_with('{')).map(access_denied),
        }
    }
}

#[inline]
fn access_denied(json: &str) -> AccessDenied {
    let names =
        ["AuthAction", "AuthPrincipalType", "NoPermissionType", "PolicyType", "EncodedDiagnosticMessage"];
    let [auth_action, auth_principal_type, no_permission_type, policy_type, encoded_diagnostic_message] =
        object::members(json, names).map(scalar::text);
    AccessDenied {
        auth_action,
        auth_principal_type,
        no_permission_type,
        policy_type,
        encoded_diagnostic_message,
    }
}

/// The first of the two that is not empty.
#[inline]
fn either(first: &str, second: &str) -> Box<str> {
    if first.is_empty() { second.into() } else { first.into() }
}

/// Envelopes of successful answers carry a code, too.
#[inline]
fn is_failure(code: &str) -> bool {
    let is_success = ["200", "0", "ok", "success"].iter().any(|word| code.eq_ignore_ascii_case(word));
    !code.is_empty() && !is_success
}
