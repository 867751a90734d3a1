//! What each BatchId answers at a moment: pure, from (scenario, moment) to a response.
//!
//! Owns the list of scenarios. Must not know sockets, signatures or the real clock.

use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, StatusCode};
use time::OffsetDateTime;

use super::batch::{Batch, Envelope};
use super::refusal::{AccessDeniedDetail, Refusal};
use super::{bulk, demo, small};

const SAMPLE: &[u8] = include_bytes!("../../../../tests/fixtures/describe-batch-task.sample.json");
const ODD: &str = include_str!("odd.json");
const LOGIN_PAGE: &str = include_str!("login-page.html");

/// How late `pcb-slow` answers, at speed 1.
const SLOW: Duration = Duration::from_secs(8);
/// Every third call of `pcb-flaky` fails.
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
        /// One of the batches that the simulator knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scenario {
            $($(#[$doc])* $name,)*
        }

        impl Scenario {
            /// Every scenario, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The BatchId that picks it.
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
    /// 240 subtasks over three minutes, nine failures, two that need attention; over and over.
    Demo = "pcb-demo",
    /// The reference's own body, byte for byte.
    Sample = "pcb-sample",
    /// All 24 succeeded.
    Done = "pcb-done",
    /// The batch failed, with several failures.
    Failed = "pcb-failed",
    /// COMPLETED, 0 of 0.
    Empty = "pcb-empty",
    /// None of 12 has started, and there are no rows yet.
    Dispatching = "pcb-dispatching",
    /// Each documented status, and two unknown ones.
    AllStatuses = "pcb-all-statuses",
    /// Every quirk that real bodies have.
    Odd = "pcb-odd",
    /// 10,000 rows, of which 1 % change at each poll.
    TenThousand = "pcb-10k",
    /// 100,000 rows, of which 1 % change at each poll.
    HundredThousand = "pcb-100k",
    /// The body in a console's envelope.
    Envelope = "pcb-envelope",
    /// A login page in HTML, with status 200.
    LoginPage = "pcb-login-page",
    /// Always throttled.
    Throttled = "pcb-throttled",
    /// Every third call fails.
    Flaky = "pcb-flaky",
    /// Answers after eight seconds.
    Slow = "pcb-slow",
    /// Never answers.
    Hang = "pcb-hang",
    /// The permission is missing.
    Denied = "pcb-denied",
    /// Cut off in the middle of a row.
    Truncated = "pcb-truncated",
}

impl Scenario {
    /// The scenario that a BatchId picks.
    #[must_use]
    pub fn of(batch_id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scenario| scenario.batch_id() == batch_id)
    }
}

/// When, and for whom, a scenario is played.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When the batch was first asked for, in real time.
    pub began: OffsetDateTime,
    /// Simulated time since then.
    pub elapsed: Duration,
    /// Simulated seconds per real second.
    pub speed: f64,
    /// Decides the rows.
    pub seed: u64,
    /// Which call of this batch it is, from 1.
    pub poll: u64,
    /// The answer's RequestId.
    pub request_id: String,
}

impl Moment {
    /// The real time of what happens `simulated_ms` after the batch was first asked for: by the viewer's clock, what
    /// runs fast is over accordingly soon.
    pub(super) fn real_time(&self, simulated_ms: i64) -> OffsetDateTime {
        // Milliseconds of any batch are far below 2^53.
        self.began + time::Duration::seconds_f64(simulated_ms as f64 / 1000.0 / self.speed)
    }
}

/// How an answer reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Without delay.
    AtOnce,
    /// After a while, in simulated time.
    After(Duration),
    /// Not at all: the connection stays open.
    Never,
    /// Cut off after so many bytes of the body.
    CutAt(usize),
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reaction {
    /// The HTTP status.
    pub status: StatusCode,
    /// The media type.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: HeaderMap,
    /// The whole body, even if less of it is delivered.
    pub body: Bytes,
    /// How it reaches the client.
    pub delivery: Delivery,
}

impl Reaction {
    fn json(body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: "application/json;charset=utf-8",
            headers: HeaderMap::new(),
            body: body.into(),
            delivery: Delivery::AtOnce,
        }
    }

    fn refusal(refusal: &Refusal, request_id: &str) -> Self {
        Self { status: refusal.status, ..Self::json(refusal.body(request_id)) }
    }
}

impl From<Batch> for Reaction {
    fn from(batch: Batch) -> Self {
        Self::json(batch.into_bytes())
    }
}

/// What a scenario answers at a moment.
#[must_use]
pub fn play(scenario: Scenario, moment: &Moment) -> Reaction {
    let id = scenario.batch_id();
    match scenario {
        Scenario::Demo => demo::batch(moment).into(),
        Scenario::Sample => Reaction::json(SAMPLE),
        Scenario::Done => small::done(moment).into(),
        Scenario::Failed => small::failed(moment).into(),
        Scenario::Empty => small::empty(moment).into(),
        Scenario::Dispatching => small::dispatching(moment).into(),
        Scenario::AllStatuses => small::all_statuses(moment).into(),
        Scenario::Odd => {
            Reaction::json(format!("\u{feff}{}", ODD.replace("@REQUEST_ID@", &moment.request_id)))
        }
        Scenario::TenThousand => bulk::batch(moment, id, 10_000).into(),
        Scenario::HundredThousand => bulk::batch(moment, id, 100_000).into(),
        Scenario::Envelope => Reaction::json(Envelope::of(demo::running(moment, id)).into_bytes()),
        Scenario::LoginPage => {
            Reaction { content_type: "text/html; charset=utf-8", ..Reaction::json(LOGIN_PAGE) }
        }
        Scenario::Throttled => throttled(moment),
        Scenario::Flaky if moment.poll.is_multiple_of(FLAKY_PERIOD) => unavailable(moment),
        Scenario::Flaky => demo::running(moment, id).into(),
        Scenario::Slow => {
            Reaction { delivery: Delivery::After(SLOW), ..Reaction::from(demo::running(moment, id)) }
        }
        Scenario::Hang => Reaction { delivery: Delivery::Never, ..Reaction::json("") },
        Scenario::Denied => denied(moment),
        Scenario::Truncated => truncated(demo::running(moment, id)),
    }
}

