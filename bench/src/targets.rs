//! The performance targets, and whether a run meets them. Pure.

use crate::measure::{Measure, Samples};
use crate::plan::SIZES;

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

/// The contestant that the targets besides those of loading are for: the page and the bundle run the same program.
const OURS: &str = "script";
const VANILLA: &str = "vanilla";
const PREACT: &str = "preact";
const REACT: &str = "react";
const LARGE: usize = 100_000;

const fn target(rows: usize, measure: Measure, against: Against) -> Target {
    Target { contestant: OURS, rows, measure, against }
}

/// At most `limit` times the number of `other` in the same measure.
const fn times(rows: usize, measure: Measure, limit: f64, other: &'static str) -> Target {
    target(rows, measure, Against::Times(limit, other, measure))
}

fn targets() -> Vec<Target> {
    let mut targets = Vec::new();
    for (contestant, slow) in [("page", 1.0), ("bundle", 1.0), (OURS, 1.15)] {
        let loading = [
            times(10, Measure::SlowLoad, slow, REACT),
            times(10, Measure::Load, 1.0, REACT),
            times(LARGE, Measure::SlowLoad, 0.13, VANILLA),
            target(10, Measure::Transfer, Against::AtMost(115_000.0)),
        ];
        targets.extend(loading.map(|target| Target { contestant, ..target }));
    }
    let drawn = [
        times(10, Measure::SlowLoad, 0.8, VANILLA),
        times(10, Measure::SlowLoad, 0.45, REACT),
        target(10, Measure::SlowLive, Against::Times(1.0, REACT, Measure::SlowLoad)),
    ];
    targets.extend(drawn.map(|target| Target { contestant: "drawn", ..target }));
    for rows in [10, 1_000] {
        targets.extend([Measure::Changed, Measure::Unchanged].map(|poll| times(rows, poll, 1.25, PREACT)));
    }
    targets.extend([
        times(LARGE, Measure::Changed, 0.5, VANILLA),
        times(LARGE, Measure::ChangedNetwork, 0.5, VANILLA),
    ]);
    for rows in [1_000, 10_000, LARGE] {
        let scrolls = [Measure::FastScroll, Measure::Scroll, Measure::SlowScroll];
        targets.extend(scrolls.map(|scroll| times(rows, scroll, 1.25, REACT)));
    }
    for rows in SIZES {
        targets.extend([Measure::SortCpu, Measure::SearchCpu].map(|action| times(rows, action, 1.1, REACT)));
    }
    targets.extend([
        target(LARGE, Measure::LongestTask, Against::AtMost(16.0)),
        target(LARGE, Measure::LongestChore, Against::AtMost(50.0)),
        target(LARGE, Measure::NotModified, Against::TimesAt(1.0, 10)),
        target(LARGE, Measure::UnchangedMutations, Against::AtMost(0.0)),
        target(10, Measure::UnchangedMutations, Against::AtMost(0.0)),
        times(LARGE, Measure::MemoryPolled, 0.85, REACT),
        target(LARGE, Measure::MemoryPolled, Against::Times(1.0, OURS, Measure::MemoryHalfway)),
        target(LARGE, Measure::Blank, Against::AtMost(0.0)),
    ]);
    targets
}

/// The results of all targets.
pub(crate) fn outcomes(samples: &Samples) -> Vec<Outcome> {
    targets().iter().map(|target| outcome(target, samples)).collect()
}

/// How many times as long as reading the bytes a changed poll of vanilla JS takes at 100,000 rows. The larger, the easier are
/// the targets relative to it.
pub(crate) fn vanilla_of_floor(samples: &Samples) -> Option<f64> {
    let against = Against::Times(1.0, "floor", Measure::Changed);
    outcome(&Target { contestant: VANILLA, rows: LARGE, measure: Measure::Changed, against }, samples).found
}

fn outcome(target: &Target, samples: &Samples) -> Outcome {
    let Target { contestant, rows, measure, against } = *target;
    let median = |rows, measure, name| samples.summary(rows, measure, name).map(|summary| summary.median);
    let number = median(rows, measure, contestant);
    let times = |other: Option<f64>| number.zip(other).map(|(ours, theirs)| ratio(ours, theirs));
    let (limit, words, found) = match against {
        Against::AtMost(limit) => (limit, format!("≤ {limit}"), number),
        Against::Times(limit, other, measured) => {
            let other_measure = if measured == measure { "" } else { measured.title() };
            let words = format!("≤ {limit} × {other} {other_measure}").trim_end().to_owned();
            (limit, words, times(median(rows, measured, other)))
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
    Outcome { what: format!("{contestant}: {}, {rows} rows", measure.title()), limit: words, found, verdict }
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
        let target = times(LARGE, Measure::Changed, 0.5, VANILLA);
        outcome(&target, &samples).verdict
    }

    #[test]
    fn less_than_ten_percent_above_the_limit_is_a_tie() {
        assert_eq!(verdict(50.0, 100.0), Verdict::Met);
        assert_eq!(verdict(54.0, 100.0), Verdict::Tie);
        assert_eq!(verdict(55.1, 100.0), Verdict::NotMet);
    }

    #[test]
    fn vanilla_is_compared_with_reading_the_bytes() {
        let mut samples = Samples::default();
        assert_eq!(vanilla_of_floor(&samples), None);
        samples.add(LARGE, Measure::Changed, VANILLA, 60.0);
        samples.add(LARGE, Measure::Changed, "floor", 20.0);
        assert_eq!(vanilla_of_floor(&samples), Some(3.0));
    }

    #[test]
    fn a_limit_may_be_ones_own_number_at_another_size() {
        let mut samples = Samples::default();
        samples.add(10, Measure::NotModified, OURS, 1.0);
        samples.add(LARGE, Measure::NotModified, OURS, 2.0);
        let target = target(LARGE, Measure::NotModified, Against::TimesAt(1.0, 10));
        assert_eq!(outcome(&target, &samples).found, Some(2.0));
    }

    #[test]
    fn a_limit_of_zero_has_no_ties() {
        let mut samples = Samples::default();
        samples.add(10, Measure::UnchangedMutations, OURS, 1.0);
        let target = target(10, Measure::UnchangedMutations, Against::AtMost(0.0));
        assert_eq!(outcome(&target, &samples).verdict, Verdict::NotMet);
    }

    #[test]
    fn a_target_without_samples_is_not_measured() {
        assert!(outcomes(&Samples::default()).iter().all(|outcome| outcome.verdict == Verdict::NotMeasured));
    }

    #[test]
    fn a_target_names_its_contestant_and_its_limit() {
        let outcomes = outcomes(&Samples::default());
        let find =
            |what: &str| outcomes.iter().find(|outcome| outcome.what == what).map(|it| it.limit.as_str());
        let slow_load = "load to first row, slow 4G and CPU ×4, ms, 10 rows";
        assert_eq!(find(&format!("page: {slow_load}")), Some("≤ 1 × react"));
        assert_eq!(find(&format!("script: {slow_load}")), Some("≤ 1.15 × react"));
        assert_eq!(find("script: search, CPU ms per key, 1000 rows"), Some("≤ 1.1 × react"));
    }

    #[test]
    fn ratios_of_zero() {
        assert_eq!(ratio(0.0, 0.0), 1.0);
        assert_eq!(ratio(1.0, 0.0), f64::INFINITY);
    }
}
