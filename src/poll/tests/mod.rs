//! Tables of events and the phases that they must lead to.

mod await_end;
mod interval;
mod properties;
mod recovery;
mod request_rate;
mod simulation;
mod suspension;

use std::rc::Rc;

use super::*;
use crate::error::{Error, ErrorClass};
use crate::model::{BatchStatus, BatchTask};
use crate::test_data;

const HALF: u32 = 1 << 31;

fn task(status: BatchStatus, success_count: i64) -> Rc<BatchTask> {
    Rc::new(BatchTask {
        batch_id: "pcb-1".into(),
        task_name: "t".into(),
        status,
        total_count: Some(10),
        success_count: Some(success_count),
        ..test_data::empty_task()
    })
}

fn error(class: ErrorClass) -> Rc<Error> {
    Rc::new(Error::new(class, "no"))
}

/// An event of a test. It carries the current generation, except late ones.
#[derive(Clone, Debug)]
enum Input {
    Start(u64),
    StartHidden(u64),
    StartOffline(u64),
    Ok(u64),
    Same(u64),
    Rows(usize),
    Ended(u64),
    Fail(u64, ErrorClass),
    FailAfter(u64, ErrorClass, u64),
    LateOk(u64),
    Timer,
    Hide,
    HideAt(u64),
    Await(u64),
    AwaitNoMore,
    Show(u64),
    Suspend,
    Return(u64),
    Offline,
    Online(u64),
    Pause,
    Resume(u64),
    Refresh(u32),
    Interval(u32, u64),
    Target,
    Turn,
}

fn apply(state: &Rc<State>, what: &Input) -> Rc<State> {
    let generation = state.generation;
    let response = |generation, task, now_ms| Event::ResponseReceived {
        generation,
        content: task,
        request_id: "r".into(),
        age_ms: 0,
        clock_offset_ms: None,
        is_stale: false,
        now_ms,
    };
    state.next(match *what {
        Input::Start(now_ms) => Event::Started { now_ms, pause_reasons: PauseReasons::default() },
        Input::StartHidden(now_ms) => {
            Event::Started { now_ms, pause_reasons: PauseReasons { hidden: true, ..PauseReasons::default() } }
        }
        Input::StartOffline(now_ms) => Event::Started {
            now_ms,
            pause_reasons: PauseReasons { offline: true, ..PauseReasons::default() },
        },
        Input::Ok(now_ms) => {
            response(generation, task(BatchStatus::Running, i64::try_from(now_ms).unwrap()), now_ms)
        }
        Input::Same(now_ms) => response(generation, task(BatchStatus::Running, 1), now_ms),
        Input::Rows(rows) => Event::RowsReceived {
            generation,
            partial: PartialTask { task: task(BatchStatus::Running, 1), rows },
        },
        Input::Ended(now_ms) => response(generation, task(BatchStatus::Completed, 10), now_ms),
        Input::LateOk(now_ms) => {
            response(generation.wrapping_sub(1), task(BatchStatus::Completed, 10), now_ms)
        }
        Input::Fail(now_ms, class) => {
            Event::FetchFailed { generation, error: error(class), now_ms, random: HALF }
        }
        Input::FailAfter(now_ms, class, retry_ms) => {
            let error = Rc::new(Error::new(class, "no").with_retry_after_ms(Some(retry_ms)));
            Event::FetchFailed { generation, error, now_ms, random: HALF }
        }
        Input::Timer => Event::TimerFired { generation },
        Input::Hide => Event::PageHidden { now_ms: 0 },
        Input::HideAt(now_ms) => Event::PageHidden { now_ms },
        Input::Await(now_ms) => Event::EndAwaited { is_awaited: true, now_ms },
        Input::AwaitNoMore => Event::EndAwaited { is_awaited: false, now_ms: 0 },
        Input::Show(now_ms) => Event::PageShown { now_ms },
        Input::Suspend => Event::PageSuspended,
        Input::Return(now_ms) => Event::PageResumed { now_ms },
        Input::Offline => Event::WentOffline,
        Input::Online(now_ms) => Event::WentOnline { now_ms },
        Input::Pause => Event::Paused,
        Input::Resume(now_ms) => Event::Resumed { now_ms },
        Input::Refresh(ticket) => Event::RefreshRequested { ticket },
        Input::Interval(interval_ms, now_ms) => Event::IntervalChanged { interval_ms, now_ms },
        Input::Target => Event::TargetChanged { is_offline: state.pause_reasons.offline },
        Input::Turn => Event::TurnCame { generation },
    })
}

