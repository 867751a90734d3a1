//! How often each visit is made at each size, and in which order. Pure.

use std::fmt;

/// The purpose of a tab. Each visit gets a tab of its own with a new profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// Loads without throttling.
    Load,
    /// Loads with slow 4G and the CPU throttled to a quarter.
    SlowLoad,
    /// Polls, sorts, filters and scrolls.
    Use,
    /// Polls many times and measures the memory.
    Remain,
}

/// How often each thing is measured at a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Visits of the kinds `Load` and `Use`.
    pub(crate) rounds: usize,
    /// Visits of the kind `SlowLoad`.
    pub(crate) slow_loads: usize,
    /// Visits of the kind `Remain`.
    pub(crate) stays: usize,
    /// Polls before the first sample, in which the engine optimises the code.
    pub(crate) warm_up: usize,
    /// One sample of CPU time is the mean of this many polls.
    pub(crate) polls_per_sample: usize,
    /// Samples of each kind in one visit.
    pub(crate) samples: usize,
    /// Polls of a `Remain` visit.
    pub(crate) polls_to_stay: usize,
}

/// `Quick` shows that everything works, with few samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Full,
    Quick,
}

/// The sizes that are measured, in rows.
pub(crate) const SIZES: [usize; 4] = [10, 1_000, 10_000, 100_000];

impl Effort {
    /// The effort for a size.
    pub(crate) fn of(rows: usize, length: Length) -> Self {
        let polls_per_sample = match rows {
            ..1_000 => 20,
            1_000..10_000 => 10,
            10_000..50_000 => 4,
            _ => 1,
        };
        let is_large = rows >= 50_000;
        let full = Self {
            rounds: 3,
            slow_loads: if is_large { 2 } else { 3 },
            stays: 1,
            warm_up: if is_large { 20 } else { 2 * polls_per_sample },
            polls_per_sample,
            samples: 3,
            polls_to_stay: 200,
        };
        match length {
            Length::Full => full,
            Length::Quick => Self {
                rounds: 1,
                slow_loads: usize::from(!is_large),
                warm_up: full.warm_up / 2,
                polls_to_stay: 10,
                ..full
            },
        }
    }

    /// All visits of all contestants, by index, in random order within each round.
    pub(crate) fn visits(self, contestants: usize, random: &mut fastrand::Rng) -> Vec<(usize, Visit)> {
        let mut visits = Vec::new();
        for round in 0..self.rounds.max(self.slow_loads).max(self.stays) {
            let kinds = [
                (Visit::Load, self.rounds),
                (Visit::Use, self.rounds),
                (Visit::SlowLoad, self.slow_loads),
                (Visit::Remain, self.stays),
            ];
            let start = visits.len();
            for (kind, _) in kinds.into_iter().filter(|&(_, times)| round < times) {
                visits.extend((0..contestants).map(|contestant| (contestant, kind)));
            }
            random.shuffle(&mut visits[start..]);
        }
        visits
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, slow_loads, stays, warm_up, polls_per_sample, samples, polls_to_stay } = self;
        write!(
            formatter,
            "{rounds} rounds of loads and of polls ({warm_up} to warm up, then {samples} samples, each the mean of \
             {polls_per_sample}); {slow_loads} of slow loads; {stays} of memory, after {polls_to_stay} polls."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_visits_each_contestant_once() {
        let effort = Effort { rounds: 3, slow_loads: 1, stays: 1, ..Effort::of(10, Length::Full) };
        let visits = effort.visits(4, &mut fastrand::Rng::with_seed(1));
        assert_eq!(visits.len(), 4 * (4 + 2 + 2));
        for (kind, times) in [(Visit::Load, 3), (Visit::Use, 3), (Visit::SlowLoad, 1), (Visit::Remain, 1)] {
            for contestant in 0..4 {
                let found = visits.iter().filter(|&&visit| visit == (contestant, kind)).count();
                assert_eq!(found, times, "{kind:?}");
            }
        }
    }

    #[test]
    fn the_order_depends_only_on_the_seed() {
        let order = |seed| Effort::of(10, Length::Full).visits(9, &mut fastrand::Rng::with_seed(seed));
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }
}
