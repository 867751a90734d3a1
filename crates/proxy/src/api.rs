//! The API routes, one for each action: they write the headers of responses.
//!
//! This module must not know signing, or decide when the API is called.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::api_request::{Action, ApiRequest};
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

/// The state of the routes.
#[derive(Clone)]
pub struct ApiState {
    /// The API, with shared calls and cached bodies.
    pub single_flight: SingleFlight,
    /// The permitted batches.
    pub batch_allow_list: BatchAllowList,
    /// Whether batches may be listed.
    pub is_list_allowed: bool,
    /// Which caches may store responses.
    pub cache_scope: CacheScope,
}

impl ApiState {
    /// Returns the request of a client, if it is valid and permitted.
    fn request(&self, action: Action, query: &str) -> Result<ApiRequest, ProxyError> {
        if action == Action::DescribeBatchTasks && !self.is_list_allowed {
            return Err(ProxyError::list_not_allowed());
        }
        let request = ApiRequest::parse(action, query)?;
        if action == Action::DescribeBatchTask && !self.batch_allow_list.allows(request.batch_id()) {
            return Err(ProxyError::batch_not_allowed());
        }
        Ok(request)
    }

    /// Returns the response to a client's request. Dropping the future does not abort a call that it has caused.
    pub async fn respond(
        &self,
        action: Action,
        query: &str,
        client: Option<Client>,
        method: &Method,
        headers: &HeaderMap,
    ) -> Response {
        let request = match self.request(action, query) {
            Ok(request) => request,
            Err(error) => return error.into_response(),
        };
        let Self { single_flight, cache_scope, .. } = self;
        let client = client.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |client| client.network());
        let (cached, source) = match single_flight.answer(request, client).await {
            Outcome::Good(cached, source) => (cached, source),
            Outcome::Failed(failure, kept) => return failed(failure, kept, *cache_scope),
        };
        let age = cached.age(single_flight.now());
        let mut response_headers = body_headers(&cached, source, age, *cache_scope);
        // RFC 9110 gives If-None-Match another meaning for POST, which does not apply to this route.
        let is_unchanged = *method != Method::POST
            && headers
                .get_all(IF_NONE_MATCH)
                .iter()
                .any(|value| body_summary::etag_matches(value, &cached.summary.etag));
        if is_unchanged {
            return (StatusCode::NOT_MODIFIED, response_headers).into_response();
        }
        response_headers.insert(CONTENT_TYPE, JSON);
        let gzip = if gzip::is_accepted(headers) { single_flight.gzip(&cached).await } else { None };
        match gzip {
            Some(gzip) => {
                response_headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (response_headers, gzip).into_response()
            }
            None => (response_headers, cached.into_response_body()).into_response(),
        }
    }
}

/// Returns the routes `/api/DescribeBatchTask` and `/api/DescribeBatchTasks`, for GET and POST.
pub fn routes(state: ApiState) -> Router {
    let route = |action: Action| {
        let handler = move |state, client, query, method, headers| {
            answer(action, state, client, query, method, headers)
        };
        let methods = get(handler).post(handler);
        methods.fallback(|| async { ProxyError::method_not_allowed().into_response() })
    };
    [Action::DescribeBatchTask, Action::DescribeBatchTasks]
        .into_iter()
        .fold(Router::new(), |router, action| router.route(&format!("/api/{action}"), route(action)))
        .with_state(state)
}

async fn answer(
    action: Action,
    State(state): State<ApiState>,
    client: Option<Extension<Client>>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let client = client.map(|Extension(client)| client);
    state.respond(action, query.as_deref().unwrap_or_default(), client, &method, &headers).await
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
