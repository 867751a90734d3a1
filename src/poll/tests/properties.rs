//! Properties that hold for any events in any order.

use proptest::prelude::*;

use super::*;

fn any_event() -> impl Strategy<Value = Input> {
    use ErrorClass::*;
    let at = 0_u64..100_000;
    let class = prop::sample::select(vec![Network, Timeout, Throttled, Permission, Invalid, Truncated]);
    prop_oneof![
        at.clone().prop_map(Input::Ok),
        at.clone().prop_map(Input::Ended),
        (1_usize..9).prop_map(Input::Rows),
        at.clone().prop_map(Input::LateOk),
        (at.clone(), class).prop_map(|(now, class)| Input::Fail(now, class)),
        Just(Input::Timer),
        at.clone().prop_map(Input::HideAt),
        at.clone().prop_map(Input::Await),
        Just(Input::AwaitNoMore),
        at.clone().prop_map(Input::Show),
        Just(Input::Suspend),
        at.clone().prop_map(Input::Return),
        Just(Input::Offline),
        at.clone().prop_map(Input::Online),
        Just(Input::Pause),
        at.prop_map(Input::Resume),
        (1_u32..9).prop_map(Input::Refresh),
        Just(Input::Target),
        Just(Input::Turn),
    ]
}

proptest! {
    /// A request ends only by its own result, by a change of target, with the page, or before it is sent. Each request and wait
    /// has its own generation. Only a change of target discards data.
    #[test]
    fn no_events_lead_to_two_requests_or_lost_data(events in prop::collection::vec(any_event(), 0..60)) {
        let mut state = run(&[Input::Start(0)]);
        for event in events {
            // A request that waits for others has received nothing.
            if matches!(event, Input::Turn) && state.partial.is_some() {
                continue;
            }
            let next = apply(&state, &event);
            let ends = matches!(
                event,
                Input::Ok(_) | Input::Ended(_) | Input::Fail(..) | Input::Target | Input::Turn | Input::Suspend
            );
            if state.phase == Phase::Fetching && !ends {
                prop_assert_eq!(next.phase, Phase::Fetching);
                prop_assert_eq!(next.generation, state.generation);
            }
            if next.phase != state.phase {
                prop_assert_ne!(next.generation, state.generation);
            }
            prop_assert!(matches!(event, Input::Target) || next.data.is_some() || state.data.is_none());
            prop_assert!(next.partial.is_none() || (next.data.is_none() && next.phase == Phase::Fetching));
            let wait_ms = if let Phase::Waiting { delay_ms, .. } = next.phase { Some(delay_ms) } else { None };
            let polls_while_hidden = next.end_is_awaited && !next.pause_reasons.any_except_hidden();
            prop_assert!(wait_ms.is_none() || !next.pause_reasons.any() || polls_while_hidden, "a paused poller has no timer");
            let was_scheduled_hidden = next.generation != state.generation && next.pause_reasons.hidden;
            if let Some(delay_ms) = wait_ms.filter(|_| was_scheduled_hidden && state.phase == Phase::Fetching) {
                prop_assert!(delay_ms >= HIDDEN_INTERVAL_MS, "a hidden page polls at the longer interval: {}", delay_ms);
            }
            state = next;
        }
    }

    /// In any state a refresh starts a request: there is no stuck state.
    #[test]
    fn a_refresh_always_starts_a_request(events in prop::collection::vec(any_event(), 0..60)) {
        let mut state = run(&[Input::Start(0)]);
        for event in events {
            state = apply(&state, &event);
        }
        prop_assert_eq!(apply(&state, &Input::Refresh(99)).phase, Phase::Fetching);
    }
}
