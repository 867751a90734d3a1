//! Logging to stderr: the format, the filter, and what happens to lines that cannot be written.
//!
//! A log line is never waited for, and a closed or full stderr does no harm: lines go through a bounded [queue](LogQueue)
//! to a thread of their own, and lines that a place in the code repeats are [throttled](Throttle). Lines that are dropped
//! are counted and reported.

mod queue;
mod request;
mod throttle;

use std::io::{self, IsTerminal as _};
use std::ops::ControlFlow;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use clap::ValueEnum;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use self::queue::LogQueue;
pub(crate) use self::request::request;
pub use self::throttle::Throttle;

/// How often dropped lines are reported.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);
/// How long the end of the process waits for lines that are not written yet.
const FLUSH_LIMIT: Duration = Duration::from_millis(100);

/// The logging of this process, after [`init`].
static LOGGING: OnceLock<Logging> = OnceLock::new();

struct Logging {
    queue: LogQueue,
    throttle: Throttle,
    /// The number of lost lines that were reported.
    reported: Mutex<u64>,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Starts logging to stderr. The environment variable `RUST_LOG` selects what is logged; `level` is its default. Panics are
/// logged, too, unless `level` is `off`.
///
/// # Errors
/// If the thread that writes the lines cannot be started.
pub fn init(format: LogFormat, level: &str) -> io::Result<()> {
    let (queue, throttle) = (LogQueue::start(queue::stderr()?)?, Throttle::default());
    let (filter, invalid) = filter(level);
    let writer = queue.clone();
    // An internal error would be printed with `eprintln!`, which panics if stderr is closed and blocks if it is full.
    let lines =
        tracing_subscriber::fmt::layer().with_writer(move || writer.clone()).log_internal_errors(false);
    let registry = tracing_subscriber::registry().with(filter).with(throttle.clone());
    match format {
        LogFormat::Text => {
            let ansi = io::stderr().is_terminal();
            registry.with(lines.with_ansi(ansi)).init();
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(true).with_span_list(false);
            registry.with(lines).init();
        }
    }
    let _ = LOGGING.set(Logging { queue, throttle, reported: Mutex::default() });
    if level != "off" {
        // The default hook writes to stderr and so blocks if it is full.
        std::panic::set_hook(Box::new(|panic| {
            let message = panic.payload_as_str().unwrap_or("unknown");
            let location = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(location, "panic: {message}");
        }));
    }
    if let Some(error) = invalid {
        tracing::warn!("RUST_LOG is not valid and therefore ignored: {error}");
    }
    Ok(())
}

/// Returns the filter, and why `RUST_LOG` is not used if it is not valid.
fn filter(level: &str) -> (Targets, Option<String>) {
    let given = std::env::var("RUST_LOG").unwrap_or_default();
    let given = if given.trim().is_empty() { level } else { given.as_str() };
    match given.parse() {
        Ok(filter) => (filter, None),
        Err(error) => (level.parse().unwrap_or_default(), Some(error.to_string())),
    }
}

/// Returns the number of lines that were dropped because they were repeated.
#[must_use]
pub fn throttled_lines() -> u64 {
    LOGGING.get().map_or(0, |logging| logging.throttle.dropped())
}

/// Returns the number of lines that were dropped because stderr was closed, or was not read fast enough.
#[must_use]
pub fn lost_lines() -> u64 {
    LOGGING.get().map_or(0, |logging| logging.queue.lost())
}

/// Writes a line that is not a log line, such as the final error of the program, in order with the log lines.
pub fn print(line: &str) {
    let line = format!("{line}\n");
    match LOGGING.get() {
        Some(logging) => logging.queue.push(line.as_bytes()),
        None => _ = io::Write::write_all(&mut io::stderr(), line.as_bytes()),
    }
}

/// Reports dropped lines periodically. Runs until it is aborted.
pub(crate) async fn report_periodically() -> ControlFlow<()> {
    loop {
        tokio::time::sleep(REPORT_INTERVAL).await;
        report();
    }
}

fn report() {
    let Some(logging) = LOGGING.get() else { return };
    if let Some(places) = logging.throttle.take_report() {
        tracing::warn!("repeated log lines were dropped: {places}");
    }
    let mut reported = logging.reported.lock().unwrap_or_else(PoisonError::into_inner);
    let lost = logging.queue.lost();
    if lost > *reported {
        tracing::warn!("{} log lines were dropped because stderr was not read", lost - *reported);
        *reported = lost;
    }
}

/// Reports dropped lines, and waits a short time until all lines are written. Called at the end of the process.
pub fn finish() {
    report();
    if let Some(logging) = LOGGING.get() {
        logging.queue.flush(FLUSH_LIMIT);
    }
}
