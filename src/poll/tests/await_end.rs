//! A hidden page whose viewer waits for the end.

use super::*;

#[test]
fn a_viewer_who_waits_for_the_end_is_served_while_hidden_at_a_slower_pace() {
    use Do::*;
    use ErrorClass::*;
    let table: &[(&str, u32, &[Do], &str)] = &[
        (
            "hidden: every 30 s; shown again: at once if it is due",
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
            "a longer interval stays",
            60_000,
            &[Start(0), Ok(0), Await(0), HideAt(10_000)],
            "fetch#1, wait 60000, wait 60000, wait 50000",
        ),
        (
            "a failure while hidden is not tried again sooner; shown again: by the ordinary rule",
            5_000,
            &[Start(0), Await(0), HideAt(0), Fail(0, Network), Show(2_000)],
            "fetch#1, fetch#1, fetch#1, wait 30000, wait 3000",
        ),
        (
            "hidden after a failure, at once or after having been shown again: by the slower pace",
            5_000,
            &[Start(0), Await(0), Fail(0, Network), HideAt(100), Show(10), HideAt(100)],
            "fetch#1, fetch#1, wait 500, wait 29900, wait 4990, wait 29900",
        ),
        (
            "the network and the viewer hold it all the same",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(0), Offline, Online(9_000), Pause, Resume(31_000)],
            "fetch#1, wait 5000, wait 5000, wait 30000, paused, wait 21000, paused, fetch#7",
        ),
        (
            "whoever waits no more is not served while hidden",
            5_000,
            &[Start(0), Ok(0), Await(0), HideAt(0), AwaitNoMore, Await(0)],
            "fetch#1, wait 5000, wait 5000, wait 30000, paused, wait 30000",
        ),
        (
            "it is over with the end",
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
fn an_end_can_be_waited_for_while_the_task_runs_and_is_asked_after() {
    use Do::*;
    let after = |events: &[Do]| run(events).can_await_end();
    assert!(after(&[Start(0), Ok(1)]));
    assert!(!after(&[Start(0)]), "nothing is known yet");
    assert!(!after(&[Start(0), Ended(1)]));
    assert!(!after(&[Start(0), Ok(1), Timer, Fail(2, ErrorClass::Permission)]));
    let once = [Start(0), Ok(1)].iter().fold(Rc::new(State::new(0)), |state, event| apply(&state, event));
    assert!(!once.can_await_end());
}
