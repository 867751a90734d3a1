//! The table of network conditions and the outcome of each. Must not know how they are tried.

use std::time::Duration;

use e2e::{Delivery, Response};

use crate::batch::{good, half};

/// A network condition and its outcome.
pub(super) struct Row {
    /// The condition, in words.
    pub(super) condition: &'static str,
    pub(super) endpoint: Endpoint,
    pub(super) response: fn(&Request) -> Response,
    pub(super) arrival: Arrival,
    pub(super) outcome: Outcome,
    pub(super) next: Next,
}

/// The circumstances that a response can depend on.
pub(super) struct Request {
    /// The number of the request in this row, counted from 1.
    pub(super) number: usize,
    /// The URL of another origin; ends with a slash.
    pub(super) other_origin: String,
}

/// When the response arrives.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Arrival {
    Immediately,
    /// Just before the timeout.
    Late,
    /// Not before the timeout.
    Never,
}

/// Where the widget sends its requests.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Endpoint {
    SameOrigin,
    OtherOrigin,
    /// A port without a listener.
    ClosedPort,
    /// A host name that does not resolve.
    UnknownHost,
    /// A server without TLS, by an `https:` URL.
    NoTls,
}

/// The expected notice, and the event that the widget dispatches.
pub(super) enum Outcome {
    /// The batch; `batch-task-update`.
    Shown,
    /// A notice with this title and detail; `batch-task-error` with this class and HTTP status.
    Notice { title: &'static str, detail: &'static str, class: &'static str, status: Option<u16> },
}

/// When the next request is sent.
pub(super) enum Next {
    Interval,
    Backoff,
    /// After the milliseconds that the server has requested.
    After(u64),
    /// After one to ten minutes, or when the page is shown.
    Slowly,
    /// When the viewer clicks “Try again”.
    Stopped,
}

const UNREACHABLE: Outcome = Outcome::Notice {
    title: "Cannot reach the server",
    detail: "No response from",
    class: "network",
    status: None,
};

const TIMED_OUT: Outcome = Outcome::Notice {
    title: "The request timed out",
    detail: "No data from",
    class: "timeout",
    status: None,
};

/// Paths of the other origin: one without CORS headers, one that allows every origin.
pub(super) const WITHOUT_CORS: &str = "api/DescribeBatchTask";
pub(super) const WITH_CORS: &str = "allowed";

const fn notice(title: &'static str, detail: &'static str, class: &'static str, status: u16) -> Outcome {
    Outcome::Notice { title, detail, class, status: Some(status) }
}

const fn row(
    condition: &'static str,
    response: fn(&Request) -> Response,
    outcome: Outcome,
    next: Next,
) -> Row {
    Row { condition, endpoint: Endpoint::SameOrigin, response, arrival: Arrival::Immediately, outcome, next }
}

const fn unreachable(condition: &'static str, endpoint: Endpoint) -> Row {
    Row { endpoint, ..row(condition, batch, UNREACHABLE, Next::Backoff) }
}

pub(super) const ROWS: [Row; 31] = [
    unreachable("connection refused", Endpoint::ClosedPort),
    unreachable("DNS lookup fails", Endpoint::UnknownHost),
    unreachable("TLS handshake fails", Endpoint::NoTls),
    unreachable("another origin, which does not allow this one (CORS)", Endpoint::OtherOrigin),
    row("connection closed without a response", reset, UNREACHABLE, Next::Backoff),
    row("200, complete", batch, Outcome::Shown, Next::Interval),
    Row {
        arrival: Arrival::Late,
        ..row(
            "200, slow: headers after 9 s, then chunks less than 10 s apart",
            |_| good(1).sent(Delivery::Chunks(40, Duration::from_millis(20))),
            Outcome::Shown,
            Next::Interval,
        )
    },
    row(
        "200, incomplete",
        |_| Response { missing: 500, ..half() },
        notice("Incomplete response", "The body is cut off after", "truncated", 200),
        Next::Backoff,
    ),
    row(
        "204",
        |_| Response::status("204 No Content"),
        notice("The response is not a batch task", "The body is empty", "invalid", 204),
        Next::Slowly,
    ),
    row(
        "200 with an HTML page, such as that of a gateway",
        |_| page("200 OK"),
        notice("The response is not a batch task", "The body is HTML", "invalid", 200),
        Next::Slowly,
    ),
    row(
        "206, complete",
        |_| Response { status: "206 Partial Content", ..good(1) },
        Outcome::Shown,
        Next::Interval,
    ),
    row(
        "206, incomplete",
        |_| Response { status: "206 Partial Content", ..half() },
        notice("Incomplete response", "The body is cut off after", "truncated", 206),
        Next::Backoff,
    ),
    row(
        "301 to another origin, which does not allow this one, such as a sign-in server",
        |request| moved(request, WITHOUT_CORS),
        Outcome::Notice {
            title: "Sign-in needed",
            detail: "api/DescribeBatchTask redirects to another site",
            class: "unauthorized",
            status: None,
        },
        Next::Slowly,
    ),
    row(
        "301 to another origin, which allows this one",
        |request| moved(request, WITH_CORS),
        Outcome::Shown,
        Next::Interval,
    ),
    row(
        "200 with an `ETag`, then 304",
        |request| match request.number {
            1 => good(1).header("etag", "W/\"1\""),
            _ => Response::status("304 Not Modified"),
        },
        Outcome::Shown,
        Next::Interval,
    ),
    row(
        "304 to an unconditional request",
        |_| Response::status("304 Not Modified"),
        notice("The response is not a batch task", "The response was HTTP 304", "invalid", 304),
        Next::Slowly,
    ),
    row(
        "401",
        |_| page("401 Unauthorized"),
        notice("Sign-in required", "The response was HTTP 401", "unauthorized", 401),
        Next::Slowly,
    ),
    row(
        "403 with an HTML page, such as that of a firewall",
        |_| page("403 Forbidden"),
        notice("No permission", "The response was HTTP 403", "permission", 403),
        Next::Slowly,
    ),
    row(
        "403 with JSON, with the Code `Forbidden.RAM` or without any",
        |_| json("403 Forbidden", r#"{"Code":"Forbidden.RAM","Message":"not authorized","RequestId":"R"}"#),
        notice("No permission", "not authorized", "permission", 403),
        Next::Stopped,
    ),
    row(
        "404 without a Code",
        |_| page("404 Not Found"),
        notice("Wrong endpoint", "The response was HTTP 404", "endpoint", 404),
        Next::Slowly,
    ),
    row(
        "404 with the Code `InvalidBatchId.NotFound`",
        |_| {
            json(
                "404 Not Found",
                r#"{"Code":"InvalidBatchId.NotFound","Message":"no such batch","RequestId":"R"}"#,
            )
        },
        notice("Batch not found", "no such batch", "not-found", 404),
        Next::Stopped,
    ),
    row(
        "405 with JSON",
        |_| json("405 Method Not Allowed", "{}"),
        notice("The request was rejected", "The response was HTTP 405", "request", 405),
        Next::Stopped,
    ),
    row(
        "408",
        |_| page("408 Request Timeout"),
        notice("Service error", "The response was HTTP 408", "service", 408),
        Next::Backoff,
    ),
    row(
        "413 with an HTML page",
        |_| page("413 Content Too Large"),
        notice("The response is too large", "The response was HTTP 413", "too-large", 413),
        Next::Slowly,
    ),
    row(
        "429 with `Retry-After: 7`",
        |_| page("429 Too Many Requests").header("retry-after", "7"),
        notice("Too many requests", "The response was HTTP 429", "throttled", 429),
        Next::After(7_000),
    ),
    row(
        "429 with `x-acs-retry-after: 9000` (milliseconds) and `Retry-After: 7`: the longer wait applies",
        |_| page("429 Too Many Requests").header("retry-after", "7").header("x-acs-retry-after", "9000"),
        notice("Too many requests", "The response was HTTP 429", "throttled", 429),
        Next::After(9_000),
    ),
    row(
        "500",
        |_| page("500 Internal Server Error"),
        notice("Service error", "The response was HTTP 500", "service", 500),
        Next::Backoff,
    ),
    row(
        "502 with HTML from a gateway",
        |_| page("502 Bad Gateway"),
        notice("Service error", "The response was HTTP 502 (text/html)", "service", 502),
        Next::Backoff,
    ),
    row(
        "503 with `Retry-After: 30`",
        |_| page("503 Service Unavailable").header("retry-after", "30"),
        notice("Service error", "The response was HTTP 503", "service", 503),
        Next::After(30_000),
    ),
    Row {
        arrival: Arrival::Never,
        ..row("no response for 10 s", |_| good(1).sent(Delivery::Silent), TIMED_OUT, Next::Backoff)
    },
    Row {
        arrival: Arrival::Never,
        ..row(
            "headers, then no data for 10 s",
            |_| good(1).sent(Delivery::HeadOnly),
            TIMED_OUT,
            Next::Backoff,
        )
    },
];

fn batch(_: &Request) -> Response {
    good(1)
}

fn reset(_: &Request) -> Response {
    good(1).sent(Delivery::Reset)
}

fn moved(request: &Request, path: &str) -> Response {
    Response::status("301 Moved Permanently").header("location", &format!("{}{path}", request.other_origin))
}

fn json(status: &'static str, body: &str) -> Response {
    Response { status, ..Response::json(body) }
}

fn page(status: &'static str) -> Response {
    Response::html(status, "<html><h1>Not today</h1></html>")
}