fn trace(interval_ms: u32, events: &[Input]) -> String {
    let mut state = Rc::new(State::new(interval_ms));
    let mut phases = Vec::new();
    for event in events {
        state = apply(&state, event);
        phases.push(match state.phase {
            Phase::Idle => "idle".to_owned(),
            Phase::Fetching => format!("fetch#{}", state.generation),
            Phase::Waiting { delay_ms, .. } => format!("wait {delay_ms}"),
            Phase::Paused => "paused".to_owned(),
            Phase::Stopped => "stopped".to_owned(),
            Phase::Finished => "finished".to_owned(),
        });
    }
    phases.join(", ")
}

#[test]
fn each_list_of_events_leads_to_its_phases() {
    use ErrorClass::*;
    use Input::*;
    let table: &[(&str, u32, &[Input], &str)] = &[
        (
            "the next request is timed from the end of the last",
            5_000,
            &[Start(0), Ok(700), Timer, Ok(9_000)],
            "fetch#1, wait 5000, fetch#3, wait 5000",
        ),
        ("late responses are ignored", 5_000, &[Start(0), LateOk(1), Ok(2)], "fetch#1, fetch#1, wait 5000"),
        ("a finished task stops polling", 5_000, &[Start(0), Ended(1), Timer], "fetch#1, finished, finished"),
        (
            "a refresh of a finished task fetches once",
            5_000,
            &[Start(0), Ended(1), Refresh(1), Ended(2)],
            "fetch#1, finished, fetch#3, finished",
        ),
        (
            "a task that runs again resumes",
            5_000,
            &[Start(0), Ended(1), Refresh(1), Ok(2)],
            "fetch#1, finished, fetch#3, wait 5000",
        ),
        (
            "showing the page of a finished task fetches once",
            5_000,
            &[Start(0), Ended(1), Hide, Show(6_000), Ended(6_100)],
            "fetch#1, finished, finished, fetch#3, finished",
        ),
        (
            "showing it again early does not fetch",
            5_000,
            &[Start(0), Ended(1), Hide, Show(4_000)],
            "fetch#1, finished, finished, finished",
        ),
        (
            "a failure replaces the next tick, doubling",
            5_000,
            &[Start(0), Fail(1, Network), Timer, Fail(2, Service), Timer, Fail(3, Timeout), Timer, Ok(4)],
            "fetch#1, wait 500, fetch#3, wait 1000, fetch#5, wait 2000, fetch#7, wait 5000",
        ),
        (
            "the first success resets the backoff",
            5_000,
            &[Start(0), Fail(1, Network), Timer, Fail(2, Network), Timer, Ok(3), Timer, Fail(4, Network)],
            "fetch#1, wait 500, fetch#3, wait 1000, fetch#5, wait 5000, fetch#7, wait 500",
        ),
        (
            "a wait that the server asks for is kept",
            5_000,
            &[Start(0), FailAfter(1, Throttled, 30_000), Timer],
            "fetch#1, wait 30000, fetch#3",
        ),
        (
            "the longer of backoff and the server's wait counts",
            5_000,
            &[Start(0), FailAfter(1, Throttled, 100)],
            "fetch#1, wait 500",
        ),
        (
            "a wait that the server asks for continues after the page was hidden",
            5_000,
            &[Start(0), FailAfter(0, Throttled, 30_000), Hide, Show(10_000), Timer],
            "fetch#1, wait 30000, paused, wait 20000, fetch#5",
        ),
        (
            "a very long wait is limited to a day",
            5_000,
            &[Start(0), FailAfter(0, Throttled, u64::MAX)],
            "fetch#1, wait 86400000",
        ),
        (
            "a permission error stops polling, a refresh continues it",
            5_000,
            &[Start(0), Fail(1, Permission), Show(9_000), Refresh(1), Ok(2)],
            "fetch#1, stopped, stopped, fetch#3, wait 5000",
        ),
        ("a truncated body is retried", 5_000, &[Start(0), Fail(1, Truncated)], "fetch#1, wait 500"),
        ("hidden from the start: no request", 5_000, &[StartHidden(0), Show(10)], "paused, fetch#2"),
        (
            "hidden while waiting: paused; shown late: fetched immediately",
            5_000,
            &[Start(0), Ok(0), Hide, Show(5_000)],
            "fetch#1, wait 5000, paused, fetch#4",
        ),
        (
            "shown early: the rest of the wait",
            5_000,
            &[Start(0), Ok(0), Hide, Show(2_000)],
            "fetch#1, wait 5000, paused, wait 3000",
        ),
        (
            "hidden while fetching: the response is used, then polling pauses",
            5_000,
            &[Start(0), Hide, Ok(1), Show(9_000)],
            "fetch#1, fetch#1, paused, fetch#3",
        ),
        (
            "offline while fetching: paused after the failure",
            5_000,
            &[Start(0), Offline, Fail(1, Network), Online(9_000)],
            "fetch#1, fetch#1, paused, fetch#3",
        ),
        (
            "a response ends the wait for the network, even if the browser still says offline",
            5_000,
            &[Start(0), Ok(0), Offline, Refresh(1), Ok(1), Timer],
            "fetch#1, wait 5000, paused, fetch#4, wait 5000, fetch#6",
        ),
        (
            "but not the response to a request that was in flight when the browser went offline",
            5_000,
            &[Start(0), Offline, Ok(1), Online(9_000)],
            "fetch#1, fetch#1, paused, fetch#3",
        ),
        (
            "when the browser is online again, a long backoff ends",
            5_000,
            &[
                StartOffline(0),
                Refresh(1),
                Ok(0),
                Timer,
                Fail(1, Network),
                Timer,
                Fail(2, Network),
                Timer,
                Fail(3, Network),
                Timer,
                Fail(4, Network),
                Timer,
                Fail(10_000, Network),
                Online(12_000),
                Online(15_000),
            ],
            "paused, fetch#2, wait 5000, fetch#4, wait 500, fetch#6, wait 1000, fetch#8, wait 2000, fetch#10, wait 4000, \
             fetch#12, wait 8000, wait 3000, wait 3000",
        ),
        (
            "but not a short one, nor a wait that the server asks for",
            5_000,
            &[Start(0), Fail(0, Network), Online(1), Timer, FailAfter(500, Throttled, 60_000), Online(9_000)],
            "fetch#1, wait 500, wait 500, fetch#3, wait 60000, wait 60000",
        ),
        (
            "a request that waited for others is not sent if polling was paused meanwhile",
            5_000,
            &[Start(0), Hide, Turn, Show(1), Turn, Ok(2), Timer, Pause, Turn, Resume(3)],
            "fetch#1, fetch#1, paused, fetch#3, fetch#3, wait 5000, fetch#5, fetch#5, paused, wait 4999",
        ),
        (
            "nor if the task has ended",
            5_000,
            &[Start(0), Ended(1), Hide, Show(6_000), Hide, Turn],
            "fetch#1, finished, finished, fetch#3, fetch#3, finished",
        ),
        (
            "but a refresh is, and it is not sent twice",
            5_000,
            &[Start(0), Pause, Refresh(1), Turn, Ok(1), Refresh(2), Turn, Ok(2)],
            "fetch#1, fetch#1, fetch#1, fetch#1, paused, fetch#3, fetch#3, paused",
        ),
        (
            "without an interval, returning to the page does not ask again at once after a failure",
            0,
            &[Start(0), Fail(0, Network), Hide, Show(100)],
            "fetch#1, wait 500, paused, wait 1900",
        ),
        (
            "two reasons to pause: both must go",
            5_000,
            &[Start(0), Ok(0), Hide, Offline, Show(9_000), Online(9_001)],
            "fetch#1, wait 5000, paused, paused, paused, fetch#4",
        ),
        (
            "the viewer's pause outlasts hiding",
            5_000,
            &[Start(0), Ok(0), Pause, Hide, Show(9_000), Resume(9_000)],
            "fetch#1, wait 5000, paused, paused, paused, fetch#4",
        ),
        (
            "a refresh while paused fetches once",
            5_000,
            &[Start(0), Ok(0), Pause, Refresh(1), Ok(1)],
            "fetch#1, wait 5000, paused, fetch#4, paused",
        ),
        (
            "a refresh while fetching fetches again after it",
            5_000,
            &[Start(0), Refresh(1), Refresh(2), Ok(1), Ok(2)],
            "fetch#1, fetch#1, fetch#1, fetch#2, wait 5000",
        ),
        (
            "a queued refresh is made after a failure too",
            5_000,
            &[Start(0), Refresh(1), Fail(1, Permission), Ok(2)],
            "fetch#1, fetch#1, fetch#2, wait 5000",
        ),
        (
            "an interval of 0 fetches once",
            0,
            &[Start(0), Ok(1), Hide, Show(9_000_000), Refresh(1), Ok(2)],
            "fetch#1, idle, idle, idle, fetch#3, idle",
        ),
        (
            "an interval of 0 is retried until it succeeds",
            0,
            &[Start(0), Fail(1, Network), Timer, Ok(2)],
            "fetch#1, wait 500, fetch#3, idle",
        ),
        (
            "another target is fetched immediately",
            5_000,
            &[Start(0), Ended(1), Target, Ok(2)],
            "fetch#1, finished, fetch#3, wait 5000",
        ),
        (
            "the old target's response is ignored",
            5_000,
            &[Start(0), Target, LateOk(1)],
            "fetch#1, fetch#2, fetch#2",
        ),
        (
            "a clock set back makes the request due now",
            5_000,
            &[Start(50_000), Ok(50_000), Hide, Show(1)],
            "fetch#1, wait 5000, paused, fetch#4",
        ),
        ("a second start is ignored", 5_000, &[Start(0), Start(1)], "fetch#1, fetch#1"),
    ];
    for (name, interval_ms, events, expected) in table {
        assert_eq!(trace(*interval_ms, events), *expected, "{name}");
    }
}

