//! A page that the viewer leaves and comes back to, and a tab that the browser freezes.

use super::*;

#[test]
fn a_page_that_comes_back_sends_one_request() {
    use ErrorClass::*;
    use Input::*;
    let table: &[(&str, u32, &[Input], &str)] = &[
        (
            "left while waiting: one request on return, even if the interval is longer",
            60_000,
            &[Start(0), Ok(0), Suspend, Return(5_000), Ok(5_100)],
            "fetch#1, wait 60000, paused, fetch#4, wait 60000",
        ),
        (
            "back within a second: the request follows within that second",
            5_000,
            &[Start(0), Ok(0), Suspend, Return(300), Timer],
            "fetch#1, wait 5000, paused, wait 700, fetch#5",
        ),
        (
            "left while fetching: the request is cancelled, and its failure ignored",
            5_000,
            &[Start(0), Suspend, Return(90_000), Ok(90_100)],
            "fetch#1, paused, fetch#3, wait 5000",
        ),
        (
            "also hidden, in either order: one request",
            60_000,
            &[Start(0), Ok(0), Hide, Suspend, Return(5_000), Show(5_000)],
            "fetch#1, wait 60000, paused, paused, paused, fetch#4",
        ),
        (
            "the other order",
            60_000,
            &[Start(0), Ok(0), Suspend, Hide, Show(5_000), Return(5_000), Return(5_001)],
            "fetch#1, wait 60000, paused, paused, paused, fetch#4, fetch#4",
        ),
        (
            "both a frozen tab and a page in the cache: one request",
            5_000,
            &[Start(0), Ok(0), Suspend, Suspend, Return(6_000), Return(6_000)],
            "fetch#1, wait 5000, paused, paused, fetch#4, fetch#4",
        ),
        (
            "after a failure the backoff is replaced, and the server's wait is kept",
            5_000,
            &[Start(0), FailAfter(0, Throttled, 30_000), Suspend, Return(10_000)],
            "fetch#1, wait 30000, paused, wait 20000",
        ),
        (
            "a finished task is fetched once",
            5_000,
            &[Start(0), Ended(0), Suspend, Return(2_000)],
            "fetch#1, finished, finished, fetch#3",
        ),
        (
            "a stopped poller stays so",
            5_000,
            &[Start(0), Fail(0, NotFound), Suspend, Return(9_000)],
            "fetch#1, stopped, stopped, stopped",
        ),
        (
            "with an interval of 0 nothing is fetched again",
            0,
            &[Start(0), Ok(0), Suspend, Return(9_000)],
            "fetch#1, idle, idle, idle",
        ),
        (
            "with an interval of 0 a cancelled request is sent again",
            0,
            &[Start(0), Suspend, Return(9_000), Ok(9_100)],
            "fetch#1, paused, fetch#3, idle",
        ),
        (
            "the viewer's pause is kept",
            5_000,
            &[Start(0), Ok(0), Pause, Suspend, Return(9_000), Resume(9_000)],
            "fetch#1, wait 5000, paused, paused, paused, fetch#4",
        ),
        (
            "a frozen tab that awaits the end: a request when it is resumed, then at the longer interval",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(0), Suspend, Return(600_000), Ok(600_100)],
            "fetch#1, wait 5000, wait 5000, wait 30000, paused, fetch#5, wait 30000",
        ),
        (
            "a first `pageshow` changes nothing",
            5_000,
            &[Start(0), Return(1), Ok(2)],
            "fetch#1, fetch#1, wait 5000",
        ),
    ];
    for (name, interval_ms, events, expected) in table {
        assert_eq!(trace(*interval_ms, events), *expected, "{name}");
    }
}

#[test]
fn failures_of_a_page_that_was_left_are_not_shown() {
    use Input::*;
    let left = run(&[Start(0), Ok(1), Timer, Suspend]);
    let generation = left.generation.wrapping_sub(1);
    let late = Event::FetchFailed { generation, error: error(ErrorClass::Network), now_ms: 2, random: 0 };
    assert!(Rc::ptr_eq(&left, &left.next(late)), "the failure of the cancelled request");

    // The host refreshes from its own `pagehide` listener.
    let refreshed = apply(&left, &Refresh(7));
    let failed = apply(&refreshed, &Fail(2, ErrorClass::Network));
    assert_eq!((failed.phase, &failed.last_error, failed.failures()), (Phase::Paused, &None, 0));
    let answered = [Return(9_000), Ok(9_001)].iter().fold(failed, |state, event| apply(&state, event));
    assert_eq!(answered.settled, Settled { ticket: 7, error: None });
}

#[test]
fn refreshes_of_a_cancelled_request_are_answered_after_the_return() {
    use Input::*;
    let answered = run(&[Start(0), Ok(0), Refresh(1), Refresh(2), Suspend, Return(9_000), Ok(9_001)]);
    assert_eq!(answered.settled, Settled { ticket: 2, error: None });
    assert!(matches!(answered.phase, Phase::Waiting { .. }), "one request answers both");
}
