//! The shape of an error: the API's, which is also the proxy's, and an envelope's.
//!
//! It owns the names of an error's fields and what makes an object an error. What a Code means it must not know.

use std::fmt;

use serde_json::value::RawValue;

use super::object::{self, Members, Slot};
use super::scalar;

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
#[derive(Default)]
pub(super) struct ErrorMembers<'a> {
    code: Option<&'a RawValue>,
    message: Option<&'a RawValue>,
    request_id: Option<&'a RawValue>,
    recommend: Option<&'a RawValue>,
    access_denied_detail: Option<&'a RawValue>,
    envelope_code: Option<&'a RawValue>,
    envelope_message: Option<&'a RawValue>,
    envelope_request_id: Option<&'a RawValue>,
    envelope_success: Option<&'a RawValue>,
    envelope_success_response: Option<&'a RawValue>,
}

impl<'a> Members<'a> for ErrorMembers<'a> {
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>> {
        Some(Slot::Raw(match name {
            b"Code" => &mut self.code,
            b"Message" => &mut self.message,
            b"RequestId" => &mut self.request_id,
            b"Recommend" => &mut self.recommend,
            b"AccessDeniedDetail" => &mut self.access_denied_detail,
            b"code" => &mut self.envelope_code,
            b"message" => &mut self.envelope_message,
            b"requestId" => &mut self.envelope_request_id,
            b"success" => &mut self.envelope_success,
            b"successResponse" => &mut self.envelope_success_response,
            _ => return None,
        }))
    }
}

impl ErrorMembers<'_> {
    /// The error, if the object says without doubt that it is one: by the API's `Code`, or as an envelope that denies
    /// its success.
    pub(super) fn stated(&self) -> Option<ApiError> {
        let is_denied = is_false(self.envelope_success) || is_false(self.envelope_success_response);
        (is_denied || is_failure(&scalar::text(self.code))).then(|| self.to_api_error())
    }

    /// The error, if the object has an envelope's `code` and `message`. That is an error only where there is no data.
    pub(super) fn in_envelope(&self) -> Option<ApiError> {
        let has_message = !scalar::text(self.envelope_message).is_empty();
        (has_message && is_failure(&scalar::text(self.envelope_code))).then(|| self.to_api_error())
    }

    /// The id of the request, under either name.
    pub(super) fn request_id(&self) -> Box<str> {
        either(self.request_id, self.envelope_request_id)
    }

    fn to_api_error(&self) -> ApiError {
        ApiError {
            code: either(self.code, self.envelope_code),
            message: either(self.message, self.envelope_message),
            request_id: self.request_id(),
            recommend: scalar::text(self.recommend).into(),
            access_denied: self.access_denied_detail.filter(|detail| detail.get().starts_with('{')).map(
                |detail| object::read_checked::<AccessDeniedMembers<'_>>(detail.get()).to_access_denied(),
            ),
        }
    }
}

#[derive(Default)]
struct AccessDeniedMembers<'a> {
    auth_action: Option<&'a RawValue>,
    auth_principal_type: Option<&'a RawValue>,
    no_permission_type: Option<&'a RawValue>,
    policy_type: Option<&'a RawValue>,
    encoded_diagnostic_message: Option<&'a RawValue>,
}

impl<'a> Members<'a> for AccessDeniedMembers<'a> {
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>> {
        Some(Slot::Raw(match name {
            b"AuthAction" => &mut self.auth_action,
            b"AuthPrincipalType" => &mut self.auth_principal_type,
            b"NoPermissionType" => &mut self.no_permission_type,
            b"PolicyType" => &mut self.policy_type,
            b"EncodedDiagnosticMessage" => &mut self.encoded_diagnostic_message,
            _ => return None,
        }))
    }
}

impl AccessDeniedMembers<'_> {
    fn to_access_denied(&self) -> AccessDenied {
        AccessDenied {
            auth_action: scalar::text(self.auth_action).into(),
            auth_principal_type: scalar::text(self.auth_principal_type).into(),
            no_permission_type: scalar::text(self.no_permission_type).into(),
            policy_type: scalar::text(self.policy_type).into(),
            encoded_diagnostic_message: scalar::text(self.encoded_diagnostic_message).into(),
        }
    }
}

/// The first of the two that is not empty.
fn either(first: Option<&RawValue>, second: Option<&RawValue>) -> Box<str> {
    let text = scalar::text(first);
    if text.is_empty() { scalar::text(second).into() } else { text.into() }
}

fn is_false(value: Option<&RawValue>) -> bool {
    scalar::text(value).eq_ignore_ascii_case("false")
}

/// Envelopes of successful answers carry a code, too.
fn is_failure(code: &str) -> bool {
    let is_success = ["200", "0", "ok", "success"].iter().any(|word| code.eq_ignore_ascii_case(word));
    !code.is_empty() && !is_success
}
