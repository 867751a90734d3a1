//! What a network does to a request, and what then is seen, told and asked: the table of `docs/network.md`, tried in a browser.
//!
//! The table is the test's own data; the document is held equal to it.

mod rows;

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, POLICY, Size, Stub, wait_for};
use serde_json::Value;

use self::rows::{ALLOWING, Asked, Next, Outcome, Pace, REFUSING, ROWS, Request, Row};
use crate::clock;
use crate::host::{events, look, open_under, wait_until};
use crate::support::good;

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
            Next::Stopped => "on “Try again”".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {what} | {seen} | {told} | {next} |");
    }
    table
}

#[test]
fn the_document_has_this_table() {
    let document = include_str!("../../../../docs/network.md");
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
    other.put(ALLOWING, good(1).with(&[("access-control-allow-origin", "*")]));
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
    let (reply, asked) = (row.reply, stub.asked());
    let address = other.url("");
    stub.script(move |number| reply(&Request { number: number - asked, other: address.clone() }));
    let endpoint = match row.asked {
        Asked::Own => "api/DescribeBatchTask".to_owned(),
        Asked::Other => other.url(REFUSING),
        Asked::Nobody => format!("http://127.0.0.1:{}/", closed_port()?),
        Asked::NoName => "http://no-such-host.invalid/".to_owned(),
        Asked::NoTls => other.url("").replace("http:", "https:"),
    };
    // Another batch is another target, so that each row begins anew.
    let begin = format!(
        "widget().setAttribute('endpoint', '{endpoint}'); widget().setAttribute('batch-id', '{number}'); log.length = 0; return 0;"
    );
    match row.pace {
        Pace::Prompt => look::<Value>(browser, &begin).await.map(drop)?,
        Pace::Never => {
            look::<Value>(browser, &begin).await?;
            stub.wait_until_asked(asked + 1).await?;
            clock::advance(browser, 10_000, clock::Patience::None).await?;
        }
        Pace::Late => {
            stub.hold();
            look::<Value>(browser, &begin).await?;
            stub.wait_until_asked(asked + 1).await?;
            clock::advance(browser, 9_000, clock::Patience::None).await?;
            stub.release();
        }
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
    try_next(browser, row).await
}

/// The next request goes when the table says, and not before.
async fn try_next(browser: &Browser, row: &Row) -> Result<()> {
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
    if row.pace != Pace::Never && wait_ms > 2_000 {
        clock::advance(browser, wait_ms - 2_000, clock::Patience::Answers).await?;
        ensure!(events(browser, name).await?.len() == 1, "it has asked too soon");
    }
    match row.next {
        Next::Stopped => {
            look::<Value>(browser, "find('[role=alert] button').click(); return 0;").await?;
        }
        _ => clock::advance(browser, 2_000, clock::Patience::None).await?,
    }
    if row.pace == Pace::Never {
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
