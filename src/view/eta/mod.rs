//! How long still, and how fast: from what was observed, and from the subtasks' own end times.
//!
//! It owns the estimate and when it can be trusted; words are in [`text`]. Two sources are used, and no clock is compared
//! with another, so a viewer's clock that is wrong changes nothing: how many had ended at each poll, by the viewer's
//! steady clock; and, until the polls have seen enough, how the `TaskEnd`s lie to one another, by the server's clock.
//!
//! The pace is that of the last half of what has ended (at least the last 50): a batch that slows down is followed, and
//! one that goes in bursts is not taken for fast or slow at each burst. From the last subtask that ended, the time left
//! counts down. Between two polls it changes by a third at most (and what has passed), unless the work itself changed.

mod estimate;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod rate;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use self::estimate::Estimate;
use self::rate::Rate;
use crate::model::{BatchTask, StatusBucket, SubTasks};

/// Nothing finished for so long, at least, before the work counts as stalled.
pub const STALLED_AFTER_MS: u64 = 45_000;
/// An estimate that no poll has renewed for so long is not shown.
const FORGOTTEN_AFTER_MS: u64 = 60_000;
/// Changes by less than this need no smoothing.
const SMALL_STEP_MS: u64 = 5_000;
/// When there are so many samples, every second one is dropped.
const MAX_SAMPLES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    at_ms: u64,
    ended: u64,
    /// How long polls had seen no change before this one.
    quiet_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Projection {
    at_ms: u64,
    left_ms: u64,
    rate: Rate,
}

/// What was observed of one batch, from poll to poll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimator {
    /// The first poll, and each that saw a change; `ended` rises.
    samples: Vec<Sample>,
    last_poll_ms: u64,
    /// How long the last poll was after the one before.
    poll_gap_ms: u64,
    /// How many are not ended and can go on without a person.
    remaining: u64,
    projection: Option<Projection>,
    ends: Option<Ends>,
}

/// What the end times of some rows show of the pace of the last `wanted`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ends {
    sub_tasks: SubTasks,
    wanted: u64,
    rate: Option<Rate>,
}

impl Estimator {
    /// Nothing observed yet; also what a new target begins with.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a poll's answer, changed or not.
    ///
    /// `at_ms` is by a clock that does not jump (`performance.now()`), from any origin. With 100,000 rows that changed it takes a
    /// millisecond or two until the polls have seen enough, and nothing from then on.
    pub fn observe(&mut self, task: &BatchTask, at_ms: u64) {
        self.ends.take_if(|ends| !ends.sub_tasks.shares(&task.sub_tasks));
        let (ended, remaining) = progress(task);
        let at_ms = at_ms.max(self.last_poll_ms);
        let last = self.samples.last().copied();
        if task.status.has_ended() || last.is_some_and(|last| ended < last.ended) {
            *self = Self::new();
        }
        let is_same_work =
            self.samples.last().is_some_and(|last| last.ended + self.remaining == ended + remaining);
        if self.samples.last().is_none_or(|last| last.ended < ended) {
            let quiet_ms = self.quiet_ms();
            self.samples.push(Sample { at_ms, ended, quiet_ms });
            if self.samples.len() > MAX_SAMPLES {
                // The first and the last stay: there is an odd number of them.
                for index in 0..=MAX_SAMPLES / 2 {
                    self.samples[index] = self.samples[2 * index];
                }
                self.samples.truncate(MAX_SAMPLES / 2 + 1);
            }
        }
        self.poll_gap_ms = at_ms - self.last_poll_ms;
        self.last_poll_ms = at_ms;
        self.remaining = remaining;
        let before = self.projection.take().filter(|_| is_same_work);
        self.projection =
            self.raw_projection(task).map(|raw| before.map_or(raw, |before| raw.smoothed(before)));
    }

    /// What can be said at `at_ms`, by the clock of [`Estimator::observe`].
    pub fn estimate(&self, at_ms: u64) -> Estimate {
        let since_poll_ms = at_ms.saturating_sub(self.last_poll_ms);
        if self.remaining == 0 || since_poll_ms > FORGOTTEN_AFTER_MS.max(2 * self.poll_gap_ms) {
            return Estimate::Unknown;
        }
        match self.projection {
            _ if self.is_stalled() => Estimate::Stalled { quiet_ms: self.quiet_ms() + since_poll_ms },
            Some(Projection { at_ms: since_ms, left_ms, rate }) => Estimate::Left {
                left_ms: left_ms.saturating_sub(at_ms.saturating_sub(since_ms)),
                per_hour: rate.count.saturating_mul(3_600_000) / rate.span_ms,
            },
            None => Estimate::Unknown,
        }
    }

