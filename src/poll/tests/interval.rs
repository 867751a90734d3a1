//! Another interval, in the middle of things.

use super::*;

#[test]
fn the_interval_that_was_set_last_counts_for_the_wait_under_way_unless_that_is_a_backoff() {
    use Do::*;
    use ErrorClass::*;
    let table: &[(&str, u32, &[Do], &str)] = &[
        (
            "a shorter interval counts from the last end",
            5_000,
            &[Start(0), Ok(0), Interval(2_000, 1_000)],
            "fetch#1, wait 5000, wait 1000",
        ),
        (
            "an interval after none goes on",
            0,
            &[Start(0), Ok(0), Interval(2_000, 5_000)],
            "fetch#1, idle, fetch#3",
        ),
        (
            "a backoff is neither shorter nor longer for it",
            5_000,
            &[Start(0), Fail(1, Network), Interval(2_000, 2), Interval(60_000, 3)],
            "fetch#1, wait 500, wait 500, wait 500",
        ),
        (
            "an ordinary wait behind a failure follows it: who resumed waits by the interval",
            2_000,
            &[Start(0), Fail(0, Network), Pause, Resume(100), Interval(60_000, 200), Interval(5_000, 300)],
            "fetch#1, wait 500, paused, wait 1900, wait 59800, wait 4700",
        ),
        (
            "and so does one whose page was hidden in between",
            2_000,
            &[Start(0), Ok(0), Timer, Fail(0, Network), Hide, Show(100), Interval(0, 200)],
            "fetch#1, wait 2000, fetch#3, wait 500, paused, wait 1900, idle",
        ),
        (
            "the server's wait outlasts a shorter interval",
            5_000,
            &[Start(0), FailAfter(0, Throttled, 30_000), Pause, Resume(100), Interval(2_000, 200)],
            "fetch#1, wait 30000, paused, wait 29900, wait 29800",
        ),
    ];
    for (what, interval_ms, events, expected) in table {
        assert_eq!(&trace(*interval_ms, events), expected, "{what}");
    }
}
