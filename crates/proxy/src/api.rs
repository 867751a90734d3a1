//! The API route: validates requests, and writes the headers of responses.
//!
//! This module must not know signing, or decide when the API is called.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use batch_task_acs3::decode_query;
use http::header::{
    AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::batch_allow_list::BatchAllowList;
use crate::body_summary;
use crate::cache::{CachedBody, STALE_LIMIT};
use crate::client_address::Client;
use crate::failures::Failure;
use crate::forwarded_response::X_ACS_RETRY_AFTER;
use crate::gzip;
use crate::outcome::{BodySource, Outcome, StaleReason};
use crate::proxy_error::{JSON, ProxyError};
use crate::single_flight::SingleFlight;

/// The longest accepted BatchId, in characters.
pub const BATCH_ID_MAX_LEN: usize = 128;

/// How a cache handled a request (RFC 9211).
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Which caches may store a response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CacheScope {
    /// All caches, including shared ones.
    Public,
    /// Only the cache of the client.
    #[default]
    Private,
}

impl CacheScope {
    const fn directive(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// The state of the route.
#[derive(Clone)]
pub struct ApiState {
    /// The API, with shared calls and cached bodies.
    pub single_flight: SingleFlight,
    /// The permitted batches.
    pub batch_allow_list: BatchAllowList,
    /// Which caches may store responses.
    pub cache_scope: CacheScope,
}

/// Returns the route `/api/DescribeBatchTask`, for GET and POST.
pub fn routes(state: ApiState) -> Router {
    let method_router = get(describe_batch_task)
        .post(describe_batch_task)
        .fallback(|| async { ProxyError::method_not_allowed().into_response() });
    Router::new().route("/api/DescribeBatchTask", method_router).with_state(state)
}

async fn describe_batch_task(
    State(ApiState { single_flight, batch_allow_list, cache_scope }): State<ApiState>,
    client: Option<Extension<Client>>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let batch_id = match batch_id(query.as_deref().unwrap_or_default()) {
        Ok(batch_id) => batch_id,
        Err(error) => return error.into_response(),
    };
    if !batch_allow_list.allows(batch_id.as_deref()) {
        return ProxyError::batch_not_allowed().into_response();
    }
    let client = client.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |Extension(client)| client.network());
    match single_flight.describe(batch_id, client).await {
        Outcome::Good(cached, source) => {
            let age = cached.age(single_flight.now());
            let mut response_headers = body_headers(&cached, source, age, cache_scope);
            // RFC 9110 gives If-None-Match another meaning for POST, which does not apply to this route.
            let is_unchanged = method != Method::POST
                && headers
                    .get_all(IF_NONE_MATCH)
                    .iter()
                    .any(|value| body_summary::etag_matches(value, &cached.summary.etag));
            if is_unchanged {
                return (StatusCode::NOT_MODIFIED, response_headers).into_response();
            }
            response_headers.insert(CONTENT_TYPE, JSON);
            let gzip = if gzip::is_accepted(&headers) { single_flight.gzip(&cached).await } else { None };
            match gzip {
                Some(gzip) => {
                    response_headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    (response_headers, gzip).into_response()
                }
                None => (response_headers, cached.into_response_body()).into_response(),
            }
        }
        Outcome::Failed(failure, kept) => failed(failure, kept, cache_scope),
    }
}

/// Returns the response for a failure, which caches may keep as long as the proxy does.
fn failed(failure: Failure, kept: Option<Duration>, scope: CacheScope) -> Response {
    let mut response = match failure {
        Failure::Failed(error) => error.into_response(),
        Failure::Refused(refused) => {
            let is_throttled = refused.status == StatusCode::TOO_MANY_REQUESTS;
            let delay =
                kept.filter(|_| is_throttled || refused.retry_after.is_some()).or(refused.retry_after);
            let mut response = (refused.status, [(CONTENT_TYPE, JSON)], refused.body).into_response();
            if let Some(delay) = delay {
                let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
                let headers = response.headers_mut();
                headers.insert(X_ACS_RETRY_AFTER, HeaderValue::from(milliseconds));
                headers.insert(RETRY_AFTER, HeaderValue::from(milliseconds.div_ceil(1000)));
            }
            response
        }
    };
    // Rounded up: a cache does not keep what is fresh for zero seconds.
    let control =
        kept.map(|left| format!("{}, max-age={}", scope.directive(), left.as_millis().div_ceil(1000).max(1)));
    let control = control.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(NO_STORE);
    response.headers_mut().insert(CACHE_CONTROL, control);
    response
}

/// Returns the headers that tell clients and caches the origin and age of a body.
fn body_headers(cached: &CachedBody, source: BodySource, age: Duration, scope: CacheScope) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ETAG, cached.summary.etag.clone());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if matches!(source, BodySource::Hit | BodySource::Stale(_)) {
        headers.insert(AGE, HeaderValue::from(age.as_secs()));
    }
    let status = match source {
        BodySource::Hit => format!("hit; ttl={}", cached.ttl.saturating_sub(age).as_secs()),
        BodySource::Called if cached.ttl.is_zero() => "fwd=miss".to_owned(),
        BodySource::Called => "fwd=miss; stored".to_owned(),
        BodySource::Joined => "fwd=miss; collapsed".to_owned(),
        BodySource::Stale(StaleReason::Status(status)) => {
            format!("fwd=stale; fwd-status={}", status.as_u16())
        }
        BodySource::Stale(StaleReason::ProxyError(code)) => format!("fwd=stale; detail={code}"),
        BodySource::Stale(StaleReason::SlowCall) => "fwd=stale; detail=slow-call".to_owned(),
    };
    let control = match source {
        // Otherwise a shared cache would add its own five minutes of staleness to those of the proxy.
        BodySource::Stale(_) => None,
        _ if cached.ttl.is_zero() => None,
        // Caches subtract Age from max-age.
        _ => {
            let (scope, max_age, stale) = (scope.directive(), cached.ttl.as_secs(), STALE_LIMIT.as_secs());
            Some(format!("{scope}, max-age={max_age}, stale-if-error={stale}"))
        }
    };
    let control = control.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(NO_STORE);
    headers.insert(CACHE_CONTROL, control);
    if let Ok(status) = HeaderValue::from_str(&format!("batch-task-proxy; {status}")) {
        headers.insert(CACHE_STATUS, status);
    }
    headers
}