fn run(events: &[Input]) -> Rc<State> {
    events.iter().fold(Rc::new(State::new(5_000)), |state, event| apply(&state, event))
}

#[test]
fn old_data_stays_through_errors_and_the_error_until_a_success() {
    let old = run(&[Input::Start(0), Input::Ok(5)]);
    let failed = apply(&apply(&old, &Input::Timer), &Input::Fail(9, ErrorClass::Permission));
    assert!(failed.is_stale());
    assert_eq!(failed.data, old.data);
    let refetching = apply(&failed, &Input::Refresh(1));
    assert!(refetching.is_stale(), "the error stays during the next attempt");
    assert!(!apply(&refetching, &Input::Ok(11)).is_stale());
}

#[test]
fn a_response_that_says_the_same_confirms_the_state_before() {
    let old = run(&[Input::Start(0), Input::Same(5)]);
    let asking = apply(&old, &Input::Timer);
    let failed = apply(&apply(&asking, &Input::Fail(9, ErrorClass::Network)), &Input::Timer);
    for (name, before, what, expected) in [
        ("the same", &asking, Input::Same(10), true),
        ("other data", &asking, Input::Ok(10), false),
        ("the end", &asking, Input::Ended(10), false),
        ("a failure", &asking, Input::Fail(10, ErrorClass::Network), false),
        ("the end of an outage", &failed, Input::Same(10), false),
    ] {
        assert_eq!(apply(before, &what).confirms(before), expected, "{name}");
    }
    assert!(!asking.confirms(&old), "it has only been asked for");
}

