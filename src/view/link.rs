//! Links to instances and batches, made from the host's pattern. Only http(s) URLs become links.

use crate::i18n::fill;
use crate::redact::scan::add;

/// The longest InstanceId that becomes a link, in bytes. Servers reject longer URLs, and a truncated ID would be another
/// ID.
pub const MAX_ID_BYTES: usize = 2_000;

/// Returns the URL for `instance_id` by `pattern`, such as `https://console.example/{InstanceId}`.
///
/// All bytes of the ID except letters, digits and `-._~` are percent-encoded. Returns `None` if the pattern is not http(s),
/// if its slot is missing or before the path (an ID must not choose the host), or if the ID is empty, `.`, `..` or longer
/// than [`MAX_ID_BYTES`].
///
/// ```
/// use batch_task_widget::view::link::instance_url;
///
/// let url = instance_url("https://console.example/{InstanceId}?tab=1", "pc-1/../2");
/// assert_eq!(url.as_deref(), Some("https://console.example/pc-1%2F..%2F2?tab=1"));
/// assert_eq!(instance_url("javascript:{InstanceId}", "pc-1"), None);
/// ```
pub fn instance_url(pattern: &str, instance_id: &str) -> Option<String> {
    let pattern = pattern.trim();
    is_absolute(pattern).then(|| filled(pattern, "InstanceId", instance_id))?
}

/// Returns the URL for `batch_id` by `pattern`, which may also be relative to the page, such as `?batch-id={BatchId}`.
///
/// Otherwise as [`instance_url`].
///
/// ```
/// use batch_task_widget::view::link::batch_url;
///
/// assert_eq!(batch_url("?batch-id={BatchId}", "pcb-1&x").as_deref(), Some("?batch-id=pcb-1%26x"));
/// assert_eq!(batch_url("//evil.example/{BatchId}", "pcb-1"), None);
/// ```
pub fn batch_url(pattern: &str, batch_id: &str) -> Option<String> {
    let pattern = pattern.trim();
    (is_absolute(pattern) || is_relative(pattern)).then(|| filled(pattern, "BatchId", batch_id))?
}

/// Whether the pattern is an http(s) URL whose slot cannot be in the host.
fn is_absolute(pattern: &str) -> bool {
    let Some((scheme, rest)) = pattern.split_once(':') else { return false };
    let Some(rest) = rest.strip_prefix("//").map(str::as_bytes) else { return false };
    let host = rest.split(|byte| b"/?#".contains(byte)).next().unwrap_or_default();
    let is_http = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    is_http && !host.is_empty() && host.len() < rest.len() && !host.contains(&b'{')
}

/// Whether the pattern stays on the page's origin. It has no scheme and no host, also after browsers have removed control characters
/// and replaced backslashes.
fn is_relative(pattern: &str) -> bool {
    let has_scheme = pattern.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    let is_plain = !pattern.contains(|c: char| c == '\\' || c.is_control());
    is_plain && !has_scheme && !pattern.starts_with("//")
}

/// Fills the slot of a pattern with an encoded ID; `None` if there is no such slot or no usable ID.
fn filled(pattern: &str, slot: &str, id: &str) -> Option<String> {
    // A cut or masked ID is another ID.
    if id.len() > MAX_ID_BYTES || matches!(id, "" | "." | "..") || id.contains('…') {
        return None;
    }
    let url = fill(pattern, &[(slot, &percent_encoded(id))]);
    (url != pattern).then_some(url)
}

fn percent_encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    add(text.len());
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_encoded_into_the_pattern() {
        let table = [
            ("https://c.example/{InstanceId}", "pc-1", Some("https://c.example/pc-1")),
            (" HTTP://c.example/a/{InstanceId}/b ", "pc-1", Some("HTTP://c.example/a/pc-1/b")),
            (
                "https://c.example?id={InstanceId}&x={InstanceId}",
                "a&b",
                Some("https://c.example?id=a%26b&x=a%26b"),
            ),
            (
                "https://c.example/#/{InstanceId}",
                "\"><svg/onload=1>",
                Some("https://c.example/#/%22%3E%3Csvg%2Fonload%3D1%3E"),
            ),
            ("https://c.example/{InstanceId}", "实", Some("https://c.example/%E5%AE%9E")),
            ("https://c.example/{InstanceId}", "", None),
            ("https://c.example/{InstanceId}/x", "..", None),
            ("https://{InstanceId}.example/", "pc-1", None),
            ("https://c.example{InstanceId}/", "pc-1", None),
            ("https:///{InstanceId}", "evil.example", None),
            ("https://c.example/", "pc-1", None),
            ("/{InstanceId}", "pc-1", None),
            ("//c.example/{InstanceId}", "pc-1", None),
            ("javascript:alert('{InstanceId}')", "pc-1", None),
            ("data:text/html,{InstanceId}", "pc-1", None),
            ("httpsé//c.example/{InstanceId}", "pc-1", None),
        ];
        for (pattern, id, expected) in table {
            assert_eq!(instance_url(pattern, id).as_deref(), expected, "{pattern} {id}");
        }
        let linked = |length| instance_url("https://c.example/{InstanceId}", &"a".repeat(length));
        assert!(linked(MAX_ID_BYTES).is_some() && linked(MAX_ID_BYTES + 1).is_none());
    }

    #[test]
    fn links_to_batches_may_be_relative() {
        let table = [
            ("?batch-id={BatchId}", "pcb-1", Some("?batch-id=pcb-1")),
            ("/batches/{BatchId}", "a/b", Some("/batches/a%2Fb")),
            ("batches/{BatchId}?a=:", "pcb-1", Some("batches/pcb-1?a=:")),
            ("#/{BatchId}", "pcb-1", Some("#/pcb-1")),
            ("{BatchId}", "javascript:alert(1)", Some("javascript%3Aalert%281%29")),
            ("https://c.example/{BatchId}", "pcb-1", Some("https://c.example/pcb-1")),
            ("//c.example/{BatchId}", "pcb-1", None),
            ("/\\c.example/{BatchId}", "pcb-1", None),
            ("\\\\c.example/{BatchId}", "pcb-1", None),
            ("/\t/c.example/{BatchId}", "pcb-1", None),
            ("javascript:alert('{BatchId}')", "pcb-1", None),
            ("java\nscript:alert('{BatchId}')", "pcb-1", None),
            ("data:,{BatchId}", "pcb-1", None),
            ("?batch-id={InstanceId}", "pcb-1", None),
            ("?batch-id={BatchId}", "", None),
            ("?batch-id={BatchId}", "pcb-1…", None),
        ];
        for (pattern, id, expected) in table {
            assert_eq!(batch_url(pattern, id).as_deref(), expected, "{pattern:?} {id}");
        }
    }
}
