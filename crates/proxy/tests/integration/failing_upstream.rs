//! A failing API is not called for every request: its failures are shared for a while, and kept by caches.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use batch_task_proxy::Settings;
use batch_task_proxy::api::CacheScope;

use tokio::task::JoinSet;

use crate::support::shared_proxy::{RUNNING, SharedProxy};
use crate::support::{Response, describe};

/// A failure: status, headers and body of the API; the status for the client; and the largest number of calls in 3 s.
type Failure = (u16, &'static [(&'static str, &'static str)], &'static str, u16, usize);

const FAILURES: [Failure; 11] = [
    (403, &[], r#"{"RequestId":"@","Code":"Forbidden.RAM"}"#, 403, 4),
    (404, &[], r#"{"RequestId":"@","Code":"InvalidBatchId.NotFound"}"#, 404, 4),
    (500, &[], r#"{"RequestId":"@","Code":"InternalError"}"#, 500, 6),
    (503, &[], r#"{"RequestId":"@","Code":"ServiceUnavailable"}"#, 503, 6),
    (
        503,
        &[("retry-after", "Thu, 28 May 2026 16:38:20 GMT")],
        r#"{"RequestId":"@","Code":"ServiceUnavailable"}"#,
        503,
        6,
    ),
    (200, &[], "<html>", 502, 6),
    (429, &[], r#"{"RequestId":"@","Code":"TooManyRequests"}"#, 429, 3),
    (400, &[], r#"{"RequestId":"@","Code":"Throttling"}"#, 429, 3),
    (400, &[("x-acs-retry-after", "0")], r#"{"RequestId":"@","Code":"Throttling.User"}"#, 429, 3),
    (400, &[("retry-after", "1")], r#"{"RequestId":"@","Code":"Throttling.Api"}"#, 429, 3),
    (
        400,
        &[("retry-after", "Thu, 28 May 2026 16:38:20 GMT")],
        r#"{"RequestId":"@","Code":"Throttling.User"}"#,
        429,
        3,
    ),
];

/// Requests a batch every 10 ms for three seconds.
async fn request_for_three_seconds(fixture: &SharedProxy, mut check: impl FnMut(&Response)) {
    for time_ms in (0..3_000).step_by(10) {
        fixture.set_time_ms(time_ms);
        check(&describe(&fixture.router, "pcb-x").await);
    }
}

#[tokio::test]
async fn a_failure_is_shared_and_may_be_cached() {
    for (status, headers, body, expected, most) in FAILURES {
        let fixture =
            SharedProxy::with(Settings { cache_scope: CacheScope::Public, ..Settings::default() }).await;
        fixture.set_response_with(status, headers, body);
        request_for_three_seconds(&fixture, |response| {
            assert_eq!(response.status, expected, "{body}");
            let control = response.header("cache-control");
            let seconds =
                control.strip_prefix("public, max-age=").unwrap_or_else(|| panic!("{body}: {control}"));
            assert!((1..=2).contains(&seconds.parse::<u32>().unwrap()), "{body}: {control}");
            let is_throttled = expected == 429;
            assert_eq!(
                !response.header("retry-after").is_empty(),
                is_throttled || !headers.is_empty(),
                "{body}"
            );
        })
        .await;
        assert!((1..=most).contains(&fixture.calls()), "{body}: {} calls", fixture.calls());

        // It ends soon after the API has recovered.
        fixture.set_response(200, RUNNING);
        fixture.set_time(7);
        assert_eq!(describe(&fixture.router, "pcb-x").await.status, 200, "{body}");
    }
}

#[tokio::test]
async fn a_cached_body_is_served_meanwhile() {
    for (status, headers, body, expected, most) in FAILURES.iter().filter(|failure| failure.3 >= 429) {
        let fixture = SharedProxy::new().await;
        describe(&fixture.router, "pcb-x").await;
        fixture.set_response_with(*status, headers, body);
        fixture.set_time(10);
        let mut seen = HashSet::new();
        for time_ms in (10_000..13_000).step_by(10) {
            fixture.set_time_ms(time_ms);
            let response = describe(&fixture.router, "pcb-x").await;
            assert_eq!(
                (response.status.as_u16(), response.json()["RequestId"].as_str()),
                (200, Some("R-0")),
                "{body}"
            );
            seen.insert(response.header("cache-status").to_owned());
        }
        let reason = if *expected == 502 {
            "detail=Proxy.UpstreamInvalid".to_owned()
        } else {
            format!("fwd-status={expected}")
        };
        assert_eq!(seen, HashSet::from([format!("batch-task-proxy; fwd=stale; {reason}")]), "{body}");
        assert!(fixture.calls() - 1 <= *most, "{body}: {} calls", fixture.calls());
    }
}

#[tokio::test]
async fn a_clock_that_is_set_does_not_change_a_wait() {
    for error_s in [-3_600, 3_600] {
        let fixture = SharedProxy::new().await;
        fixture.set_response(400, r#"{"RequestId":"@","Code":"Throttling.User"}"#);
        describe(&fixture.router, "pcb-x").await;
        fixture.clock_error_s.store(error_s, Ordering::SeqCst);
        assert_eq!(describe(&fixture.router, "pcb-x").await.header("retry-after"), "1", "{error_s}");
        fixture.set_response(200, RUNNING);
        fixture.set_time(1);
        assert_eq!(describe(&fixture.router, "pcb-x").await.status, 200, "{error_s}");
        assert_eq!(fixture.calls(), 2, "{error_s}");
    }
}

/// A limit of the account concerns all batches.
#[tokio::test]
async fn a_throttled_account_is_not_called_for_any_batch() {
    for (code, most) in
        [("Throttling", 3), ("Throttling.User", 3), ("Throttling.Api", 3), ("Throttling.Resource", 30)]
    {
        let fixture = SharedProxy::new().await;
        fixture.set_response(400, &format!(r#"{{"RequestId":"@","Code":"{code}"}}"#));
        for time_ms in (0..3_000).step_by(100) {
            fixture.set_time_ms(time_ms);
            for batch in 0..10 {
                let response = describe(&fixture.router, &format!("pcb-{batch}")).await;
                assert_eq!((response.status.as_u16(), response.code().as_str()), (429, code));
            }
        }
        assert!(fixture.calls() <= most, "{code}: {} calls", fixture.calls());
    }
}

/// Calls that wait for their turn are not made if the API throttles the account meanwhile.
#[tokio::test]
async fn waiting_calls_are_not_made_to_a_throttled_account() {
    let fixture = SharedProxy::new().await;
    fixture.set_response(400, r#"{"RequestId":"@","Code":"Throttling.User"}"#);
    let mut requests = JoinSet::new();
    for number in 0..30 {
        let router = fixture.router.clone();
        requests.spawn(async move { describe(&router, &format!("pcb-{number}")).await });
    }
    for response in requests.join_all().await {
        assert_eq!((response.status.as_u16(), response.code().as_str()), (429, "Throttling.User"));
    }
    // Ten new batches are allowed at once, and a few more before the first answer arrives on a busy machine.
    assert!(fixture.calls() <= 20, "{} calls", fixture.calls());
}