#[test]
fn a_cached_response_has_its_age_and_is_stale_if_the_api_failed() {
    let asking = run(&[Input::Start(0)]);
    for is_stale in [false, true] {
        let state = asking.next(Event::ResponseReceived {
            generation: asking.generation,
            content: task(BatchStatus::Running, 1),
            request_id: "r".into(),
            age_ms: 4_000,
            clock_offset_ms: None,
            is_stale,
            now_ms: 10_000,
        });
        assert_eq!(state.data.as_ref().unwrap().fetched_at_ms, 6_000);
        assert_eq!(state.is_stale(), is_stale);
        assert_eq!(
            state.phase,
            Phase::Waiting { delay_ms: 5_000, due_ms: 15_000 },
            "the interval counts from the end of our own request"
        );
    }
}

#[test]
fn an_unchanged_task_keeps_its_pointer_and_a_changed_one_does_not() {
    let first = run(&[Input::Start(0), Input::Same(1)]);
    let same = apply(&apply(&first, &Input::Timer), &Input::Same(2));
    assert!(Rc::ptr_eq(first.task().unwrap(), same.task().unwrap()));
    assert_eq!(same.data.as_ref().unwrap().fetched_at_ms, 2);
    let changed = apply(&apply(&same, &Input::Timer), &Input::Ok(3));
    assert!(!Rc::ptr_eq(same.task().unwrap(), changed.task().unwrap()));
}