    /// How long the polls have seen nothing end.
    fn quiet_ms(&self) -> u64 {
        self.samples.last().map_or(0, |last| self.last_poll_ms - last.at_ms)
    }

    /// Whether nothing has ended for much longer than it ever took.
    fn is_stalled(&self) -> bool {
        let longest = self.samples.iter().map(|sample| sample.quiet_ms).max().unwrap_or(0);
        let usual_ms = self.projection.map_or(0, |projection| projection.rate.time_for(1));
        self.quiet_ms() >= STALLED_AFTER_MS.max(2 * longest).max(4 * usual_ms)
    }

    fn raw_projection(&mut self, task: &BatchTask) -> Option<Projection> {
        let rate = self.rate(task)?;
        let whole_ms = rate.time_for(self.remaining);
        // What is overdue is not over: a quarter of it is always left.
        let left_ms = whole_ms.saturating_sub(self.quiet_ms()).max(whole_ms / 4);
        Some(Projection { at_ms: self.last_poll_ms, left_ms, rate })
    }

    /// The pace by the polls, if they have seen a good part of the work, else by the end times, else by the polls.
    fn rate(&mut self, task: &BatchTask) -> Option<Rate> {
        let ended = self.samples.last()?.ended;
        let wanted = (ended / 2).max(50);
        let observed = self.observed_rate(wanted);
        if let Some(rate) = observed
            && rate.count >= (wanted / 4).max(20)
        {
            return Some(rate);
        }
        self.end_rate(&task.sub_tasks, wanted).and_then(Rate::trusted).or(observed)
    }

    /// The pace by the end times, which is worked out once for the same rows.
    fn end_rate(&mut self, sub_tasks: &SubTasks, wanted: u64) -> Option<Rate> {
        if let Some(ends) = self.ends.as_ref().filter(|ends| ends.wanted == wanted) {
            return ends.rate;
        }
        let rate = Rate::of_ends(sub_tasks, wanted);
        self.ends = Some(Ends { sub_tasks: sub_tasks.clone(), wanted, rate });
        rate
    }

    /// The pace of the last `wanted` that ended, or of all that was observed.
    fn observed_rate(&self, wanted: u64) -> Option<Rate> {
        let last = self.samples.last()?;
        // Before the first one ended, none could: that time says nothing of the pace.
        let mut start = last;
        for sample in self.samples.iter().rev().filter(|sample| sample.ended > 0) {
            start = sample;
            if last.ended - sample.ended >= wanted {
                break;
            }
        }
        Rate { count: last.ended - start.ended, span_ms: last.at_ms - start.at_ms }.trusted()
    }
}

impl Projection {
    /// Kept within a third of what it was before, and what has passed; after a long time without a poll, as it is.
    fn smoothed(self, before: Self) -> Self {
        let passed_ms = self.at_ms - before.at_ms;
        if passed_ms > FORGOTTEN_AFTER_MS {
            return self;
        }
        let step_ms = (before.left_ms / 3).max(SMALL_STEP_MS);
        let least_ms = before.left_ms.saturating_sub(passed_ms + step_ms);
        Self { left_ms: self.left_ms.clamp(least_ms, before.left_ms + step_ms), ..self }
    }
}

/// How many have ended, and how many more will without a person.
fn progress(task: &BatchTask) -> (u64, u64) {
    let counts = task.sub_tasks.counts();
    let rows = |bucket| u64::from(counts.get(bucket));
    let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    let succeeded = count(task.success_count).unwrap_or_else(|| rows(StatusBucket::Succeeded));
    let total = count(task.total_count).unwrap_or_else(|| counts.total().into());
    let ended = succeeded.saturating_add(rows(StatusBucket::Failed));
    (ended, total.saturating_sub(ended).saturating_sub(rows(StatusBucket::Attention)))
}
