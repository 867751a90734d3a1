//! The number of requests per minute.

use super::*;

/// Returns how many requests start in the first minute if each takes `latency_ms` and all succeed or all fail.
fn requests_in_a_minute(interval_ms: u32, latency_ms: u64, fails: Option<u32>) -> u32 {
    let (mut requests, mut now_ms) = (0, 0);
    let mut state = Rc::new(State::new(interval_ms))
        .next(Event::Started { now_ms, pause_reasons: PauseReasons::default() });
    while now_ms < 60_000 {
        let generation = state.generation;
        let event = match state.phase {
            Phase::Fetching => {
                requests += 1;
                now_ms += latency_ms;
                match fails {
                    Some(random) => {
                        Event::FetchFailed { generation, error: error(ErrorClass::Network), now_ms, random }
                    }
                    None => Event::ResponseReceived {
                        generation,
                        content: task(BatchStatus::Running, 1),
                        request_id: "r".into(),
                        age_ms: 0,
                        clock_offset_ms: None,
                        is_stale: false,
                        now_ms,
                    },
                }
            }
            Phase::Waiting { delay_ms, .. } => {
                now_ms += u64::from(delay_ms);
                Event::TimerFired { generation }
            }
            _ => break,
        };
        state = state.next(event);
    }
    requests
}

#[test]
fn requests_per_minute() {
    for (interval_ms, latency_ms, fails, expected) in [
        (5_000, 0, None, 12),
        (5_000, 1_000, None, 10),
        (2_000, 0, None, 30),
        (0, 0, None, 1),
        // At 0, 1, 3, 7, 15 and 31 s: each wait is twice as long as the last.
        (5_000, 0, Some(u32::MAX), 6),
        (5_000, 0, Some(HALF), 7),
    ] {
        let requests = requests_in_a_minute(interval_ms, latency_ms, fails);
        assert_eq!(requests, expected, "every {interval_ms} ms, {latency_ms} ms each, failing: {fails:?}");
    }
}
