//! Changes of the interval while polling.

use super::*;

#[test]
fn a_changed_interval_reschedules_the_current_wait_unless_it_is_a_backoff() {
    use ErrorClass::*;
    use Input::*;
    let table: &[(&str, u32, &[Input], &str)] = &[
        (
            "a shorter interval counts from the last end",
            5_000,
            &[Start(0), Ok(0), Interval(2_000, 1_000)],
            "fetch#1, wait 5000, wait 1000",
        ),
        (
            "an interval after 0 continues polling",
            0,
            &[Start(0), Ok(0), Interval(2_000, 5_000)],
            "fetch#1, idle, fetch#3",
        ),
        (
            "a backoff does not change",
            5_000,
            &[Start(0), Fail(1, Network), Interval(2_000, 2), Interval(60_000, 3)],
            "fetch#1, wait 500, wait 500, wait 500",
        ),
        (
            "the wait after resuming follows it, even after a failure",
            2_000,
            &[Start(0), Fail(0, Network), Pause, Resume(100), Interval(60_000, 200), Interval(5_000, 300)],
            "fetch#1, wait 500, paused, wait 1900, wait 59800, wait 4700",
        ),
        (
            "and so does the wait after the page was hidden",
            2_000,
            &[Start(0), Ok(0), Timer, Fail(0, Network), Hide, Show(100), Interval(0, 200)],
            "fetch#1, wait 2000, fetch#3, wait 500, paused, wait 1900, idle",
        ),
        (
            "a wait that the server asks for is not shortened",
            5_000,
            &[Start(0), FailAfter(0, Throttled, 30_000), Pause, Resume(100), Interval(2_000, 200)],
            "fetch#1, wait 30000, paused, wait 29900, wait 29800",
        ),
    ];
    for (what, interval_ms, events, expected) in table {
        assert_eq!(&trace(*interval_ms, events), expected, "{what}");
    }
}
