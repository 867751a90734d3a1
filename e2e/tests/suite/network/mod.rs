//! Each network condition in the table of `docs/network.md`, tried in a browser: the notice, the event, the next request.
//!
//! The table is generated from the test's data, and a test compares the document with it.

mod recovery;
mod rows;

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use e2e::{POLICY, Stub};

use self::rows::{Arrival, Endpoint, Next, Outcome, ROWS, Request, Row, WITH_CORS, WITHOUT_CORS};
use crate::batch::good;
use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::Page;

/// The table as `docs/network.md` has it.
fn markdown() -> String {
    let mut table = String::from(
        "| what happens | the viewer sees | the host gets | the next request |\n| --- | --- | --- | --- |\n",
    );
    for Row { condition, outcome, next, .. } in &ROWS {
        let (shown, event) = match outcome {
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
            Next::Slowly => "after 1 to 10 min".to_owned(),
            Next::Stopped => "on “Try again”".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {condition} | {shown} | {event} | {next} |");
    }
    table
}

#[test]
fn the_document_has_this_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/network.md");
    let document = std::fs::read_to_string(path).unwrap();
    let table = markdown();
    assert!(document.contains(&table), "docs/network.md must contain this table:\n{table}");
}

const TAG: &str = "<batch-task-widget batch-id=pcb-stub interval=60></batch-task-widget>";
/// A backoff is random; this selects the middle of its range. Time passes only when the test advances it, however long a
/// step of the test takes.
const SCRIPT: &str = "Math.random = () => 0.5; clock.freeze(); await import('./npm/define.js');";
const BACKOFF_MS: u64 = 500;
const SLOW_BACKOFF_MS: u64 = 67_500;

#[tokio::test(flavor = "multi_thread")]
async fn each_condition_has_the_outcome_in_the_table() -> Result<()> {
    let other = Stub::start(good).await?;
    other.serve(WITH_CORS, good(1).header("access-control-allow-origin", "*"));
    let page = Page::blank(Stub::start(good).await?).await?;
    clock::serve(&page.server);
    let policy = POLICY.replace("connect-src 'self'", "connect-src *");
    page.embed_under(&policy, &format!("{CLOCK_TAG}{TAG}"), SCRIPT).await?;
    page.wait_until("customElements.get('batch-task-widget')").await?;
    for (number, row) in ROWS.iter().enumerate() {
        try_row(&page, &other, row, number).await.with_context(|| row.condition)?;
    }
    Ok(())
}

async fn try_row(page: &Page<Stub>, other: &Stub, row: &Row, number: usize) -> Result<()> {
    let (response, before) = (row.response, page.server.request_count());
    let other_origin = other.url("");
    page.server.respond(move |number| {
        response(&Request { number: number - before, other_origin: other_origin.clone() })
    });
    let url = match row.endpoint {
        Endpoint::SameOrigin => "api/DescribeBatchTask".to_owned(),
        Endpoint::OtherOrigin => other.url(WITHOUT_CORS),
        Endpoint::ClosedPort => format!("http://127.0.0.1:{}/", closed_port()?),
        Endpoint::UnknownHost => "http://no-such-host.invalid/".to_owned(),
        Endpoint::NoTls => other.url("").replace("http:", "https:"),
    };
    // Another URL makes the widget start again.
    let start = format!("widget().setAttribute('endpoint', '{url}?row={number}'); log.length = 0");
    match row.arrival {
        Arrival::Immediately => page.act(&start).await?,
        Arrival::Never => {
            page.act(&start).await?;
            page.server.wait_for_requests(before + 1).await?;
            clock::advance(page, 10_000, Requests::NotAwaited).await?;
        }
        Arrival::Late => {
            page.server.hold();
            page.act(&start).await?;
            page.server.wait_for_requests(before + 1).await?;
            clock::advance(page, 9_000, Requests::NotAwaited).await?;
            page.server.release();
        }
    }
    match &row.outcome {
        Outcome::Shown => {
            wait_for_events(page, "update", 1).await?;
            page.wait_until("text('.btw-percent') === '33 %' && !find('[role=alert]')").await?;
        }
        Outcome::Notice { title, detail, class, status } => {
            wait_for_events(page, "error", 1).await?;
            let error = &page.events("error").await?[0];
            ensure!(error["class"] == *class && error["status"] == serde_json::json!(status), "{error}");
            let message = error["message"].as_str().unwrap_or_default();
            ensure!(message.to_lowercase().starts_with(&detail.to_lowercase()), "{message:?}");
            let wait_ms = match row.next {
                Next::Backoff => Some(BACKOFF_MS),
                Next::Slowly => Some(SLOW_BACKOFF_MS),
                Next::After(ms) => Some(ms),
                Next::Interval | Next::Stopped => None,
            };
            ensure!(error["retryInMs"].as_u64() == wait_ms, "{error}");
            page.wait_until(&format!("text('[role=alert] strong') === {title:?}")).await?;
            let detail = detail.to_lowercase();
            page.wait_until(&format!("text('.btw-notice-detail').toLowerCase().startsWith({detail:?})"))
                .await?;
        }
    }
    check_next_request(page, row).await
}

/// The next request is sent when the table says, and not before.
async fn check_next_request(page: &Page<Stub>, row: &Row) -> Result<()> {
    let event = match row.outcome {
        Outcome::Shown => "update",
        Outcome::Notice { .. } => "error",
    };
    let wait_ms = match row.next {
        Next::Interval => 60_000,
        Next::Backoff => BACKOFF_MS,
        Next::Slowly => SLOW_BACKOFF_MS,
        Next::After(ms) => ms,
        // Twice the longest backoff.
        Next::Stopped => 120_000,
    };
    if row.arrival != Arrival::Never && wait_ms > 2_000 {
        clock::advance(page, wait_ms - 2_000, Requests::Awaited).await?;
        ensure!(page.events(event).await?.len() == 1, "a request was sent too early");
    }
    match row.next {
        Next::Stopped => page.act("find('[role=alert] > .btw-button').click()").await?,
        _ => clock::advance(page, 2_000, Requests::NotAwaited).await?,
    }
    if row.arrival == Arrival::Never {
        clock::advance(page, 10_000, Requests::NotAwaited).await?;
    }
    wait_for_events(page, event, 2).await
}

async fn wait_for_events(page: &Page<Stub>, event: &str, at_least: usize) -> Result<()> {
    page.wait_until(&format!("log.filter(([name]) => name === '{event}').length >= {at_least}")).await
}

fn closed_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
