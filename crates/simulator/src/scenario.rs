//! The scenarios, and the response of each: a pure function of the scenario and the [`CallContext`].
//!
//! This module must not know sockets, signatures or the real clock.

use std::time::Duration;

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::api_error::{AccessDeniedDetail, ApiError};
use crate::batch::{Batch, Envelope};
use crate::call_context::CallContext;
use crate::list::ListedBatch;
use crate::response::{Delivery, SimulatedResponse};
use crate::{bulk, demo, fixed};

const SAMPLE: &[u8] = include_bytes!("../fixtures/describe-batch-task.sample.json");
const ODD: &str = include_str!("odd.json");
const LOGIN_PAGE: &str = include_str!("login-page.html");

/// The delay of `pcb-slow` at speed 1.
const SLOW_DELAY: Duration = Duration::from_secs(8);
/// One in this many calls of `pcb-flaky` fails.
const FLAKY_PERIOD: u64 = 3;

static DENIED: AccessDeniedDetail = AccessDeniedDetail {
    auth_action: "polardb:DescribeBatchTask",
    auth_principal_type: "SubUser",
    auth_principal_owner_id: "1422133474238823",
    auth_principal_display_name: "214987654321098765",
    no_permission_type: "ImplicitDeny",
    policy_type: "AccountLevelIdentityBasedPolicy",
    encoded_diagnostic_message: "AQFohtp4aIbaeEXAMPLEdiagnosticMessageOfTheSimulator0000",
};

macro_rules! scenarios {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// A batch that the simulator knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scenario {
            $($(#[$doc])* $name,)*
        }

        impl Scenario {
            /// All scenarios, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the BatchId that selects the scenario.
            #[must_use]
            pub fn batch_id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }
        }
    };
}

scenarios! {
    /// 240 subtasks in three minutes, nine failures, two that need attention; starts over after its end.
    Demo = "pcb-demo",
    /// The body of the API's reference, byte for byte.
    Sample = "pcb-sample",
    /// All 24 subtasks succeeded.
    Done = "pcb-done",
    /// A failed batch with several failures.
    Failed = "pcb-failed",
    /// A completed batch without subtasks.
    Empty = "pcb-empty",
    /// None of 12 subtasks has started; there are no rows yet.
    Dispatching = "pcb-dispatching",
    /// One row of each documented status and of two undocumented ones.
    AllStatuses = "pcb-all-statuses",
    /// All known irregularities of real bodies.
    Odd = "pcb-odd",
    /// 10,000 rows; 1 % change with each call.
    TenThousand = "pcb-10k",
    /// 100,000 rows; 1 % change with each call.
    HundredThousand = "pcb-100k",
    /// The body in the envelope of a console.
    Envelope = "pcb-envelope",
    /// An HTML login page with status 200.
    LoginPage = "pcb-login-page",
    /// Always throttled.
    Throttled = "pcb-throttled",
    /// Every third call fails.
    Flaky = "pcb-flaky",
    /// Responds after eight seconds.
    Slow = "pcb-slow",
    /// Never responds.
    Hang = "pcb-hang",
    /// The permission for the action is missing.
    Denied = "pcb-denied",
    /// The connection is aborted in the middle of a row.
    Truncated = "pcb-truncated",
}

impl Scenario {
    /// Returns the scenario that a BatchId selects.
    #[must_use]
    pub fn of(batch_id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scenario| scenario.batch_id() == batch_id)
    }
}

/// Returns the response of a scenario to one call.
#[must_use]
pub fn respond(scenario: Scenario, context: &CallContext) -> SimulatedResponse {
    let id = scenario.batch_id();
    match scenario {
        Scenario::Demo => demo::batch(context).into(),
        Scenario::Sample => SimulatedResponse::json(SAMPLE),
        Scenario::Done => fixed::done(context).into(),
        Scenario::Failed => fixed::failed(context).into(),
        Scenario::Empty => fixed::empty(context).into(),
        Scenario::Dispatching => fixed::dispatching(context).into(),
        Scenario::AllStatuses => fixed::all_statuses(context).into(),
        Scenario::Odd => {
            SimulatedResponse::json(format!("\u{feff}{}", ODD.replace("@REQUEST_ID@", &context.request_id)))
        }
        Scenario::TenThousand => bulk::batch(context, id, 10_000).into(),
        Scenario::HundredThousand => bulk::batch(context, id, 100_000).into(),
        Scenario::Envelope => SimulatedResponse::json(Envelope::of(demo::endless(context, id)).into_bytes()),
        Scenario::LoginPage => SimulatedResponse {
            content_type: "text/html; charset=utf-8",
            ..SimulatedResponse::json(LOGIN_PAGE)
        },
        Scenario::Throttled => throttled(context),
        Scenario::Flaky if context.call_number.is_multiple_of(FLAKY_PERIOD) => unavailable(context),
        Scenario::Flaky => demo::endless(context, id).into(),
        Scenario::Slow => SimulatedResponse {
            delivery: Delivery::Delayed(SLOW_DELAY),
            ..SimulatedResponse::from(demo::endless(context, id))
        },
        Scenario::Hang => SimulatedResponse { delivery: Delivery::Never, ..SimulatedResponse::json("") },
        Scenario::Denied => denied(context),
        Scenario::Truncated => truncated(demo::endless(context, id)),
    }
}

