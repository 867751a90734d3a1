//! Estimates the time left (ETA) and the rate.
//!
//! The rate comes from two sources: how many subtasks had ended at each poll, by a monotonic clock; and, until there are
//! enough polls, the differences between the subtasks' `TaskEnd` times. No viewer's time is compared with a server's, so a
//! wrong clock has no influence.
//!
//! The rate is that of the last half of the subtasks that have ended, at least the last 50, so that it follows a batch that
//! slows down but not each burst. Between two polls, the estimate changes by at most a third plus the time that has passed,
//! unless the work itself has changed.

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

/// How long nothing must have finished before a task counts as stalled, in milliseconds.
pub const STALLED_AFTER_MS: u64 = 45_000;
/// How long an estimate without a new poll is shown, in milliseconds.
const FORGOTTEN_AFTER_MS: u64 = 60_000;
/// Changes smaller than this are not smoothed, in milliseconds.
const SMALL_STEP_MS: u64 = 5_000;
/// With this many samples, every second one is dropped.
const MAX_SAMPLES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    at_ms: u64,
    ended: u64,
    /// For how long the polls had seen no change before this one, in milliseconds.
    quiet_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Projection {
    at_ms: u64,
    left_ms: u64,
    rate: Rate,
}

/// Estimates the time left of one batch from its polls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimator {
    /// The first poll, and each one with a change. `ended` increases.
    samples: Vec<Sample>,
    last_poll_ms: u64,
    /// The time between the last two polls, in milliseconds.
    poll_gap_ms: u64,
    /// How many subtasks have not ended and do not wait for a person.
    remaining: u64,
    projection: Option<Projection>,
    end_rate_cache: Option<EndRate>,
}

/// The cached rate by the end times of these rows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EndRate {
    sub_tasks: SubTasks,
    wanted: u64,
    rate: Option<Rate>,
}

impl Estimator {
    /// Creates an estimator without polls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Evaluates the response of a poll, changed or not.
    ///
    /// `at_ms` is milliseconds by a monotonic clock with any origin. For 100,000 changed rows it takes one or two
    /// milliseconds until there are enough polls, and no time after that.
    pub fn observe(&mut self, task: &BatchTask, at_ms: u64) {
        self.end_rate_cache.take_if(|cached| !cached.sub_tasks.shares(&task.sub_tasks));
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
                // The number of samples is odd, so the first and the last are kept.
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

    /// Returns the estimate at `at_ms`, by the clock of [`Estimator::observe`].
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

    /// Returns how long the polls have seen nothing end, in milliseconds.
    fn quiet_ms(&self) -> u64 {
        self.samples.last().map_or(0, |last| self.last_poll_ms - last.at_ms)
    }

    /// Whether nothing has ended for much longer than usual.
    fn is_stalled(&self) -> bool {
        let longest = self.samples.iter().map(|sample| sample.quiet_ms).max().unwrap_or(0);
        let usual_ms = self.projection.map_or(0, |projection| projection.rate.time_for(1));
        self.quiet_ms() >= STALLED_AFTER_MS.max(2 * longest).max(4 * usual_ms)
    }

    fn raw_projection(&mut self, task: &BatchTask) -> Option<Projection> {
        let rate = self.rate(task)?;
        let whole_ms = rate.time_for(self.remaining);
        // If a subtask takes longer than expected, at least a quarter of the time is left.
        let left_ms = whole_ms.saturating_sub(self.quiet_ms()).max(whole_ms / 4);
        Some(Projection { at_ms: self.last_poll_ms, left_ms, rate })
    }

    /// Returns the rate by the polls if they have seen enough, otherwise by the end times, otherwise by the polls anyway.
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

    /// Returns the rate by the end times, computed once for the same rows.
    fn end_rate(&mut self, sub_tasks: &SubTasks, wanted: u64) -> Option<Rate> {
        if let Some(cached) = self.end_rate_cache.as_ref().filter(|cached| cached.wanted == wanted) {
            return cached.rate;
        }
        let rate = Rate::of_ends(sub_tasks, wanted);
        self.end_rate_cache = Some(EndRate { sub_tasks: sub_tasks.clone(), wanted, rate });
        rate
    }

    /// Returns the rate of the last `wanted` subtasks that ended, or of all that were observed.
    fn observed_rate(&self, wanted: u64) -> Option<Rate> {
        let last = self.samples.last()?;
        // The time before the first subtask ended says nothing about the rate.
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
    /// Limits the change from the last projection to a third of it, plus the time that has passed. After a long time
    /// without a poll there is no limit.
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

/// Returns how many subtasks have ended, and how many are still going to end without a person.
fn progress(task: &BatchTask) -> (u64, u64) {
    let counts = task.sub_tasks.counts();
    let rows = |bucket| u64::from(counts.get(bucket));
    let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    let succeeded = count(task.success_count).unwrap_or_else(|| rows(StatusBucket::Succeeded));
    let total = count(task.total_count).unwrap_or_else(|| counts.total().into());
    let ended = succeeded.saturating_add(rows(StatusBucket::Failed));
    (ended, total.saturating_sub(ended).saturating_sub(rows(StatusBucket::Attention)))
}
