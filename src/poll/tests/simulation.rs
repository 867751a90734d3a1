//! A simulation of the poller: time passes, timers fire, requests are answered or time out, the page is hidden, the network
//! fails, clocks are set. The poller must never send more requests than allowed, and never get stuck.

use std::rc::Rc;

use proptest::prelude::*;

use super::*;

const TIMEOUT_MS: u64 = 10_000;

/// A step of the simulation.
#[derive(Clone, Debug)]
enum Step {
    /// This many milliseconds pass.
    Pass(u64),
    /// The request in flight, if any, ends.
    Answer(Outcome),
    /// The viewer's clock is set forward or back, which does not affect timers.
    SetClock(i64),
    Hide,
    Show,
    Suspend,
    Return,
    Offline,
    Online,
    Pause,
    Resume,
    Await(bool),
    Interval(u32),
    Refresh,
    Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Running,
    Ended,
    Failed { class: ErrorClass, retry_after_ms: u64, random: u32 },
}

fn any_step() -> impl Strategy<Value = Step> {
    use ErrorClass::*;
    let class =
        prop::sample::select(vec![Network, Timeout, Throttled, Service, Truncated, Permission, Unauthorized]);
    let retry_after_ms = prop_oneof![3 => Just(0), 1 => 0_u64..200_000];
    let failed = (class, retry_after_ms, any::<u32>())
        .prop_map(|(class, retry_after_ms, random)| Outcome::Failed { class, retry_after_ms, random });
    let outcome = prop_oneof![4 => Just(Outcome::Running), 1 => Just(Outcome::Ended), 3 => failed];
    prop_oneof![
        6 => prop_oneof![0_u64..3_000, 0_u64..100_000].prop_map(Step::Pass),
        6 => outcome.prop_map(Step::Answer),
        1 => (-10_000_000_i64..10_000_000).prop_map(Step::SetClock),
        1 => Just(Step::Hide),
        2 => Just(Step::Show),
        1 => Just(Step::Suspend),
        2 => Just(Step::Return),
        1 => Just(Step::Offline),
        2 => Just(Step::Online),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
        1 => any::<bool>().prop_map(Step::Await),
        1 => prop::sample::select(vec![0, 2_000, 5_000, 60_000]).prop_map(Step::Interval),
        1 => Just(Step::Refresh),
        1 => Just(Step::Target),
    ]
}

struct World {
    state: Rc<State>,
    /// Time since the start, in milliseconds, unaffected by setting the clock.
    monotonic_ms: u64,
    /// The viewer's clock minus `monotonic_ms`.
    clock_offset_ms: i64,
    timer_at_ms: Option<u64>,
    /// When the request in flight started.
    requested_at_ms: Option<u64>,
    /// When the last request ended, and the earliest time that the server allows for the next one.
    last_end: Option<(u64, u64)>,
    /// The backoff after the last failure. Resuming may shorten it to the interval.
    backoff_ms: Option<u64>,
    clock_was_set: bool,
    /// Refreshes requested and not started yet.
    refreshes: u32,
    /// Whether the page was suspended after the last request had started.
    was_suspended: bool,
}

impl World {
    fn new(interval_ms: u32) -> Self {
        let mut world = Self {
            state: Rc::new(State::new(interval_ms)),
            monotonic_ms: 0,
            clock_offset_ms: 1_800_000_000_000,
            timer_at_ms: None,
            requested_at_ms: None,
            last_end: None,
            backoff_ms: None,
            clock_was_set: false,
            refreshes: 0,
            was_suspended: false,
        };
        world.dispatch(Event::Started { now_ms: world.now_ms(), pause_reasons: PauseReasons::default() });
        world
    }

    fn now_ms(&self) -> u64 {
        self.monotonic_ms.saturating_add_signed(self.clock_offset_ms)
    }

