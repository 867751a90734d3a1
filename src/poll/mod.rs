//! When to ask, when to wait, when to stop: a pure state machine.
//!
//! It owns two things that are kept apart: what we hold ([`State::data`], [`State::last_error`]) and what the machine
//! is doing ([`Phase`]). It is told the time and a random number by each event and knows no clock, timer or fetch;
//! the effects that a phase stands for are started, and by its end cancelled, in `watch`.

mod backoff;
mod data;
mod event;
mod holds;
mod news;
mod reading;
mod sharing;
#[cfg(test)]
mod tests;

use std::rc::Rc;

pub use self::backoff::{BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoff_ms};
pub use self::data::{Arriving, Data};
pub use self::event::Event;
pub use self::holds::Holds;
pub use self::news::News;
pub use self::sharing::{Attention, Wish};
use crate::error::Error;

/// The longest wait that is ever scheduled: a browser's timers overflow at 2³¹ ms.
const LONGEST_WAIT_MS: u64 = 24 * 60 * 60 * 1000;

/// The shortest wait between two requests of a hidden page whose viewer waits for the end, in milliseconds.
pub const HIDDEN_INTERVAL_MS: u32 = 30_000;

/// What the machine is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is scheduled: not started yet, or an interval of 0 that has had its one answer.
    Idle,
    /// One request is under way.
    Fetching,
    /// The next request is made in `delay_ms`, at `due_ms` (Unix milliseconds).
    Waiting {
        /// How long the timer runs.
        delay_ms: u32,
        /// When it ends, for "next in 5 s".
        due_ms: u64,
    },
    /// Held by the viewer, a hidden page or a lost network.
    Paused,
    /// An error that asking again does not mend; a button goes on.
    Stopped,
    /// The task has ended.
    Finished,
}

/// The end of the fetch that a refresh asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The highest refresh ticket that this fetch answers; 0 if none.
    pub ticket: u32,
    /// Why it failed, if it did.
    pub error: Option<Rc<Error>>,
}

/// All that is known of one watched task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The last good answer; it stays through errors.
    pub data: Option<Data>,
    /// The first answer, while it is coming; there is none once there is `data`.
    pub arriving: Option<Arriving>,
    /// The last failure, until a success.
    pub last_error: Option<Rc<Error>>,
    /// What the machine is doing.
    pub phase: Phase,
    /// Rises whenever work is started or called off; late events of an older one are ignored.
    pub generation: u32,
    /// Why polling is held.
    pub holds: Holds,
    /// The viewer waits for the end: polling goes on while the page is hidden, less often. Over once the task has ended.
    pub end_is_awaited: bool,
    /// How the last fetch ended.
    pub settled: Settled,
    interval_ms: u32,
    failures: u32,
    /// Whether the wait is a backoff, in which the interval has no say.
    backs_off: bool,
    last_end_ms: Option<u64>,
    not_before_ms: u64,
    ticket: u32,
    queued_ticket: Option<u32>,
}

impl State {
    /// A machine that has not started, polling every `interval_ms` milliseconds; 0 fetches once.
    pub fn new(interval_ms: u32) -> Self {
        Self {
            data: None,
            arriving: None,
            last_error: None,
            phase: Phase::Idle,
            generation: 0,
            holds: Holds::default(),
            end_is_awaited: false,
            settled: Settled::default(),
            interval_ms,
            failures: 0,
            backs_off: false,
            last_end_ms: None,
            not_before_ms: 0,
            ticket: 0,
            queued_ticket: None,
        }
    }

    /// The state after `event`: the same pointer if the event changes nothing.
    #[must_use]
    pub fn next(self: &Rc<Self>, event: Event) -> Rc<Self> {
        let mut state = (**self).clone();
        if state.apply(event) { Rc::new(state) } else { Rc::clone(self) }
    }

