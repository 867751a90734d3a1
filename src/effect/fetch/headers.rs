//! Reads the headers of a response.

use gloo_net::http::Response;
use web_sys::ResponseType;

use crate::effect::clock;
use crate::poll::wait_until_ms;

/// Returns the age of the response, in milliseconds; 0 if unknown.
pub(super) fn age_ms(response: &Response) -> u64 {
    response.headers().get("age").map_or(0, |seconds| seconds_ms(&seconds))
}

/// Returns a number of seconds in milliseconds; 0 if it is none.
pub(super) fn seconds_ms(seconds: &str) -> u64 {
    seconds.trim().parse::<u64>().unwrap_or(0).saturating_mul(1_000)
}

/// Returns `Date`, in Unix milliseconds. CORS hides it from other origins unless the server exposes it.
pub(super) fn date_ms(response: &Response) -> Option<u64> {
    response.headers().get("date").and_then(|date| parse_date_ms(&date))
}

fn parse_date_ms(text: &str) -> Option<u64> {
    let date_ms = js_sys::Date::parse(text);
    date_ms.is_finite().then_some(date_ms as u64)
}

/// Whether a cache served the response because the server behind it failed.
pub(super) fn is_stale(response: &Response) -> bool {
    is_stale_status(&response.headers().get("cache-status").unwrap_or_default())
}

/// The same for the value of `Cache-Status`.
pub(super) fn is_stale_status(status: &str) -> bool {
    status.split([';', ',']).any(|parameter| parameter.trim() == "fwd=stale")
}

/// Returns how long the server asks to wait, in milliseconds. `x-acs-retry-after` is in milliseconds, `Retry-After` in
/// seconds or a date.
pub(super) fn retry_after_ms(response: &Response) -> Option<u64> {
    let headers = response.headers();
    stated_wait_ms(
        headers.get("x-acs-retry-after").as_deref(),
        headers.get("retry-after").as_deref(),
        |date| {
            let until_ms = parse_date_ms(date)?;
            Some(wait_until_ms(until_ms, date_ms(response), clock::now_ms()))
        },
    )
}

/// The same for the values of the two headers. `until` returns the time until a date.
pub(super) fn stated_wait_ms(
    acs: Option<&str>,
    standard: Option<&str>,
    until: impl FnOnce(&str) -> Option<u64>,
) -> Option<u64> {
    let acs_ms = acs.and_then(|text| text.trim().parse::<u64>().ok());
    let standard_ms = standard.and_then(|text| match text.trim().parse::<u64>() {
        Ok(seconds) => Some(seconds.saturating_mul(1_000)),
        Err(_) => until(text),
    });
    acs_ms.max(standard_ms)
}

/// Returns the `ETag` if the response is from the page's own origin.
pub(super) fn etag(response: &Response) -> Option<std::rc::Rc<str>> {
    let is_own = matches!(response.type_(), ResponseType::Basic | ResponseType::Default);
    response.headers().get("etag").filter(|_| is_own).map(Into::into)
}
