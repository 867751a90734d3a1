//! Errors that are retried slowly: what came from something in front of the API.

use super::*;

#[test]
fn an_error_from_in_front_of_the_api_is_retried_slowly_and_when_the_page_is_shown() {
    use ErrorClass::*;
    use Input::*;
    let table: &[(&str, u32, &[Input], &str)] = &[
        (
            "the waits double up to ten minutes, and a success resets them",
            5_000,
            &[
                Start(0),
                Fail(1, Unauthorized),
                Timer,
                Fail(2, Invalid),
                Timer,
                Fail(3, Endpoint),
                Timer,
                Fail(4, Endpoint),
                Timer,
                Fail(5, Endpoint),
                Timer,
                Ok(6),
                Timer,
                Fail(7, Unauthorized),
            ],
            "fetch#1, wait 67500, fetch#3, wait 135000, fetch#5, wait 270000, fetch#7, wait 540000, fetch#9, wait 540000, \
             fetch#11, wait 5000, fetch#13, wait 67500",
        ),
        (
            "earlier failures of the network do not lengthen the first wait",
            5_000,
            &[Start(0), Fail(1, Network), Timer, Fail(2, Network), Timer, Fail(3, Unauthorized)],
            "fetch#1, wait 500, fetch#3, wait 1000, fetch#5, wait 67500",
        ),
        (
            "shown again: at once, even if the interval is longer",
            60_000,
            &[Start(0), Fail(0, Invalid), Hide, Show(5_000), Ok(5_100)],
            "fetch#1, wait 67500, paused, fetch#4, wait 60000",
        ),
        (
            "hidden and shown quickly: not closer than the minimum interval",
            60_000,
            &[Start(0), Fail(0, Invalid), Hide, Show(500), Timer, Fail(2_000, Invalid)],
            "fetch#1, wait 67500, paused, wait 1500, fetch#5, wait 135000",
        ),
        (
            "a wait that the server asks for is kept",
            5_000,
            &[Start(0), FailAfter(0, Unauthorized, 100_000), Hide, Show(10_000)],
            "fetch#1, wait 100000, paused, wait 90000",
        ),
        (
            "shown without having been hidden: nothing changes",
            5_000,
            &[Start(0), Fail(0, Invalid), Show(30_000)],
            "fetch#1, wait 67500, wait 67500",
        ),
        (
            "online again: at once",
            5_000,
            &[Start(0), Fail(0, Endpoint), Offline, Online(9_000)],
            "fetch#1, wait 67500, paused, fetch#4",
        ),
        (
            "failed while hidden: paused, and fetched when shown",
            5_000,
            &[Start(0), Hide, Fail(0, Unauthorized), Show(3_000)],
            "fetch#1, fetch#1, paused, fetch#3",
        ),
        (
            "awaiting the end on a hidden page: slowly too",
            5_000,
            &[Start(0), Await(0), HideAt(0), Fail(0, Unauthorized), Timer],
            "fetch#1, fetch#1, fetch#1, wait 67500, fetch#3",
        ),
        (
            "after the end of the task there is no retry",
            5_000,
            &[Start(0), Ended(0), Refresh(1), Fail(1, Unauthorized)],
            "fetch#1, finished, fetch#3, finished",
        ),
        (
            "an interval of 0 is retried until it succeeds",
            0,
            &[Start(0), Fail(1, Endpoint), Timer, Ok(2)],
            "fetch#1, wait 67500, fetch#3, idle",
        ),
        (
            "a refresh fetches immediately",
            5_000,
            &[Start(0), Fail(1, Endpoint), Refresh(1), Ok(2)],
            "fetch#1, wait 67500, fetch#3, wait 5000",
        ),
        (
            "an error of the API still stops",
            5_000,
            &[Start(0), Fail(1, NotFound), Hide, Show(90_000)],
            "fetch#1, stopped, stopped, stopped",
        ),
    ];
    for (name, interval_ms, events, expected) in table {
        assert_eq!(trace(*interval_ms, events), *expected, "{name}");
    }
}

#[test]
fn updating_has_stopped_until_a_success_unless_the_error_is_temporary() {
    use Input::*;
    for (class, has_stopped) in [
        (ErrorClass::Network, false),
        (ErrorClass::Service, false),
        (ErrorClass::Unauthorized, true),
        (ErrorClass::Invalid, true),
        (ErrorClass::Permission, true),
    ] {
        let failed = run(&[Start(0), Ok(1), Timer, Fail(2, class)]);
        assert_eq!(failed.has_stopped_updating(), has_stopped, "{class:?}");
        let fetching = apply(&failed, &Refresh(1));
        assert_eq!(fetching.has_stopped_updating(), has_stopped, "{class:?}");
        assert!(!apply(&fetching, &Ok(3)).has_stopped_updating());
    }
    let ended = run(&[Start(0), Ended(1), Refresh(1), Fail(2, ErrorClass::Permission)]);
    assert!(!ended.has_stopped_updating(), "nothing was to be updated");
}