fn throttled(moment: &Moment) -> Reaction {
    let message = "Request was denied due to user flow control.";
    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "Throttling.User", message);
    let retry = (HeaderName::from_static("x-acs-retry-after"), HeaderValue::from_static("2000"));
    Reaction { headers: HeaderMap::from_iter([retry]), ..Reaction::refusal(&refusal, &moment.request_id) }
}

fn unavailable(moment: &Moment) -> Reaction {
    let message = "The request has failed due to a temporary failure of the server.";
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message);
    Reaction::refusal(&refusal, &moment.request_id)
}

fn denied(moment: &Moment) -> Reaction {
    let message =
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
    let refusal = Refusal {
        access_denied_detail: Some(&DENIED),
        ..Refusal::new(StatusCode::FORBIDDEN, "Forbidden.RAM", message)
    };
    Reaction::refusal(&refusal, &moment.request_id)
}

fn truncated(batch: Batch) -> Reaction {
    let whole = Reaction::from(batch);
    let middle = whole.body.len() / 2;
    // A few bytes into the value of the last InstanceId before the middle.
    let field = whole.body[..middle].windows(12).rposition(|window| window == b"\"InstanceId\"");
    Reaction { delivery: Delivery::CutAt(field.map_or(middle, |at| at + 20)), ..whole }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashSet;

    use time::macros::datetime;

    use super::*;

    /// A moment some simulated seconds after a batch was first asked for.
    pub(in crate::simulator) fn moment(elapsed_s: u64, poll: u64) -> Moment {
        Moment {
            began: datetime!(2026-05-28 16:38:20 UTC),
            elapsed: Duration::from_secs(elapsed_s),
            speed: 1.0,
            seed: 7,
            poll,
            request_id: "00000000-0000-4000-8000-000000000000".into(),
        }
    }

    #[test]
    fn every_id_is_its_scenarios_alone() {
        let ids: HashSet<_> = Scenario::ALL.iter().map(|scenario| scenario.batch_id()).collect();
        assert_eq!((ids.len(), Scenario::ALL.len()), (18, 18));
        assert!(Scenario::ALL.iter().all(|scenario| Scenario::of(scenario.batch_id()) == Some(*scenario)));
        assert_eq!(Scenario::of("pcb-unknown"), None);
    }

    #[test]
    fn a_moment_gives_the_same_bytes_each_time() {
        // The hundred thousand rows are the ten thousand's code, and slow to write in a test.
        for scenario in Scenario::ALL.iter().filter(|s| !matches!(s, Scenario::HundredThousand)) {
            let (a, b) = (play(*scenario, &moment(42, 3)), play(*scenario, &moment(42, 3)));
            assert!(a.body == b.body, "{scenario:?}");
        }
    }

    #[test]
    fn json_answers_are_json_and_carry_the_request_id() {
        for scenario in Scenario::ALL
            .iter()
            .filter(|s| !matches!(s, Scenario::LoginPage | Scenario::Hang | Scenario::HundredThousand))
        {
            let body = play(*scenario, &moment(42, 1)).body;
            let text = std::str::from_utf8(&body).unwrap().trim_start_matches('\u{feff}');
            serde_json::from_str::<serde::de::IgnoredAny>(text).unwrap();
            let fresh = text.contains("00000000-0000-4000-8000-000000000000");
            assert_eq!(fresh, *scenario != Scenario::Sample, "{scenario:?}");
        }
    }

    #[test]
    fn the_odd_body_has_its_quirks() {
        let body = play(Scenario::Odd, &moment(0, 1)).body;
        let text = std::str::from_utf8(&body).unwrap();
        for quirk in [
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
            assert!(text.contains(quirk), "{quirk}");
        }
        let body: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let messages = body["SubTasks"].as_array().unwrap().iter().filter_map(|row| row["ErrorMsg"].as_str());
        assert_eq!(messages.map(|message| message.chars().count()).max(), Some(2000));
    }

    #[test]
    fn the_third_call_is_the_flaky_one() {
        let statuses = (1..=6).map(|poll| play(Scenario::Flaky, &moment(0, poll)).status.as_u16());
        assert_eq!(statuses.collect::<Vec<_>>(), [200, 200, 503, 200, 200, 503]);
    }

    #[test]
    fn the_truncated_body_ends_inside_a_row() {
        let reaction = play(Scenario::Truncated, &moment(0, 1));
        let Delivery::CutAt(sent) = reaction.delivery else { panic!("{:?}", reaction.delivery) };
        assert!(sent < reaction.body.len());
        let tail = std::str::from_utf8(&reaction.body[sent - 20..sent]).unwrap();
        assert!(tail.starts_with("\"InstanceId\":\"pc-"), "{tail}");
    }
}
