//! The performance targets, and whether a run meets them. Pure.

use crate::measure::{Measure, Samples};

/// The limit of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Against {
    /// At most this many times another contestant's number at the same size, in the given measure.
    Times(f64, &'static str, Measure),
    /// At most this many times the contestant's own number at another size.
    TimesAt(f64, usize),
    /// At most this number.
    AtMost(f64),
}

struct Target {
    what: &'static str,
    /// The name of the contestant that must meet it.
    contestant: &'static str,
    rows: usize,
    measure: Measure,
    against: Against,
}

/// The result of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Met,
    /// Less than 10 % above the limit.
    Tie,
    NotMet,
    /// The peer is slower than it must be for a comparison.
    PeerTooSlow,
    /// The run has no samples for it.
    NotMeasured,
}

/// A target and its result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) what: String,
    /// The limit in words.
    pub(crate) limit: String,
    /// The ratio, or the number itself for `AtMost`.
    pub(crate) found: Option<f64>,
    pub(crate) verdict: Verdict,
}

/// A number within this factor of the limit is a tie.
const TIE: f64 = 1.1;

const OURS: &str = "ours";
const SMALL: &str = "ours-small";
const LARGE: usize = 100_000;

const fn target(what: &'static str, rows: usize, measure: Measure, against: Against) -> Target {
    Target { what, contestant: OURS, rows, measure, against }
}

const fn times(limit: f64, other: &'static str, measure: Measure) -> Against {
    Against::Times(limit, other, measure)
}

const VANILLA: &str = "vanilla";

/// The vanilla peer must meet this; otherwise no target relative to it counts.
const VANILLA_IS_FAST: Target = Target {
    contestant: VANILLA,
    ..target(
        "vanilla JS counts: its changed poll",
        LARGE,
        Measure::Changed,
        times(2.6, "floor", Measure::Changed),
    )
};

const TARGETS: &[Target] = &[
    target("changed poll, bytes in the page", LARGE, Measure::Changed, times(0.5, VANILLA, Measure::Changed)),
    target("longest task of a changed poll", LARGE, Measure::LongestTask, Against::AtMost(16.0)),
    target("longest task of other long work", LARGE, Measure::LongestChore, Against::AtMost(50.0)),
    target(
        "changed poll, over the network",
        LARGE,
        Measure::ChangedNetwork,
        times(0.6, VANILLA, Measure::ChangedNetwork),
    ),
    target("changed poll", 10_000, Measure::Changed, times(0.7, VANILLA, Measure::Changed)),
    target("changed poll", 10, Measure::Changed, times(1.25, "preact", Measure::Changed)),
    target("unchanged poll", LARGE, Measure::Unchanged, times(0.6, VANILLA, Measure::Unchanged)),
    target("a poll answered with 304", LARGE, Measure::NotModified, Against::TimesAt(1.0, 10)),
    target("mutations of an unchanged poll", LARGE, Measure::UnchangedMutations, Against::AtMost(0.0)),
    target("mutations of an unchanged poll", 10, Measure::UnchangedMutations, Against::AtMost(0.0)),
    target("sort", LARGE, Measure::Sort, times(1.0, VANILLA, Measure::Sort)),
    target("filter", LARGE, Measure::Filter, times(1.0, VANILLA, Measure::Filter)),
    target("transfer, stable", 10, Measure::Transfer, Against::AtMost(70_000.0)),
    Target {
        contestant: SMALL,
        ..target("transfer, small build", 10, Measure::Transfer, Against::AtMost(55_000.0))
    },
    target("load to first row, slow", 10, Measure::SlowLoad, times(1.0, "react", Measure::SlowLoad)),
    target(
        "skeleton painted, slow, of React's load",
        10,
        Measure::SlowFirstPaint,
        times(0.5, "react", Measure::SlowLoad),
    ),
    target("load to first row, slow", LARGE, Measure::SlowLoad, times(0.3, VANILLA, Measure::SlowLoad)),
    target(
        "memory after 200 polls",
        LARGE,
        Measure::MemoryPolled,
        times(0.85, "react", Measure::MemoryPolled),
    ),
    target(
        "memory is flat: after all polls, of after half",
        LARGE,
        Measure::MemoryPolled,
        times(1.0, OURS, Measure::MemoryHalfway),
    ),
    target("dropped frames of a scroll", LARGE, Measure::Dropped, times(1.0, VANILLA, Measure::Dropped)),
    target("blank frames of a scroll", LARGE, Measure::Blank, Against::AtMost(0.0)),
];