    /// Applies `event`; whether anything changed.
    fn apply(&mut self, event: Event) -> bool {
        match event {
            Event::Started { now_ms, holds } => {
                if self.phase != Phase::Idle || self.generation != 0 {
                    return false;
                }
                self.holds = holds;
                self.proceed(now_ms);
            }
            Event::ResponseReceived { generation, task, request_id, age_ms, server_ms, is_stale, now_ms } => {
                if !self.is_current_fetch(generation) {
                    return false;
                }
                let fetched_at_ms = now_ms.saturating_sub(age_ms);
                self.keep(Data { task, request_id, fetched_at_ms, server_ms, is_stale });
                self.settle(now_ms, None);
                self.after_success(now_ms);
            }
            Event::RowsReceived { generation, arriving } => {
                // Later answers become visible as a whole.
                if !self.is_current_fetch(generation) || self.data.is_some() {
                    return false;
                }
                self.arriving = Some(arriving);
            }
            Event::FetchFailed { generation, error, now_ms, random } => {
                if !self.is_current_fetch(generation) {
                    return false;
                }
                self.arriving = None;
                self.failures = self.failures.saturating_add(1);
                self.not_before_ms =
                    now_ms.saturating_add(error.retry_after_ms().unwrap_or(0).min(LONGEST_WAIT_MS));
                self.last_error = Some(Rc::clone(&error));
                self.settle(now_ms, Some(Rc::clone(&error)));
                self.after_failure(&error, now_ms, random);
            }
            Event::TimerFired { generation } => {
                if generation != self.generation || !matches!(self.phase, Phase::Waiting { .. }) {
                    return false;
                }
                self.fetch();
            }
            Event::PageHidden { now_ms } => {
                if !self.hold(|holds| &mut holds.hidden) {
                    return false;
                }
                self.change_pace(now_ms);
            }
            Event::WentOffline => return self.hold(|holds| &mut holds.offline),
            Event::Paused => return self.hold(|holds| &mut holds.viewer),
            Event::PageShown { now_ms } => return self.release(|holds| &mut holds.hidden, now_ms),
            Event::WentOnline { now_ms } => return self.release(|holds| &mut holds.offline, now_ms),
            Event::Resumed { now_ms } => return self.release(|holds| &mut holds.viewer, now_ms),
            Event::RefreshRequested { ticket } => {
                if self.phase == Phase::Fetching {
                    self.queued_ticket = Some(ticket);
                } else {
                    self.ticket = ticket;
                    self.fetch();
                }
            }
            Event::EndAwaited { is_awaited, now_ms } => {
                if is_awaited == self.end_is_awaited {
                    return false;
                }
                self.end_is_awaited = is_awaited;
                match self.phase {
                    Phase::Waiting { .. } if self.is_held() => self.enter(Phase::Paused),
                    Phase::Paused if !self.is_held() => self.proceed(now_ms),
                    _ => {}
                }
            }
            Event::IntervalChanged { interval_ms, now_ms } => {
                if interval_ms == self.interval_ms {
                    return false;
                }
                self.interval_ms = interval_ms;
                match self.phase {
                    Phase::Idle if self.generation != 0 => self.proceed(now_ms),
                    _ => self.change_pace(now_ms),
                }
            }
            Event::TargetChanged => {
                if self.generation == 0 {
                    return false;
                }
                let ticket = self.queued_ticket.unwrap_or(self.ticket);
                *self = Self {
                    generation: self.generation,
                    holds: self.holds,
                    settled: self.settled.clone(),
                    ticket,
                    ..Self::new(self.interval_ms)
                };
                if self.is_held() { self.enter(Phase::Paused) } else { self.fetch() }
            }
        }
        true
    }

    fn is_current_fetch(&self, generation: u32) -> bool {
        generation == self.generation && self.phase == Phase::Fetching
    }

    fn enter(&mut self, phase: Phase) {
        self.generation = self.generation.wrapping_add(1);
        self.phase = phase;
    }

    fn fetch(&mut self) {
        self.enter(Phase::Fetching);
    }

    /// Keeps the answer; an unchanged task keeps its pointer.
    fn keep(&mut self, mut data: Data) {
        if let Some(held) = self.data.take().filter(|held| held.task == data.task) {
            data.task = held.task;
        }
        self.data = Some(data);
        self.arriving = None;
        self.last_error = None;
        self.failures = 0;
        self.not_before_ms = 0;
    }

    fn settle(&mut self, now_ms: u64, error: Option<Rc<Error>>) {
        self.last_end_ms = Some(now_ms);
        self.settled = Settled { ticket: self.ticket, error };
    }

    /// Starts the fetch that a refresh asked for while another was under way.
    fn start_queued(&mut self) -> bool {
        let Some(ticket) = self.queued_ticket.take() else { return false };
        self.ticket = ticket;
        self.fetch();
        true
    }

    fn after_success(&mut self, now_ms: u64) {
        if !self.start_queued() {
            self.proceed(now_ms);
        }
    }