/// Returns the validated BatchId of a query. Other parameters are ignored.
///
/// # Errors
/// If BatchId is given more than once, or is not valid.
pub fn batch_id(query: &str) -> Result<Option<String>, ProxyError> {
    let mut found = decode_query(query).into_iter().filter(|(name, _)| name == "BatchId");
    let Some((_, batch_id)) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(ProxyError::invalid_batch_id("is given more than once"));
    }
    if batch_id.is_empty() {
        return Err(ProxyError::invalid_batch_id("is empty"));
    }
    if batch_id.chars().count() > BATCH_ID_MAX_LEN {
        return Err(ProxyError::invalid_batch_id("is too long"));
    }
    if !batch_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~+-".contains(&b)) {
        return Err(ProxyError::invalid_batch_id("contains a character that is not allowed"));
    }
    Ok(Some(batch_id.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_id_is_validated() {
        let longest = format!("BatchId={}", "a".repeat(BATCH_ID_MAX_LEN));
        for (query, expected) in [
            ("", None),
            ("other=1", None),
            ("batchid=x", None),
            ("BatchId=pcb-xxx", Some("pcb-xxx")),
            ("a=1&BatchId=A.b_c~d%2Be-0", Some("A.b_c~d+e-0")),
            ("%42atchId=x", Some("x")),
            (longest.as_str(), Some(&longest["BatchId=".len()..])),
        ] {
            assert_eq!(batch_id(query).unwrap().as_deref(), expected, "{query}");
        }
        let too_long = format!("{longest}a");
        for query in [
            "BatchId",
            "BatchId=",
            "BatchId=a&BatchId=a",
            "BatchId=a+b",
            "BatchId=a%20b",
            "BatchId=a%0d%0ab",
            "BatchId=a/b",
            "BatchId=%E6%89%B9",
            "BatchId=%FF",
            "BatchId=a%",
            "BatchId=a%26Action=b",
            &too_long,
        ] {
            assert_eq!(batch_id(query).unwrap_err().code, "Proxy.InvalidBatchId", "{query}");
        }
    }
}