    fn step(&mut self, step: &Step) {
        let now_ms = self.now_ms();
        match *step {
            Step::Pass(ms) => self.pass(ms),
            Step::Answer(outcome) => self.answer(outcome),
            Step::SetClock(by_ms) => {
                self.clock_offset_ms += by_ms;
                self.clock_was_set = true;
            }
            Step::Hide => self.dispatch(Event::PageHidden { now_ms }),
            Step::Show => self.dispatch(Event::PageShown { now_ms }),
            Step::Suspend => {
                // The request in flight is cancelled; a refresh waits for the next one.
                if !self.state.pause_reasons.suspended {
                    (self.requested_at_ms, self.refreshes, self.was_suspended) = (None, 0, true);
                }
                self.dispatch(Event::PageSuspended);
            }
            Step::Return => self.dispatch(Event::PageResumed { now_ms }),
            Step::Offline => self.dispatch(Event::WentOffline),
            Step::Online => self.dispatch(Event::WentOnline { now_ms }),
            Step::Pause => self.dispatch(Event::Paused),
            Step::Resume => self.dispatch(Event::Resumed { now_ms }),
            Step::Await(is_awaited) => self.dispatch(Event::EndAwaited { is_awaited, now_ms }),
            Step::Interval(interval_ms) => self.dispatch(Event::IntervalChanged { interval_ms, now_ms }),
            Step::Refresh => {
                self.refreshes += 1;
                self.dispatch(Event::RefreshRequested { ticket: self.refreshes });
            }
            Step::Target => {
                self.refreshes += 1;
                // The request in flight is cancelled, and the old server's limits no longer count.
                (self.requested_at_ms, self.last_end, self.backoff_ms) = (None, None, None);
                self.dispatch(Event::TargetChanged { is_offline: self.state.pause_reasons.offline });
                self.refreshes = 0;
            }
        }
    }

    /// Advances the time; timers fire and requests time out.
    fn pass(&mut self, ms: u64) {
        let end_ms = self.monotonic_ms + ms;
        loop {
            let timeout_at_ms = self.requested_at_ms.map(|requested_at_ms| requested_at_ms + TIMEOUT_MS);
            let next = [self.timer_at_ms, timeout_at_ms].into_iter().flatten().min();
            let Some(at_ms) = next.filter(|&at_ms| at_ms <= end_ms) else { break };
            self.monotonic_ms = at_ms.max(self.monotonic_ms);
            if self.timer_at_ms == Some(at_ms) {
                self.dispatch(Event::TimerFired { generation: self.state.generation });
            } else {
                // Not 0: with a backoff of 0 the loop would never end.
                let class = ErrorClass::Timeout;
                self.answer(Outcome::Failed { class, retry_after_ms: 0, random: HALF });
            }
        }
        self.monotonic_ms = end_ms;
    }

    fn answer(&mut self, outcome: Outcome) {
        if self.requested_at_ms.take().is_none() {
            return;
        }
        let (generation, now_ms) = (self.state.generation, self.now_ms());
        self.was_suspended = self.state.pause_reasons.suspended;
        if self.was_suspended && matches!(outcome, Outcome::Failed { .. }) {
            self.refreshes = 0;
        }
        self.clock_was_set = false;
        self.backoff_ms = None;
        self.last_end = Some((self.monotonic_ms, self.monotonic_ms));
        let event = match outcome {
            Outcome::Failed { class, retry_after_ms, random } => {
                self.last_end = Some((self.monotonic_ms, self.monotonic_ms + retry_after_ms));
                // Such an error is retried slowly, or as soon as a reason to pause is gone.
                let backoff_ms = match class {
                    ErrorClass::Unauthorized => MIN_INTERVAL_MS,
                    _ => backoff_ms(self.state.failures() + 1, random),
                };
                let backoff_ms = u64::from(backoff_ms);
                self.backoff_ms = Some(backoff_ms.max(retry_after_ms));
                let error = Error::new(class, "no").with_retry_after_ms(Some(retry_after_ms));
                Event::FetchFailed { generation, error: Rc::new(error), now_ms, random }
            }
            Outcome::Running | Outcome::Ended => Event::ResponseReceived {
                generation,
                content: match outcome {
                    Outcome::Running => task(BatchStatus::Running, 1),
                    _ => task(BatchStatus::Completed, 10),
                },
                request_id: "r".into(),
                age_ms: 0,
                clock_offset_ms: None,
                is_stale: false,
                now_ms,
            },
        };
        self.dispatch(event);
    }

