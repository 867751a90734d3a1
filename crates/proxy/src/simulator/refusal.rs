//! The API's errors, as the simulator gives them.
//!
//! Owns codes, statuses and the error body. Must not know when they apply.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;

const HOST_ID: &str = "polardb.simulator";

/// An error that the API answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error's `Code`.
    pub code: &'static str,
    /// The error's `Message`.
    pub message: String,
    /// What a permission error says of the permission.
    pub access_denied_detail: Option<&'static AccessDeniedDetail>,
}

/// What a permission error says of the permission that is missing, as the API names it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the fields are the API's, which documents them")]
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

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), access_denied_detail: None }
    }

    pub(super) fn missing_batch_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MissingBatchId", "BatchId is mandatory for this action.")
    }

    pub(super) fn batch_not_found(batch_id: &str) -> Self {
        let message = format!("The specified BatchId {batch_id} does not exist.");
        Self::new(StatusCode::NOT_FOUND, "InvalidBatchId.NotFound", message)
    }

    pub(super) fn unsupported_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHTTPMethod", "This action takes POST.")
    }

    pub(super) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "InvalidParameter", "The request body is too large.")
    }

    pub(super) fn internal_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The request processing has failed.")
    }

    pub(super) fn signature_does_not_match(why: &str) -> Self {
        let message = format!("Specified signature is not matched with our calculation: {why}.");
        Self::new(StatusCode::BAD_REQUEST, "SignatureDoesNotMatch", message)
    }

    /// The body's bytes.
    pub(super) fn body(&self, request_id: &str) -> Vec<u8> {
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
        // A struct of strings always serialises.
        serde_json::to_vec(&body).unwrap_or_default()
    }

    pub(super) fn into_response(self, request_id: &str) -> Response {
        (self.status, [(CONTENT_TYPE, "application/json;charset=utf-8")], self.body(request_id))
            .into_response()
    }
}
