//! The one API route: checks what a client asks, calls upstream, passes the answer on.
//!
//! Owns request checks and the mapping of failures to problems. Must not know signing or where answers come from.
//! Caching, tokens and rate limits belong between the check and the call in
//! `describe_batch_task`.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::acs3::decode_query;
use crate::answer::judge;
use crate::problem::{JSON, Problem};
use crate::upstream::{BODY_LIMIT, Failure, Upstream};

/// The longest BatchId that is passed on, in characters.
pub const BATCH_ID_MAX_LEN: usize = 128;

/// `/api/DescribeBatchTask`, by GET and POST.
pub fn routes(upstream: Upstream) -> Router {
    let method_router = get(describe_batch_task)
        .post(describe_batch_task)
        .fallback(|| async { Problem::method_not_allowed().into_response() });
    Router::new().route("/api/DescribeBatchTask", method_router).with_state(upstream)
}

async fn describe_batch_task(State(upstream): State<Upstream>, RawQuery(query): RawQuery) -> Response {
    let batch_id = match batch_id(query.as_deref().unwrap_or_default()) {
        Ok(batch_id) => batch_id,
        Err(problem) => return problem.into_response(),
    };
    let shown = batch_id.as_deref().unwrap_or("(none)");
    let judged = match upstream.describe_batch_task(batch_id.as_deref()).await {
        Ok(answer) => judge(answer, upstream.credentials().ok())
            .map_err(|what| Problem::upstream_invalid(&upstream.origin(), &what)),
        Err(failure) => Err(problem(&failure, &upstream.origin())),
    };
    match judged {
        Ok(reply) => {
            if let Some(code) = &reply.code {
                tracing::warn!(
                    batch_id = shown,
                    code,
                    status = reply.status.as_u16(),
                    "the API answered an error"
                );
            }
            let headers = [(CONTENT_TYPE, JSON), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            let mut response = (reply.status, headers, reply.body).into_response();
            response.headers_mut().extend(reply.headers);
            response
        }
        Err(problem) => {
            tracing::warn!(batch_id = shown, code = problem.code, "{}", problem.message);
            problem.into_response()
        }
    }
}

/// The BatchId of a raw query, checked; other parameters are not the API's and go no further.
fn batch_id(query: &str) -> Result<Option<String>, Problem> {
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

fn problem(failure: &Failure, origin: &str) -> Problem {
    match failure {
        Failure::NoCredentials(missing) => Problem::no_credentials(missing),
        Failure::UnusableCredentials => Problem::unusable_credentials(),
        Failure::ConnectTimedOut => Problem::upstream_timeout(origin, "accept a connection"),
        Failure::ReadTimedOut => Problem::upstream_timeout(origin, "answer"),
        Failure::Unreachable => Problem::upstream_unreachable(origin),
        Failure::Cut => Problem::upstream_invalid(origin, "a response that was cut off"),
        Failure::TooLarge => {
            let what = format!("a body of more than {} MiB", BODY_LIMIT / 1024 / 1024);
            Problem::upstream_invalid(origin, &what)
        }
    }
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
