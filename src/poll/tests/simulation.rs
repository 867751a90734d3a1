//! The machine in a small world of its own: time passes, timers fire, requests are answered or time out, and viewers, networks
//! and clocks do what they do. Whatever they do, no more is asked than the rule allows, and it never gets stuck.

use proptest::prelude::*;

use super::*;

const SILENCE_MS: u64 = 10_000;

/// What happens next in the world.
#[derive(Clone, Debug)]
enum Step {
    /// So much time passes.
    Pass(u64),
    /// The request that is under way, if there is one, ends like this.
    Answer(Outcome),
    /// The viewer's clock is set, forward or back. Timers do not mind.
    SetClock(i64),
    Hide,
    Show,
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
    let class = prop::sample::select(vec![Network, Timeout, Throttled, Service, Truncated, Permission]);
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
    /// What no clock that is set changes, in milliseconds.
    steady_ms: u64,
    /// The viewer's clock, less `steady_ms`.
    clock_ms: i64,
    timer_at_ms: Option<u64>,
    /// Since when a request is under way.
    asked_at_ms: Option<u64>,
    /// Of the last request that ended: when, and until when the server wants to be left alone.
    last_end: Option<(u64, u64)>,
    /// The wait that the last failure was given, which a press on "resume" may cut to the interval.
    backoff_ms: Option<u64>,
    clock_was_set: bool,
    /// Requests that viewers and hosts have asked for and not got.
    wanted: u32,
}

impl World {
    fn new(interval_ms: u32) -> Self {
        let mut world = Self {
            state: Rc::new(State::new(interval_ms)),
            steady_ms: 0,
            clock_ms: 1_800_000_000_000,
            timer_at_ms: None,
            asked_at_ms: None,
            last_end: None,
            backoff_ms: None,
            clock_was_set: false,
            wanted: 0,
        };
        world.take(Event::Started { now_ms: world.now_ms(), pause_reasons: PauseReasons::default() });
        world
    }

    fn now_ms(&self) -> u64 {
        self.steady_ms.saturating_add_signed(self.clock_ms)
    }

    fn step(&mut self, step: &Step) {
        let now_ms = self.now_ms();
        match *step {
            Step::Pass(ms) => self.pass(ms),
            Step::Answer(outcome) => self.answer(outcome),
            Step::SetClock(by_ms) => {
                self.clock_ms += by_ms;
                self.clock_was_set = true;
            }
            Step::Hide => self.take(Event::PageHidden { now_ms }),
            Step::Show => self.take(Event::PageShown { now_ms }),
            Step::Offline => self.take(Event::WentOffline),
            Step::Online => self.take(Event::WentOnline { now_ms }),
            Step::Pause => self.take(Event::Paused),
            Step::Resume => self.take(Event::Resumed { now_ms }),
            Step::Await(is_awaited) => self.take(Event::EndAwaited { is_awaited, now_ms }),
            Step::Interval(interval_ms) => self.take(Event::IntervalChanged { interval_ms, now_ms }),
            Step::Refresh => {
                self.wanted += 1;
                self.take(Event::RefreshRequested { ticket: self.wanted });
            }
            Step::Target => {
                self.wanted += 1;
                // What was under way is called off, and what the old server said is of no account.
                (self.asked_at_ms, self.last_end, self.backoff_ms) = (None, None, None);
                self.take(Event::TargetChanged);
                self.wanted = 0;
            }
        }
    }

    /// Lets time pass, in which timers fire and silent requests are given up.
    fn pass(&mut self, ms: u64) {
        let end_ms = self.steady_ms + ms;
        loop {
            let silent_at_ms = self.asked_at_ms.map(|asked_at_ms| asked_at_ms + SILENCE_MS);
            let next = [self.timer_at_ms, silent_at_ms].into_iter().flatten().min();
            let Some(at_ms) = next.filter(|&at_ms| at_ms <= end_ms) else { break };
            self.steady_ms = at_ms.max(self.steady_ms);
            if self.timer_at_ms == Some(at_ms) {
                self.take(Event::TimerFired { generation: self.state.generation });
            } else {
                // A random number that is never 0: whoever fails without end does not ask without end.
                let class = ErrorClass::Timeout;
                self.answer(Outcome::Failed { class, retry_after_ms: 0, random: HALF });
            }
        }
        self.steady_ms = end_ms;
    }

