//! Soak test: a widget over hours in which the network, the machine, the server and the batch fail. The widget recovers from
//! each fault, never sends more requests than it may, and nothing grows.
//!
//! The time is accelerated with `clock.js`, unless `cargo xtask soak` asks for real minutes.

mod backend;
mod fault;
mod measure;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use e2e::Stub;

use self::backend::Backend;
use self::fault::FAULTS;
use self::measure::{Course, Measure};
use crate::clock::{self, CLOCK_TAG, Requests};
use crate::fixture::Page;

/// The polling interval, from the end of one request to the next, in milliseconds.
const INTERVAL_MS: u64 = 5_000;
const MINUTE_MS: u64 = 60_000;
/// After this many polls with progress, the time left is shown.
const POLLS_OF_AN_ESTIMATE: usize = 6;

const TAG: &str = "<batch-task-widget endpoint=http://batch.example/api/DescribeBatchTask batch-id=pcb-stub interval=5></batch-task-widget>";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    /// As fast as the page can follow.
    Accelerated,
    /// In real time, but each wait is divided by this.
    Real { divided_by: u64 },
}

struct Soak {
    page: Page<Stub>,
    backend: Backend,
    time: Time,
}

/// Two accelerated hours, unless `cargo xtask soak` sets another length.
#[tokio::test(flavor = "multi_thread")]
async fn the_widget_recovers_from_all_faults_and_nothing_grows() -> Result<()> {
    let given = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>()).transpose();
    if let Some(minutes) = given("BATCH_TASK_SOAK_MINUTES")? {
        return run(Time::Real { divided_by: 20 }, minutes * MINUTE_MS).await;
    }
    let hours = given("BATCH_TASK_SOAK_HOURS")?.unwrap_or(2);
    run(Time::Accelerated, hours * 60 * MINUTE_MS).await
}

/// Runs rounds of all faults, each round in another order, until this much time has passed in the page.
async fn run(time: Time, length_ms: u64) -> Result<()> {
    let soak = Soak::start(time).await?;
    let start = soak.measure().await?;
    // The first round allocates what is kept for later: buffers, and the elements of each view.
    let mut survived = soak.round(0).await?;
    let first = soak.measure().await?;
    let (mut rounds, mut last) = (1, first);
    while rounds < 2 || soak.elapsed_ms().await? < length_ms {
        survived += soak.round(rounds).await.with_context(|| format!("in round {rounds}"))?;
        rounds += 1;
        last = soak.measure().await?;
        println!("round {rounds}: {}", Course(&[last]));
        last.expect_flat(&first).with_context(|| format!("after {rounds} rounds"))?;
    }
    ensure!(soak.number("mostRequests").await? == 1, "two requests were open at the same time");
    println!(
        "{:.1} hours of the page in {rounds} rounds, {survived} faults survived, {} requests, never two at a time; \
         at the start → after the first round → at the end: {}",
        soak.elapsed_ms().await? as f64 / (60 * MINUTE_MS) as f64,
        soak.page.server.request_count(),
        Course(&[start, first, last]),
    );
    soak.page.close().await
}

impl Soak {
    /// Opens a page and waits for its first response.
    async fn start(time: Time) -> Result<Self> {
        let backend = Backend::default();
        let stub = {
            let backend = backend.clone();
            Stub::start(move |_| backend.respond()).await?
        };
        clock::serve(&stub);
        let page = Page::blank(stub).await?;
        page.embed(&format!("{CLOCK_TAG}{TAG}"), include_str!("page.js")).await?;
        page.wait_until("window.isReady && find('.btw-row')").await?;
        Ok(Self { page, backend, time })
    }

    /// Runs all faults in an order that depends on the round, with quiet minutes between them. Returns how many there were.
    async fn round(&self, round: u64) -> Result<usize> {
        let faults = FAULTS.iter().filter(|fault| fault.is_possible(self.time)).count();
        for place in 0..FAULTS.len() {
            // 7 and the number of faults are coprime, so each fault is run once.
            let fault = FAULTS[(place * 7 + round as usize) % FAULTS.len()];
            if !fault.is_possible(self.time) {
                continue;
            }
            fault.run(self).await.with_context(|| format!("{fault:?}"))?;
            self.recovers().await.with_context(|| format!("after {fault:?}"))?;
            self.quiet_minutes(2).await.with_context(|| format!("after {fault:?}"))?;
        }
        Ok(faults)
    }

    /// Polling continues by itself: a response is shown within a minute and a half, longer than the longest backoff.
    async fn recovers(&self) -> Result<()> {
        let before = self.number("updates").await?;
        for _ in 0..9 {
            self.pass(10_000).await?;
            if self.number("updates").await? > before {
                return Ok(());
            }
        }
        anyhow::bail!("polling has not continued")
    }

    /// Minutes without faults, in which the widget polls at its interval.
    async fn quiet_minutes(&self, minutes: u64) -> Result<()> {
        let before = self.page.server.request_count();
        let start = Instant::now();
        self.pass(minutes * MINUTE_MS).await?;
        let passed_ms = match self.time {
            Time::Accelerated => minutes * MINUTE_MS,
            Time::Real { .. } => start.elapsed().as_millis() as u64,
        };
        let (polls, most) = (self.page.server.request_count() - before, passed_ms / INTERVAL_MS + 2);
        ensure!(polls as u64 <= most, "{polls} requests in {passed_ms} ms");
        ensure!(polls as u64 >= most / 2, "only {polls} requests in {passed_ms} ms");
        Ok(())
    }

    /// Lets time pass, in which no request may be sent.
    async fn pass_without_requests(&self, ms: u64) -> Result<()> {
        let before = self.page.server.request_count();
        self.pass(ms).await?;
        self.page.server.expect_requests(before)
    }

    async fn pass(&self, ms: u64) -> Result<()> {
        match self.time {
            Time::Accelerated => clock::advance(&self.page, ms, Requests::Awaited).await,
            Time::Real { divided_by } => {
                // Real time is what this mode tests. At least one interval, so that polls can be seen.
                tokio::time::sleep(Duration::from_millis((ms / divided_by).max(INTERVAL_MS + 1_000))).await;
                Ok(())
            }
        }
    }

    async fn number(&self, counter: &str) -> Result<u64> {
        self.page.eval(&format!("soak.{counter}")).await
    }

    async fn act(&self, statements: &str) -> Result<()> {
        self.page.act(statements).await
    }

    /// The age of the page by its own clock.
    async fn elapsed_ms(&self) -> Result<u64> {
        self.page.eval("Math.floor(performance.now())").await
    }

    /// Measures the page while it waits for its next poll, after enough polls for an estimate of the time left: that is an
    /// element more.
    async fn measure(&self) -> Result<Measure> {
        self.backend.rewind();
        for _ in 0..POLLS_OF_AN_ESTIMATE {
            self.recovers().await?;
        }
        self.settle().await?;
        Measure::take(&self.page).await
    }

    /// Waits until no request is open.
    async fn settle(&self) -> Result<()> {
        self.page.wait_until("!clock.isRequesting()").await
    }
}
