//! Errors in bodies: those of the API, which the proxy's errors resemble, and those of envelopes.
//!
//! This module must not know the meaning of a Code.

use std::fmt;

use super::{object, scalar};

/// An error in a body. Missing fields are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// `Code`, such as `Throttling.User`; in an envelope, `code`.
    pub code: Box<str>,
    /// `Message`; in an envelope, `message`.
    pub message: Box<str>,
    /// `RequestId`; in an envelope, `requestId`. Support needs it to investigate.
    pub request_id: Box<str>,
    /// `Recommend`: a link about the error. It is not validated: check that it is http(s) before use.
    pub recommend: Box<str>,
    /// `AccessDeniedDetail` of a permission error.
    pub access_denied: Option<AccessDenied>,
}

/// `AccessDeniedDetail`: the denied action, the principal and the kind of policy. Missing fields are empty.
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
    /// `EncodedDiagnosticMessage`. Only the administrator of the account can decode it.
    pub encoded_diagnostic_message: Box<str>,
}

impl fmt::Display for ApiError {
    #[inline]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = if self.code.is_empty() { "an error without a code" } else { &self.code };
        write!(formatter, "the API returned {code}")?;
        if !self.message.is_empty() {
            write!(formatter, ": {}", self.message.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

/// The members of an object that identify an error.
pub(super) struct ErrorMembers<'a> {
    json: &'a str,
    code: Box<str>,
    request_id: Box<str>,
    envelope_code: Box<str>,
    envelope_message: Box<str>,
    envelope_request_id: Box<str>,
    is_unsuccessful: bool,
}

impl<'a> ErrorMembers<'a> {
    /// Reads the members of an object. Other JSON has none.
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
        let is_unsuccessful =
            [success, success_response].iter().any(|word| word.eq_ignore_ascii_case("false"));
        Self { json, code, request_id, envelope_code, envelope_message, envelope_request_id, is_unsuccessful }
    }

    /// Returns the error, if the object certainly is one: it has the API's `Code`, or is an envelope with `success: false`.
    #[inline]
    pub(super) fn stated(&self) -> Option<ApiError> {
        (self.is_unsuccessful || is_failure(&self.code)).then(|| self.to_api_error())
    }

    /// Returns the error, if the object has `code` and `message` of an envelope. That is an error only without a batch task.
    #[inline]
    pub(super) fn in_envelope(&self) -> Option<ApiError> {
        (!self.envelope_message.is_empty() && is_failure(&self.envelope_code)).then(|| self.to_api_error())
    }

    /// Returns the request ID, under either name.
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

/// Returns `first` if it is not empty, else `second`.
#[inline]
fn either(first: &str, second: &str) -> Box<str> {
    if first.is_empty() { second.into() } else { first.into() }
}

/// Returns whether a code is an error. Envelopes of successful responses have a code, too.
#[inline]
fn is_failure(code: &str) -> bool {
    let is_success = ["200", "0", "ok", "success"].iter().any(|word| code.eq_ignore_ascii_case(word));
    !code.is_empty() && !is_success
}