    /// Applies an event and starts the work of its phase, as `watch` does.
    fn dispatch(&mut self, event: Event) {
        let next = self.state.next(event);
        let is_other = (next.phase, next.generation) != (self.state.phase, self.state.generation);
        self.state = next;
        if is_other {
            self.timer_at_ms = match self.state.phase {
                Phase::Waiting { delay_ms, .. } => Some(self.monotonic_ms + u64::from(delay_ms)),
                _ => None,
            };
            if self.state.phase == Phase::Fetching {
                self.assert_request_allowed();
                self.requested_at_ms = Some(self.monotonic_ms);
            }
        }
        self.assert_not_stuck();
    }

    /// Checks that a request may start: one at a time; for a refresh at any time; otherwise only unpaused, an interval after the
    /// last end or a backoff after a failure, and never before the server allows it.
    fn assert_request_allowed(&mut self) {
        assert_eq!(self.requested_at_ms, None, "two requests in flight");
        let was_suspended = std::mem::take(&mut self.was_suspended);
        if self.refreshes > 0 {
            self.refreshes = 0;
            return;
        }
        let State { pause_reasons, end_is_awaited, .. } = *self.state;
        assert!(
            !pause_reasons.any() || (end_is_awaited && !pause_reasons.any_except_hidden()),
            "paused: {pause_reasons:?}"
        );
        let Some((end_ms, not_before_ms)) = self.last_end.filter(|_| !self.clock_was_set) else { return };
        let interval_ms = u64::from(self.state.interval_ms);
        let effective_interval_ms =
            if pause_reasons.hidden { interval_ms.max(HIDDEN_INTERVAL_MS.into()) } else { interval_ms };
        let least_ms =
            self.backoff_ms.map_or(effective_interval_ms, |backoff_ms| backoff_ms.min(effective_interval_ms));
        let least_ms = if was_suspended { least_ms.min(1_000) } else { least_ms };
        assert!(
            self.monotonic_ms >= end_ms + least_ms,
            "{} ms after the last end",
            self.monotonic_ms - end_ms
        );
        assert!(self.monotonic_ms >= not_before_ms, "before the server allows it");
    }

    /// Checks that a poller without a request or timer has a reason, which passes by itself or by a press.
    fn assert_not_stuck(&self) {
        let State { pause_reasons, end_is_awaited, interval_ms, .. } = *self.state;
        let must_pause = if end_is_awaited { pause_reasons.any_except_hidden() } else { pause_reasons.any() };
        let holds_data = self.state.data.is_some();
        match self.state.phase {
            Phase::Fetching => {
                assert!(self.requested_at_ms.is_some());
                assert_eq!(self.refreshes > 0, self.state.queued_ticket.is_some());
            }
            Phase::Waiting { .. } => assert!(self.timer_at_ms.is_some() && !must_pause),
            Phase::Paused => assert!(must_pause),
            Phase::Idle => assert!(interval_ms == 0 && holds_data),
            Phase::Finished => assert!(self.state.has_ended()),
            Phase::Stopped => {
                let error = self.state.last_error.as_ref();
                assert!(error.is_some_and(|error| !error.is_transient() && !error.is_retried_slowly()))
            }
        }
    }
}

proptest! {
    #[test]
    fn no_more_requests_start_than_allowed(
        interval_ms in prop::sample::select(vec![0_u32, 2_000, 5_000, 60_000]),
        steps in prop::collection::vec(any_step(), 0..120),
    ) {
        let mut world = World::new(interval_ms);
        for step in &steps {
            world.step(step);
        }
        // In any state, a visible page and a successful response continue polling.
        for step in [Step::Online, Step::Return, Step::Show, Step::Resume, Step::Refresh, Step::Answer(Outcome::Running)] {
            world.step(&step);
        }
        world.step(&Step::Answer(Outcome::Running));
        let goes_on = matches!(world.state.phase, Phase::Waiting { .. }) == (world.state.interval_ms != 0);
        prop_assert!(goes_on, "{:?}", world.state);
    }
}