/// The results of all targets; the first is that of the vanilla peer.
pub(crate) fn outcomes(samples: &Samples) -> Vec<Outcome> {
    let vanilla = outcome(&VANILLA_IS_FAST, samples);
    let is_fast = matches!(vanilla.verdict, Verdict::Met | Verdict::NotMeasured);
    let outcomes = TARGETS.iter().map(|target| {
        let mut outcome = outcome(target, samples);
        let is_measured = outcome.verdict != Verdict::NotMeasured;
        if !is_fast && is_measured && matches!(target.against, Against::Times(_, VANILLA, _)) {
            outcome.verdict = Verdict::PeerTooSlow;
        }
        outcome
    });
    std::iter::once(vanilla).chain(outcomes).collect()
}

fn outcome(target: &Target, samples: &Samples) -> Outcome {
    let Target { what, contestant, rows, measure, against } = *target;
    let median = |rows, measure, name| samples.summary(rows, measure, name).map(|summary| summary.median);
    let number = median(rows, measure, contestant);
    let times = |other: Option<f64>| number.zip(other).map(|(ours, theirs)| ratio(ours, theirs));
    let (limit, words, found) = match against {
        Against::AtMost(limit) => (limit, format!("≤ {limit}"), number),
        Against::Times(limit, other, measure) => {
            (limit, format!("≤ {limit} × {other}"), times(median(rows, measure, other)))
        }
        Against::TimesAt(limit, other) => {
            (limit, format!("≤ {limit} × at {other} rows"), times(median(other, measure, contestant)))
        }
    };
    let verdict = match found {
        None => Verdict::NotMeasured,
        Some(found) if found <= limit => Verdict::Met,
        Some(found) if found < limit * TIE => Verdict::Tie,
        Some(_) => Verdict::NotMet,
    };
    Outcome { what: format!("{what}, {rows} rows"), limit: words, found, verdict }
}

/// Zero divided by zero counts as 1.
fn ratio(ours: f64, theirs: f64) -> f64 {
    if ours == theirs { 1.0 } else { ours / theirs }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(ours: f64, vanilla: f64) -> Verdict {
        let mut samples = Samples::default();
        samples.add(LARGE, Measure::Changed, OURS, ours);
        samples.add(LARGE, Measure::Changed, "vanilla", vanilla);
        let target = target("x", LARGE, Measure::Changed, times(0.5, VANILLA, Measure::Changed));
        outcome(&target, &samples).verdict
    }

    #[test]
    fn less_than_ten_percent_above_the_limit_is_a_tie() {
        assert_eq!(verdict(50.0, 100.0), Verdict::Met);
        assert_eq!(verdict(54.0, 100.0), Verdict::Tie);
        assert_eq!(verdict(55.1, 100.0), Verdict::NotMet);
    }

    #[test]
    fn a_slow_vanilla_peer_makes_its_targets_void() {
        let of = |vanilla: f64| {
            let mut samples = Samples::default();
            samples.add(LARGE, Measure::Changed, OURS, 10.0);
            samples.add(LARGE, Measure::Changed, VANILLA, vanilla);
            samples.add(LARGE, Measure::Changed, "floor", 20.0);
            outcomes(&samples).into_iter().map(|outcome| outcome.verdict).take(2).collect::<Vec<_>>()
        };
        assert_eq!(of(52.0), [Verdict::Met, Verdict::Met]);
        assert_eq!(of(60.0), [Verdict::NotMet, Verdict::PeerTooSlow]);
    }

    #[test]
    fn a_limit_may_be_ones_own_number_at_another_size() {
        let mut samples = Samples::default();
        samples.add(10, Measure::NotModified, OURS, 1.0);
        samples.add(LARGE, Measure::NotModified, OURS, 2.0);
        let target = target("x", LARGE, Measure::NotModified, Against::TimesAt(1.0, 10));
        assert_eq!(outcome(&target, &samples).found, Some(2.0));
    }

    #[test]
    fn a_limit_of_zero_has_no_ties() {
        let mut samples = Samples::default();
        samples.add(10, Measure::UnchangedMutations, OURS, 1.0);
        let target = target("x", 10, Measure::UnchangedMutations, Against::AtMost(0.0));
        assert_eq!(outcome(&target, &samples).verdict, Verdict::NotMet);
    }

    #[test]
    fn a_target_without_samples_is_not_measured() {
        assert!(outcomes(&Samples::default()).iter().all(|outcome| outcome.verdict == Verdict::NotMeasured));
    }

    #[test]
    fn ratios_of_zero() {
        assert_eq!(ratio(0.0, 0.0), 1.0);
        assert_eq!(ratio(1.0, 0.0), f64::INFINITY);
    }
}