#[test]
fn a_no_op_returns_the_same_pointer() {
    let state = run(&[Input::Start(0), Input::Ok(1), Input::Hide]);
    for event in [
        Input::Hide,
        Input::Timer,
        Input::LateOk(2),
        Input::Online(2),
        Input::Resume(2),
        Input::Interval(5_000, 2),
    ] {
        assert!(Rc::ptr_eq(&state, &apply(&state, &event)), "{event:?}");
    }
}

#[test]
fn a_refresh_is_answered_by_a_request_that_started_after_it() {
    let requests = run(&[Input::Start(0), Input::Refresh(7)]);
    let first = apply(&requests, &Input::Ok(1));
    assert_eq!(first.settled.ticket, 0, "the request in flight was older than the refresh");
    let second = apply(&first, &Input::Fail(2, ErrorClass::Network));
    assert_eq!(second.settled.ticket, 7);
    assert!(second.settled.error.is_some());
}

#[test]
fn a_request_that_waited_for_others_answers_the_refreshes_before_it_was_sent() {
    let state = run(&[Input::Start(0), Input::Refresh(7), Input::Turn, Input::Refresh(8), Input::Ok(1)]);
    assert_eq!((state.settled.ticket, state.phase), (7, Phase::Fetching));
    assert_eq!(apply(&state, &Input::Ok(2)).settled.ticket, 8);
}

#[test]
fn a_refresh_survives_a_change_of_target() {
    let state = run(&[Input::Start(0), Input::Refresh(3), Input::Target, Input::Ok(1)]);
    assert_eq!(state.settled.ticket, 3);
}

#[test]
fn only_the_first_response_is_shown_in_parts() {
    let rows = |state: &State| state.partial.as_ref().map(|partial| partial.rows);
    let first = run(&[Input::Start(0), Input::Rows(50), Input::Rows(120)]);
    assert_eq!((rows(&first), first.phase, first.task()), (Some(120), Phase::Fetching, None));
    assert!(first.task_with_rows().is_some());
    for end in [Input::Ok(9), Input::Fail(9, ErrorClass::Truncated), Input::Target] {
        assert_eq!(rows(&apply(&first, &end)), None, "{end:?}");
    }
    let later = run(&[Input::Start(0), Input::Ok(1), Input::Timer]);
    assert_eq!(later.phase, Phase::Fetching);
    assert!(Rc::ptr_eq(&apply(&later, &Input::Rows(50)), &later));
    let waiting = run(&[Input::Start(0), Input::Ok(1)]);
    assert!(Rc::ptr_eq(&apply(&waiting, &Input::Rows(50)), &waiting), "a late event changes nothing");
}
