//! What a network does to a request, and what comes of each. It must not know how they are tried.

use std::time::Duration;

use e2e::{Answer, Delivery, Reply};

use crate::support::{good, half};

/// What happens to a request, and what comes of it.
pub(super) struct Row {
    /// What happens.
    pub(super) what: &'static str,
    pub(super) asked: Asked,
    pub(super) reply: fn(&Request) -> Reply,
    pub(super) pace: Pace,
    pub(super) outcome: Outcome,
    pub(super) next: Next,
}

/// A request, as far as the answer depends on it.
pub(super) struct Request {
    /// Of how many to this row, counted from 1.
    pub(super) number: usize,
    /// The address of another origin, which ends with a slash.
    pub(super) other: String,
}

/// When an answer comes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pace {
    /// At once.
    Prompt,
    /// Just before it is given up.
    Late,
    /// Not before it is given up.
    Never,
}

/// Whom the widget asks.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Asked {
    /// The page's own origin.
    Own,
    /// Another one.
    Other,
    /// A port that nobody listens on.
    Nobody,
    /// A name that is nobody's.
    NoName,
    /// A server that speaks no TLS, over TLS.
    NoTls,
}

/// What the viewer sees, and what the host is told.
pub(super) enum Outcome {
    /// The batch; `batch-task-update`.
    Shown,
    /// A notice of this title, with this detail; `batch-task-error` of this class and HTTP status.
    Notice { title: &'static str, detail: &'static str, class: &'static str, status: Option<u16> },
}

/// When the next request goes.
pub(super) enum Next {
    /// As usual.
    Interval,
    /// After a backoff.
    Backoff,
    /// After so many milliseconds, as the server asked.
    After(u64),
    /// Never, until the viewer presses the button.
    Stopped,
}

const UNREACHED: Outcome = Outcome::Notice {
    title: "Cannot reach the server",
    detail: "No response from",
    class: "network",
    status: None,
};

const GIVEN_UP: Outcome = Outcome::Notice {
    title: "The request timed out",
    detail: "No data from",
    class: "timeout",
    status: None,
};

/// A path of another origin that allows nobody to read what is there, and one that allows everybody.
pub(super) const REFUSING: &str = "api/DescribeBatchTask";
pub(super) const ALLOWING: &str = "allowed";

const fn notice(title: &'static str, detail: &'static str, class: &'static str, status: u16) -> Outcome {
    Outcome::Notice { title, detail, class, status: Some(status) }
}

const fn own(what: &'static str, reply: fn(&Request) -> Reply, outcome: Outcome, next: Next) -> Row {
    Row { what, asked: Asked::Own, reply, pace: Pace::Prompt, outcome, next }
}

const fn unreached(what: &'static str, asked: Asked) -> Row {
    Row { what, asked, reply: fine, pace: Pace::Prompt, outcome: UNREACHED, next: Next::Backoff }
}

pub(super) const ROWS: [Row; 27] = [
    unreached("connection refused", Asked::Nobody),
    unreached("DNS lookup fails", Asked::NoName),
    unreached("TLS handshake fails", Asked::NoTls),
    unreached("another origin, which does not allow this one (CORS)", Asked::Other),
    own("connection closed without a response", refused, UNREACHED, Next::Backoff),
    own("200, complete", fine, Outcome::Shown, Next::Interval),
    Row {
        pace: Pace::Late,
        ..own(
            "200, slow: headers after 9 s, then chunks less than 10 s apart",
            |_| good(1).sent(Delivery::Chunks(40, Duration::from_millis(20))),
            Outcome::Shown,
            Next::Interval,
        )
    },
    own(
        "200, incomplete",
        |_| Answer { missing: 500, ..half() }.into(),
        notice("Incomplete response", "The body is cut off after", "truncated", 200),
        Next::Backoff,
    ),
    own(
        "204",
        |_| status("204 No Content"),
        notice("The response is not a batch task", "The body is empty", "invalid", 204),
        Next::Stopped,
    ),
    own(
        "206, complete",
        |_| Answer { status: "206 Partial Content", ..good(1) }.into(),
        Outcome::Shown,
        Next::Interval,
    ),
    own(
        "206, incomplete",
        |_| Answer { status: "206 Partial Content", ..half() }.into(),
        notice("Incomplete response", "The body is cut off after", "truncated", 206),
        Next::Backoff,
    ),
    own(
        "301 to another origin, which does not allow this one",
        |request| moved(request, REFUSING),
        UNREACHED,
        Next::Backoff,
    ),
    own(
        "301 to another origin, which allows this one",
        |request| moved(request, ALLOWING),
        Outcome::Shown,
        Next::Interval,
    ),
    own(
        "200 with an `ETag`, then 304",
        |request| match request.number {
            1 => good(1).with(&[("etag", "W/\"1\"")]),
            _ => status("304 Not Modified"),
        },
        Outcome::Shown,
        Next::Interval,
    ),
    own(
        "304 to an unconditional request",
        |_| status("304 Not Modified"),
        notice("The response is not a batch task", "The response was HTTP 304", "invalid", 304),
        Next::Stopped,
    ),
    own(
        "401",
        |_| page("401 Unauthorized"),
        notice("Sign-in required", "The response was HTTP 401", "unauthorized", 401),
        Next::Stopped,
    ),
    own(
        "403",
        |_| page("403 Forbidden"),
        notice("No permission", "The response was HTTP 403", "permission", 403),
        Next::Stopped,
    ),
    own(
        "404",
        |_| page("404 Not Found"),
        notice("Wrong endpoint", "The response was HTTP 404", "endpoint", 404),
        Next::Stopped,
    ),
    own(
        "408",
        |_| page("408 Request Timeout"),
        notice("Service error", "The response was HTTP 408", "service", 408),
        Next::Backoff,
    ),
    own(
        "413",
        |_| page("413 Content Too Large"),
        notice("The response is too large", "The response was HTTP 413", "too-large", 413),
        Next::Stopped,
    ),
    own(
        "429 with `Retry-After: 7`",
        |_| page("429 Too Many Requests").with(&[("retry-after", "7")]),
        notice("Too many requests", "The response was HTTP 429", "throttled", 429),
        Next::After(7_000),
    ),
    own(
        "429 with `x-acs-retry-after: 9000` (milliseconds) and `Retry-After: 7`: the longer wait applies",
        |_| page("429 Too Many Requests").with(&[("retry-after", "7"), ("x-acs-retry-after", "9000")]),
        notice("Too many requests", "The response was HTTP 429", "throttled", 429),
        Next::After(9_000),
    ),
    own(
        "500",
        |_| page("500 Internal Server Error"),
        notice("Service error", "The response was HTTP 500", "service", 500),
        Next::Backoff,
    ),
    own(
        "502 with HTML from a gateway",
        |_| page("502 Bad Gateway"),
        notice("Service error", "The response was HTTP 502 (text/html)", "service", 502),
        Next::Backoff,
    ),
    own(
        "503 with `Retry-After: 30`",
        |_| page("503 Service Unavailable").with(&[("retry-after", "30")]),
        notice("Service error", "The response was HTTP 503", "service", 503),
        Next::After(30_000),
    ),
    Row {
        pace: Pace::Never,
        ..own("no response for 10 s", |_| good(1).sent(Delivery::Silent), GIVEN_UP, Next::Backoff)
    },
    Row {
        pace: Pace::Never,
        ..own("headers, then no data for 10 s", |_| good(1).sent(Delivery::Hangs), GIVEN_UP, Next::Backoff)
    },
];

fn fine(_: &Request) -> Reply {
    good(1).into()
}

fn refused(_: &Request) -> Reply {
    good(1).sent(Delivery::Refused)
}

fn status(status: &'static str) -> Reply {
    Answer { status, content_type: "", ..Answer::json("") }.into()
}

fn moved(request: &Request, path: &str) -> Reply {
    status("301 Moved Permanently").with(&[("location", &format!("{}{path}", request.other))])
}

fn page(status: &'static str) -> Reply {
    Answer::html(status, "<html><h1>Not today</h1></html>").into()
}
