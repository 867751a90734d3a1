//! The properties of a body that the proxy needs: its entity tag, and whether its batch has ended.

use std::borrow::Cow;
use std::ops::Range;

use http::HeaderValue;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::forwarded_response::without_bom;

/// The entity tag and status of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySummary {
    /// A weak entity tag. Bodies that differ only in the value of RequestId have the same tag.
    pub etag: HeaderValue,
    /// Whether the batch's Status is COMPLETED or FAILED.
    pub finished: bool,
}

#[derive(Deserialize, Default)]
struct Fields<'a> {
    #[serde(rename = "RequestId", borrow)]
    request_id: Option<&'a RawValue>,
    #[serde(rename = "Status", borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl BodySummary {
    /// Reads a body. If it cannot be parsed, the tag covers all of it and the batch counts as unfinished.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let text = without_bom(body);
        let outer: Fields<'_> = serde_json::from_slice(text).unwrap_or_default();
        // The envelope of a console contains the body in `data`.
        let inner: Fields<'_> =
            outer.data.and_then(|data| serde_json::from_str(data.get()).ok()).unwrap_or_default();
        let status = outer.status.or(inner.status);
        let finished =
            status.and_then(|status| serde_json::from_str::<Cow<'_, str>>(status.get()).ok()).is_some_and(
                |status| ["COMPLETED", "FAILED"].iter().any(|end| status.trim().eq_ignore_ascii_case(end)),
            );
        let mut masked: Vec<_> =
            [outer.request_id, inner.request_id].into_iter().flatten().map(|id| place(id, body)).collect();
        masked.sort_by_key(|range| range.start);
        Self { etag: etag(body, &masked), finished }
    }
}

/// Returns the position in `body` of a value that borrows from it.
fn place(value: &RawValue, body: &[u8]) -> Range<usize> {
    let start = (value.get().as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
    start..start + value.get().len()
}

fn etag(body: &[u8], masked: &[Range<usize>]) -> HeaderValue {
    let mut hash = Sha256::new();
    let mut from = 0;
    for range in masked {
        hash.update(body.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    hash.update(body.get(from..).unwrap_or_default());
    // Half of the hash is enough to distinguish the bodies of one batch.
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{hex}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Returns whether an `If-None-Match` value matches the tag, with the weak comparison of RFC 9110.
#[must_use]
pub fn etag_matches(if_none_match: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(list), Ok(etag)) = (if_none_match.to_str(), etag.to_str()) else { return false };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    // The proxy's tags contain no comma, so splitting another server's tag at a comma does no harm.
    list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_of_request_id_is_ignored() {
        let tag = |body: &str| BodySummary::of(body.as_bytes()).etag;
        let first = tag(r#"{"RequestId":"A","Status":"RUNNING"}"#);
        assert_eq!(first, tag(r#"{"RequestId":"long-er","Status":"RUNNING"}"#));
        assert_ne!(first, tag(r#"{"RequestId":"A","Status":"FAILED"}"#));
        assert_ne!(tag(r#"{"SubTasks":[{"RequestId":"A"}]}"#), tag(r#"{"SubTasks":[{"RequestId":"B"}]}"#));
        let envelope =
            |id: &str| tag(&format!("\u{feff}{{\"code\":\"200\",\"data\":{{\"RequestId\":\"{id}\"}}}}"));
        assert_eq!(envelope("A"), envelope("BB"));
        assert_ne!(tag("not JSON"), tag("not JSON either"));
    }

    #[test]
    fn the_status_is_read_from_the_top_level_only() {
        for (body, finished) in [
            (r#"{"Status":"COMPLETED"}"#, true),
            (r#"{"Status":" failed "}"#, true),
            (r#"{"data":{"Status":"COMPLETED"}}"#, true),
            (r#"{"Status":"RUNNING","SubTasks":[{"Status":"FAILED"}]}"#, false),
            (r#"{"Status":7}"#, false),
            ("", false),
        ] {
            assert_eq!(BodySummary::of(body.as_bytes()).finished, finished, "{body}");
        }
    }

    #[test]
    fn tags_are_compared_weakly_and_as_lists() {
        let etag = HeaderValue::from_static("W/\"a1\"");
        for (value, expected) in [
            ("W/\"a1\"", true),
            ("\"a1\"", true),
            ("\"b\", W/\"a1\"", true),
            ("*", true),
            ("\"b\"", false),
            ("", false),
        ] {
            assert_eq!(etag_matches(&HeaderValue::from_static(value), &etag), expected, "{value}");
        }
    }
}
