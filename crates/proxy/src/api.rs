//! The one API route: checks what a client asks, and writes the answer's headers.
//!
//! Owns request checks, entity tags and what caches in front are told. Must not know signing or when the API is called.

use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::acs3::decode_query;
use crate::allowed::Allowed;
use crate::cache::{Kept, STALE_LIMIT};
use crate::outline;
use crate::problem::{JSON, Problem};
use crate::shared::{Cause, Origin, Outcome, Shared};

/// The longest BatchId that is passed on, in characters.
pub const BATCH_ID_MAX_LEN: usize = 128;

/// How a cache handled a request (RFC 9211).
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Who may keep a good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Caches that serve several clients, too.
    Anybody,
    /// The client that asked.
    Asker,
}

/// What the route answers from.
#[derive(Clone)]
pub struct Source {
    /// The API.
    pub shared: Shared,
    /// The batches that may be asked about.
    pub allowed: Allowed,
    /// Who may keep its answers.
    pub audience: Audience,
}

/// `/api/DescribeBatchTask`, by GET and POST.
pub fn routes(source: Source) -> Router {
    let method_router = get(describe_batch_task)
        .post(describe_batch_task)
        .fallback(|| async { Problem::method_not_allowed().into_response() });
    Router::new().route("/api/DescribeBatchTask", method_router).with_state(source)
}

async fn describe_batch_task(
    State(Source { shared, allowed, audience }): State<Source>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let batch_id = match batch_id(query.as_deref().unwrap_or_default()) {
        Ok(batch_id) => batch_id,
        Err(problem) => return problem.into_response(),
    };
    if !allowed.admits(batch_id.as_deref()) {
        return Problem::batch_not_allowed().into_response();
    }
    match shared.describe(batch_id).await {
        Outcome::Good(kept, origin) => {
            // A condition on a POST means another thing (RFC 9110), which this route has no use for.
            let unchanged = method != Method::POST
                && headers
                    .get_all(IF_NONE_MATCH)
                    .iter()
                    .any(|value| outline::matches(value, &kept.outline.etag));
            let headers = good_headers(&kept, origin, kept.age(shared.now()), audience);
            if unchanged {
                (StatusCode::NOT_MODIFIED, headers).into_response()
            } else {
                (headers, [(CONTENT_TYPE, JSON)], kept.body).into_response()
            }
        }
        Outcome::Refused(reply) => {
            let headers = [(CONTENT_TYPE, JSON), (CACHE_CONTROL, NO_STORE)];
            (reply.status, headers, reply.headers, reply.body).into_response()
        }
        Outcome::Failed(problem) => problem.into_response(),
    }
}

/// What a good body's response says of its age, to clients and to caches in front.
fn good_headers(kept: &Kept, origin: Origin, age: Duration, audience: Audience) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ETAG, kept.outline.etag.clone());
    let held = matches!(origin, Origin::Hit | Origin::Stale(_));
    if held {
        headers.insert(AGE, HeaderValue::from(age.as_secs()));
    }
    let status = match origin {
        Origin::Hit => format!("hit; ttl={}", kept.ttl.saturating_sub(age).as_secs()),
        Origin::Called if kept.ttl.is_zero() => "fwd=miss".to_owned(),
        Origin::Called => "fwd=miss; stored".to_owned(),
        Origin::Joined => "fwd=miss; collapsed".to_owned(),
        Origin::Stale(Cause::Status(status)) => format!("fwd=stale; fwd-status={}", status.as_u16()),
        Origin::Stale(Cause::Problem(code)) => format!("fwd=stale; detail={code}"),
    };
    let control = match origin {
        // A cache in front would add its own five minutes to those that the proxy allows.
        Origin::Stale(_) => None,
        _ if kept.ttl.is_zero() => None,
        // A cache subtracts Age from this by itself.
        _ => {
            let scope = match audience {
                Audience::Anybody => "public",
                Audience::Asker => "private",
            };
            Some(format!("{scope}, max-age={}, stale-if-error={}", kept.ttl.as_secs(), STALE_LIMIT.as_secs()))
        }
    };
    let control = control.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(NO_STORE);
    headers.insert(CACHE_CONTROL, control);
    if let Ok(status) = HeaderValue::from_str(&format!("batch-task-proxy; {status}")) {
        headers.insert(CACHE_STATUS, status);
    }
    headers
}

/// The BatchId of a raw query, checked; other parameters are not the API's and go no further.
///
/// # Errors
/// If it is there more than once, or is none that the API could have given out.
pub fn batch_id(query: &str) -> Result<Option<String>, Problem> {
    let mut found = decode_query(query).into_iter().filter(|(name, _)| name == "BatchId");
    let Some((_, batch_id)) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(Problem::invalid_batch_id("is given more than once"));
    }
    if batch_id.is_empty() {
        return Err(Problem::invalid_batch_id("is empty"));
    }
    if batch_id.chars().count() > BATCH_ID_MAX_LEN {
        return Err(Problem::invalid_batch_id("is too long"));
    }
    if !batch_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~+-".contains(&b)) {
        return Err(Problem::invalid_batch_id("holds a character that no BatchId has"));
    }
    Ok(Some(batch_id.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_id_is_checked_before_anything_is_signed() {
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
