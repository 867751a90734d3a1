//! The response to a call, and how its body reaches the client: at once, late, truncated or never.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::api_error::ApiError;
use crate::batch::Batch;

/// How a response reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Without delay.
    Immediate,
    /// After this much simulated time.
    Delayed(Duration),
    /// Not at all: the connection stays open.
    Never,
    /// The connection is aborted after this many bytes of the body.
    TruncatedAt(usize),
}

/// The response of a scenario.
#[derive(Debug, Clone)]
pub struct SimulatedResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The media type.
    pub content_type: &'static str,
    /// Additional headers.
    pub headers: HeaderMap,
    /// The complete body, even if `delivery` truncates it.
    pub body: Bytes,
    /// How the response reaches the client.
    pub delivery: Delivery,
}

impl SimulatedResponse {
    pub(crate) fn json(body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: "application/json;charset=utf-8",
            headers: HeaderMap::new(),
            body: body.into(),
            delivery: Delivery::Immediate,
        }
    }

    pub(crate) fn error(error: &ApiError, request_id: &str) -> Self {
        Self { status: error.status, ..Self::json(error.body(request_id)) }
    }

    /// Sends the response. `speed` shortens a delay.
    pub(crate) async fn deliver(self, speed: f64) -> Response {
        let Self { status, content_type, headers, body, delivery } = self;
        let length = body.len();
        let body = match delivery {
            Delivery::Immediate => Body::from(body),
            Delivery::Delayed(delay) => {
                tokio::time::sleep(delay.div_f64(speed)).await;
                Body::from(body)
            }
            Delivery::Never => std::future::pending().await,
            Delivery::TruncatedAt(sent) => {
                let part = body.slice(..sent.min(length));
                Body::from_stream(stream::iter([part]).map(Ok).chain(stream::once(abort())))
            }
        };
        let mut response =
            (status, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response();
        if matches!(delivery, Delivery::TruncatedAt(_)) {
            // With the full length announced, the client can tell a truncated body from a short one.
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        response.headers_mut().extend(headers);
        response
    }
}

impl From<Batch> for SimulatedResponse {
    fn from(batch: Batch) -> Self {
        Self::json(batch.into_bytes())
    }
}

/// Ends a body stream with an error. Yields first: if the server sees the error before it has written the bytes in front
/// of it, it sends nothing at all.
async fn abort() -> io::Result<Bytes> {
    tokio::task::yield_now().await;
    Err(io::ErrorKind::ConnectionAborted.into())
}
