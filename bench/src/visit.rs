//! The steps of each kind of visit, and their samples.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;

use crate::browser::{Browser, Speed, Tab};
use crate::check::{self, Place, Seen};
use crate::contestant::{Contestant, Kind};
use crate::measure::{Measure, Samples};
use crate::plan::{Effort, Visit};
use crate::server::{Encoding, Series, Server};

const PROBE: &str = include_str!("../page/probe.js");

/// Smaller batches have no long tasks.
const CHORES_FROM_ROWS: usize = 100_000;

/// Smaller batches have little to scroll.
const SCROLLED_FROM_ROWS: usize = 1_000;

/// The durations of the scrolls through all rows, in ms.
const SCROLLS: [(u32, Measure); 3] =
    [(500, Measure::FastScroll), (2_000, Measure::Scroll), (8_000, Measure::SlowScroll)];

/// The duration of the scroll whose frames are watched, in ms.
const WATCHED_SCROLL_MS: u32 = 2_000;

/// A sample of responses without a body is the mean of at least this many polls.
const LEAST_SHORT_POLLS: usize = 5;

/// Visits one contestant at one size.
pub(crate) struct Visitor<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) server: &'a Server,
    pub(crate) contestant: &'a Contestant,
    pub(crate) rows: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Loaded {
    first_row_ms: f64,
    first_paint_ms: f64,
    bytes: f64,
    /// When the program has replaced what the server has drawn; `None` if that was nothing.
    live_ms: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scrolled {
    dropped: f64,
    blank: f64,
    worst_ms: f64,
}

impl Visitor<'_> {
    /// Fails unless the page shows the body: at both ends, after a poll, sorted and filtered.
    pub(crate) async fn check(&self) -> Result<()> {
        if self.contestant.kind == Kind::Floor {
            return Ok(());
        }
        let pair = self.server.pair(self.rows)?;
        let [first, second] = &pair.plain;
        let (tab, _) = self.arrive(Speed::Plain, Encoding::Identity).await?;
        check::page(&seen(&tab).await?, first, Place::Top).context("after loading")?;
        tab.run::<()>("probe.scrollTo(1)").await?;
        check::page(&seen(&tab).await?, first, Place::Bottom).context("at the bottom")?;
        self.server.respond(Series::Changed, Encoding::Identity);
        tab.run::<()>("probe.polls(1)").await?;
        check::page(&seen(&tab).await?, second, Place::Bottom).context("after a poll")?;
        tab.run::<f64>("probe.pressSort('TaskBegin')").await?;
        tab.run::<()>("probe.scrollTo(0)").await?;
        check::sorted_by_begin(&seen(&tab).await?, second).context("sorted by begin")?;
        tab.run::<()>("probe.resetSort()").await?;
        tab.run::<f64>("probe.pressFilter('running')").await?;
        let running: Vec<_> = second.rows.iter().filter(|row| row.status == "RUNNING").collect();
        check::rows(&seen(&tab).await?, &running, Place::Top).context("filtered")?;
        tab.run::<f64>("probe.pressFilter('all')").await?;
        let found = &second.rows[4];
        tab.run::<()>(&format!("probe.search('{}')", found.instance_id)).await?;
        check::rows(&seen(&tab).await?, &[found], Place::Top).context("searched")?;
        tab.close().await
    }

    /// Makes one visit and adds its samples.
    pub(crate) async fn visit(&self, visit: Visit, effort: Effort, samples: &mut Samples) -> Result<()> {
        let is_floor = self.contestant.kind == Kind::Floor;
        match visit {
            Visit::Use if self.contestant.kind == Kind::Drawn => Ok(()),
            Visit::Use => self.use_it(effort, samples).await,
            _ if is_floor => Ok(()),
            // Once it is live, it is the page.
            Visit::Remain if self.contestant.kind == Kind::Drawn => Ok(()),
            Visit::Load => self.load(Speed::Plain, samples).await,
            Visit::SlowLoad => self.load(Speed::Slow, samples).await,
            Visit::Remain => self.remain(effort, samples).await,
        }
    }

    async fn load(&self, speed: Speed, samples: &mut Samples) -> Result<()> {
        let (encoding, load, paint) = match speed {
            Speed::Plain => (Encoding::Identity, Measure::Load, Measure::FirstPaint),
            Speed::Slow => (Encoding::Brotli, Measure::SlowLoad, Measure::SlowFirstPaint),
        };
        let (tab, loaded) = self.arrive(speed, encoding).await?;
        self.add(samples, load, loaded.first_row_ms);
        self.add(samples, paint, loaded.first_paint_ms);
        match (speed, loaded.live_ms) {
            (Speed::Plain, _) => self.add(samples, Measure::Transfer, loaded.bytes),
            (Speed::Slow, Some(live_ms)) => self.add(samples, Measure::SlowLive, live_ms),
            (Speed::Slow, None) => {}
        }
        tab.close().await
    }

    async fn use_it(&self, effort: Effort, samples: &mut Samples) -> Result<()> {
        let (tab, _) = self.arrive(Speed::Plain, Encoding::Identity).await?;
        tab.run::<()>("probe.hold()").await?;
        tab.run::<()>(&format!("probe.polls({})", effort.warm_up)).await?;
        for _ in 0..effort.samples {
            self.poll_in_page(&tab, effort, samples).await?;
        }
        if self.contestant.kind != Kind::Floor {
            self.act(&tab, samples).await?;
        }
        tab.run::<()>("probe.release()").await?;
        for (series, encoding, measure) in [
            (Series::Changed, Encoding::Brotli, Measure::ChangedNetwork),
            (Series::Unchanged, Encoding::Brotli, Measure::UnchangedNetwork),
            (Series::NotModified, Encoding::Identity, Measure::NotModified),
        ] {
            // Without a new RequestId, the page does not show that a poll has ended.
            if series == Series::NotModified && self.contestant.kind == Kind::Page {
                continue;
            }
            self.server.respond(series, encoding);
            // The first response of a series differs from the last of the series before.
            tab.run::<()>("probe.polls(2)").await?;
            // A response without a body costs so little that taking the sample would be visible in it.
            let least = if series == Series::NotModified { LEAST_SHORT_POLLS } else { 1 };
            for _ in 0..effort.samples {
                self.poll(&tab, effort.polls_per_sample.max(least), measure, samples).await?;
            }
        }
        if self.contestant.kind.is_ours() && self.rows >= CHORES_FROM_ROWS {
            tab.run::<()>("probe.hold()").await?;
            tab.run::<()>("probe.failForManyReasons()").await?;
            let tasks = tab.traced("probe.markedChores()").await?;
            let longest = tasks.iter().map(|task| task.cpu_ms).fold(0.0, f64::max);
            self.add(samples, Measure::LongestChore, longest);
        }
        tab.close().await
    }

    async fn poll_in_page(&self, tab: &Tab<'_>, effort: Effort, samples: &mut Samples) -> Result<()> {
        for (series, measure) in [("changed", Measure::Changed), ("unchanged", Measure::Unchanged)] {
            tab.run::<()>(&format!("void (probe.held.series = '{series}')")).await?;
            self.poll(tab, effort.polls_per_sample, measure, samples).await?;
        }
        Ok(())
    }

    /// Measures polls with their frames and the work that is deferred until after the frames.
    async fn poll(&self, tab: &Tab<'_>, polls: usize, measure: Measure, samples: &mut Samples) -> Result<()> {
        self.cpu(tab, &format!("probe.pollsAndRest({polls})"), measure, samples).await
    }

    /// Adds the main-thread CPU time of one step of an expression, in ms. Its value is the number of its steps.
    async fn cpu(
        &self,
        tab: &Tab<'_>,
        expression: &str,
        measure: Measure,
        samples: &mut Samples,
    ) -> Result<()> {
        let before = tab.main_thread_ms().await?;
        let steps = tab.run::<f64>(expression).await?;
        let after = tab.main_thread_ms().await?;
        self.add(samples, measure, (after - before) / steps);
        Ok(())
    }

    async fn act(&self, tab: &Tab<'_>, samples: &mut Samples) -> Result<()> {
        for (series, measure) in
            [("unchanged", Measure::UnchangedMutations), ("changed", Measure::ChangedMutations)]
        {
            tab.run::<()>(&format!("void (probe.held.series = '{series}')")).await?;
            let records = tab.run::<f64>("probe.mutations()").await?;
            self.add(samples, measure, records);
        }
        let tasks = tab.traced("probe.markedPolls(3)").await?;
        let longest = tasks.iter().map(|task| task.cpu_ms).fold(0.0, f64::max);
        self.add(samples, Measure::LongestTask, longest);
        for _ in 0..2 {
            // New data, so that no result of the last click can be reused.
            tab.run::<()>("probe.polls(1)").await?;
            let sort_ms = tab.run::<f64>("probe.pressSort('TaskBegin')").await?;
            self.add(samples, Measure::Sort, sort_ms);
            tab.run::<()>("probe.resetSort()").await?;
            let filter_ms = tab.run::<f64>("probe.pressFilter('running')").await?;
            self.add(samples, Measure::Filter, filter_ms);
            tab.run::<f64>("probe.pressFilter('all')").await?;
            tab.run::<()>("probe.polls(1)").await?;
            self.cpu(tab, "probe.sortByStatus()", Measure::SortCpu, samples).await?;
            self.cpu(tab, "probe.typeInstanceId()", Measure::SearchCpu, samples).await?;
            tab.run::<()>("probe.search('')").await?;
        }
        if self.rows >= SCROLLED_FROM_ROWS {
            for (duration_ms, measure) in SCROLLS {
                tab.run::<()>("probe.scrollTo(0)").await?;
                self.cpu(tab, &format!("probe.scrollThrough({duration_ms})"), measure, samples).await?;
            }
            tab.run::<()>("probe.scrollTo(0)").await?;
            let scrolled = tab.run::<Scrolled>(&format!("probe.watchScroll({WATCHED_SCROLL_MS})")).await?;
            self.add(samples, Measure::Dropped, scrolled.dropped);
            self.add(samples, Measure::Blank, scrolled.blank);
            self.add(samples, Measure::WorstFrame, scrolled.worst_ms);
        }
        Ok(())
    }

    async fn remain(&self, effort: Effort, samples: &mut Samples) -> Result<()> {
        let (tab, _) = self.arrive(Speed::Plain, Encoding::Identity).await?;
        self.weigh(&tab, Measure::MemoryMounted, samples).await?;
        tab.run::<()>("probe.hold()").await?;
        for measure in [Measure::MemoryHalfway, Measure::MemoryPolled] {
            tab.run::<()>(&format!("probe.polls({})", effort.polls_to_stay / 2)).await?;
            self.weigh(&tab, measure, samples).await?;
        }
        self.add(samples, Measure::WasmPolled, tab.run("probe.wasmBytes()").await?);
        tab.close().await
    }

    async fn weigh(&self, tab: &Tab<'_>, measure: Measure, samples: &mut Samples) -> Result<()> {
        let bytes = tab.heap_bytes().await? + tab.run::<f64>("probe.wasmBytes()").await?;
        self.add(samples, measure, bytes);
        Ok(())
    }

    async fn arrive(&self, speed: Speed, encoding: Encoding) -> Result<(Tab<'_>, Loaded)> {
        // The first response may be requested twice, and must be the first body each time.
        self.server.respond(Series::Unchanged, encoding);
        let config = json!({"kind": self.contestant.kind, "rows": self.rows});
        let script = PROBE.replacen("CONFIG", &config.to_string(), 1);
        let tab = self.browser.open(&script, speed).await?;
        tab.goto(&self.server.url(self.contestant, self.rows)).await?;
        let loaded = tab.run("probe.loaded()").await?;
        if speed == Speed::Plain {
            tab.run::<()>("probe.ready()").await?;
        }
        Ok((tab, loaded))
    }

    fn add(&self, samples: &mut Samples, measure: Measure, value: f64) {
        samples.add(self.rows, measure, &self.contestant.name, value);
    }
}

async fn seen(tab: &Tab<'_>) -> Result<Seen> {
    tab.run("probe.seen()").await
}
