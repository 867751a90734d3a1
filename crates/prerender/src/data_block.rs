//! The response in the page, as a block of JSON that the page's program takes as its first response.

use crate::Response;
use crate::html::escaped;

/// The longest body that is put into the page, in bytes. A longer one would take the line from the program.
const MAX_BYTES: usize = 64 * 1_024;

/// Returns the block. `None` if the response has failed or is too long, or if a parser of HTML would change it. `key` is
/// the query of the API call.
pub(crate) fn data_block(key: &str, response: &Response) -> Option<String> {
    let Response { status, headers, body } = response;
    let text = str::from_utf8(body).ok()?;
    if *status != 200 || body.len() > MAX_BYTES || text.contains('\0') {
        return None;
    }
    let headers = headers.iter().map(|(name, value)| format!("{}:{}", json(name), json(value)));
    let headers = format!("{{{}}}", headers.collect::<Vec<_>>().join(","));
    let mut html = String::with_capacity(body.len() + body.len() / 16 + 512);
    html.push_str("<script type=\"application/json\" id=\"batch-task-response\"");
    html.extend([" data-key=\"", &escaped(key), "\" data-headers=\"", &escaped(&headers)]);
    html.extend(["\" data-status=\"", &status.to_string(), "\">"]);
    // In JSON, a `<` can be in a string only.
    for (index, part) in text.split('<').enumerate() {
        html.extend([if index > 0 { "\\u003c" } else { "" }, part]);
    }
    html.push_str("</script>");
    Some(html)
}

/// Returns a string of JSON.
fn json(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    output.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => output.extend(['\\', char]),
            control if u32::from(control) < 0x20 => {
                output.push_str(&format!("\\u{:04x}", u32::from(control)))
            }
            other => output.push(other),
        }
    }
    output.push('"');
    output
}