/// Returns a scenario as an item of the list: its figures are those of its response to the same call. A scenario whose calls
/// fail is listed as a batch that runs.
pub(crate) fn listed(scenario: Scenario, context: &CallContext) -> ListedBatch {
    let id = scenario.batch_id();
    match scenario {
        Scenario::Demo => demo::batch(context).into(),
        Scenario::Sample => ListedBatch::of_body(id, &String::from_utf8_lossy(SAMPLE)),
        Scenario::Done => fixed::done(context).into(),
        Scenario::Failed => fixed::failed(context).into(),
        Scenario::Empty => fixed::empty(context).into(),
        Scenario::Dispatching => fixed::dispatching(context).into(),
        Scenario::AllStatuses => fixed::all_statuses(context).into(),
        Scenario::Odd => ListedBatch::of_body(id, ODD),
        Scenario::TenThousand => bulk::without_rows(context, id, 10_000).into(),
        Scenario::HundredThousand => bulk::without_rows(context, id, 100_000).into(),
        Scenario::Envelope
        | Scenario::LoginPage
        | Scenario::Throttled
        | Scenario::Flaky
        | Scenario::Slow
        | Scenario::Hang
        | Scenario::Denied
        | Scenario::Truncated => demo::endless(context, id).into(),
    }
}

fn throttled(context: &CallContext) -> SimulatedResponse {
    let message = "Request was denied due to user flow control.";
    let error = ApiError::new(StatusCode::BAD_REQUEST, "Throttling.User", message);
    let retry = (HeaderName::from_static("x-acs-retry-after"), HeaderValue::from_static("2000"));
    SimulatedResponse {
        headers: HeaderMap::from_iter([retry]),
        ..SimulatedResponse::error(&error, &context.request_id)
    }
}

fn unavailable(context: &CallContext) -> SimulatedResponse {
    let message = "The request has failed due to a temporary failure of the server.";
    let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message);
    SimulatedResponse::error(&error, &context.request_id)
}

fn denied(context: &CallContext) -> SimulatedResponse {
    let message =
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
    let error = ApiError {
        access_denied_detail: Some(&DENIED),
        ..ApiError::new(StatusCode::FORBIDDEN, "Forbidden.RAM", message)
    };
    SimulatedResponse::error(&error, &context.request_id)
}

fn truncated(batch: Batch) -> SimulatedResponse {
    let response = SimulatedResponse::from(batch);
    let middle = response.body.len() / 2;
    // Within the value of the last InstanceId before the middle.
    let field = response.body[..middle].windows(12).rposition(|window| window == b"\"InstanceId\"");
    SimulatedResponse { delivery: Delivery::TruncatedAt(field.map_or(middle, |at| at + 20)), ..response }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::call_context::tests::context;

    #[test]
    fn every_scenario_has_a_distinct_id() {
        let ids: HashSet<_> = Scenario::ALL.iter().map(|scenario| scenario.batch_id()).collect();
        assert_eq!((ids.len(), Scenario::ALL.len()), (18, 18));
        assert!(Scenario::ALL.iter().all(|scenario| Scenario::of(scenario.batch_id()) == Some(*scenario)));
        assert_eq!(Scenario::of("pcb-unknown"), None);
    }

    #[test]
    fn the_same_context_gives_the_same_bytes() {
        // 100,000 rows take the same code path as 10,000 and are slow in a debug build.
        for scenario in Scenario::ALL.iter().filter(|s| !matches!(s, Scenario::HundredThousand)) {
            let (a, b) = (respond(*scenario, &context(42, 3)), respond(*scenario, &context(42, 3)));
            assert!(a.body == b.body, "{scenario:?}");
        }
    }

    #[test]
    fn json_responses_are_valid_and_contain_the_request_id() {
        for scenario in Scenario::ALL
            .iter()
            .filter(|s| !matches!(s, Scenario::LoginPage | Scenario::Hang | Scenario::HundredThousand))
        {
            let body = respond(*scenario, &context(42, 1)).body;
            let text = std::str::from_utf8(&body).unwrap().trim_start_matches('\u{feff}');
            serde_json::from_str::<serde::de::IgnoredAny>(text).unwrap();
            let has_request_id = text.contains("00000000-0000-4000-8000-000000000000");
            assert_eq!(has_request_id, *scenario != Scenario::Sample, "{scenario:?}");
        }
    }

    #[test]
    fn the_odd_body_contains_all_irregularities() {
        let body = respond(Scenario::Odd, &context(0, 1)).body;
        let text = std::str::from_utf8(&body).unwrap();
        for irregularity in [
            "\u{feff}{",
            "\"Running \"",
            "2026/05/28T16:38:20Z",
            "2026-05-28 15:23:47",
            "+08:00",
            "9007199254740993123",
            "<img src=x onerror=alert(1)>",
            "=HYPERLINK",
            "\\u202e",
            "null",
            "\\ud83e\\udd80",
        ] {
            assert!(text.contains(irregularity), "{irregularity}");
        }
        let body: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let messages = body["SubTasks"].as_array().unwrap().iter().filter_map(|row| row["ErrorMsg"].as_str());
        assert_eq!(messages.map(|message| message.chars().count()).max(), Some(2000));
    }

    #[test]
    fn every_third_call_of_the_flaky_batch_fails() {
        let statuses = (1..=6).map(|call| respond(Scenario::Flaky, &context(0, call)).status.as_u16());
        assert_eq!(statuses.collect::<Vec<_>>(), [200, 200, 503, 200, 200, 503]);
    }

    #[test]
    fn the_truncated_body_ends_within_a_row() {
        let response = respond(Scenario::Truncated, &context(0, 1));
        let Delivery::TruncatedAt(sent) = response.delivery else { panic!("{:?}", response.delivery) };
        assert!(sent < response.body.len());
        let tail = std::str::from_utf8(&response.body[sent - 20..sent]).unwrap();
        assert!(tail.starts_with("\"InstanceId\":\"pc-"), "{tail}");
    }
}
