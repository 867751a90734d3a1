//! The members of an error, read with serde_json.

use serde_json::value::RawValue;

use super::json::plain;
use super::object::{self, Members};
use crate::wire::api_error::{AccessDenied, ApiError};

/// The members of an object that identify an error.
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
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
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
        })
    }
}

impl ErrorMembers<'_> {
    /// Returns the error, if the object certainly is one: it has the API's `Code`, or is an envelope with `success: false`.
    pub(super) fn stated(&self) -> Option<ApiError> {
        let is_unsuccessful = is_false(self.envelope_success) || is_false(self.envelope_success_response);
        (is_unsuccessful || is_failure(&plain(self.code))).then(|| self.to_api_error())
    }

    /// Returns the error, if the object has `code` and `message` of an envelope. That is an error only without a batch task.
    pub(super) fn in_envelope(&self) -> Option<ApiError> {
        let has_message = !plain(self.envelope_message).is_empty();
        (has_message && is_failure(&plain(self.envelope_code))).then(|| self.to_api_error())
    }

    /// Returns the request ID, under either name.
    pub(super) fn request_id(&self) -> Box<str> {
        either(self.request_id, self.envelope_request_id)
    }

    fn to_api_error(&self) -> ApiError {
        ApiError {
            code: either(self.code, self.envelope_code),
            message: either(self.message, self.envelope_message),
            request_id: self.request_id(),
            recommend: plain(self.recommend),
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
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            b"AuthAction" => &mut self.auth_action,
            b"AuthPrincipalType" => &mut self.auth_principal_type,
            b"NoPermissionType" => &mut self.no_permission_type,
            b"PolicyType" => &mut self.policy_type,
            b"EncodedDiagnosticMessage" => &mut self.encoded_diagnostic_message,
            _ => return None,
        })
    }
}

impl AccessDeniedMembers<'_> {
    fn to_access_denied(&self) -> AccessDenied {
        AccessDenied {
            auth_action: plain(self.auth_action),
            auth_principal_type: plain(self.auth_principal_type),
            no_permission_type: plain(self.no_permission_type),
            policy_type: plain(self.policy_type),
            encoded_diagnostic_message: plain(self.encoded_diagnostic_message),
        }
    }
}

/// Returns `first` if it is not empty, else `second`.
fn either(first: Option<&RawValue>, second: Option<&RawValue>) -> Box<str> {
    let text = plain(first);
    if text.is_empty() { plain(second) } else { text }
}

fn is_false(value: Option<&RawValue>) -> bool {
    plain(value).eq_ignore_ascii_case("false")
}

/// Returns whether a code is an error. Envelopes of successful responses have a code, too.
fn is_failure(code: &str) -> bool {
    let is_success = ["200", "0", "ok", "success"].iter().any(|word| code.eq_ignore_ascii_case(word));
    !code.is_empty() && !is_success
}
