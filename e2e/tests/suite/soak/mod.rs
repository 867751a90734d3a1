//! A widget for a day: hours in which the network, the machine, the server and the batch come and go. Each fault is got over, none
//! makes more requests than the rule allows, and nothing grows.
//!
//! The hours are accelerated (see `clock.js`), unless real minutes are asked for.

mod backend;
mod fault;
mod measure;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Size, Stub};
use serde_json::Value;

use self::backend::Backend;
use self::fault::FAULTS;
use self::measure::{Course, Measure};
use crate::clock::{self, Patience};
use crate::host::{look, open, wait_until};

/// From the end of one request to the next, in milliseconds.
const INTERVAL_MS: u64 = 5_000;
const MINUTE_MS: u64 = 60_000;

const TAG: &str = "<script src=clock.js></script>\
    <batch-task-widget endpoint=api/DescribeBatchTask batch-id=pcb-stub interval=5></batch-task-widget>";

/// How time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    /// As quickly as the page keeps up.
    Accelerated,
    /// As it does, each wait divided by so much.
    Real { divided_by: u64 },
}

/// The page, its backend, and how time passes for them.
struct Soak {
    browser: Browser,
    stub: Stub,
    backend: Backend,
    time: Time,
}

/// Two accelerated hours; `cargo xtask soak` names another length.
#[tokio::test(flavor = "multi_thread")]
async fn faults_are_got_over_and_nothing_grows() -> Result<()> {
    let given = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>()).transpose();
    if let Some(minutes) = given("BATCH_TASK_SOAK_MINUTES")? {
        return run(Time::Real { divided_by: 20 }, minutes * MINUTE_MS).await;
    }
    let hours = given("BATCH_TASK_SOAK_HOURS")?.unwrap_or(2);
    run(Time::Accelerated, hours * 60 * MINUTE_MS).await
}

/// Rounds of every fault, each in another order, until so much time has passed in the page.
async fn run(time: Time, length_ms: u64) -> Result<()> {
    let soak = Soak::begin(time).await?;
    let start = soak.measure().await?;
    // What the first of everything needs is kept: buffers, and what each view was drawn in.
    let mut survived = soak.round(0).await?;
    let first = soak.measure().await?;
    let (mut rounds, mut last) = (1, first);
    while rounds < 2 || soak.passed_ms().await? < length_ms {
        survived += soak.round(rounds).await.with_context(|| format!("in round {rounds}"))?;
        rounds += 1;
        last = soak.measure().await?;
        println!("round {rounds}: {}", Course(&[last]));
        last.expect_flat(&first).with_context(|| format!("after {rounds} rounds"))?;
    }
    ensure!(soak.number("mostRequests").await? == 1, "two requests were under way at a time");
    println!(
        "{:.1} hours of the page in {rounds} rounds, {survived} faults survived, {} requests, never two at a time; \
         at the start → after the first round → at the end: {}",
        soak.passed_ms().await? as f64 / (60 * MINUTE_MS) as f64,
        soak.stub.asked(),
        Course(&[start, first, last]),
    );
    soak.browser.close().await
}

impl Soak {
    /// A page with a widget that has had its first answer.
    async fn begin(time: Time) -> Result<Self> {
        let backend = Backend::default();
        let stub = {
            let backend = backend.clone();
            Stub::start("/", move |_| backend.answer()).await?
        };
        let browser = Browser::open(Size::WIDE).await?;
        clock::put(&stub);
        open(&browser, &stub, TAG, include_str!("page.js")).await?;
        wait_until(&browser, "window.isReady && find('.btw-row')").await?;
        Ok(Self { browser, stub, backend, time })
    }

    /// All faults, in an order that the round decides, and quiet minutes between them; how many were got over.
    async fn round(&self, round: u64) -> Result<usize> {
        let faults = FAULTS.iter().filter(|fault| fault.is_possible(self.time)).count();
        for place in 0..FAULTS.len() {
            // 7 and the number of faults have no divisor in common, so that each comes up once.
            let fault = FAULTS[(place * 7 + round as usize) % FAULTS.len()];
            if !fault.is_possible(self.time) {
                continue;
            }
            fault.happens(self).await.with_context(|| format!("{fault:?}"))?;
            self.goes_on().await.with_context(|| format!("after {fault:?}"))?;
            self.quiet_minutes(2).await.with_context(|| format!("after {fault:?}"))?;
        }
        Ok(faults)
    }

    /// Polling goes on by itself: an answer is on the page within a minute and a half, which is the longest backoff and more.
    async fn goes_on(&self) -> Result<()> {
        let before = self.number("updates").await?;
        for _ in 0..9 {
            self.pass(10_000).await?;
            if self.number("updates").await? > before {
                return Ok(());
            }
        }
        anyhow::bail!("it does not go on")
    }

    /// Minutes in which nothing happens but polls, at their pace.
    async fn quiet_minutes(&self, minutes: u64) -> Result<()> {
        let asked = self.stub.asked();
        let begin = Instant::now();
        self.pass(minutes * MINUTE_MS).await?;
        let passed_ms = match self.time {
            Time::Accelerated => minutes * MINUTE_MS,
            Time::Real { .. } => begin.elapsed().as_millis() as u64,
        };
        let (polls, most) = (self.stub.asked() - asked, passed_ms / INTERVAL_MS + 2);
        ensure!(polls as u64 <= most, "{polls} requests in {passed_ms} ms");
        ensure!(polls as u64 >= most / 2, "only {polls} requests in {passed_ms} ms");
        Ok(())
    }

    /// So many milliseconds, in which nothing is asked.
    async fn pass_unasked(&self, ms: u64) -> Result<()> {
        let asked = self.stub.asked();
        self.pass(ms).await?;
        ensure!(self.stub.asked() == asked, "it asked {} times", self.stub.asked() - asked);
        Ok(())
    }

    async fn pass(&self, ms: u64) -> Result<()> {
        match self.time {
            Time::Accelerated => clock::advance(&self.browser, ms, Patience::Answers).await,
            Time::Real { divided_by } => {
                // An interval at least, or nothing could be seen of it.
                tokio::time::sleep(Duration::from_millis((ms / divided_by).max(INTERVAL_MS + 1_000))).await;
                Ok(())
            }
        }
    }

    async fn number(&self, counter: &str) -> Result<u64> {
        look(&self.browser, &format!("return soak.{counter};")).await
    }

    async fn tell(&self, script: &str) -> Result<()> {
        look::<Value>(&self.browser, &format!("{script}; return 0;")).await.map(drop)
    }

    /// How long the page has been there, by its own clock.
    async fn passed_ms(&self) -> Result<u64> {
        look(&self.browser, "return Math.floor(performance.now());").await
    }

    /// What the page holds, in a moment in which it waits for its next poll.
    async fn measure(&self) -> Result<Measure> {
        self.backend.rewind();
        self.goes_on().await?;
        self.settle().await?;
        Measure::take(&self.browser).await
    }

    /// A request that was under way may come to its end.
    async fn settle(&self) -> Result<()> {
        wait_until(&self.browser, "!clock.isAsking()").await
    }
}
