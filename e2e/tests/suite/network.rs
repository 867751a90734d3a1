//! What a network does to a request, and what then is seen, told and asked: the table of `docs/network.md`, tried in a browser.
//!
//! The table is the test's own data; the document is held equal to it.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Browser, Delivery, POLICY, Reply, Size, Stub, wait_for};
use serde_json::Value;

use crate::clock;
use crate::host::{events, look, open_under, wait_until};
use crate::support::{good, running};

/// What happens to a request, and what comes of it.
struct Row {
    /// What happens.
    what: &'static str,
    asked: Asked,
    reply: fn() -> Reply,
    outcome: Outcome,
    next: Next,
}

/// Whom the widget asks.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
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
enum Outcome {
    /// The batch; `batch-task-update`.
    Shown,
    /// A notice of this title, with this detail; `batch-task-error` of this class and HTTP status.
    Notice { title: &'static str, detail: &'static str, class: &'static str, status: Option<u16> },
}

/// When the next request goes.
enum Next {
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
    detail: "No answer from",
    class: "network",
    status: None,
};

const fn notice(title: &'static str, detail: &'static str, class: &'static str, status: u16) -> Outcome {
    Outcome::Notice { title, detail, class, status: Some(status) }
}

const fn own(what: &'static str, reply: fn() -> Reply, outcome: Outcome, next: Next) -> Row {
    Row { what, asked: Asked::Own, reply, outcome, next }
}

const fn unreached(what: &'static str, asked: Asked) -> Row {
    Row { what, asked, reply: fine, outcome: UNREACHED, next: Next::Backoff }
}

const ROWS: [Row; 25] = [
    unreached("connection refused", Asked::Nobody),
    unreached("no such name (DNS)", Asked::NoName),
    unreached("TLS fails", Asked::NoTls),
    unreached("another origin that does not allow this one (CORS)", Asked::Other),
    own("connection closed without an answer", refused, UNREACHED, Next::Backoff),
    own("200, whole", fine, Outcome::Shown, Next::Interval),
    own(
        "200, slowly: each piece within 10 s",
        || good(1).sent(Delivery::Chunks(40, Duration::from_millis(20))),
        Outcome::Shown,
        Next::Interval,
    ),
    own(
        "200, cut off",
        || Answer { missing: 500, ..half() }.into(),
        notice("The answer was cut off", "The body is cut off after", "truncated", 200),
        Next::Backoff,
    ),
    own(
        "204",
        || status("204 No Content"),
        notice("This is not a batch task", "The body is empty", "invalid", 204),
        Next::Stopped,
    ),
    own(
        "206, whole",
        || Answer { status: "206 Partial Content", ..good(1) }.into(),
        Outcome::Shown,
        Next::Interval,
    ),
    own(
        "206, a part",
        || Answer { status: "206 Partial Content", ..half() }.into(),
        notice("The answer was cut off", "The body is cut off after", "truncated", 206),
        Next::Backoff,
    ),
    own(
        "301 to another origin that does not allow this one",
        || status("301 Moved Permanently").with(&[("location", "http://no-such-host.invalid/")]),
        UNREACHED,
        Next::Backoff,
    ),
    own(
        "304 without being asked",
        || status("304 Not Modified"),
        notice("This is not a batch task", "The answer was HTTP 304", "invalid", 304),
        Next::Stopped,
    ),
    own(
        "401",
        || page("401 Unauthorized"),
        notice("Sign-in needed", "The answer was HTTP 401", "unauthorized", 401),
        Next::Stopped,
    ),
    own(
        "403",
        || page("403 Forbidden"),
        notice("No permission", "The answer was HTTP 403", "permission", 403),
        Next::Stopped,
    ),
    own(
        "404",
        || page("404 Not Found"),
        notice("Wrong endpoint", "The answer was HTTP 404", "endpoint", 404),
        Next::Stopped,
    ),
    own(
        "408",
        || page("408 Request Timeout"),
        notice("The service failed", "The answer was HTTP 408", "service", 408),
        Next::Backoff,
    ),
    own(
        "413",
        || page("413 Content Too Large"),
        notice("The answer is too large", "The answer was HTTP 413", "too-large", 413),
        Next::Stopped,
    ),
    own(
        "429 with `Retry-After: 7`",
        || page("429 Too Many Requests").with(&[("retry-after", "7")]),
        notice("Too many requests", "The answer was HTTP 429", "throttled", 429),
        Next::After(7_000),
    ),
    own(
        "429 with `x-acs-retry-after: 9000`, which is in milliseconds, and `Retry-After: 7`: the longer one counts",
        || page("429 Too Many Requests").with(&[("retry-after", "7"), ("x-acs-retry-after", "9000")]),
        notice("Too many requests", "The answer was HTTP 429", "throttled", 429),
        Next::After(9_000),
    ),
    own(
        "500",
        || page("500 Internal Server Error"),
        notice("The service failed", "The answer was HTTP 500", "service", 500),
        Next::Backoff,
    ),
    own(
        "502 with a gateway's HTML",
        || page("502 Bad Gateway"),
        notice("The service failed", "The answer was HTTP 502 (text/html)", "service", 502),
        Next::Backoff,
    ),
    own(
        "503 with `Retry-After: 30`",
        || page("503 Service Unavailable").with(&[("retry-after", "30")]),
        notice("The service failed", "The answer was HTTP 503", "service", 503),
        Next::After(30_000),
    ),
    own(
        "nothing for 10 s",
        || good(1).sent(Delivery::Silent),
        Outcome::Notice {
            title: "The server took too long",
            detail: "Nothing came from",
            class: "timeout",
            status: None,
        },
        Next::Backoff,
    ),
    own(
        "a head, and then nothing for 10 s",
        || good(1).sent(Delivery::Hangs),
        Outcome::Notice {
            title: "The server took too long",
            detail: "Nothing came from",
            class: "timeout",
            status: None,
        },
        Next::Backoff,
    ),
];

fn fine() -> Reply {
    good(1).into()
}

fn refused() -> Reply {
    good(1).sent(Delivery::Refused)
}

fn half() -> Answer {
    let mut body = running(1).to_string().into_bytes();
    body.truncate(body.len() / 2);
    Answer::json(body)
}

fn status(status: &'static str) -> Reply {
    Answer { status, content_type: "", ..Answer::json("") }.into()
}

fn page(status: &'static str) -> Reply {
    Answer::html(status, "<html><h1>Not today</h1></html>").into()
}

/// The table as `docs/network.md` has it.
fn markdown() -> String {
    let mut table = String::from(
        "| what happens | the viewer sees | the host gets | the next request |\n| --- | --- | --- | --- |\n",
    );
    for Row { what, outcome, next, .. } in &ROWS {
        let (seen, told) = match outcome {
            Outcome::Shown => ("the batch".to_owned(), "`batch-task-update`".to_owned()),
            Outcome::Notice { title, detail, class, status } => {
                let status = status.map_or("null".to_owned(), |status| status.to_string());
                (format!("**{title}** {detail} …"), format!("`class: \"{class}\"`, `status: {status}`"))
            }
        };
        let next = match next {
            Next::Interval => "after the interval".to_owned(),
            Next::Backoff => "after a backoff".to_owned(),
            Next::After(ms) => format!("after {} s", ms / 1_000),
            Next::Stopped => "at “Try again”".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {what} | {seen} | {told} | {next} |");
    }
    table
}

#[test]
fn the_document_has_this_table() {
    let document = include_str!("../../../docs/network.md");
    let table = markdown();
    assert!(document.contains(&table), "docs/network.md has to have this table:\n{table}");
}

const TAG: &str = "<script src=clock.js></script><batch-task-widget interval=60></batch-task-widget>";
/// The middle of any span that a backoff is picked from.
const SCRIPT: &str = "Math.random = () => 0.5; import './npm/define.js';";
const BACKOFF_MS: u64 = 500;

#[tokio::test(flavor = "multi_thread")]
async fn each_row_is_as_the_table_says() -> Result<()> {
    let stub = Stub::start("/", good).await?;
    let other = Stub::start("/", good).await?;
    let browser = Browser::open(Size::WIDE).await?;
    let policy = POLICY.replace("connect-src 'self'", "connect-src *");
    clock::put(&stub);
    open_under(&policy, &browser, &stub, TAG, SCRIPT).await?;
    wait_until(&browser, "customElements.get('batch-task-widget')").await?;
    for (number, row) in ROWS.iter().enumerate() {
        try_row(&browser, &stub, &other, row, number).await.with_context(|| row.what)?;
    }
    Ok(())
}

async fn try_row(browser: &Browser, stub: &Stub, other: &Stub, row: &Row, number: usize) -> Result<()> {
    let reply = row.reply;
    stub.script(move |_| reply());
    let endpoint = match row.asked {
        Asked::Own => "api/DescribeBatchTask".to_owned(),
        Asked::Other => other.url("api/DescribeBatchTask"),
        Asked::Nobody => format!("http://127.0.0.1:{}/", closed_port()?),
        Asked::NoName => "http://no-such-host.invalid/".to_owned(),
        Asked::NoTls => other.url("").replace("http:", "https:"),
    };
    // Another batch is another target, so that each row begins anew.
    let begin = format!(
        "widget().setAttribute('endpoint', '{endpoint}'); widget().setAttribute('batch-id', '{number}'); log.length = 0; return 0;"
    );
    let asked = stub.asked();
    let is_silent = row.what.contains("nothing for 10 s");
    look::<Value>(browser, &begin).await?;
    if is_silent {
        stub.wait_until_asked(asked + 1).await?;
        clock::advance(browser, 10_000, clock::Patience::None).await?;
    }
    match &row.outcome {
        Outcome::Shown => {
            wait_for_events(browser, "update", 1).await?;
            wait_until(browser, "text('.btw-percent') === '33 %' && !find('[role=alert]')").await?;
        }
        Outcome::Notice { title, detail, class, status } => {
            wait_for_events(browser, "error", 1).await?;
            let told = &events(browser, "error").await?[0];
            ensure!(told["class"] == *class && told["status"] == serde_json::json!(status), "{told}");
            let message = told["message"].as_str().unwrap_or_default();
            ensure!(message.to_lowercase().starts_with(&detail.to_lowercase()), "{message:?}");
            let wait_ms = match row.next {
                Next::Backoff => Some(BACKOFF_MS),
                Next::After(ms) => Some(ms),
                Next::Interval | Next::Stopped => None,
            };
            ensure!(told["retryInMs"].as_u64() == wait_ms, "{told}");
            wait_until(browser, &format!("text('[role=alert] strong') === {title:?}")).await?;
            wait_until(browser, &format!("text('.btw-notice-detail').startsWith({detail:?})")).await?;
        }
    }
    try_next(browser, row, is_silent).await
}

/// The next request goes when the table says, and not before.
async fn try_next(browser: &Browser, row: &Row, is_silent: bool) -> Result<()> {
    let name = match row.outcome {
        Outcome::Shown => "update",
        Outcome::Notice { .. } => "error",
    };
    let wait_ms = match row.next {
        Next::Interval => 60_000,
        Next::Backoff => BACKOFF_MS,
        Next::After(ms) => ms,
        // Twice the longest backoff.
        Next::Stopped => 120_000,
    };
    if !is_silent && wait_ms > 2_000 {
        clock::advance(browser, wait_ms - 2_000, clock::Patience::Answers).await?;
        ensure!(events(browser, name).await?.len() == 1, "it has asked too soon");
    }
    match row.next {
        Next::Stopped => {
            look::<Value>(browser, "find('[role=alert] button').click(); return 0;").await?;
        }
        _ => clock::advance(browser, 2_000, clock::Patience::None).await?,
    }
    if is_silent {
        clock::advance(browser, 10_000, clock::Patience::None).await?;
    }
    wait_for_events(browser, name, 2).await
}

async fn wait_for_events(browser: &Browser, name: &str, at_least: usize) -> Result<()> {
    wait_for(&format!("{at_least} of {name}"), async || {
        let seen = events(browser, name).await?.len();
        ensure!(seen >= at_least, "there were {seen}");
        Ok(())
    })
    .await
}

/// A port that was free a moment ago.
fn closed_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
