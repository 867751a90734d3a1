//! The API's errors: codes, HTTP statuses and bodies. When they apply is decided elsewhere.

use http::StatusCode;
use serde::Serialize;

const HOST_ID: &str = "polardb.simulator";

/// An error response of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error's `Code`.
    pub code: &'static str,
    /// The error's `Message`.
    pub message: String,
    /// The `AccessDeniedDetail` of a permission error.
    pub access_denied_detail: Option<&'static AccessDeniedDetail>,
}

/// The missing permission. The API's reference documents the fields.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessDeniedDetail {
    pub auth_action: &'static str,
    pub auth_principal_type: &'static str,
    pub auth_principal_owner_id: &'static str,
    pub auth_principal_display_name: &'static str,
    pub no_permission_type: &'static str,
    pub policy_type: &'static str,
    pub encoded_diagnostic_message: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
    recommend: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_denied_detail: Option<&'static AccessDeniedDetail>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), access_denied_detail: None }
    }

    pub(crate) fn missing_batch_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MissingBatchId", "BatchId is mandatory for this action.")
    }

    pub(crate) fn batch_not_found(batch_id: &str) -> Self {
        let message = format!("The specified BatchId {batch_id} does not exist.");
        Self::new(StatusCode::NOT_FOUND, "InvalidBatchId.NotFound", message)
    }

    pub(crate) fn invalid_parameter(name: &str) -> Self {
        let message = format!("The specified parameter {name} is not valid.");
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", message)
    }

    pub(crate) fn unsupported_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHTTPMethod", "This action takes POST.")
    }

    pub(crate) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "InvalidParameter", "The request body is too large.")
    }

    pub(crate) fn internal_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The request processing has failed.")
    }

    pub(crate) fn signature_does_not_match(why: &str) -> Self {
        let message = format!("Specified signature is not matched with our calculation: {why}.");
        Self::new(StatusCode::BAD_REQUEST, "SignatureDoesNotMatch", message)
    }

    /// Returns the JSON body.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        let recommend = format!(
            "https://api.aliyun.com/troubleshoot?q={}&product=polardb&requestId={request_id}",
            self.code
        );
        let body = Body {
            request_id,
            host_id: HOST_ID,
            code: self.code,
            message: &self.message,
            recommend: &recommend,
            access_denied_detail: self.access_denied_detail,
        };
        // Serialising a struct of strings cannot fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}