    fn after_failure(&mut self, error: &Error, now_ms: u64, random: u32) {
        if self.start_queued() {
            return;
        }
        if !error.is_transient() {
            self.enter(Phase::Stopped);
        } else if self.has_ended() {
            self.enter(Phase::Finished);
        } else if self.is_held() {
            self.enter(Phase::Paused);
        } else {
            let least_ms = if self.holds.hidden { HIDDEN_INTERVAL_MS } else { 0 };
            let delay_ms = backoff_ms(self.failures, random).max(least_ms);
            self.backs_off = true;
            self.wait_until(now_ms.saturating_add(delay_ms.into()).max(self.not_before_ms), now_ms);
        }
    }

    /// Whether nothing is to be asked now.
    fn is_held(&self) -> bool {
        if self.end_is_awaited { self.holds.any_but_hidden() } else { self.holds.any() }
    }

    /// From the end of one request to the next, in milliseconds.
    fn pace_ms(&self) -> u32 {
        if self.holds.hidden { self.interval_ms.max(HIDDEN_INTERVAL_MS) } else { self.interval_ms }
    }

    /// Times the next ordinary request anew; a backoff stays as it is, and becomes longer if the page is hidden.
    fn change_pace(&mut self, now_ms: u64) {
        let Phase::Waiting { delay_ms, due_ms } = self.phase else { return };
        if !self.backs_off {
            self.proceed(now_ms);
        } else if self.holds.hidden {
            // A clock that was set back must not make the rest of a wait longer than the wait.
            let rest_ms = due_ms.saturating_sub(now_ms).min(delay_ms.into());
            self.wait_until((now_ms + rest_ms).max(self.due_ms(now_ms)), now_ms);
        }
    }

    fn has_ended(&self) -> bool {
        self.task().is_some_and(|task| task.status.has_ended())
    }

    /// The ordinary course from here: finished, held, once only, due now or due later.
    fn proceed(&mut self, now_ms: u64) {
        if self.has_ended() {
            self.end_is_awaited = false;
            self.enter(Phase::Finished);
        } else if self.is_held() {
            self.enter(Phase::Paused);
        } else if self.interval_ms == 0 && self.data.is_some() {
            self.enter(Phase::Idle);
        } else {
            self.backs_off = false;
            self.wait_until(self.due_ms(now_ms), now_ms);
        }
    }

    /// When the next ordinary request is due: an interval after the end of the last one, and not before the server
    /// allows it. A clock that was set back makes it due at once.
    fn due_ms(&self, now_ms: u64) -> u64 {
        let due_ms = match self.last_end_ms {
            Some(last_end_ms) if last_end_ms <= now_ms => last_end_ms.saturating_add(self.pace_ms().into()),
            _ => now_ms,
        };
        due_ms.max(self.not_before_ms.min(now_ms.saturating_add(LONGEST_WAIT_MS)))
    }

    fn wait_until(&mut self, due_ms: u64, now_ms: u64) {
        let delay_ms = due_ms.saturating_sub(now_ms).min(LONGEST_WAIT_MS);
        if delay_ms == 0 {
            self.fetch();
        } else {
            let delay_ms = u32::try_from(delay_ms).unwrap_or(u32::MAX);
            self.enter(Phase::Waiting { delay_ms, due_ms });
        }
    }

    /// Sets a hold. A request that is under way is let finish: its answer is worth having.
    fn hold(&mut self, which: fn(&mut Holds) -> &mut bool) -> bool {
        if std::mem::replace(which(&mut self.holds), true) {
            return false;
        }
        if matches!(self.phase, Phase::Waiting { .. }) && self.is_held() {
            self.enter(Phase::Paused);
        }
        true
    }

    /// Lifts a hold. Polling goes on once none is left, at once where the data is older than the interval; a
    /// finished task is looked at once by the same rule, for it may have been started again.
    fn release(&mut self, which: fn(&mut Holds) -> &mut bool, now_ms: u64) -> bool {
        if !std::mem::replace(which(&mut self.holds), false) {
            return false;
        }
        if self.is_held() {
            return true;
        }
        match self.phase {
            // A hidden page may have put it off for long.
            Phase::Paused | Phase::Waiting { .. } => self.proceed(now_ms),
            Phase::Finished if self.interval_ms != 0 && self.due_ms(now_ms) <= now_ms => self.fetch(),
            _ => {}
        }
        true
    }
}
