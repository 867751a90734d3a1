//! What holds whatever happens: random events, in any order, at any time.

use proptest::prelude::*;

use super::*;

fn any_event() -> impl Strategy<Value = Do> {
    use ErrorClass::*;
    let at = 0_u64..100_000;
    let class = prop::sample::select(vec![Network, Timeout, Throttled, Permission, Invalid, Truncated]);
    prop_oneof![
        at.clone().prop_map(Do::Ok),
        at.clone().prop_map(Do::Ended),
        (1_usize..9).prop_map(Do::Rows),
        at.clone().prop_map(Do::LateOk),
        (at.clone(), class).prop_map(|(now, class)| Do::Fail(now, class)),
        Just(Do::Timer),
        at.clone().prop_map(Do::HideAt),
        at.clone().prop_map(Do::Await),
        Just(Do::AwaitNoMore),
        at.clone().prop_map(Do::Show),
        Just(Do::Offline),
        at.clone().prop_map(Do::Online),
        Just(Do::Pause),
        at.prop_map(Do::Resume),
        (1_u32..9).prop_map(Do::Refresh),
        Just(Do::Target),
    ]
}

proptest! {
    /// Whatever happens: a fetch ends only by its own end or by a change of target, the generation tells each piece
    /// of work from every other, and nothing that was held is lost but by a change of target.
    #[test]
    fn no_events_lead_to_two_requests_or_a_lost_task(events in prop::collection::vec(any_event(), 0..60)) {
        let mut state = run(&[Do::Start(0)]);
        for event in events {
            let next = apply(&state, &event);
            let ends = matches!(event, Do::Ok(_) | Do::Ended(_) | Do::Fail(..) | Do::Target);
            if state.phase == Phase::Fetching && !ends {
                prop_assert_eq!(next.phase, Phase::Fetching);
                prop_assert_eq!(next.generation, state.generation);
            }
            if next.phase != state.phase {
                prop_assert_ne!(next.generation, state.generation);
            }
            prop_assert!(matches!(event, Do::Target) || next.data.is_some() || state.data.is_none());
            prop_assert!(next.partial.is_none() || (next.data.is_none() && next.phase == Phase::Fetching));
            let waits_ms = if let Phase::Waiting { delay_ms, .. } = next.phase { Some(delay_ms) } else { None };
            let may_ask_hidden = next.end_is_awaited && !next.pause_reasons.any_except_hidden();
            prop_assert!(waits_ms.is_none() || !next.pause_reasons.any() || may_ask_hidden, "a held machine has no timer");
            let was_timed_hidden = next.generation != state.generation && next.pause_reasons.hidden;
            if let Some(delay_ms) = waits_ms.filter(|_| was_timed_hidden && state.phase == Phase::Fetching) {
                prop_assert!(delay_ms >= HIDDEN_INTERVAL_MS, "a hidden page asks seldom: {}", delay_ms);
            }
            state = next;
        }
    }

    /// From wherever events have led, lifting the holds and asking leads to a fetch: there is no stuck state.
    #[test]
    fn a_refresh_always_leads_to_a_fetch(events in prop::collection::vec(any_event(), 0..60)) {
        let mut state = run(&[Do::Start(0)]);
        for event in events {
            state = apply(&state, &event);
        }
        prop_assert_eq!(apply(&state, &Do::Refresh(99)).phase, Phase::Fetching);
    }
}
