//! Polling on a hidden page while the viewer waits for the end of the task.

use super::*;

#[test]
fn awaiting_the_end_polls_a_hidden_page_at_a_longer_interval() {
    use ErrorClass::*;
    use Input::*;
    let table: &[(&str, u32, &[Input], &str)] = &[
        (
            "hidden: every 30 s; shown again: immediately if due",
            5_000,
            &[Start(0), Ok(0), Await(1_000), HideAt(2_000), Timer, Ok(40_000), Show(46_000)],
            "fetch#1, wait 5000, wait 5000, wait 28000, fetch#4, wait 30000, fetch#6",
        ),
        (
            "shown again early: the rest of the ordinary wait",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(1_000), Show(3_000)],
            "fetch#1, wait 5000, wait 5000, wait 29000, wait 2000",
        ),
        (
            "a longer interval is kept",
            60_000,
            &[Start(0), Ok(0), Await(0), HideAt(10_000)],
            "fetch#1, wait 60000, wait 60000, wait 50000",
        ),
        (
            "a failure while hidden is not retried sooner; shown again: by the interval",
            5_000,
            &[Start(0), Await(0), HideAt(0), Fail(0, Network), Show(2_000)],
            "fetch#1, fetch#1, fetch#1, wait 30000, wait 3000",
        ),
        (
            "hidden after a failure, immediately or after being shown: by the longer interval",
            5_000,
            &[Start(0), Await(0), Fail(0, Network), HideAt(100), Show(10), HideAt(100)],
            "fetch#1, fetch#1, wait 500, wait 29900, wait 4990, wait 29900",
        ),
        (
            "being offline and the viewer's pause still count",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(0), Offline, Online(9_000), Pause, Resume(31_000)],
            "fetch#1, wait 5000, wait 5000, wait 30000, paused, wait 21000, paused, fetch#7",
        ),
        (
            "a viewer who no longer waits: paused while hidden",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(0), AwaitNoMore, Await(0)],
            "fetch#1, wait 5000, wait 5000, wait 30000, paused, wait 30000",
        ),
        (
            "the end of the task resets it",
            5_000,
            &[Start(0), Await(0), HideAt(0), Ended(1), Show(9_000), Ok(9_000), HideAt(9_000)],
            "fetch#1, fetch#1, fetch#1, finished, fetch#3, wait 5000, paused",
        ),
    ];
    for (what, interval_ms, events, expected) in table {
        assert_eq!(&trace(*interval_ms, events), expected, "{what}");
    }
}

#[test]
fn the_end_can_be_awaited_while_the_task_runs_and_is_polled() {
    use Input::*;
    let after = |events: &[Input]| run(events).can_await_end();
    assert!(after(&[Start(0), Ok(1)]));
    assert!(!after(&[Start(0)]), "there is no data yet");
    assert!(!after(&[Start(0), Ended(1)]));
    assert!(!after(&[Start(0), Ok(1), Timer, Fail(2, ErrorClass::Permission)]));
    let once = [Start(0), Ok(1)].iter().fold(Rc::new(State::new(0)), |state, event| apply(&state, event));
    assert!(!once.can_await_end());
}