    fn answer(&mut self, outcome: Outcome) {
        if self.asked_at_ms.take().is_none() {
            return;
        }
        let (generation, now_ms) = (self.state.generation, self.now_ms());
        self.clock_was_set = false;
        self.backoff_ms = None;
        self.last_end = Some((self.steady_ms, self.steady_ms));
        let event = match outcome {
            Outcome::Failed { class, retry_after_ms, random } => {
                self.last_end = Some((self.steady_ms, self.steady_ms + retry_after_ms));
                let backoff_ms = u64::from(backoff_ms(self.state.failures() + 1, random));
                self.backoff_ms = Some(backoff_ms.max(retry_after_ms));
                let error = Error::new(class, "no").with_retry_after_ms(Some(retry_after_ms));
                Event::FetchFailed { generation, error: Rc::new(error), now_ms, random }
            }
            Outcome::Running | Outcome::Ended => Event::ResponseReceived {
                generation,
                task: match outcome {
                    Outcome::Running => task(BatchStatus::Running, 1),
                    _ => task(BatchStatus::Completed, 10),
                },
                request_id: "r".into(),
                age_ms: 0,
                server_ms: None,
                is_stale: false,
                now_ms,
            },
        };
        self.take(event);
    }

    /// Takes an event, and does what a phase stands for, as the effects do.
    fn take(&mut self, event: Event) {
        let next = self.state.next(event);
        let is_other = (next.phase, next.generation) != (self.state.phase, self.state.generation);
        self.state = next;
        if is_other {
            self.timer_at_ms = match self.state.phase {
                Phase::Waiting { delay_ms, .. } => Some(self.steady_ms + u64::from(delay_ms)),
                _ => None,
            };
            if self.state.phase == Phase::Fetching {
                self.assert_may_ask();
                self.asked_at_ms = Some(self.steady_ms);
            }
        }
        self.assert_not_stuck();
    }

    /// The rule: one at a time; at once if somebody asks; else only unheld, an interval after the last end or a backoff after a
    /// failure, and never before the server allows it.
    fn assert_may_ask(&mut self) {
        assert_eq!(self.asked_at_ms, None, "two requests at a time");
        if self.wanted > 0 {
            self.wanted = 0;
            return;
        }
        let State { pause_reasons, end_is_awaited, .. } = *self.state;
        assert!(
            !pause_reasons.any() || (end_is_awaited && !pause_reasons.any_except_hidden()),
            "held: {pause_reasons:?}"
        );
        let Some((end_ms, not_before_ms)) = self.last_end.filter(|_| !self.clock_was_set) else { return };
        let interval_ms = u64::from(self.state.interval_ms);
        let effective_interval_ms =
            if pause_reasons.hidden { interval_ms.max(HIDDEN_INTERVAL_MS.into()) } else { interval_ms };
        let least_ms =
            self.backoff_ms.map_or(effective_interval_ms, |backoff_ms| backoff_ms.min(effective_interval_ms));
        assert!(self.steady_ms >= end_ms + least_ms, "{} ms after the end", self.steady_ms - end_ms);
        assert!(self.steady_ms >= not_before_ms, "before the server allows it");
    }

    /// Whatever is not under way and not timed has its reason, and one that passes by itself or by a press.
    fn assert_not_stuck(&self) {
        let State { pause_reasons, end_is_awaited, interval_ms, .. } = *self.state;
        let must_pause = if end_is_awaited { pause_reasons.any_except_hidden() } else { pause_reasons.any() };
        let holds_data = self.state.data.is_some();
        match self.state.phase {
            Phase::Fetching => {
                assert!(self.asked_at_ms.is_some());
                assert_eq!(self.wanted > 0, self.state.queued_ticket.is_some());
            }
            Phase::Waiting { .. } => assert!(self.timer_at_ms.is_some() && !must_pause),
            Phase::Paused => assert!(must_pause),
            Phase::Idle => assert!(interval_ms == 0 && holds_data),
            Phase::Finished => assert!(self.state.has_ended()),
            Phase::Stopped => {
                assert!(self.state.last_error.as_ref().is_some_and(|error| !error.is_transient()))
            }
        }
    }
}

proptest! {
    #[test]
    fn no_more_is_asked_than_the_rule_allows(
        interval_ms in prop::sample::select(vec![0_u32, 2_000, 5_000, 60_000]),
        steps in prop::collection::vec(any_step(), 0..120),
    ) {
        let mut world = World::new(interval_ms);
        for step in &steps {
            world.step(step);
        }
        // And from wherever that led, an answer that is good and a page that is seen go on, or have come to their end.
        for step in [Step::Online, Step::Show, Step::Resume, Step::Refresh, Step::Answer(Outcome::Running)] {
            world.step(&step);
        }
        world.step(&Step::Answer(Outcome::Running));
        let goes_on = matches!(world.state.phase, Phase::Waiting { .. }) == (world.state.interval_ms != 0);
        prop_assert!(goes_on, "{:?}", world.state);
    }
}
